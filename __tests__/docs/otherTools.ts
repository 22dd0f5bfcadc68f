import { coerce, satisfies } from 'semver'

/** A version as GitHub lists it, newest first in a list. */
export interface Listed {
  readonly id: number
  /** A digest, or the version string. */
  readonly name: string
  readonly tags: readonly string[]
  /** Days. */
  readonly age: number
  /** An index lists it. Most tools cannot see that. */
  readonly partOf?: Listed
  /** Which images of this index are gone. */
  readonly lacks?: 'some' | 'all'
}

type Versions = readonly Listed[]
/** What another tool deletes, as its documentation says. */
type Tool<Inputs> = (inputs: Inputs, versions: Versions) => Versions

const isTagged = ({ tags }: Listed): boolean => tags.length > 0
const some = (pattern: RegExp | undefined, { tags }: Listed): boolean =>
  pattern !== undefined && tags.some((tag) => pattern.test(tag))

/** github.com/actions/delete-package-versions, v5. It counts every version alike. */
export const deletePackageVersions: Tool<{
  readonly ids?: readonly number[]
  readonly minToKeep?: number
  readonly oldToDelete?: number
  readonly ignore?: RegExp
  readonly onlyUntagged?: boolean
  readonly onlyPrereleases?: boolean
}> = ({ ids, minToKeep, oldToDelete = 1, onlyUntagged = false, onlyPrereleases = false, ignore }, versions) => {
  if (ids !== undefined) return versions.filter(({ id }) => ids.includes(id))
  const ignored = onlyPrereleases ? /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/ : ignore
  const oldestFirst = versions
    .toReversed()
    .filter(({ name }) => ignored?.test(name) !== true)
    .filter((version) => !onlyUntagged || !isTagged(version))
  return oldestFirst.slice(0, minToKeep === undefined ? oldToDelete : Math.max(0, oldestFirst.length - minToKeep))
}

/** github.com/dataaxiom/ghcr-cleanup-action, v1. It knows the images of an index. */
export const ghcrCleanup: Tool<{
  readonly deleteTags?: RegExp
  readonly excludeTags?: RegExp
  readonly keepTagged?: number
  readonly keepUntagged?: number
  readonly olderThan?: number
  readonly states?: readonly ('ghost' | 'partial' | 'orphaned')[]
}> = ({ deleteTags, excludeTags, keepTagged, keepUntagged, olderThan = 0, states = [] }, versions) => {
  const images = versions.filter(
    (each) => each.partOf === undefined && each.age > olderThan && !some(excludeTags, each)
  )
  const tagged = images.filter((each) => isTagged(each) && (deleteTags === undefined || every(deleteTags, each)))
  const asksNothing = deleteTags === undefined && keepTagged === undefined && states.length === 0
  const untagged = asksNothing || keepUntagged !== undefined ? images.filter((each) => !isTagged(each)) : []
  const broken = { ghost: 'all', partial: 'some' } as const
  const digests = new Set(versions.map(({ name }) => name))
  const isOrphan = ({ tags }: Listed): boolean =>
    tags.some((tag) => tag.startsWith('sha256-') && !digests.has(`sha256:${tag.slice(7, 71)}`))
  const deleted = [
    ...(keepTagged !== undefined ? tagged.slice(keepTagged) : deleteTags !== undefined ? tagged : []),
    ...untagged.slice(keepUntagged ?? 0),
    ...images.filter((each) =>
      states.some((state) => (state === 'orphaned' ? isOrphan(each) : each.lacks === broken[state]))
    )
  ]
  return versions.filter((each) => deleted.includes(each.partOf ?? each))
}

const every = (pattern: RegExp, { tags }: Listed): boolean => tags.every((tag) => pattern.test(tag))

/** github.com/snok/container-retention-policy, v3. */
export const containerRetention: Tool<{
  readonly selection: 'tagged' | 'untagged' | 'both'
  readonly notTags?: RegExp
  readonly cutOff?: number
  readonly keepRecent?: number
  readonly skip?: readonly string[]
}> = ({ selection, notTags, cutOff = 0, keepRecent = 0, skip = [] }, versions) => {
  const old = versions.filter(({ name, age }) => age > cutOff && !skip.includes(name))
  const tagged = old.filter((each) => isTagged(each) && !some(notTags, each)).slice(keepRecent)
  const untagged = old.filter((each) => !isTagged(each))
  return [...(selection === 'untagged' ? [] : tagged), ...(selection === 'tagged' ? [] : untagged)]
}

