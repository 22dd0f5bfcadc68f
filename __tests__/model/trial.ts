import { EventEmitter } from 'node:events'
import { type Random, randomFrom } from '../../simulator/generate/random.js'
import type { Fault } from '../../simulator/server/faults.js'
import { type Simulator, startSimulator } from '../../simulator/simulator.js'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import type { Snapshot } from '../../simulator/world/snapshot.js'
import type { World } from '../../simulator/world/world.js'
import type { Policy } from '../../src/domain/policy.js'
import type { Seen } from '../invariants/graphOracle.js'
import { like } from '../policy/oracle.js'
import { days } from '../policy/randomCase.js'
import { type Deed, Others, randomFaults, randomUnreadable } from './chaos.js'
import { ModelClock } from './modelClock.js'
import { judge, speaks, type Verdicts } from './oracle.js'
import { randomModelPolicy, renderPolicy } from './policies.js'
import { isReadable, MemoryFiles, type Ran, runProduct } from './product.js'
import { randomAssumptions, randomLimits } from './switches.js'
import { type Death, Witness } from './witness.js'
import { NOW, randomWorld } from './worlds.js'

/** One random case, with everything that is needed to see why it failed. */
export interface Trial {
  readonly seed: string
  readonly mood: Mood
  readonly policy: string
  /** What must not be and is; empty: all is well. */
  readonly faults: readonly string[]
  /** Versions that the first run deleted. */
  readonly deleted: number
}

export interface Mood {
  readonly faults: boolean
  readonly races: boolean
  readonly cancel: boolean
  /** The process dies at some deletion: nothing that it would have said or written after that counts. */
  readonly kill: boolean
  readonly apply: boolean
}

/** What a request takes on the model's clock. */
const REQUEST_MS = 50
/** A look serves deletions for 3 s (`OLDEST_LOOK_MS`); requests that are under way take their time. */
const LONGEST_LOOK_MS = 3_500
const HOUR = 3_600_000
const DAY = 24 * HOUR
const TYPES = 'container, npm, maven, nuget, rubygems, docker'

export async function runTrial(seed: string): Promise<Trial> {
  const random = randomFrom(`trial ${seed}`)
  const mood: Mood = random.pick<Mood>([
    { faults: false, races: false, cancel: false, kill: false, apply: false },
    { faults: false, races: false, cancel: false, kill: false, apply: random.chance(0.3) },
    { faults: true, races: false, cancel: false, kill: false, apply: random.chance(0.2) },
    { faults: false, races: true, cancel: false, kill: false, apply: random.chance(0.3) },
    { faults: random.chance(0.3), races: true, cancel: false, kill: false, apply: false },
    { faults: random.chance(0.3), races: random.chance(0.3), cancel: true, kill: false, apply: false },
    { faults: false, races: false, cancel: false, kill: true, apply: false }
  ])
  const assumptions = randomAssumptions(random)
  const ahead = random.chance(0.2) ? random.pick([-400 * DAY, -2 * DAY, -HOUR, HOUR, 26 * HOUR, 400 * DAY]) : 0
  const drawn = readablePolicy(random)
  // By a clock that is so far ahead everything untagged would be old enough.
  const policy = ahead > 300 * DAY ? { ...drawn, gracePeriod: days(400) } : drawn
  const stage = new Stage(seed, policy, mood, ahead, assumptions)
  await stage.play()
  const told = `${renderPolicy(policy)}# ${JSON.stringify(assumptions)} ahead ${ahead / HOUR} h\n`
  return { seed, mood, policy: told, faults: stage.found, deleted: stage.witness.deaths.length }
}

function readablePolicy(random: Random): Policy {
  const nowhere = { url: 'http://localhost', registryUrl: 'http://localhost', npmUrl: 'http://localhost' }
  for (;;) {
    const policy = randomModelPolicy(random)
    const inputs = { 'package-type': TYPES, 'package-name': '**', policy: renderPolicy(policy) }
    if (isReadable(nowhere, inputs)) return policy
  }
}

