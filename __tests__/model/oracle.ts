import { BUCKETS, type KeepItem, type Policy, type Rule } from '../../src/domain/policy.js'
import { type Oracle, type OracleVersion, oracleOf, type Seen } from '../invariants/graphOracle.js'
import { type Answer, answersOf, like, type Thing } from '../policy/oracle.js'

/**
 * What a run must leave and what it must take, from the slow graph and the slow reading of rules. Where the specification
 * leaves a choice or the oracle cannot say, a version is in neither.
 */
export interface Verdicts {
  /** Version names, with what holds them. */
  readonly stay: ReadonlyMap<string, Held>
  readonly go: ReadonlySet<string>
  /** Tags that must name the same digest afterwards. */
  readonly tags: ReadonlyMap<string, string>
  /** Named units that are no ghosts. */
  readonly named: number
  /** A manifest that had to be read cannot be, and something would be deleted otherwise: the package must fail. */
  readonly blind: boolean
  readonly graph: Oracle
}

/** What holds a version, and the root of the unit for whose sake it is held. */
export interface Held {
  readonly why: string
  readonly unit: string
  /** No other unit has a part in it: others may push what they like. */
  readonly alone: boolean
  /** Nothing but what a rule keeps of all versions holds it. */
  readonly byRule: boolean
}

interface Settled {
  readonly answer: 'keep' | 'out' | 'unsure'
  readonly why: string
  readonly alone: boolean
}

const BY_RULE = 'a rule'
const UNSURE: Settled = { answer: 'unsure', why: '', alone: false }

/** The place among others matters, or who is the newest of them. */
const counts = (item: KeepItem): boolean =>
  ['last', 'semver', ...BUCKETS, 'within'].some((key) => Object.hasOwn(item, key))

interface Unit extends Thing {
  readonly version: OracleVersion
}

/** A tag that holds a digest: no client need take it for a name. */
export const speaks = (tag: string): boolean => /sha256-[0-9a-f]{64}/.test(tag)

