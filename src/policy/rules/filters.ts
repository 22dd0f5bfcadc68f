import type { KeepItem } from '../../domain/policy.js'
import { subtractDuration } from '../../pattern/calendar.js'
import { compilePatterns, type Patterns } from '../../pattern/patterns.js'
import type { Candidate, CandidateGroup } from './candidate.js'
import { isPrerelease } from './claim.js'

/** Narrows the list before anything is counted. */
export function narrow(item: KeepItem, group: CandidateGroup): (candidate: Candidate) => boolean {
  const { names, within, prerelease, since } = item
  const patterns = names && compilePatterns(names, { type: group.type, scheme: group.scheme })
  const oldest = within && subtractDuration(group.base, within, group.timezone)
  return (candidate) =>
    fitsNames(candidate, patterns) &&
    (prerelease === undefined || candidate.claims.some((claim) => isPrerelease(claim, prerelease, group.releases))) &&
    (oldest === undefined || fitsWithin(candidate, oldest, since, group))
}

function fitsNames(candidate: Candidate, names: Patterns | undefined): boolean {
  if (names === undefined) return true
  return candidate.claims.some(({ name, unit }) => names.match(name, unit.root.version.name) !== undefined)
}

function fitsWithin(candidate: Candidate, oldest: number, since: KeepItem['since'], group: CandidateGroup): boolean {
  if (candidate.time >= oldest) return true
  if (since !== 'superseded') return false
  return candidate.claims.some((claim) => {
    if (claim.parsed?.prerelease !== true) return false
    const released = group.releases.since(claim, claim.parsed)
    // A prerelease that is not superseded yet has not begun to age.
    return released === undefined || released >= oldest
  })
}
