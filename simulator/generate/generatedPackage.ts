import type { Artifact } from '../artifact.js'
import { documentOf, isIndex } from '../images/manifest.js'
import { dockerList, ociIndex } from '../images/mediaTypes.js'
import type { World } from '../world/world.js'

/** Manifests that were pushed together; `at` is in milliseconds since the epoch. */
export interface Push {
  readonly at: number
  readonly artifacts: readonly Artifact[]
}

/** A container package as the history of its pushes, oldest first: tags move as they did. */
export interface GeneratedContainer {
  readonly name: string
  readonly pushes: readonly Push[]
  /** Versions deleted since, and when. */
  readonly deleted?: ReadonlyMap<string, number>
  /** Versions that are listed while the registry does not serve their manifest. */
  readonly unserved?: ReadonlySet<string>
  readonly counts: ContainerCounts
}

/** Of the active versions. */
export interface ContainerCounts {
  readonly versions: number
  /** Versions that no index lists: a client must read each of them to know what they are. */
  readonly unlisted: number
  /** Indexes that an index lists: to be read as well. Fallback indexes and build caches that are listed by none do not count. */
  readonly nestedIndexes: number
  readonly tags: number
  readonly tagged: number
}

/** Puts the package into the world. */
export function load(world: World, owner: string, generated: GeneratedContainer): void {
  const { name, pushes, deleted = new Map<string, number>(), unserved = new Set<string>() } = generated
  for (const { at, artifacts } of pushes) world.push(owner, name, artifacts, [], at)
  const stored = world.packageAt({ owner, type: 'container', name })
  for (const [digest, at] of deleted) {
    const version = stored.byName.get(digest)
    if (version) stored.remove(version.id, at)
  }
  for (const digest of unserved) stored.manifests.delete(digest)
}

export function countContainer(pushes: readonly Push[], deleted: ReadonlyMap<string, number> = new Map()) {
  const active = new Map<string, Artifact>()
  const tags = new Map<string, string>()
  for (const artifact of pushes.flatMap(({ artifacts }) => artifacts)) {
    if (!deleted.has(artifact.digest)) active.set(artifact.digest, artifact)
    for (const tag of artifact.tags ?? []) tags.set(tag, artifact.digest)
  }
  const listed = new Set([...active.values()].flatMap(listedBy).filter((digest) => active.has(digest)))
  const held = [...tags.values()].filter((digest) => active.has(digest))
  return {
    versions: active.size,
    unlisted: active.size - listed.size,
    nestedIndexes: [...listed].filter((digest) => isIndexType(active.get(digest)?.mediaType)).length,
    tags: held.length,
    tagged: new Set(held).size
  }
}

function listedBy(artifact: Artifact): readonly string[] {
  if (!isIndexType(artifact.mediaType)) return []
  const document = documentOf(artifact)
  return isIndex(document) ? document.manifests.map(({ digest }) => digest) : []
}

function isIndexType(mediaType: string | undefined): boolean {
  return mediaType === ociIndex || mediaType === dockerList
}
