import { compare, parse } from 'semver'
import { numberBetween } from '../images/digest.js'

const day = 86_400_000
const week = 7 * day
/** The first npm packages were published then. */
const start = Date.UTC(2011, 0, 1)

/**
 * When each version was published, as far as its name tells: builds with a date in their name (`5.8.0-dev.20241129`) on
 * that day, a release the day after the last such build of it, all others evenly between their neighbours in version
 * order. Milliseconds since the epoch, never after `until`. Names that are no SemVer versions are left out.
 */
export function publicationTimes(names: readonly string[], until: number): ReadonlyMap<string, number> {
  const dated = new Map<string, number>()
  const lastOfCore = new Map<string, number>()
  for (const name of names) {
    const at = dateIn(name)
    if (at === undefined || at > until) continue
    dated.set(name, at)
    const core = coreOf(name)
    if (core !== '0.0.0') lastOfCore.set(core, Math.max(lastOfCore.get(core) ?? 0, at))
  }
  const undated = names.filter((name) => !dated.has(name) && parse(name) !== null).sort(compare)
  return new Map([...dated, ...spread(undated, lastOfCore, until)])
}

/** A date at the end of the name or of one of its parts, at a minute of that day that the name decides. */
function dateIn(name: string): number | undefined {
  const [, year, month, date] = /[-.](20[12]\d)([01]\d)([0-3]\d)(?!\d)/.exec(name) ?? []
  if (year === undefined || parse(name) === null) return undefined
  const at = Date.parse(`${year}-${month}-${date}T00:00:00Z`)
  return Number.isNaN(at) ? undefined : at + numberBetween(`minute of ${name}`, 0, 1439) * 60_000
}

function coreOf(name: string): string {
  const version = parse(name)
  return version ? `${version.major}.${version.minor}.${version.patch}` : name
}

/** Straight lines between the releases whose time is known; at most 60 days apart before the first, a week after the last. */
function spread(ordered: readonly string[], known: ReadonlyMap<string, number>, until: number): [string, number][] {
  const anchors: { index: number; at: number }[] = []
  for (const [index, name] of ordered.entries()) {
    const at = (known.get(name) ?? Number.NaN) + day
    if (at > (anchors.at(-1)?.at ?? 0) && at <= until) anchors.push({ index, at })
  }
  if (anchors.length === 0) anchors.push({ index: ordered.length - 1, at: until - day })
  return ordered.map((name, index) => {
    const before = anchors.findLast((anchor) => anchor.index <= index)
    const after = anchors.find((anchor) => anchor.index >= index)
    return [name, Math.min(until, Math.round(between(index, before, after)))]
  })
}

interface Anchor {
  readonly index: number
  readonly at: number
}

function between(index: number, before: Anchor | undefined, after: Anchor | undefined): number {
  if (before && after) {
    const steps = after.index - before.index
    return steps === 0 ? before.at : before.at + ((after.at - before.at) * (index - before.index)) / steps
  }
  if (before) return before.at + (index - before.index) * week
  return after ? after.at - (after.index - index) * Math.min(60 * day, (after.at - start) / after.index) : 0
}
