import { grouped } from '../../domain/grouped.js'
import type { Version } from '../../domain/version.js'
import { digestsIn, isDigestTag } from '../../pattern/names.js'

/** A version to restore, with what is known of its place in the graph. */
export interface RestoreTarget {
  readonly version: Version
  /** Digests that its manifest lists. */
  readonly children: readonly string[]
  /** Digests that it refers to. */
  readonly subjects: readonly string[]
}

/**
 * Children before what lists them, referrers before what they refer to, roots and so their tags last: no tag comes back
 * before everything under it. Rings are cut at an arbitrary place. `given` order decides between equals.
 */
export function restoreOrder(wanted: readonly RestoreTarget[]): readonly RestoreTarget[] {
  const byDigest = new Map(wanted.map((each) => [each.version.name, each]))
  const referrers = bySubject(wanted, ({ subjects }) => subjects)
  const ordered: RestoreTarget[] = []
  const seen = new Set<RestoreTarget>()
  for (const start of wanted) {
    // Depth first without recursion: graphs of strangers may be deep.
    const stack: { each: RestoreTarget; below: RestoreTarget[] }[] = []
    const enter = (each: RestoreTarget): void => {
      if (seen.has(each)) return
      seen.add(each)
      const children = each.children.flatMap((digest) => byDigest.get(digest) ?? [])
      stack.push({ each, below: [...(referrers.get(each.version.name) ?? []), ...children] })
    }
    enter(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.below.pop()
      if (next !== undefined) {
        enter(next)
        continue
      }
      ordered.push(top.each)
      stack.pop()
    }
  }
  return ordered
}

/** What refers to each digest. */
export function bySubject<T>(
  referrers: readonly T[],
  subjects: (referrer: T) => readonly string[]
): ReadonlyMap<string, readonly T[]> {
  const pairs = referrers.flatMap((each) => subjects(each).map((subject) => ({ subject, each })))
  return new Map(
    [...grouped(pairs, ({ subject }) => subject)].map(([subject, own]) => [subject, own.map(({ each }) => each)])
  )
}

/** Without manifests: untagged first, then digest-derived tags, then names. */
export function byTags(versions: readonly Version[]): readonly Version[] {
  const rank = ({ tags }: Version): number => (tags.length === 0 ? 0 : tags.every(isDigestTag) ? 1 : 2)
  return versions.toSorted((a, b) => rank(a) - rank(b) || a.id - b.id)
}

/** All digests that its tags speak about, its own too. */
export function subjectsOf({ tags }: Version): readonly string[] {
  return tags.flatMap(digestsIn)
}

/** A version whose manifest is not known. */
export const withoutManifest = (version: Version): RestoreTarget => ({
  version,
  children: [],
  subjects: subjectsOf(version)
})