class Stage {
  readonly found: string[] = []
  readonly witness = new Witness()
  readonly #random
  readonly #files = new MemoryFiles()
  readonly #signals = new EventEmitter()
  readonly #inputs: Readonly<Record<string, string>>
  /** Few: an index is read before what it lists. */
  readonly #readers: number
  readonly #world: World
  readonly clock: ModelClock
  /** Manifests that the registry does not give, each in its own way, until the first run is over. */
  readonly #unreadable: ReadonlyMap<string, Fault>
  #others: Others | undefined
  #simulator: Simulator | undefined
  #listed = false
  #cancelAt = 0
  #killAt = 0
  #dead = false
  #disarmed = false
  /** The receipt as a kill left it. */
  readonly #known = new Map<number, Set<string>>()
  #torn: readonly [string, string][] = []

  constructor(
    readonly seed: string,
    readonly policy: Policy,
    readonly mood: Mood,
    /** How far the runner's clock is ahead of GitHub's. */
    readonly ahead: number,
    readonly assumptions: Partial<Assumptions>
  ) {
    this.#random = randomFrom(`stage ${seed}`)
    // Over real connections, which takes longer.
    this.clock = new ModelClock(NOW, randomFrom(`wire ${seed}`).chance(0.1))
    this.#readers = randomFrom(`readers ${seed}`).pick([1, 4, 64])
    this.#world = randomWorld(seed, this.clock, assumptions)
    this.#unreadable = randomUnreadable(this.#random, this.#world)
    this.#inputs = {
      'package-type': TYPES,
      'package-name': '**',
      policy: renderPolicy(policy),
      'delete-concurrency': String(this.#random.pick([1, 1, 2, 4])),
      // A deletion a second: what the run saw first grows old.
      pace: randomFrom(`pace ${seed}`).chance(0.5) ? 'gentle' : 'fast'
    }
  }

