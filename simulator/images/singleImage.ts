import type { Artifact } from '../artifact.js'
import { type Annotations, artifactOf, inventedBlob } from './manifest.js'
import { dockerConfig, dockerLayer, dockerManifest, ociConfig, ociLayer, ociManifest } from './mediaTypes.js'

export interface SingleImageSettings {
  readonly tags?: readonly string[]
  /** OCI image manifest (the default) or Docker schema 2. */
  readonly format?: 'oci' | 'docker'
  /** `os/architecture[/variant]`; `linux/amd64` if left out. */
  readonly platform?: string
  /** Images with the same base and platform share their first two layers. */
  readonly base?: string
  /** Layers above the base; 3 if left out. */
  readonly layers?: number
  readonly annotations?: Annotations
}

const kilobyte = 1_000
const megabyte = 1_000_000

/** One image for one platform: config, two layers of the base, and layers of its own. */
export function singleImage(seed: string, settings: SingleImageSettings = {}): Artifact {
  const { tags, format = 'oci', platform = 'linux/amd64', base = 'debian-12', layers = 3, annotations } = settings
  const docker = format === 'docker'
  const layerType = docker ? dockerLayer : ociLayer
  const layer = (name: string, low: number, high: number) => inventedBlob(layerType, name, low, high)
  const own = `${seed} ${platform}`
  return artifactOf(
    {
      schemaVersion: 2,
      mediaType: docker ? dockerManifest : ociManifest,
      config: inventedBlob(docker ? dockerConfig : ociConfig, `config ${own}`, 2 * kilobyte, 9 * kilobyte),
      layers: [
        layer(`base ${base} ${platform}`, 22 * megabyte, 52 * megabyte),
        layer(`packages on ${base} ${platform}`, 4 * megabyte, 24 * megabyte),
        ...Array.from({ length: layers }, (_, index) =>
          layer(`layer ${index} of ${own}`, 60 * kilobyte, index === 0 ? 28 * megabyte : 3 * megabyte)
        )
      ],
      ...(annotations && { annotations })
    },
    tags
  )
}
