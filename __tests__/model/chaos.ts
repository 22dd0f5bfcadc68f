import { type Random, randomFrom } from '../../simulator/generate/random.js'
import { hexOf } from '../../simulator/images/digest.js'
import { type descriptorOf, indexOf } from '../../simulator/images/manifest.js'
import { ociManifest } from '../../simulator/images/mediaTypes.js'
import { singleImage } from '../../simulator/images/singleImage.js'
import type { Request } from '../../simulator/server/exchange.js'
import type { Effect, Fault } from '../../simulator/server/faults.js'
import type { RequestKind } from '../../simulator/server/kinds.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import type { StoredVersion } from '../../simulator/world/version.js'
import type { World } from '../../simulator/world/world.js'

const KINDS: readonly RequestKind[] = [
  'list-packages',
  'get-package',
  'list-versions',
  'list-versions',
  'get-version',
  'delete-version',
  'delete-version',
  'restore-version',
  'get-manifest',
  'get-manifest',
  'registry-token',
  'put-manifest',
  'packument'
]

const EFFECTS: readonly Effect[] = [
  'reset',
  'lost-answer',
  'lost-answer',
  'cut-body',
  'short-body',
  'empty',
  'wrong-body',
  { status: 502 },
  { status: 503 },
  { status: 500 },
  { status: 401 },
  { limited: 'secondary', retryAfter: 60 },
  { delay: 3 }
]

export function randomFaults(random: Random): readonly Fault[] {
  return Array.from({ length: random.between(1, 4) }, () => ({
    match: {
      kind: random.pick(KINDS),
      ...random.pick([
        { nth: random.between(1, 8) },
        { probability: 0.2, seed: random.between(1, 999), times: random.between(1, 4) },
        { every: random.between(3, 9), times: 5 }
      ])
    },
    effect: random.pick(EFFECTS)
  }))
}

/** One or two manifests that the registry does not give. */
export function randomUnreadable(random: Random, world: World): ReadonlyMap<string, Fault> {
  if (!random.chance(0.15)) return new Map()
  const digests = [...world.packages()]
    .filter(({ facts }) => facts.type === 'container')
    .flatMap(({ versions }) => [...versions.list('active')].map(({ name }) => name))
  if (digests.length === 0) return new Map()
  const chosen = Array.from({ length: random.between(1, 2) }, () => random.pick(digests))
  return new Map(
    chosen.map((path) => {
      const effect = random.pick<Effect>([
        { status: 404 },
        { status: 401 },
        { status: 403 },
        { status: 500 },
        'wrong-body'
      ])
      return [path, { match: { kind: 'get-manifest', path }, effect }]
    })
  )
}

/** Something that others do meanwhile. */
export type Deed = 'retag' | 'tag' | 'push' | 'index' | 'delete'

/** Others who work on the same packages while a run goes on: the same seed does the same at the same requests. */
export class Others {
  /** Ids of the versions that others did something to, also by taking a tag off them. */
  readonly touched = new Set<number>()
  readonly deleted = new Set<number>()
  readonly #seed: string
  readonly #only: readonly Deed[]
  /** Many at work at once, and at anything. */
  readonly #busy: boolean
  /** Ids of the versions that the run may delete. */
  readonly #doomed: ReadonlySet<number>
  readonly #counts = new Map<string, number>()
  #left: number

  constructor(seed: string, only: readonly Deed[], most: number, busy: boolean, doomed: ReadonlySet<number>) {
    this.#busy = busy
    this.#doomed = doomed
    this.#seed = seed
    this.#left = most
    this.#only = only
  }