  async play(): Promise<void> {
    const { mood } = this
    const random = this.#random
    if (mood.cancel) this.#cancelAt = random.between(1, 60)
    if (mood.kill) this.#killAt = random.between(1, 12)
    const simulator = await startSimulator(this.#world, {
      limits: randomLimits(this.seed),
      faults: [...this.#unreadable.values(), ...(mood.faults ? randomFaults(random) : [])],
      onRequest: (request, world) => {
        if (this.#dead) return 'reset'
        // Once the run knows its `now`.
        if (request.kind === 'list-versions') this.#listed = true
        if (this.#listed) this.clock.advance(REQUEST_MS)
        if (!this.#disarmed) this.#others?.onRequest(request, world)
        this.witness.before(request, world)
        if (this.#cancelAt === request.n) this.#signals.emit('SIGINT')
        if (this.#killAt > 0 && this.witness.deletions === this.#killAt && request.kind === 'delete-version') {
          this.#dead = true
          this.#torn = [...this.#files.texts]
          this.#signals.emit('SIGINT')
          return 'lost-answer'
        }
        return undefined
      },
      events: [{ at: { after: {} }, run: (world, request) => this.witness.after(request, world) }]
    })
    this.#simulator = simulator
    try {
      const before = this.#world.snapshot()
      const verdicts = this.#judge()
      const broken = this.#brokenTags()
      if (random.chance(0.15)) await this.#compareOrders()
      const ran = await this.#firstRun(this.#doomed(verdicts))
      this.#disarm()
      const first = this.#receipts()
      this.#checkRun(ran, verdicts)
      this.#checkTags(broken, ran)
      this.#checkOrder()
      if (this.#cascades) return
      if (!mood.kill) this.#checkCounts(ran)
      if (!mood.kill) this.#checkReceipt(before)
      this.#checkFloor(verdicts)
      if (!mood.races && !mood.faults && !mood.cancel && !mood.kill && !mood.apply) this.#checkComplete(verdicts, ran)
      const converged = random.chance(0.5) ? await this.#converge() : []
      this.#checkTags(broken, ran)
      await this.#restore([...first, ...converged], before)
    } finally {
      await simulator.stop()
    }
  }

  async #run(inputs: Readonly<Record<string, string>>): Promise<Ran> {
    const simulator = this.#simulator
    if (simulator === undefined) throw new Error('not started')
    const ran = await runProduct(
      {
        simulator,
        clock: this.clock,
        files: this.#files,
        signals: this.#signals,
        ahead: this.ahead,
        readers: this.#readers
      },
      inputs
    )
    for (const { steps } of ran.report?.plan?.packages ?? []) {
      for (const step of steps) {
        if (step.kind === 'delete') this.#known.set(step.version.id, new Set(step.version.tags))
      }
    }
    this.#checkLooks(ran)
    if (ran.failure?.code === 'bug') this.#fail(`a bug is reported: ${ran.failure.message}`)
    return ran
  }

  async #firstRun(doomed: ReadonlySet<number>): Promise<Ran> {
    const { races, apply, cancel } = this.mood
    const what: readonly Deed[] = cancel ? ['retag', 'tag', 'push'] : ['retag', 'tag', 'push', 'index', 'delete']
    const busy = this.#random.chance(0.3)
    const others = new Others(this.seed, what, busy ? 60 : this.#random.between(2, 8), busy, doomed)
    if (!apply) {
      if (races) this.#others = others
      return this.#run(this.#inputs)
    }
    const simulator = this.#simulator
    simulator?.clearFaults()
    for (const { match, effect } of this.#unreadable.values()) simulator?.addFault(match, effect)
    const dry = await this.#run({ ...this.#inputs, 'dry-run': 'true' })
    if (this.witness.deletions > 0) this.#fail('a dry run deletes')
    const plan = dry.outputs['plan-file']
    if (plan === undefined) return dry
    if (races) {
      for (let i = this.#random.between(0, 2); i > 0; i--) others.act(this.#world, this.#random, 0)
      this.#others = others
    }
    return this.#run({ operation: 'apply', 'plan-file': await this.#inWorkspace(plan), 'delete-concurrency': '2' })
  }

  /** Input files are read from the workspace only. */
  async #inWorkspace(path: string): Promise<string> {
    const copy = `/workspace${path}`
    this.#files.texts.set(copy, await this.#files.read(path))
    return copy
  }

  #disarm(): void {
    this.#disarmed = true
    this.#cancelAt = 0
    this.#killAt = 0
    if (this.#dead) {
      this.#dead = false
      this.#files.texts.clear()
      for (const [path, text] of this.#torn) this.#files.texts.set(path, text)
    }
    this.#simulator?.clearFaults()
  }

  #fail(text: string): void {
    this.found.push(text)
  }

  #judge(): ReadonlyMap<string, Verdicts> {
    return new Map([...this.#world.packages()].map((stored) => [stored.key, this.#verdictsOf(stored)]))
  }

  /** Ids of the versions that nothing holds. */
  #doomed(verdicts: ReadonlyMap<string, Verdicts>): ReadonlySet<number> {
    return new Set(
      [...this.#world.packages()].flatMap(({ key, versions }) =>
        [...versions.list('active')].flatMap(({ id, name }) => (verdicts.get(key)?.stay.has(name) ? [] : [id]))
      )
    )
  }

  /** The earlier of two clocks is the time that ages count back from. */
  #verdictsOf(stored: StoredPackage): Verdicts {
    const isContainer = stored.facts.type === 'container'
    const names = isContainer ? [...stored.versions.list('active')].map(({ name }) => name) : []
    const unread = new Set(names.filter((name) => this.#unreadable.has(name) || !stored.manifests.has(name)))
    const judged = (seen: Seen): Verdicts => judge(seen, this.policy, NOW + Math.min(0, this.ahead), unread)
    const all = judged(stored)
    const views = this.#lateViews(stored).map(judged)
    // Rules are not asked again when more is seen, as ranks may have moved.
    const stay = [...all.stay].filter(([name, { byRule }]) => !byRule || views.every((view) => view.stay.has(name)))
    return { ...all, stay: new Map(stay) }
  }

  /** The package without what was pushed last, as far as a list that lags may not show it when the run plans. */
  #lateViews(stored: StoredPackage): readonly Seen[] {
    const { facts, manifests, distTags } = stored
    const active = [...stored.versions.list('active')]
    const { activeListLag = 0, lagAfter } = this.assumptions
    const shown = lagAfter?.includes('push') === false ? NOW : NOW - activeListLag * 1000
    const times = new Set(active.map(({ createdAt }) => createdAt).filter((at) => at > shown))
    return [...times].map((time) => {
      const list = () => active.filter(({ createdAt }) => createdAt < time)
      return { facts, manifests, distTags, versions: { list } }
    })
  }

  #brokenTags(): ReadonlySet<string> {
    const broken = new Set<string>()
    for (const { facts, byTag, key } of this.#world.packages()) {
      if (facts.type !== 'container' && facts.type !== 'docker') continue
      for (const tag of byTag.keys()) {
        const { missing } = this.#world.checkTag(facts.owner, facts.name, tag, facts.type)
        for (const digest of missing) broken.add(`${key} ${digest}`)
      }
    }
    return broken
  }

  /** Property (a): the order of lists makes no difference. */
  async #compareOrders(): Promise<void> {
    const plans: string[] = []
    for (const order of ['newest', 'oldest', 'random'] as const) {
      const clock = new ModelClock(NOW, this.clock.overHttp)
      const world = randomWorld(this.seed, clock, { ...this.assumptions, order })
      const simulator = await startSimulator(world, { limits: { primary: 'off', secondary: 'off' } })
      try {
        const around = {
          simulator,
          clock,
          files: new MemoryFiles(),
          signals: new EventEmitter(),
          ahead: this.ahead,
          readers: this.#readers
        }
        const { report } = await runProduct(around, { ...this.#inputs, 'dry-run': 'true' })
        const plan = report?.plan?.packages.map(({ package: { type, name }, steps }) => ({ type, name, steps }))
        plans.push(JSON.stringify(plan))
      } finally {
        await simulator.stop()
      }
    }
    if (new Set(plans).size > 1) this.#fail('the plan depends on the order of the list')
  }

  /** Nothing that must stay was deleted, whatever happened meanwhile. */
  #checkRun(ran: Ran, verdicts: ReadonlyMap<string, Verdicts>): void {
    for (const { stored, id, name } of this.#lasting()) {
      const held = verdicts.get(stored.key)?.stay.get(name)
      if (held === undefined || (this.mood.races && !(held.alone && this.#isUntouched(stored, held.unit)))) continue
      // A path to it may have gone with what others deleted, and its own state may be another.
      const mayDiffer = held.unit !== name || this.policy.rules.some(({ match }) => match.state !== undefined)
      if (mayDiffer && (this.#others?.deleted.size ?? 0) > 0) continue
      if (held.why === 'protected' && this.#distTagsUnread(stored, name, ran)) continue
      this.#fail(`${stored.key} ${name} (${id}) was deleted and must stay: ${held.why}`)
    }
    for (const [key, { tags }] of verdicts) {
      if (this.mood.races || this.#cascades) continue
      const stored = [...this.#world.packages()].find((each) => each.key === key)
      for (const [tag, name] of tags) {
        if (stored?.facts.type !== 'container' && stored?.facts.type !== 'docker') continue
        if (stored.byTag.get(tag)?.name !== name) this.#fail(`${key}:${tag} must stay on ${name}`)
      }
    }
    const mayFail = this.mood.faults || this.mood.cancel || this.mood.kill || this.mood.races || this.mood.apply
    // What cannot be read has no state that a rule could ask for.
    const asksForState = this.policy.rules.some(({ match }) => match.state !== undefined)
    for (const [key, { blind }] of mayFail ? [] : verdicts) {
      const made = ran.report?.plan?.packages.find(
        ({ package: { type, owner, name } }) => key === `${type}/${owner}/${name}`
      )
      if (blind && !asksForState && (made?.violations.length ?? 0) === 0 && !this.#isFresh(key)) {
        this.#fail(`${key}: nothing can be deleted because of what cannot be read, and the run does not fail`)
      }
    }
    if (!mayFail && ran.failure !== undefined) this.#fail(`a calm run failed: ${ran.failure.message}`)
  }

  /** Each planned deletion was sent soon after a look at its version that showed no tag which the plan did not know. */
  #checkLooks({ deletions }: Ran): void {
    for (const { id, age, tags } of deletions) {
      if (!this.#known.has(id)) continue
      if (age > LONGEST_LOOK_MS && !this.clock.overHttp) {
        this.#fail(`version ${id} was deleted ${age} ms after the last look at it`)
      }
      if (!this.#planned(id, tags)) {
        this.#fail(`version ${id} was deleted although the last look at it showed ${tags.join(', ')}`)
      }
    }
  }

  /** Something was pushed within the last hour: the run puts off what it cannot read. */
  #isFresh(key: string): boolean {
    const stored = [...this.#world.packages()].find((each) => each.key === key)
    return [...(stored?.versions.all() ?? [])].some(({ createdAt }) => createdAt > NOW - HOUR + Math.min(0, this.ahead))
  }

  /** Nobody else has done anything to it. */
  #isUntouched(stored: StoredPackage, name: string): boolean {
    return [...stored.versions.all()].every(({ id, name: each }) => each !== name || !this.#others?.touched.has(id))
  }

  /** Only a dist-tag protects it, and the run says that it could not read those: then the highest and the newest are kept. */
  #distTagsUnread({ facts, distTags }: StoredPackage, name: string, { said }: Ran): boolean {
    const isNamed = this.policy.protect.names.some((glob) => like(name, glob))
    const isTagged = facts.type === 'npm' && [...distTags.values()].includes(name)
    return isTagged && !isNamed && said.some((text) => text.startsWith(`${facts.name}: dist-tags could not be read`))
  }

  /** Deleted by the product and not brought back by it; what was brought back and deleted again counts as it was then. */
  #lasting(): readonly Death[] {
    const last = new Map(this.witness.deaths.map((death) => [death.id, death]))
    return [...last.values()].filter(
      ({ stored, id, throwAway }) =>
        !throwAway && this.#others?.deleted.has(id) !== true && stored.versions.get(id)?.deletedAt !== undefined
    )
  }

  /** No tag lost anything to the product: what is missing under a tag was missing before, or others took it. */
  #checkTags(broken: ReadonlySet<string>, ran: Ran): void {
    const ours = new Map(this.#lasting().map((death) => [`${death.stored.key} ${death.name}`, death]))
    for (const { facts, byTag, key } of this.#world.packages()) {
      if (facts.type !== 'container' && facts.type !== 'docker') continue
      for (const tag of byTag.keys()) {
        for (const digest of this.#world.checkTag(facts.owner, facts.name, tag, facts.type).missing) {
          const death = ours.get(`${key} ${digest}`)
          if (broken.has(`${key} ${digest}`) || this.witness.unseen.has(`${key} ${digest}`)) continue
          if (death === undefined) {
            const isTold = ran.said.some(
              (text) => text.includes(digest) || text.includes('of kept indexes were there before')
            )
            if (this.#cascades && !this.mood.kill && !this.mood.races && !isTold && !this.#saysSo(ran, digest)) {
              this.#fail(`${key}:${tag} lost ${digest} to a cascade, and the run does not say so`)
            }
            continue
          }
          if (this.#saysSo(ran, digest)) continue
          this.#fail(`${key}:${tag} lost ${digest}, deleted by request ${death.n}`)
        }
      }
    }
    for (const { stored, name, tags, id } of this.#lasting()) {
      const lost = tags.filter((tag) => !stored.byTag.has(tag) && !speaks(tag))
      // The last page that showed it may be seconds old, and nothing shows its tags afterwards.
      const isBlind = ran.said.some((text) => text.includes('does not show the tags of deleted versions here'))
      if (lost.length === 0 || isBlind || this.mood.cancel || this.#showsNoTag(stored)) continue
      if (this.#planned(id, lost) || this.#saysSo(ran, name)) continue
      this.#fail(`${stored.key} ${name} was tagged ${lost.join(', ')} meanwhile and is gone`)
    }
  }

  /** Nothing can be promised where GitHub deletes more than it was asked to, but that the run tells of it. */
  get #cascades(): boolean {
    return (this.assumptions.cascade ?? 'none') !== 'none'
  }

  /** The product knew these tags when it planned to delete the version. */
  #planned(id: number, tags: readonly string[]): boolean {
    const known = this.#known.get(id)
    return known !== undefined && tags.every((tag) => known.has(tag))
  }

  /** With faults on top of races the way back may be cut off; then a person must be told. */
  #saysSo({ said, report }: Ran, digest: string): boolean {
    const mayFail = this.mood.faults || this.mood.kill || this.mood.cancel
    if (!mayFail && this.assumptions.tagsOnRestore !== 'refuse-if-moved') return false
    const messages = report?.packages.flatMap(({ outcomes }) => outcomes.map(({ message = '' }) => message)) ?? []
    return [...said, ...messages].some(
      (text) => text.includes('final check could not') || (text.includes(digest) && text.includes('not be restored'))
    )
  }

  /** Neither tags nor times of deleted versions show a new tag, and none that lost its known tags tells the run so. */
  #showsNoTag(stored: StoredPackage): boolean {
    const { deletedTags = true, updatedAtOn = ['tag-gained'] } = this.assumptions
    const known = this.#lasting().filter((death) => death.stored === stored)
    return (
      !deletedTags && !updatedAtOn.includes('tag-gained') && known.every(({ id }) => this.#known.get(id)?.size === 0)
    )
  }

  /** Owners go before what they own: after any prefix of the deletions nothing that is there lacks what it had. */
  #checkOrder(): void {
    if (this.mood.races) return
    for (const { stored, name, needers, n, throwAway } of this.witness.deaths) {
      // It bears for a moment a tag that may hold the digest of the version which loses it.
      if (throwAway) continue
      for (const needer of needers) this.#fail(`${stored.key} ${name} went (request ${n}) while ${needer} was there`)
    }
  }

  #checkCounts(ran: Ran): void {
    const truly = new Set(
      this.witness.deaths.filter(({ id, throwAway }) => !throwAway && !this.witness.revived.has(id)).map(({ id }) => id)
    )
    const said = Number(ran.outputs['deleted-count'] ?? 0)
    if (ran.report === undefined && truly.size > 0)
      this.#fail(`the run failed as a whole and deleted ${truly.size} all the same`)
    else if (ran.report !== undefined && said !== truly.size) {
      // An answer that never came, and no time left to ask again: nobody can know.
      const shownStill = this.mood.faults && (this.assumptions.versionLag ?? 0) > 0 && said < truly.size
      const unknown =
        (this.mood.cancel && this.mood.faults) ||
        (this.#confirmsTwice() && said > truly.size) ||
        (said > truly.size && said - truly.size <= this.#doubted().size) ||
        shownStill ||
        (said < truly.size && truly.size - said <= this.#notKnown())
      if (!unknown) this.#fail(`deleted-count is ${said}, in truth ${truly.size}`)
    }
    const planned = Number(ran.outputs['planned-count'] ?? 0)
    if (truly.size > planned) this.#fail(`planned-count is ${planned}, deleted ${truly.size}`)
  }

  /** GitHub answers 204 to two runs that delete one version: neither can know which of them did. */
  #confirmsTwice(): boolean {
    return this.mood.races && this.#world.assumptions.secondDelete === 204
  }

  /**
   * Versions that others deleted after a request of the run for them had got no answer. Nobody can know whose deletion it was,
   * and the run says so.
   */
  #doubted(): ReadonlySet<unknown> {
    const lines = this.#receiptLines()
    const doubtful = lines.filter(({ message }) => String(message).includes('somebody else may have deleted it'))
    const steps = new Set(doubtful.map(({ step }) => step))
    const ids = lines.filter(({ kind, step }) => kind === 'intent' && steps.has(step)).map(({ id }) => Number(id))
    return new Set(ids.filter((id) => this.#others?.deleted.has(id)))
  }

  /** Deletions that got no answer, and of which the run could not learn more: it says so. */
  #notKnown(): number {
    return this.#receiptLines().filter(({ message }) => /Whether it was .* is not known/.test(String(message))).length
  }

  #receiptLines(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.#receipts().flatMap((path) => this.#files.texts.get(path)?.trimEnd().split('\n') ?? [])
    return lines.map((line) => JSON.parse(line))
  }

  #receipts(): readonly string[] {
    return [...this.#files.texts.keys()].filter((path) => path.endsWith('/receipt.jsonl'))
  }

  /** Every deletion has its intent, with what restoring needs; every `done` is a deletion. */
  #checkReceipt(before: Snapshot): void {
    const known = idsOf(before)
    const entries = this.#receiptLines()
    const intents = entries.filter(({ kind, action }) => kind === 'intent' && action === 'delete')
    const results = new Map(entries.filter(({ kind }) => kind === 'outcome').map(({ step, result }) => [step, result]))
    const done = new Set(intents.filter(({ step }) => results.get(step) === 'done').map(({ id }) => id))
    for (const { id, name } of this.witness.deaths) {
      if (!known.has(id)) continue
      const intent = intents.find((each) => each.id === id)
      if (intent === undefined) this.#fail(`${name} was deleted without a line in the receipt`)
      else if (!done.has(id) && !(this.mood.cancel || this.mood.faults))
        this.#fail(`the receipt does not say that ${name} was deleted`)
    }
    const truly = new Set(this.witness.deaths.map(({ id }) => id))
    const doubted = this.#doubted()
    for (const id of done)
      if (!truly.has(Number(id)) && !this.#confirmsTwice() && !doubted.has(id))
        this.#fail(`the receipt says that ${String(id)} was deleted, which it was not`)
    for (const { step } of intents)
      if (!results.has(step)) this.#fail(`step ${String(step)} of the receipt has no outcome`)
  }

  #checkFloor(verdicts: ReadonlyMap<string, Verdicts>): void {
    if (this.mood.races) return
    for (const stored of this.#world.packages()) {
      const { named: was = 0, graph } = verdicts.get(stored.key) ?? {}
      // An image that only a hidden index owns has a name to whoever does not read that index: its own digest.
      if (graph !== undefined && graph.hidden.size > 0) continue
      const is = this.#verdictsOf(stored).named
      // A ghost may become whole in the eyes of the oracle only by a restore; a deletion only takes away.
      if (is < Math.min(this.policy.minKeep, was))
        this.#fail(`${stored.key}: ${is} named units are left of ${was}, min-keep ${this.policy.minKeep}`)
    }
  }

  #checkComplete(verdicts: ReadonlyMap<string, Verdicts>, ran: Ran): void {
    if (ran.report === undefined) return
    const planned = Number(ran.outputs['planned-count'])
    const deleted = Number(ran.outputs['deleted-count'])
    const refused = Number(ran.outputs['refused-count'])
    // Where GitHub refuses what nobody foresees, what it owns is not deleted either.
    const isForeseen = refused === 0 || this.assumptions.digestTagsCount !== false
    if (planned !== deleted + refused + this.#notFoundYet(ran) && isForeseen)
      this.#fail(`a calm run planned ${planned}, deleted ${deleted}, and was refused ${refused}`)
    // What was pushed right before the run may show only while it goes on.
    const { activeListLag = 0, versionLag = 0, registryLag = 0 } = this.assumptions
    if (activeListLag + versionLag + registryLag > 0 || !isForeseen) return
    for (const stored of this.#world.packages()) {
      for (const name of verdicts.get(stored.key)?.go ?? []) {
        if (stored.byName.has(name)) this.#fail(`${stored.key} ${name} must go and is there`)
      }
    }
  }

  /** Versions that GitHub did not find by their id so shortly after their push: the run takes them for gone and deletes nothing. */
  #notFoundYet({ report }: Ran): number {
    const youngest = NOW - (this.assumptions.versionLag ?? 0) * 1000
    const outcomes = report?.packages.flatMap((each) => each.outcomes) ?? []
    return outcomes.filter(
      ({ kind, step }) => kind === 'already-gone' && step.kind === 'delete' && (step.version.createdAt ?? 0) > youngest
    ).length
  }

  /** Calm runs until nothing is left to do. Returns their receipts. */
  async #converge(): Promise<readonly string[]> {
    const rounds = this.policy.deleteLimit === undefined ? 5 : 20
    const had = new Set(this.#receipts())
    for (let round = 0; round < rounds; round++) {
      this.clock.advance(HOUR)
      const ran = await this.#run(this.#inputs)
      if (ran.failure !== undefined) {
        this.#fail(`run ${round + 2} failed: ${ran.failure.message}`)
        break
      }
      if (Number(ran.outputs['failed-count']) > 0) this.#fail(`run ${round + 2}: ${ran.outputs['failed-count']} failed`)
      const steps = ran.report?.packages.flatMap(({ outcomes }) => outcomes.filter(({ kind }) => kind === 'done')) ?? []
      if (steps.length === 0) return this.#receipts().filter((path) => !had.has(path))
    }
    if (this.policy.deleteLimit === undefined) this.#fail(`not finished after ${rounds} more runs`)
    return this.#receipts().filter((path) => !had.has(path))
  }

  /** The way back, last run first; then everything is as it was. */
  async #restore(receipts: readonly string[], before: Snapshot): Promise<void> {
    const reported = new Set<number>()
    // Nobody undoes a run within seconds, while lists still lag.
    this.clock.advance(HOUR)
    for (const path of receipts.toReversed()) {
      const inputs = { operation: 'restore', 'receipt-file': await this.#inWorkspace(path), owner: 'octo-org' }
      const ran = await this.#run(inputs)
      if (ran.failure !== undefined) this.#fail(`restore failed: ${ran.failure.message}`)
      for (const { kind, version } of ran.report?.restored ?? []) {
        if (version !== undefined && (kind === 'conflict' || kind === 'failed')) reported.add(version.id)
      }
    }
    const known = idsOf(before)
    for (const { id, name, stored } of this.#lasting()) {
      if (known.has(id) && !reported.has(id)) this.#fail(`${stored.key} ${name} did not come back`)
    }
    if (this.mood.races) return
    const after = this.#world.snapshot()
    for (const [key, was] of Object.entries(before)) {
      // Nothing can be pushed to the old Docker registry, so tags that a restore loses there are lost.
      if (key.startsWith('docker/') && this.assumptions.tagsOnRestore === 'lost') continue
      const versions = after[key]?.versions.filter(({ id }) => known.has(id)) ?? []
      for (const [i, version] of was.versions.entries()) {
        const is = versions[i]
        if (JSON.stringify(is) !== JSON.stringify(version)) {
          this.#fail(`restored differently: ${JSON.stringify(version)} is ${JSON.stringify(is)}`)
        }
      }
    }
  }
}

function idsOf(snapshot: Snapshot): ReadonlySet<number> {
  return new Set(Object.values(snapshot).flatMap(({ versions }) => versions.map(({ id }) => id)))
}
