import type { StoredPackage } from '../../simulator/world/package.js'
import type { StoredVersion } from '../../simulator/world/version.js'
import { type Graph, graphOf, reach, spokenOf } from './graph.js'
import type { ModelKeep, ModelPolicy, ModelRule } from './policies.js'

const DAY = 86_400_000

/**
 * What a run must leave and what it must take, found the slow way from the raw state and a policy of the model. Where the
 * specification leaves a choice or the oracle does not read a feature, a version is in neither.
 */
export interface Verdicts {
  /** Version names, with what holds them. */
  readonly stay: ReadonlyMap<string, Held>
  readonly go: ReadonlySet<string>
  /** Tags that must name the same digest afterwards. */
  readonly tags: ReadonlyMap<string, string>
  /** Named units that are no ghosts. */
  readonly named: number
  readonly graph: Graph
}

/** What holds a version, and the root of the unit for whose sake it is held. */
export interface Held {
  readonly why: string
  readonly unit: string
  /** No other unit has a part in it: others may push what they like. */
  readonly alone: boolean
}

type Answer = 'keep' | 'out' | 'unsure'

interface Settled {
  readonly answer: Answer
  readonly why: string
  readonly alone: boolean
}

const UNSURE: Settled = { answer: 'unsure', why: '', alone: false }

interface Unit {
  readonly name: string
  readonly id: number
  readonly labels: readonly string[]
  readonly votes: readonly string[]
  readonly time: number
  /** Not even certain to be a unit. */
  readonly doubtful: boolean
}

export function judge(stored: StoredPackage, policy: ModelPolicy, now: number): Verdicts {
  const graph = graphOf(stored)
  const versions = [...stored.versions.list('active')]
  const units = unitsOf(stored, versions, graph, policy, now)
  const isProtected = (unit: Unit): boolean => protects(unit, stored, policy)
  const ballots = units.map((unit) => ({ unit, votes: votesOf(unit, policy) }))
  const byRule = policy.rules.map((_, i) => ballots.filter(({ votes }) => votes.some(({ rule }) => rule === i)))
  const answers = new Map<string, Settled>()
  const kept = new Map<string, string>()
  const asksForOrphans = policy.rules.some(({ beyond }) => beyond?.includes('orphan'))
  const store = isSignatureStore(units, graph) && !asksForOrphans

  for (const { unit, votes } of ballots) {
    const cast = votes.map(({ name, rule }): { name: string | undefined; answer: Answer; owned: boolean } => ({
      name,
      answer: rule === undefined ? 'keep' : ask(rule, unit),
      owned: rule !== undefined
    }))
    for (const { name, answer } of cast) if (answer === 'keep' && name !== undefined) kept.set(name, unit.name)
    answers.set(unit.name, unit.doubtful && !isProtected(unit) ? UNSURE : settle(unit, cast))
  }

  function ask(rule: number | 'unsure', unit: Unit): Answer {
    const own = rule === 'unsure' ? undefined : policy.rules[rule]
    if (rule === 'unsure' || own === undefined) return 'unsure'
    const group = (byRule[rule] ?? []).map((ballot) => ballot.unit).filter((each) => !isProtected(each))
    const uncertain =
      group.some(({ doubtful }) => doubtful) || ballots.some(({ votes }) => votes.some((v) => v.rule === 'unsure'))
    const answer = vote(own, unit, group, now)
    return uncertain && own.keep.some(countsOthers) ? 'unsure' : answer
  }

  function settle(unit: Unit, cast: readonly { readonly answer: Answer; readonly owned: boolean }[]): Settled {
    if (isProtected(unit)) return { answer: 'keep', why: 'protected', alone: true }
    if (store) return { answer: 'keep', why: 'signature store', alone: false }
    if (cast.some(({ owned }) => !owned)) return { answer: 'keep', why: 'a name that no rule owns', alone: true }
    if (unit.labels.length === 0 && unit.time > now - policy.graceDays * DAY) {
      return { answer: 'keep', why: 'grace period', alone: true }
    }
    if (cast.some(({ answer }) => answer === 'keep')) return { answer: 'keep', why: 'a rule', alone: false }
    return cast.some(({ answer }) => answer === 'unsure') ? UNSURE : { answer: 'out', why: '', alone: false }
  }

  const of = (wanted: Answer): Unit[] => units.filter(({ name }) => answers.get(name)?.answer === wanted)
  const stay = new Map<string, Held>()
  // What needs nobody else to be held comes first.
  const keeping = of('keep').toSorted((a, b) => Number(answers.get(b.name)?.alone) - Number(answers.get(a.name)?.alone))
  for (const unit of keeping) {
    const { why, alone } = answers.get(unit.name) ?? UNSURE
    for (const name of reach(graph, [unit.name])) {
      if (stay.has(name)) continue
      stay.set(name, { why: name === unit.name ? why : `needed by ${unit.name}: ${why}`, unit: unit.name, alone })
    }
  }
  const blind = [...graph.unserved].some((name) => !isListed(graph, name))
  const wouldGo = of('out').length > 0
  if (blind && wouldGo) {
    for (const { name, tags } of versions) {
      const isMember = [...graph.below.values()].some((owned) => owned.has(name))
      const named = tags.some((tag) => spokenOf(tag) === undefined)
      if ((!named || isMember) && !stay.has(name))
        stay.set(name, { why: 'something cannot be read', unit: name, alone: false })
    }
  }
  const go = certainToGo()
  return { stay, go, tags: keptTags(), named: units.filter((each) => isNamed(each)).length, graph }

  function isNamed({ name, labels }: Unit): boolean {
    return labels.length > 0 && !graph.ghosts.has(name)
  }

  /** Empty where a floor, a fuse, a budget or GitHub's own rules may step in, or where facts are missing. */
  function certainToGo(): ReadonlySet<string> {
    const staying = units.filter(({ name }) => stay.has(name))
    if (graph.unserved.size > 0 || policy.maxDelete !== undefined || policy.deleteLimit !== undefined) return new Set()
    // A tag that is taken off leaves no name, and which are is told by `keptTags`.
    const left = [...keptTags()].filter(([tag]) => spokenOf(tag) === undefined).map(([, name]) => name)
    const tagged = new Set(policy.partialTags === 'untag' ? left : staying.map(({ name }) => name))
    const named = staying.filter((unit) => isNamed(unit) && tagged.has(unit.name))
    if (named.length < Math.max(policy.minKeep, 1)) return new Set()
    const maybe = reach(
      graph,
      [...of('keep'), ...of('unsure')].map(({ name }) => name),
      true
    )
    return new Set(
      [
        ...reach(
          graph,
          of('out').map(({ name }) => name)
        )
      ].filter((name) => !maybe.has(name))
    )
  }

  function keptTags(): ReadonlyMap<string, string> {
    const tags = new Map<string, string>()
    for (const { name, tags: own } of versions) {
      if (!stay.has(name)) continue
      for (const tag of own) {
        if (policy.partialTags === 'keep' || spokenOf(tag) !== undefined || kept.get(tag) === name || isKeptName(tag)) {
          tags.set(tag, name)
        }
      }
    }
    return tags
  }

  function isKeptName(tag: string): boolean {
    return policy.protect.some((pattern) => fits(pattern, tag))
  }
}

