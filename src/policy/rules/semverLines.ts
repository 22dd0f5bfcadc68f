import { grouped } from '../../domain/grouped.js'
import type { Reason } from '../../domain/plan.js'
import type { Count, SemverLines } from '../../domain/policy.js'
import type { ParsedVersion, VersionScheme } from '../../pattern/versionOrder.js'
import type { Candidate, CandidateGroup, KeepRule, Picks } from './candidate.js'
import type { Claim } from './claim.js'

interface ReadVersion {
  readonly candidate: Candidate
  readonly claim: Claim
  readonly parsed: ParsedVersion
}
type SemverReason = Extract<Reason, { code: 'semver' }>

/**
 * A release is kept if its major is among the highest A, its minor among the highest B of that major, its patch among the
 * highest C of that minor. The highest D prereleases of each (release, first label) are kept while that release does not exist.
 */
export const semverLines: KeepRule = {
  key: 'semver',
  pick(item, narrowed, group): Picks {
    const lines = item.semver ?? {}
    const entries = narrowed.flatMap((candidate) =>
      candidate.claims.flatMap((claim) =>
        claim.parsed === undefined ? [] : [{ candidate, claim, parsed: claim.parsed }]
      )
    )
    const picks = new Map<Candidate, SemverReason>()
    const add = ({ candidate, claim: { name } }: ReadVersion, reason: SemverReason): void => {
      if (!picks.has(candidate)) picks.set(candidate, name === undefined ? reason : { ...reason, name })
    }
    pickReleases(entries, lines, group.scheme, add)
    pickPrereleases(entries, lines.prereleases ?? 0, group, add)
    return picks
  }
}

function pickReleases(
  entries: readonly ReadVersion[],
  { majors = 'all', minors = 'all', patches = 'all' }: SemverLines,
  scheme: VersionScheme,
  add: (entry: ReadVersion, reason: SemverReason) => void
): void {
  const releases = entries.filter((entry) => !entry.parsed.prerelease)
  for (const major of highest(releases, (v) => v.major, majors, scheme)) {
    for (const minor of highest(major, (v) => v.minor, minors, scheme)) {
      highest(minor, (v) => v.patch, patches, scheme).forEach((same, i) => {
        const [{ parsed }] = same
        const of = patches === 'all' ? {} : { of: patches }
        for (const entry of same) {
          add(entry, { code: 'semver', line: `${parsed.major}.${parsed.minor}.x`, rank: i + 1, ...of })
        }
      })
    }
  }
}

function pickPrereleases(
  entries: readonly ReadVersion[],
  count: Count,
  group: CandidateGroup,
  add: (entry: ReadVersion, reason: SemverReason) => void
): void {
  const open = entries.filter(
    ({ claim, parsed }) => parsed.prerelease && group.releases.since(claim, parsed) === undefined
  )
  for (const line of grouped(open, ({ parsed }) => `${parsed.release}\u0000${parsed.label ?? ''}`).values()) {
    const ordered = line.toSorted((a, b) => group.scheme.compare(b.parsed, a.parsed))
    ordered.slice(0, count === 'all' ? undefined : count).forEach((entry, i) => {
      const of = count === 'all' ? {} : { of: count }
      add(entry, { code: 'semver', prereleaseOf: entry.parsed.release, rank: i + 1, ...of })
    })
  }
}

/** Entries by one number of their version, the highest number first, at most `count` of them. */
function highest(
  entries: readonly ReadVersion[],
  part: (version: ParsedVersion) => string,
  count: Count,
  scheme: VersionScheme
): readonly (readonly [ReadVersion, ...ReadVersion[]])[] {
  const groups = [...grouped(entries, ({ parsed }) => part(parsed)).values()]
  const ordered = groups.toSorted(([a], [b]) => scheme.compare(b.parsed, a.parsed))
  return count === 'all' ? ordered : ordered.slice(0, count)
}