/** github.com/vlaurin/action-ghcr-prune, 0.6. */
export const ghcrPrune: Tool<{
  readonly untagged?: boolean
  readonly tags?: RegExp
  readonly keepTags?: readonly string[]
  readonly keepTagsRegex?: RegExp
  readonly youngerThan?: number
  readonly keepLast?: number
}> = ({ untagged = false, tags, keepTags = [], keepTagsRegex, youngerThan = 0, keepLast = 0 }, versions) =>
  versions
    .filter((each) => Math.floor(each.age) >= youngerThan)
    .filter((each) =>
      isTagged(each)
        ? !each.tags.some((tag) => keepTags.includes(tag)) && !some(keepTagsRegex, each) && some(tags, each)
        : untagged
    )
    .slice(keepLast)

/** github.com/Chizkiyahu/delete-untagged-ghcr-action, v6. */
export const deleteUntagged: Tool<{ readonly untaggedOnly: boolean; readonly exceptMultiplatform?: boolean }> = (
  { untaggedOnly, exceptMultiplatform = false },
  versions
) => versions.filter((each) => !(untaggedOnly && isTagged(each)) && !(exceptMultiplatform && each.partOf !== undefined))

/** github.com/SmartsquareGmbH/delete-old-packages, v0.8. It leaves out images without tags. */
export const deleteOldPackages: Tool<{
  readonly versionPattern?: RegExp
  readonly semverPattern?: string
  readonly keep?: number
}> = ({ versionPattern, semverPattern, keep = 2 }, versions) =>
  versions
    .filter(isTagged)
    .filter((each) => versionPattern === undefined || some(versionPattern, each))
    .filter(
      ({ tags }) => semverPattern === undefined || tags.some((tag) => satisfies(coerce(tag) ?? '', semverPattern))
    )
    .slice(keep)

/** Lifecycle policies of Amazon ECR: a rule of a lower priority leaves alone what the tags of a higher one fit. */
export const ecr: Tool<
  readonly { readonly tags?: RegExp; readonly moreThan?: number; readonly pushedSince?: number }[]
> = (rules, versions) => {
  const open = new Set(versions)
  return rules.flatMap(({ tags, moreThan = 0, pushedSince = 0 }) => {
    const own = [...open].filter((each) => isTagged(each) && (tags === undefined || some(tags, each)))
    for (const each of own) open.delete(each)
    return own.slice(moreThan).filter(({ age }) => age > pushedSince)
  })
}

/** Cleanup policies of Google Artifact Registry: what one `Keep` has is never deleted. */
export const artifactRegistry: Tool<{
  readonly delete: { readonly tags: RegExp; readonly olderThan: number }
  readonly keep: { readonly tags?: RegExp; readonly count?: number }
}> = ({ delete: remove, keep }, versions) => {
  const kept = versions.filter((each) => keep.tags === undefined || some(keep.tags, each)).slice(0, keep.count)
  return versions.filter((each) => some(remove.tags, each) && each.age > remove.olderThan && !kept.includes(each))
}

/** Tag retention of Harbor: what no rule retains is deleted, of what has tags. */
export const harbor: Tool<{ readonly mostRecent?: number; readonly withinDays?: number }> = (
  { mostRecent = 0, withinDays = 0 },
  versions
) => versions.filter(isTagged).filter((each, rank) => rank >= mostRecent && each.age > withinDays)

/** restic forget: the newest of each of the last N days that have any, and of each day of a duration. */
export const restic: Tool<{ readonly last?: number; readonly daily?: number; readonly dailyWithin?: number }> = (
  { last = 0, daily = 0, dailyWithin = 0 },
  versions
) => {
  const dayOf = ({ age }: Listed): number => Math.floor(Date.UTC(2026, 10, 30, 12) / 86_400_000 - age)
  const snapshots = versions.filter(isTagged)
  const newest = snapshots.filter((each, rank) => rank === 0 || dayOf(snapshots[rank - 1] ?? each) !== dayOf(each))
  return snapshots.filter((each, rank) => {
    const place = newest.indexOf(each)
    return rank >= last && !(place !== -1 && (place < daily || each.age <= dailyWithin))
  })
}