function unitsOf(
  { facts }: StoredPackage,
  versions: readonly StoredVersion[],
  graph: Graph,
  policy: ModelPolicy,
  now: number
): readonly Unit[] {
  const owned = new Set([...graph.below.values()].flatMap((each) => [...each]))
  const maybeOwned = new Set([...graph.hidden.values()].flatMap((each) => [...each]))
  const labelsOf = ({ name, tags }: StoredVersion): readonly string[] =>
    facts.type === 'container' || facts.type === 'docker' ? tags.filter((tag) => spokenOf(tag) === undefined) : [name]
  const toUnit = (version: StoredVersion): Unit => {
    const labels = labelsOf(version)
    const times = policy.timestamp === 'created_at' ? [version.createdAt] : [version.createdAt, version.updatedAt]
    return {
      name: version.name,
      id: version.id,
      labels,
      votes: labels.filter((label) => facts.type !== 'container' || !isAlias(label, labels)),
      time: Math.min(now, Math.max(...times)),
      doubtful: labels.length === 0 && maybeOwned.has(version.name) && !owned.has(version.name)
    }
  }
  const roots = versions.filter((version) => labelsOf(version).length > 0 || !owned.has(version.name))
  const reached = reach(
    graph,
    roots.map(({ name }) => name)
  )
  // What nothing reaches owns itself in a ring; which of a ring is its root does not matter to what the oracle says.
  const rings = versions.filter(({ name }) => !reached.has(name))
  return [...roots.map(toUnit), ...rings.map((each) => ({ ...toUnit(each), doubtful: true }))]
}

const FLOATING = /^v?(\d+)(?:\.(\d+))?$/
const FULL = /^v?(\d+)\.(\d+)\.(\d+)$/

function isAlias(label: string, labels: readonly string[]): boolean {
  const [, major, minor] = FLOATING.exec(label) ?? []
  if (major === undefined) return false
  return labels.some((each) => {
    const full = FULL.exec(each)
    return full !== null && full[1] === major && (minor === undefined || full[2] === minor)
  })
}

