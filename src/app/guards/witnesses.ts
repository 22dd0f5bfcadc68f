import { endsRun, Failure, failureOf } from '../../domain/failure.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import type { ExecutionContext } from '../executionContext.js'
import type { Ports } from '../ports.js'
import { ignoresState, LAG, lookUntil } from '../staleLists.js'

/** The lists that show what is there after deletions. Each may lag behind, so none is believed alone. */
export interface Witnesses {
  readonly active: readonly Version[]
  /** `undefined` if GitHub answered with another list. */
  readonly deleted: readonly Version[] | undefined
  /** By the registry's own list; `undefined` if there is none or it cannot be read. */
  readonly tags: ReadonlySet<string> | undefined
  /** Why one of them could not be read. */
  readonly unread?: string
}

/** What the lists are compared with. */
export interface Expected {
  /** Ids of what this run deleted. */
  readonly deleted: ReadonlySet<number>
  /** Ids of what was there before the first deletion. */
  readonly known: ReadonlySet<number>
  /** When that was read, milliseconds. */
  readonly readAt: number
}

/** After a run of more than a minute, or a push, the lists are read a second time, this many milliseconds later. */
const LONG_RUN_MS = 60_000
const SECOND_LOOK_MS = 5_000

/**
 * Reads the lists after the last deletion, and again for up to 15 s while they contradict each other: that is how a lag
 * shows. Throws `Failure` if GitHub's lists cannot be read in that time.
 */
export async function readWitnesses(run: ExecutionContext, ref: PackageRef, expected: Expected): Promise<Witnesses> {
  const { clock, stop } = run.ports
  let seen = await readSurely(run, ref, expected)
  let waited = 0
  try {
    for (const wait of LAG) {
      const agreed = !contradict(seen, expected)
      const busy = clock.now() - expected.readAt > LONG_RUN_MS || seen.active.some(({ id }) => !expected.known.has(id))
      if (agreed && (!busy || waited >= SECOND_LOOK_MS)) break
      const ms = agreed ? SECOND_LOOK_MS - waited : wait
      await clock.sleep(ms, stop.cancelled)
      waited += ms
      seen = await readSurely(run, ref, expected)
    }
  } catch (error) {
    return { ...seen, unread: failureOf(error).message }
  }
  return seen
}

/** One refusal does not prove that a list cannot be read. */
async function readSurely(run: ExecutionContext, ref: PackageRef, expected: Expected): Promise<Witnesses> {
  const look = (): Promise<Witnesses | Failure> =>
    readLists(run, ref, expected).catch((error: unknown) => failureOf(error))
  const read = await lookUntil(run.ports, look, (seen) => !(seen instanceof Failure) || endsRun(seen))
  if (read instanceof Failure) throw read
  return read
}

async function readLists({ ports, owner }: ExecutionContext, ref: PackageRef, expected: Expected): Promise<Witnesses> {
  const deleted = await ports.packages.listVersions(owner, ref, 'deleted')
  // Later than what was deleted: they show whatever came back until now.
  const [active, registry] = await Promise.all([
    ports.packages.listVersions(owner, ref, 'active'),
    ref.type === 'container' ? registryTags(ports, ref) : { tags: undefined }
  ])
  const others = active.filter(({ id }) => !expected.deleted.has(id))
  return { active, deleted: ignoresState(deleted, others) ? undefined : deleted, ...registry }
}

async function registryTags({ manifests }: Ports, ref: PackageRef): Promise<Pick<Witnesses, 'tags' | 'unread'>> {
  try {
    return { tags: new Set(await manifests.tags(ref)) }
  } catch (error) {
    return { tags: undefined, unread: failureOf(error).message }
  }
}

/** Whether one of them shows something that another does not show and should, or shows and should not. */
function contradict({ active, deleted, tags }: Witnesses, expected: Expected): boolean {
  if (active.some(({ id }) => expected.deleted.has(id))) return true
  const ids = new Set(deleted?.map(({ id }) => id))
  if (deleted !== undefined && [...expected.deleted].some((id) => !ids.has(id))) return true
  const shown = new Set(active.flatMap((version) => version.tags))
  return tags !== undefined && [...tags].some((tag) => !shown.has(tag))
}
