import semver from 'semver'
import type { KeepItem, Policy, Rule, UnitState } from '../../src/domain/policy.js'
import type { Case } from './randomCase.js'

/** What is decided about: a version, or the root of an image. */
export interface Thing {
  readonly id: number
  /** None: it is untagged. */
  readonly names: readonly string[]
  /** As GitHub says it, even in the future. */
  readonly time: number
  readonly state: UnitState
  /** A protection keeps it. */
  readonly held: boolean
}

/** What becomes of one name; `undefined` for the one that an untagged thing has instead. */
export interface Answer {
  readonly name: string | undefined
  /** The first rule that fits it. */
  readonly rule: Rule | undefined
  readonly out: boolean
}

/**
 * What goes, by the text of the model and by brute force, for packages without indexes and referrers. Nothing of the engine
 * is used: versions are judged by `semver`, patterns by RegExp, calendars by Intl.
 */
export function goesByTheBook({ inventory, policy, now }: Case): ReadonlySet<number> {
  const image = inventory.package.type === 'container'
  const isProtected = (name: string): boolean =>
    [...policy.protect.names, ...policy.protect.listed.map(({ pattern }) => pattern)].some((glob) => like(name, glob))
  const things = inventory.versions.map((version): Thing => {
    const names = image ? version.tags : [version.name]
    const stamp =
      policy.timestamp === 'created_at' ? version.createdAt : Math.max(version.createdAt ?? 0, version.updatedAt ?? 0)
    const held =
      names.some(isProtected) || (!image && Object.values(inventory.inUse.distTags ?? {}).includes(version.name))
    return { id: version.id, names, time: stamp ?? 0, state: 'complete', held }
  })
  const gone = new Set<number>()
  for (const [thing, answers] of answersOf(things, policy, image, now)) {
    const young = thing.names.length === 0 && thing.time > now - policy.gracePeriod.ms
    if (!thing.held && !young && answers.every(({ rule, out }) => rule !== undefined && out)) gone.add(thing.id)
  }
  return gone
}