function protects({ name, labels }: Unit, stored: StoredPackage, policy: ModelPolicy): boolean {
  if (stored.facts.type === 'docker' && name === 'docker-base-layer') return true
  if (stored.facts.type === 'npm' && policy.distTags && [...stored.distTags.values()].includes(name)) return true
  return labels.some((label) => policy.protect.some((pattern) => fits(pattern, label)))
}

export function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}

interface VoteOf {
  /** Absent: the pseudo-name of what has none. */
  readonly name: string | undefined
  /** Which rule owns it; `unsure`: the oracle cannot say. */
  readonly rule: number | 'unsure' | undefined
}

function votesOf(unit: Unit, { rules }: ModelPolicy): readonly VoteOf[] {
  const voting = unit.labels.length === 0 ? [undefined] : unit.votes
  return voting.map((name) => {
    for (const [i, rule] of rules.entries()) {
      if (!mayOwn(rule, name)) continue
      return { name, rule: rule.beyond === undefined ? i : 'unsure' }
    }
    return { name, rule: undefined }
  })
}

function mayOwn({ names, tagged, beyond }: ModelRule, name: string | undefined): boolean {
  // A rule without any key is written with all names.
  const patterns = names ?? (tagged === undefined && beyond === undefined ? ['*'] : undefined)
  if (tagged !== undefined && tagged !== (name !== undefined)) return false
  if (patterns === undefined) return true
  return name !== undefined && patterns.some((pattern) => fits(pattern, name))
}

const countsOthers = ({ last, daily, monthly }: ModelKeep): boolean =>
  last !== undefined || daily !== undefined || monthly !== undefined

function vote({ keep }: ModelRule, unit: Unit, group: readonly Unit[], now: number): Answer {
  let answer: Answer = 'out'
  for (const item of keep) {
    const own = choose(item, unit, group, now)
    if (own === 'keep') return 'keep'
    if (own === 'unsure') answer = 'unsure'
  }
  return answer
}

function choose(item: ModelKeep, unit: Unit, group: readonly Unit[], now: number): Answer {
  if (item.beyond !== undefined) return 'unsure'
  const since = item.withinDays === undefined ? Number.NEGATIVE_INFINITY : now - item.withinDays * DAY
  if (unit.time < since) return 'out'
  const others = group.filter((other) => other !== unit && other.time >= since)
  const answers: Answer[] = []
  if (item.last !== undefined) answers.push(amongLast(item.last, unit, others))
  if (item.daily !== undefined) answers.push(ofBuckets(item.daily, 10, unit, others))
  if (item.monthly !== undefined) answers.push(ofBuckets(item.monthly, 7, unit, others))
  if (answers.includes('out')) return 'out'
  return answers.includes('unsure') ? 'unsure' : 'keep'
}

function amongLast(count: number, unit: Unit, others: readonly Unit[]): Answer {
  const before = others.filter((other) => order(other, unit) === 'before').length
  const maybe = others.filter((other) => order(other, unit) === 'unsure').length
  if (before + maybe < count) return 'keep'
  return before >= count ? 'out' : 'unsure'
}

/** The newest of its day or month, if that is among the newest so many that have any. */
function ofBuckets(count: number, length: number, unit: Unit, others: readonly Unit[]): Answer {
  const bucket = (each: Unit): string => new Date(each.time).toISOString().slice(0, length)
  const newer = new Set(others.map(bucket).filter((each) => each > bucket(unit)))
  if (newer.size >= count) return 'out'
  return amongLast(
    1,
    unit,
    others.filter((other) => bucket(other) === bucket(unit))
  )
}

function order(a: Unit, b: Unit): 'before' | 'after' | 'unsure' {
  if (a.time !== b.time) return a.time > b.time ? 'before' : 'after'
  const [x, y] = [a, b].map(({ votes }) => (votes.length === 1 ? FULL.exec(votes[0] ?? '') : undefined))
  if (x && y) {
    for (const part of [1, 2, 3]) {
      const difference = Number(x[part]) - Number(y[part])
      if (difference !== 0) return difference > 0 ? 'before' : 'after'
    }
    return a.id > b.id ? 'before' : 'after'
  }
  const versionless = [a, b].every(({ votes }) => votes.every((name) => !/^v?\d/.test(name)))
  if (!versionless) return 'unsure'
  return a.id > b.id ? 'before' : 'after'
}

function isListed(graph: Graph, name: string): boolean {
  return [...graph.below.values()].some((owned) => owned.has(name))
}

function isSignatureStore(units: readonly Unit[], graph: Graph): boolean {
  return units.length > 0 && units.every(({ name, labels }) => labels.length === 0 && graph.orphans.has(name))
}
