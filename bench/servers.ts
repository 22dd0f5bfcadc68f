import { generateContainerPackage } from '../simulator/generate/containerPackage.js'
import { load } from '../simulator/generate/generatedPackage.js'
import type { Fault } from '../simulator/server/faults.js'
import type { LimitSettings } from '../simulator/server/limits.js'
import { countByKind, type LogEntry, peakPoints } from '../simulator/server/log.js'
import { type Simulator, startSimulator } from '../simulator/simulator.js'
import type { PackageType } from '../simulator/world/package.js'
import { World } from '../simulator/world/world.js'

/** What the process with the servers is to serve. */
export interface Wanted {
  readonly type: PackageType
  /** So many, with the versions shared out among them. */
  readonly packages: number
  readonly versions: number
  /** Milliseconds. */
  readonly latency: { readonly api: number; readonly registry: number }
  readonly limits: Partial<LimitSettings>
  readonly faults: readonly Fault[]
}

export interface Serving {
  readonly environment: Readonly<Record<string, string>>
  /** Containers: digests whose manifests a client must read whatever it deletes. */
  readonly mustRead: readonly string[]
}

/** What was asked since the last question. */
export interface Asked {
  readonly requests: Readonly<Record<string, number>>
  /** Answers with 403 or 429. */
  readonly refusals: number
  /** The most points of the REST API in any minute of the limits. */
  readonly peakPoints: number
  /** Points a minute from the first deletion to the last, all requests counted. */
  readonly pointsAMinute: number
  /** So many requests at least were sent one after the other's answer; not known without latency. */
  readonly roundTrips: number | undefined
  /** Milliseconds since the epoch of the first request. */
  readonly firstAt: number
  /** Tags that cannot be pulled. */
  readonly broken: number
}

export const OWNER = 'acme'
export const NAME = 'app'
export const TOKEN = 'ghp_bench'

async function serve(wanted: Wanted): Promise<void> {
  const world = new World()
  world.addOwner(OWNER)
  world.addToken({ value: TOKEN, login: 'bench' })
  fill(world, wanted)
  const startedAt = performance.timeOrigin + performance.now()
  const simulator = await startSimulator(world, {
    limits: wanted.limits,
    latency: wanted.latency,
    faults: wanted.faults
  })
  process.on('message', (message) => {
    if (message === 'asked') {
      process.send?.(asked(simulator, startedAt, wanted))
      simulator.clearLog()
    } else void simulator.stop().then(() => process.exit(0))
  })
  const serving: Serving = { environment: simulator.environment, mustRead: mustRead(world) }
  process.send?.(serving)
}

function fill(world: World, { type, packages, versions }: Wanted): void {
  for (let number = 0; number < packages; number++) {
    const name = packages === 1 ? NAME : `${NAME}-${number}`
    const share = Math.floor(versions / packages)
    if (type !== 'container') fillPlain(world, { type, name, versions: share })
    else {
      const seed = `bench ${number}`
      load(world, OWNER, generateContainerPackage({ versions: share, seed, now: world.clock.now(), name }))
    }
  }
}

interface Entry {
  readonly digest: string
  readonly mediaType: string
}

/** Every version that has a tag, that no index lists, that one lists as an index, or that two describe differently. */
function mustRead(world: World): readonly string[] {
  return [...world.packages()].flatMap(({ facts, versions, manifests }) => {
    if (facts.type !== 'container') return []
    const said = new Map<string, Set<string>>()
    for (const { body } of manifests.values()) {
      const { manifests: entries = [] } = JSON.parse(String(body)) as { readonly manifests?: readonly Entry[] }
      for (const { size: _, ...entry } of entries as readonly (Entry & { readonly size: number })[])
        said.set(entry.digest, (said.get(entry.digest) ?? new Set()).add(JSON.stringify(entry)))
    }
    return [...versions.list('active')]
      .filter(({ name, tags }) => {
        const [first = 'index', ...others] = said.get(name) ?? []
        return tags.length > 0 || others.length > 0 || /index|manifest\.list/.test(first)
      })
      .map(({ name }) => name)
  })
}

function fillPlain(
  world: World,
  { type, name, versions }: Pick<Wanted, 'type' | 'versions'> & { readonly name: string }
): void {
  const ref = { owner: OWNER, type, name }
  const latest = `1.${versions - 1}.0`
  world.addPackage({ ...ref, ...(type === 'npm' && { distTags: { latest } }) })
  for (let number = 0; number < versions; number++) {
    const version = `1.${number}.0`
    const createdAt = world.clock.now() - (versions - number) * 3_600_000
    world.addVersion(ref, { name: version, createdAt, ...(type === 'docker' && { tags: [version] }) })
  }
}

function asked(simulator: Simulator, startedAt: number, { limits, latency }: Wanted): Asked {
  const { log, world } = simulator
  const deletions = log.filter(({ kind }) => kind === 'delete-version')
  const from = deletions[0]?.time ?? 0
  const to = deletions.at(-1)?.time ?? 0
  const points = log.reduce((sum, each) => (each.time >= from && each.time < to ? sum + each.points : sum), 0)
  const minute = limits.minuteMs ?? 60_000
  const broken = [...world.packages()]
    .filter(({ facts }) => facts.type === 'container')
    .flatMap(({ facts, byTag }) => [...byTag.keys()].filter((tag) => !world.checkTag(OWNER, facts.name, tag).ok))
  return {
    requests: countByKind(log),
    refusals: log.filter(({ status }) => status === 403 || status === 429).length,
    peakPoints: peakPoints(log, minute),
    pointsAMinute: to > from ? (points / (to - from)) * minute : 0,
    roundTrips: latency.api > 0 ? longestChain(log) : undefined,
    firstAt: startedAt + (log[0]?.time ?? 0),
    broken: broken.length
  }
}

function longestChain(log: readonly LogEntry[]): number {
  let count = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { time, end } of log.toSorted((a, b) => (a.end ?? a.time) - (b.end ?? b.time))) {
    if (time < until) continue
    count += 1
    until = end ?? time
  }
  return count
}

if (process.send !== undefined) process.once('message', (wanted) => void serve(wanted as Wanted))
