import { endWithOutput, listenForStop } from './action/cancel.js'
import { createConsole } from './action/console.js'
import { readEnvironment } from './action/environment.js'
import { CLOCK } from './compose.js'
import { INPUTS } from './config/inputs/inputs.js'
import { failureOf, withRemedy } from './domain/failure.js'
import { perform } from './perform.js'

/** One step of a workflow, from its environment to its exit. */
export async function step(): Promise<void> {
  const environment = readEnvironment(INPUTS.map(({ name }) => name))
  const { token } = environment.raw.inputs
  const cancellation = listenForStop()
  endWithOutput(cancellation)
  const output = createConsole({
    runner: environment.runner,
    debug: environment.debug,
    secrets: token === undefined ? [] : [token.trim()],
    now: CLOCK.now
  })
  try {
    const { failed } = await perform(environment, cancellation, output)
    if (failed !== undefined) output.fail(failed)
  } catch (error) {
    output.fail(withRemedy(failureOf(error)))
  } finally {
    cancellation.dispose()
  }
}
