import type { Request } from '../../simulator/server/exchange.js'
import type { LogEntry } from '../../simulator/server/log.js'
import type { World } from '../../simulator/world/world.js'
import {
  changedBy,
  count,
  deletedIds,
  emptyWorkspace,
  type Inputs,
  type RanHere,
  runInMemory,
  simulate
} from './harness.js'

interface Ended {
  readonly ran: RanHere
  readonly log: readonly LogEntry[]
}

/** One run, while which somebody else is at work. */
interface Case {
  readonly world: World
  /** What somebody else does right before a request is worked on. */
  act(request: Request): void
  /** What is wrong in the end. */
  look(ended: Ended): readonly string[]
}

/**
 * Runs once for each request that `at` picks (all, if it is left out), or for each `every`th of them: with something done at it. In a
 * last run nothing is done, and it has to delete or restore something. A run has to end well and to count truly. Returns what was
 * wrong, and at which request.
 */
export async function atEveryRequest(
  inputs: Inputs,
  prepare: () => Case,
  at: (request: Request) => boolean = () => true,
  every = 1
): Promise<readonly string[]> {
  const problems: string[] = []
  for (let nth = 1, reached = true; reached; nth += every) {
    const { world, act, look } = prepare()
    let when = 'nothing done'
    let seen = 0
    reached = false
    const simulator = await simulate(world, {
      onRequest: (request) => {
        if (!at(request)) return undefined
        seen += 1
        if (seen !== nth) return undefined
        reached = true
        when = `${request.n} ${request.kind}`
        act(request)
        return undefined
      }
    })
    const ran = await runInMemory(simulator, inputs)
    const gone = deletedIds(world.snapshot())
    const truth = {
      status: 0,
      'deleted-count': new Set(changedBy(simulator.log, 'delete-version').filter((id) => gone.has(id))).size,
      'restored-count': changedBy(simulator.log, 'restore-version').length,
      'failed-count': 0
    }
    const said = {
      status: ran.status,
      'deleted-count': count(ran, 'deleted-count'),
      'restored-count': count(ran, 'restored-count'),
      'failed-count': count(ran, 'failed-count')
    }
    if (!reached && truth['deleted-count'] + truth['restored-count'] === 0)
      problems.push('it is a run that does nothing')
    problems.push(...look({ ran, log: simulator.log }).map((problem) => `${when}: ${problem}`))
    if (JSON.stringify(said) !== JSON.stringify(truth)) {
      problems.push(`${when}: said ${JSON.stringify(said)}, true ${JSON.stringify(truth)}\n${ran.log.slice(-2000)}`)
    }
    await simulator.stop()
    emptyWorkspace()
  }
  return problems
}