/** What the rules say of every name that has a vote. `floats`: names such as `1.2` may follow a version. */
export function answersOf(
  given: readonly Thing[],
  policy: Pick<Policy, 'rules' | 'timezone'>,
  floats: boolean,
  now: number
): ReadonlyMap<Thing, readonly Answer[]> {
  interface Place {
    readonly thing: Thing
    readonly names: readonly (string | undefined)[]
  }

  const releasedAt = new Map<string, number>()
  for (const { names, time } of given) {
    for (const name of names) {
      const version = parsed(name)
      if (version === null || version.prerelease.length > 0) continue
      releasedAt.set(core(version), Math.max(time, releasedAt.get(core(version)) ?? 0))
    }
  }

  const isKind = (name: string | undefined, wanted: boolean | 'superseded'): boolean => {
    const version = name === undefined ? null : parsed(name)
    if (version === null) return false
    const pre = version.prerelease.length > 0
    return wanted === 'superseded' ? pre && releasedAt.has(core(version)) : pre === wanted
  }

  const ownerOf = (name: string | undefined, { state }: Thing): Rule | undefined =>
    policy.rules.find(({ match }) => {
      if (match.state !== undefined && !match.state.includes(state)) return false
      if (match.tagged !== undefined && match.tagged !== (name !== undefined)) return false
      if (match.names !== undefined && (name === undefined || !fitsList(name, match.names))) return false
      return match.prerelease === undefined || isKind(name, match.prerelease)
    })

  const ordered = new Map<Rule, Map<string, readonly Place[]>>()
  const voting = new Map(given.map((thing) => [thing, votersOf(thing)]))
  const voters = (thing: Thing): readonly (string | undefined)[] => voting.get(thing) ?? []
  return new Map(
    given.map((thing) => [
      thing,
      voters(thing).map((name): Answer => ({ name, rule: ownerOf(name, thing), out: isVotedOut(thing, name) }))
    ])
  )

  /** A floating name has no vote where the rule that owns its version owns it too. */
  function votersOf(thing: Thing): readonly (string | undefined)[] {
    if (thing.names.length === 0) return [undefined]
    return thing.names.filter((name) => {
      const target = floats ? targetOf(name, thing.names) : undefined
      const rule = target === undefined ? undefined : ownerOf(target, thing)
      return rule === undefined || ownerOf(name, thing) !== rule
    })
  }

  function isVotedOut(thing: Thing, name: string | undefined): boolean {
    const rule = ownerOf(name, thing)
    if (rule === undefined) return false
    const needsVersion = rule.sort === 'version' || rule.keep.some((item) => 'semver' in item || 'prerelease' in item)
    if (needsVersion && (name === undefined || parsed(name) === null)) return false
    const places = placesOf(rule, groupOf(rule, name))
    const own = places.find((place) => place.thing === thing)
    if (own !== undefined && own === anchorOf(rule, name, places)) return false
    return own === undefined || !rule.keep.some((item) => isKept(own, item, rule, places))
  }

  function placesOf(rule: Rule, group: string): readonly Place[] {
    const ofRule = ordered.get(rule) ?? new Map<string, readonly Place[]>()
    ordered.set(rule, ofRule)
    const places = ofRule.get(group) ?? order(rule, group)
    ofRule.set(group, places)
    return places
  }

  function order(rule: Rule, group: string): readonly Place[] {
    return given
      .map(
        (each): Place => ({
          thing: each,
          names: voters(each).filter((other) => ownerOf(other, each) === rule && groupOf(rule, other) === group)
        })
      )
      .filter(({ thing: each, names }) => names.length > 0 && (rule.countProtected || !each.held))
      .filter(
        ({ names }) => rule.sort === 'time' || names.some((other) => other !== undefined && parsed(other) !== null)
      )
      .sort((a, b) => {
        const byTime = b.thing.time - a.thing.time
        const byVersion = compareHighest(b, a)
        return (rule.sort === 'time' ? byTime || byVersion : byVersion || byTime) || b.thing.id - a.thing.id
      })
  }

  function newestOf(rule: Rule, name: string | undefined): number {
    return Math.max(...groupmates(rule, name).map(({ time }) => time))
  }

  function groupmates(rule: Rule, name: string | undefined): readonly Thing[] {
    return given.filter((each) =>
      voters(each).some((other) => ownerOf(other, each) === rule && groupOf(rule, other) === groupOf(rule, name))
    )
  }

  /** The unit that `relative-to: newest` counts back from stays where counters pick from what is within. */
  function anchorOf(rule: Rule, name: string | undefined, places: readonly Place[]): Place | undefined {
    const counters = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'semver'] as const
    if (rule.relativeTo === 'now') return undefined
    if (!rule.keep.some((item) => item.within !== undefined && counters.some((key) => item[key] !== undefined)))
      return undefined
    const newest = groupmates(rule, name).filter(({ time }) => time === newestOf(rule, name))
    const counted = places.filter(({ thing }) => newest.includes(thing))
    return counted[0]
  }

  function isKept(own: Place, item: KeepItem, rule: Rule, places: readonly Place[]): boolean {
    const base = rule.relativeTo === 'newest' ? Math.min(now, newestOf(rule, own.names[0])) : now
    const list = places.filter(({ thing, names }) => {
      if (item.names !== undefined && !names.some((name) => name !== undefined && fitsList(name, item.names ?? [])))
        return false
      if (item.prerelease !== undefined && !names.some((name) => isKind(name, item.prerelease ?? true))) return false
      if (item.within === undefined) return true
      const limit = base - item.within.ms
      const spared = (name: string | undefined): boolean =>
        isKind(name, true) &&
        (!isKind(name, 'superseded') || (releasedAt.get(core(parsed(name ?? '') as semver.SemVer)) ?? 0) >= limit)
      return thing.time >= limit || (item.since === 'superseded' && names.some(spared))
    })
    const at = list.indexOf(own)
    if (at === -1) return false
    if (item.last !== undefined && at >= item.last) return false
    for (const bucket of ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'] as const) {
      const count = item[bucket]
      if (count !== undefined && !representsBucket(own, bucket, count, list)) return false
    }
    return item.semver === undefined || isInLines(own, item.semver, list)
  }

  function representsBucket(own: Place, bucket: string, count: number | 'all', list: readonly Place[]): boolean {
    const key = ({ thing }: Place): string => calendar(thing.time, bucket, policy.timezone)
    const byTime = list
      .map((place, i) => ({ place, i }))
      .sort((a, b) => b.place.thing.time - a.place.thing.time || a.i - b.i)
    const keys = [...new Set(byTime.map(({ place }) => key(place)))]
    const first = byTime.find(({ place }) => key(place) === key(own))?.place
    return first === own && (count === 'all' || keys.indexOf(key(own)) < count)
  }

  function isInLines(own: Place, lines: NonNullable<KeepItem['semver']>, list: readonly Place[]): boolean {
    const within = (values: readonly number[], value: number, count: number | 'all' = 'all'): boolean =>
      count === 'all' || [...new Set(values)].sort((a, b) => b - a).indexOf(value) < count
    const all = list.flatMap(({ names }) => names.flatMap((name) => (name === undefined ? [] : (parsed(name) ?? []))))
    const releases = all.filter(({ prerelease }) => prerelease.length === 0)
    return own.names.some((name) => {
      const version = name === undefined ? null : parsed(name)
      if (version === null) return false
      if (version.prerelease.length === 0) {
        const minors = releases.filter(({ major }) => major === version.major)
        const patches = minors.filter(({ minor }) => minor === version.minor)
        return (
          within(
            releases.map(({ major }) => major),
            version.major,
            lines.majors
          ) &&
          within(
            minors.map(({ minor }) => minor),
            version.minor,
            lines.minors
          ) &&
          within(
            patches.map(({ patch }) => patch),
            version.patch,
            lines.patches
          )
        )
      }
      if (releasedAt.has(core(version))) return false
      const higher = all.filter(
        (each) =>
          each.prerelease.length > 0 &&
          core(each) === core(version) &&
          each.prerelease[0] === version.prerelease[0] &&
          semver.compare(each, version) > 0
      )
      return lines.prereleases === 'all' || higher.length < (lines.prereleases ?? 0)
    })
  }
}