  onRequest(request: Request, world: World): void {
    const { kind } = request
    const nth = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, nth)
    if (this.#left === 0) return
    const random = randomFrom(`others ${this.#seed} ${kind} ${nth}`)
    const chance = { 'delete-version': 0.4, 'get-version': 0.15 }[String(kind)] ?? 0.06
    if (!random.chance(this.#busy ? 0.5 : chance)) return
    const id = Number(/\/versions\/(\d+)/.exec(request.path)?.[1])
    const later = kind === 'delete-version' && random.chance(0.6) ? this.#later(world, random, id) : undefined
    if (later === undefined) {
      const aimless = Number.isNaN(id) || (this.#busy && random.chance(0.7))
      this.act(world, random, request.n, aimless ? undefined : id)
    } else this.act(world, random, request.n, later, ['tag', 'retag', ...this.#only])
  }

  /** A version that the run may delete after the one that it deletes now. */
  #later(world: World, random: Random, now: number): number | undefined {
    const stored = [...world.packages()].find(({ versions }) => versions.get(now) !== undefined)
    const active = [...(stored?.versions.list('active') ?? [])].map(({ id }) => id)
    const later = active.filter((id) => id !== now && this.#doomed.has(id))
    return later.length === 0 ? undefined : random.pick(later)
  }

  /** Does one thing to some container, preferably to the version that is being asked for. */
  act(world: World, random: Random, n: number, aim?: number, only = this.#only): void {
    const containers = [...world.packages()].filter(({ facts }) => facts.type === 'container')
    const aimed = containers.find(({ versions }) => aim !== undefined && versions.get(aim) !== undefined)
    if (containers.length === 0) return
    const stored = aimed ?? random.pick(containers)
    const active = [...stored.versions.list('active')]
    if (active.length === 0) return
    const target = active.find(({ id }) => id === aim)
    const some = target !== undefined && random.chance(0.7) ? target : random.pick(active)
    const what = random.pick(only)
    this.#left -= 1
    for (const id of this.#do(world, stored, what, some, random, n)) this.touched.add(id)
  }

  #do(
    world: World,
    stored: StoredPackage,
    what: Deed,
    some: StoredVersion,
    random: Random,
    n: number
  ): readonly number[] {
    const { owner, name } = stored.facts
    const time = world.clock.now()
    switch (what) {
      case 'retag': {
        const tags = [...stored.byTag.keys()].filter((tag) => !tag.includes('sha256-'))
        if (tags.length === 0) return []
        const tag = random.pick(tags)
        const before = stored.byTag.get(tag)
        world.tag(owner, name, tag, some.name)
        return before === undefined ? [some.id] : [some.id, before.id]
      }
      case 'tag': {
        const tag = `meanwhile-${n}`
        world.tag(owner, name, tag, some.name)
        return [some.id]
      }
      case 'push': {
        const tags = random.chance(0.5) ? [random.pick(['latest', 'v1.0.0', 'nightly', `new-${n}`])] : []
        const before = tags.flatMap((tag) => stored.byTag.get(tag)?.id ?? [])
        world.push(owner, name, [singleImage(`${this.#seed} ${n}`)], tags, time)
        return before
      }
      case 'index': {
        const others = [...stored.versions.list('active')].filter(() => random.chance(0.1)).slice(0, 2)
        const children = [...new Set([some, ...others])].filter(({ name: digest }) => stored.manifests.has(digest))
        if (children.length === 0) return []
        const entries = children.map(({ name: digest }) => descriptorIn(stored, digest))
        const annotations = { seed: hexOf(`${this.#seed} ${n}`) }
        world.push(owner, name, [indexOf(entries, { annotations, tags: [`index-${n}`] })], [], time)
        return children.map(({ id }) => id)
      }
      case 'delete':
        if (stored.activeCount < 2) return []
        stored.remove(some.id)
        this.deleted.add(some.id)
        return [some.id]
    }
  }
}

function descriptorIn(stored: StoredPackage, digest: string): ReturnType<typeof descriptorOf> {
  const content = stored.manifests.get(digest)
  const body = String(content?.body ?? '')
  return { mediaType: content?.mediaType ?? ociManifest, digest, size: Buffer.byteLength(body) }
}
