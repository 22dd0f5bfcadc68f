import type { Artifact } from '../artifact.js'
import { artifactOf, indexOf, inventedBlob } from './manifest.js'
import { buildkitCache, ociLayer, ociManifest } from './mediaTypes.js'

export interface BuildCacheSettings {
  readonly tags?: readonly string[]
  /** Cached layers; 6 if left out. */
  readonly layers?: number
  /**
   * `image` (BuildKit's default since 0.21): an image manifest with a cache config. `index` (before, and with
   * `image-manifest=false`): an index whose entries are layer and config blobs, which no manifest request finds.
   */
  readonly shape?: 'image' | 'index'
}

/** What `buildx --cache-to type=registry` pushes. */
export function buildCache(seed: string, settings: BuildCacheSettings = {}): Artifact {
  const { tags = [], layers: count = 6, shape = 'image' } = settings
  const config = inventedBlob(buildkitCache, `cache config ${seed}`, 900, 9_000)
  const layers = Array.from({ length: count }, (_, index) =>
    inventedBlob(ociLayer, `cache layer ${index} of ${seed}`, 20_000, 90_000_000)
  )
  return shape === 'index'
    ? indexOf([...layers, config], { tags })
    : artifactOf({ schemaVersion: 2, mediaType: ociManifest, config, layers }, tags)
}