function compareHighest(
  a: { names: readonly (string | undefined)[] },
  b: { names: readonly (string | undefined)[] }
): number {
  const [x, y] = [highest(a.names), highest(b.names)]
  if (x === undefined || y === undefined) return (x === undefined ? 0 : 1) - (y === undefined ? 0 : 1)
  return semver.compare(x, y)
}

const highestOf = new WeakMap<readonly (string | undefined)[], semver.SemVer | undefined>()

function highest(names: readonly (string | undefined)[]): semver.SemVer | undefined {
  if (!highestOf.has(names)) {
    const versions = names.flatMap((name) => (name === undefined ? [] : (parsed(name) ?? [])))
    highestOf.set(names, versions.sort(semver.rcompare)[0])
  }
  return highestOf.get(names)
}

function groupOf(rule: Rule, name: string | undefined): string {
  return rule.groupBy.length === 0 ? '' : (/^[a-z]*/.exec(name ?? '')?.[0] ?? '')
}

const versions = new Map<string, semver.SemVer | null>()

function parsed(name: string): semver.SemVer | null {
  const known = versions.get(name)
  if (known !== undefined) return known
  const version = /^[vV]/.test(name) && !name.startsWith('v') ? null : semver.parse(name)
  versions.set(name, version)
  return version
}

const core = ({ major, minor, patch }: semver.SemVer): string => `${major}.${minor}.${patch}`

/** The highest release among the names that a floating name such as `1.2` stands for. */
function targetOf(name: string, names: readonly string[]): string | undefined {
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?$/.exec(name) ?? []
  if (major === undefined) return undefined
  const found = names.filter((other) => {
    const version = parsed(other)
    return (
      version !== null &&
      version.prerelease.length === 0 &&
      `${version.major}` === major &&
      (minor === undefined || `${version.minor}` === minor)
    )
  })
  return found.sort((a, b) => semver.rcompare(a, b) || (a < b ? -1 : 1))[0]
}

function fitsList(name: string, patterns: readonly string[]): boolean {
  if (patterns.some((pattern) => pattern.startsWith('!') && like(name, pattern.slice(1)))) return false
  return patterns.some((pattern) => (pattern.startsWith('/') ? true : !pattern.startsWith('!') && like(name, pattern)))
}

export function like(name: string, glob: string): boolean {
  const known = globs.get(glob)
  if (known !== undefined) return known.test(name)
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  globs.set(glob, new RegExp(`^${source}$`, 'u'))
  return like(name, glob)
}

const globs = new Map<string, RegExp>()

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset'
  })
}

function calendar(time: number, bucket: string, timeZone: string): string {
  const format = formats.get(timeZone) ?? formatOf(timeZone)
  formats.set(timeZone, format)
  const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
  const date = `${part.year}-${part.month}-${part.day}`
  if (bucket === 'hourly') return `${date} ${part.hour} ${part.timeZoneName}`
  if (bucket === 'daily') return date
  if (bucket === 'weekly') {
    // Weeks are the same if their Mondays are.
    const day = new Date(`${date}T00:00:00Z`)
    return String(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000)
  }
  if (bucket === 'monthly') return `${part.year}-${part.month}`
  if (bucket === 'quarterly') return `${part.year} ${Math.ceil(Number(part.month) / 3)}`
  return `${part.year}`
}
