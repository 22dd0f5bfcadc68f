import type { StoredPackage } from '../simulator/world/package.js'
import type { Snapshot } from '../simulator/world/snapshot.js'
import type { World } from '../simulator/world/world.js'

/** What is there at one moment, for comparing before and after. */
export interface State {
  readonly snapshot: Snapshot
  /** Ids of active versions. */
  readonly active: ReadonlySet<number>
  readonly packages: readonly PackageState[]
}

export interface PackageState {
  readonly key: string
  readonly type: string
  readonly name: string
  readonly versions: number
  /** Tags that people gave; for npm its dist-tags. */
  readonly tags: readonly string[]
  /** `sha256-<hex>...`: signatures and referrers, by the digest that they speak about. */
  readonly digestTags: ReadonlyMap<string, string>
  readonly digests: ReadonlySet<string>
}

const digestTag = /sha256-([0-9a-f]{64})/

export function stateOf(world: World, owner: string): State {
  const stored = [...world.packages()].filter(({ facts }) => facts.owner === owner)
  const active = stored.flatMap(({ byName }) => [...byName.values()].map(({ id }) => id))
  return { snapshot: world.snapshot(), active: new Set(active), packages: stored.map(packageState) }
}

function packageState(stored: StoredPackage): PackageState {
  const all = [...stored.byTag.keys()]
  const speaksAbout = (tag: string) => `sha256:${digestTag.exec(tag)?.[1]}`
  return {
    key: stored.key,
    type: stored.facts.type,
    name: stored.facts.name,
    versions: stored.activeCount,
    tags: [...all.filter((tag) => !digestTag.test(tag)), ...stored.distTags.keys()],
    digestTags: new Map(all.filter((tag) => digestTag.test(tag)).map((tag) => [tag, speaksAbout(tag)])),
    digests: new Set(stored.byName.keys())
  }
}

/** Tags of the owner's images that do not resolve to something complete. */
export function brokenTags(world: World, owner: string): readonly string[] {
  return [...world.packages()]
    .filter(({ facts }) => facts.owner === owner && facts.type === 'container')
    .flatMap((stored) =>
      [...stored.byTag.keys()]
        .filter((tag) => !world.checkTag(owner, stored.facts.name, tag).ok)
        .map((tag) => `${stored.facts.name}:${tag}`)
    )
}

/** Signatures and referrers that were there before, are gone, and whose image is still there. */
export function lostSignatures(before: State, after: State): readonly string[] {
  return before.packages.flatMap(({ key, name, digestTags }) => {
    const now = after.packages.find((each) => each.key === key)
    return [...digestTags]
      .filter(([tag, digest]) => now?.digests.has(digest) && !now.digestTags.has(tag))
      .map(([tag]) => `${name}:${tag}`)
  })
}
