import type { Artifact } from '../artifact.js'
import { artifactOf, inventedBlob } from './manifest.js'
import { helmConfig, helmContent, helmProvenance, ociManifest } from './mediaTypes.js'

export interface HelmChartSettings {
  readonly tags?: readonly string[]
  /** The chart's name; `app` if left out. */
  readonly chart?: string
  /** The chart's version; a `+` in it is written `_` in the tag. `0.1.0` if left out. */
  readonly version?: string
  /** Adds the `.prov` layer of a signed chart. */
  readonly provenance?: boolean
}

export function helmChart(seed: string, settings: HelmChartSettings = {}): Artifact {
  const { tags, chart = 'app', version = '0.1.0', provenance = false } = settings
  const own = `${chart} ${version} ${seed}`
  return artifactOf(
    {
      schemaVersion: 2,
      mediaType: ociManifest,
      config: inventedBlob(helmConfig, `chart config ${own}`, 140, 900),
      layers: [
        inventedBlob(helmContent, `chart ${own}`, 4_000, 90_000),
        ...(provenance ? [inventedBlob(helmProvenance, `provenance ${own}`, 900, 2_000)] : [])
      ],
      annotations: { 'org.opencontainers.image.title': chart, 'org.opencontainers.image.version': version }
    },
    tags ?? [version.replace('+', '_')]
  )
}
