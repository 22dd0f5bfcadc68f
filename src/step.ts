import { endWithOutput, listenForStop } from './action/cancel.js'
import { createConsole } from './action/console.js'
import { readEnvironment } from './action/environment.js'
import { CLOCK } from './compose.js'
import { INPUTS } from './config/inputs/inputs.js'
import { failureOf, withRemedy } from './domain/failure.js'
import { perform } from './perform.js'

/** One step of a workflow, from its environment to its exit. Returns the exit code of the process. */
export async function step(): Promise<number> {
  const environment = readEnvironment(INPUTS.map(({ name }) => name))
  const { token } = environment.raw.inputs
  const cancellation = listenForStop()
  endWithOutput(cancellation)
  const output = createConsole({
    runner: environment.runner,
    debug: environment.debug,
    secrets: token === undefined ? [] : [token],
    now: CLOCK.now
  })
  try {
    const { failed } = await perform(environment, cancellation, output)
    if (failed === undefined) return 0
    output.fail(failed)
    return 1
  } catch (error) {
    output.fail(withRemedy(failureOf(error)))
    return 1
  } finally {
    cancellation.dispose()
  }
}