/** `unread`: digests that the registry does not give. */
export function judge(stored: Seen, policy: Policy, now: number, unread: ReadonlySet<string>): Verdicts {
  const graph = oracleOf(stored)
  const { type } = stored.facts
  const isImage = type === 'container' || type === 'docker'
  /** The oracle reads and orders versions as npm and container tags do. */
  const isForeign = !isImage && type !== 'npm'
  // What hangs below a hidden index counts as an untagged unit where nobody looks into that index.
  const isClouded = [...graph.hidden].some((index) =>
    [...graph.below(index)].some((digest) => !graph.roots.has(digest))
  )
  // Who reads no hidden index takes an image that only such an index owns for one that its own digest names.
  const mayBeNamed =
    graph.hidden.size > 0 &&
    graph.versions.some(({ digest, names, tags }) => names.length === 0 && tags.join().includes(digest.slice(7)))
  const followers = graph.versions.flatMap(({ digest }) => {
    const subject = graph.follows(digest)
    return subject === undefined ? [] : [{ digest, subject }]
  })
  const units = graph.versions.filter(({ digest }) => graph.roots.has(digest)).map(toUnit)
  // A replaced fallback index takes no place from other units.
  const all = answersOf(units, policy, isImage, now)
  const counted = units.filter(({ version }) => graph.follows(version.digest) === undefined)
  const answers = new Map([...all, ...answersOf(counted, policy, isImage, now)])
  const holdsOrphans = ({ version: { digest } }: Unit): boolean =>
    graph.needs(digest).size > 0 && [...graph.needs(digest)].every((each) => graph.stateOf(each) === 'orphan')
  const store =
    units.length > 0 &&
    units.every((unit) => unit.names.length === 0 && (unit.state === 'orphan' || holdsOrphans(unit)))
  // Who is protected takes no place in a count, and only who reads everything sees it of all.
  const isProtectionHidden = units.some(
    ({ held, version }) => !held && protects(version, new Set(membersOf([version.digest])))
  )
  const settled = new Map(units.map((unit) => [unit, settle(unit, answers.get(unit) ?? [])]))
  const of = (wanted: Settled['answer']): Unit[] => units.filter((unit) => settled.get(unit)?.answer === wanted)
  const stay = new Map<string, Held>()
  hold()
  const unknown = graph.versions.filter(({ digest }) => unread.has(digest))
  // A hidden index may be read all the same, and then describe what it lists.
  const mayBeDescribed = ({ digest, tags }: OracleVersion): boolean =>
    tags.length === 0 && [...graph.hidden].some((index) => graph.below(index).has(digest))
  const mustRead = unknown.some((version) => !graph.described.has(version.digest) && !mayBeDescribed(version))
  const outs = of('out').map(({ version }) => version.digest)
  const wouldGo = membersOf(outs, stay).filter((digest) => !stay.has(digest))
  const blind = mustRead && wouldGo.length > 0
  const mustFail = blind && isCertain()
  if (blind) {
    for (const { digest } of graph.versions) {
      if (!stay.has(digest))
        stay.set(digest, { why: 'something cannot be read', unit: digest, alone: false, byRule: false })
    }
  }
  // Such a tag refers to something on an index, and is a name while nobody knows whether it is on one: it may keep all there is.
  const mayHold = unknown.some(({ tags }) => tags.some((tag) => /^sha256-[0-9a-f]{64}$/.test(tag)))
  const named = units.filter((unit) => isNamed(unit)).length
  return { stay, go: certainToGo(), tags: keptTags(), named, blind: mustFail && !mayHold, graph }

  function toUnit(version: OracleVersion): Unit {
    const times = policy.timestamp === 'created_at' ? version.createdAt : version.time
    const unit = { id: version.id, names: version.names, time: times, state: graph.stateOf(version.digest), version }
    return { ...unit, held: protects(version, graph.evident([version.digest])) }
  }

  function protects({ digest, names }: OracleVersion, parts: ReadonlySet<string>): boolean {
    if (type === 'docker' && (digest === 'docker-base-layer' || names.includes('docker-base-layer'))) return true
    if (type === 'npm' && policy.protect.distTags === true && [...stored.distTags.values()].includes(digest))
      return true
    const fits = (name: string): boolean => policy.protect.names.some((glob) => like(name, glob))
    if (names.some(fits)) return true
    // Tags that are no names are seen as they are written, on every part of an image.
    return graph.versions.some(
      (part) => isImage && parts.has(part.digest) && part.tags.some((tag) => !part.names.includes(tag) && fits(tag))
    )
  }

  function settle(unit: Unit, cast: readonly Answer[]): Settled {
    // A part that protects it by its tag may be deleted by others.
    if (unit.held)
      return { answer: 'keep', why: 'protected', alone: protects(unit.version, new Set([unit.version.digest])) }
    const untagged = unit.names.length === 0
    // An untagged unit may become part of what others push over something that owns it.
    const alone = !untagged || !isOwned(unit.version.digest)
    // Only who reads what nobody need read sees what protects it.
    if (protects(unit.version, new Set(membersOf([unit.version.digest])))) return UNSURE
    const asksForOrphans = cast.some(({ rule }) => rule?.match.state?.includes('orphan'))
    if (untagged && store && !asksForOrphans) return { answer: 'keep', why: 'signature store', alone: false }
    if (isForeign && policy.rules.some(({ match }) => match.prerelease !== undefined)) return UNSURE
    if (cast.some(({ rule }) => rule === undefined)) return { answer: 'keep', why: 'a name that no rule owns', alone }
    if (untagged && unit.time > now - policy.gracePeriod.ms) return { answer: 'keep', why: 'grace period', alone }
    if (cast.some(({ rule }) => rule !== undefined && isBeyond(rule))) return UNSURE
    if ((isProtectionHidden || (untagged ? isClouded : mayBeNamed)) && cast.some(isCounted)) return UNSURE
    return cast.some(({ out }) => !out)
      ? { answer: 'keep', why: BY_RULE, alone: false }
      : { answer: 'out', why: '', alone: false }
  }

  function isCounted({ rule }: Answer): boolean {
    return rule?.keep.some(counts) === true
  }

  function isOwned(digest: string): boolean {
    return graph.versions.some((owner) => graph.below(owner.digest).has(digest))
  }

  function isBeyond({ sort, keep, relativeTo }: Rule): boolean {
    if (!isForeign) return false
    const plain = keep.every((item) => Object.keys(item).every((key) => key === 'names' || key === 'within'))
    return sort === 'version' || relativeTo === 'newest' || !plain
  }

  function hold(): void {
    // What needs nobody else to be held comes first. A replaced fallback index holds nothing.
    const keeping = of('keep')
      .filter(({ version }) => graph.follows(version.digest) === undefined)
      .toSorted((a, b) => Number(settled.get(b)?.alone) - Number(settled.get(a)?.alone))
    for (const unit of keeping) {
      const { why = '', alone = false } = settled.get(unit) ?? {}
      const root = unit.version.digest
      for (const digest of graph.seen([root])) {
        if (stay.has(digest)) continue
        const byRule = why === BY_RULE
        stay.set(digest, { why: digest === root ? why : `needed by ${root}: ${why}`, unit: root, alone, byRule })
      }
    }
  }

  /** With replaced fallback indexes, which are deleted with what they follow unless that is `kept`. */
  function membersOf(roots: readonly string[], kept: Verdicts['stay'] = new Map()): readonly string[] {
    const found = new Set(roots)
    for (const digest of found) {
      for (const part of graph.below(digest)) found.add(part)
      if (kept.has(digest)) continue
      for (const { digest: index, subject } of followers) if (subject === digest) found.add(index)
    }
    return [...found]
  }

  function isNamed({ names, state }: Unit): boolean {
    return names.length > 0 && state !== 'ghost'
  }

  /** False where a floor, a fuse, a budget or GitHub's own rules may step in. */
  function isCertain(): boolean {
    if (policy.maxDelete !== undefined || policy.deleteLimit !== undefined) return false
    const staying = units.filter(({ version }) => stay.has(version.digest))
    // A tag that is taken off leaves no name, and which are is told by `keptTags`.
    const left = new Set([...keptTags()].filter(([tag]) => !speaks(tag)).map(([, digest]) => digest))
    const named = staying.filter(
      (unit) => isNamed(unit) && (policy.partialTags === 'keep' || left.has(unit.version.digest))
    )
    return named.length >= Math.max(policy.minKeep, 1)
  }

  function certainToGo(): ReadonlySet<string> {
    if (unread.size > 0 || !isCertain()) return new Set()
    const outs = of('out').map(({ version }) => version.digest)
    const holding = [...of('keep'), ...of('unsure')].map(({ version }) => version.digest)
    const staying = membersOf(holding.filter((digest) => graph.follows(digest) === undefined))
    // A replaced fallback index may be deleted before what it follows.
    const left = new Set(staying.filter((digest) => graph.follows(digest) === undefined || !outs.includes(digest)))
    for (const digest of membersOf(inRing())) left.add(digest)
    const gone = new Set(membersOf(outs).filter((digest) => !left.has(digest)))
    // Where nothing else is deleted, nobody reads what shows that an index takes no place in a count.
    const isOverlooked = (unit: Unit): boolean =>
      graph.follows(unit.version.digest) !== undefined && (answers.get(unit) ?? []).some(isCounted)
    const overlooked = new Set(units.filter(isOverlooked).map(({ version }) => version.digest))
    return [...gone].every((digest) => overlooked.has(digest)) ? new Set() : gone
  }

  /** Tagged, without a name, and owned by what they own: who has read no more takes the newest in such a ring for a root. */
  function inRing(): readonly string[] {
    return graph.versions
      .filter(({ names, tags }) => names.length === 0 && tags.length > 0)
      .map(({ digest }) => digest)
      .filter((digest) => [...graph.below(digest)].some((part) => graph.below(part).has(digest)))
  }

  function keptTags(): ReadonlyMap<string, string> {
    const tags = new Map<string, string>()
    const kept = new Map(
      units.map((unit) => [
        unit.version.digest,
        unit.held ? [] : (answers.get(unit) ?? []).filter((answer) => !answer.out && !(mayBeNamed && isCounted(answer)))
      ])
    )
    for (const { digest, names, tags: own } of graph.versions) {
      if (!stay.has(digest)) continue
      for (const tag of own) {
        const isKept = !names.includes(tag) || kept.get(digest)?.some(({ name }) => name === tag)
        const isProtected = policy.protect.names.some((glob) => like(tag, glob))
        if (policy.partialTags === 'keep' || isKept === true || isProtected) tags.set(tag, digest)
      }
    }
    return tags
  }
}
