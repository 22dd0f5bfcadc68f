import { parse } from 'node:path'
import { endWithOutput, listenForStop } from './action/cancel.js'
import { createConsole, redact } from './action/console.js'
import { type Environment, readEnvironment } from './action/environment.js'
import { secretForms } from './action/secretForms.js'
import { failureOf } from './app/failureOf.js'
import { EXIT_CODES } from './cli/commands.js'
import { renderHelp } from './cli/help.js'
import { type Arguments, readArguments } from './cli/readArguments.js'
import { renderJson } from './cli/renderJson.js'
import { createTerminal, type Terminal } from './cli/terminal.js'
import { CLOCK } from './compose.js'
import { perform } from './perform.js'
import { reportOutputs } from './report/text/outputs.js'

/** The whole of a run at a terminal. Returns the exit code of the process. */
export async function commandLine(argv: readonly string[]): Promise<number> {
  const directory = process.cwd()
  const asked = argv.length === 0 ? ({ kind: 'help' } as const) : readArguments(argv, directory)
  const terminal = createTerminal(process.stdout, process.stderr, asked.kind === 'run' && asked.json)
  if (asked.kind === 'help') {
    terminal.result(renderHelp(asked.command).trimEnd())
    return argv.length === 0 ? EXIT_CODES.mistake : EXIT_CODES.done
  }
  const token = (process.env.GH_TOKEN || process.env.GITHUB_TOKEN || '').trim()
  const problems = [
    ...(asked.kind === 'wrong' ? asked.problems : []),
    ...(token === '' ? ['No token: set GH_TOKEN or GITHUB_TOKEN, for example GH_TOKEN=$(gh auth token).'] : [])
  ]
  if (asked.kind === 'wrong' || problems.length > 0) {
    terminal.setFailed(`${problems.join('\n')}\nNothing was requested and nothing was changed. See --help.`)
    return EXIT_CODES.mistake
  }
  return run(asked, environmentOf(asked, token, directory), terminal)
}

async function run(
  asked: Extract<Arguments, { kind: 'run' }>,
  environment: Environment,
  terminal: Terminal
): Promise<number> {
  const token = environment.raw.inputs.token ?? ''
  const json = (outputs: Readonly<Record<string, string>>, failure: string | undefined): void => {
    if (asked.json) terminal.result(redact(renderJson(outputs, failure), secretForms(token)))
  }
  const cancellation = listenForStop()
  endWithOutput(cancellation)
  const output = createConsole({
    runner: false,
    debug: environment.debug,
    secrets: [token],
    now: CLOCK.now,
    commands: terminal
  })
  try {
    const { report, failed } = await perform(environment, cancellation, output)
    if (failed !== undefined) output.fail(failed)
    json(reportOutputs(report), failed)
    if (cancellation.stop.cancelled.aborted) return EXIT_CODES.interrupted
    if (report.failure?.code === 'config') return EXIT_CODES.mistake
    return failed === undefined ? EXIT_CODES.done : EXIT_CODES.failed
  } catch (error) {
    const { message, remedy } = failureOf(error)
    const why = remedy === undefined ? message : `${message} ${remedy}`
    output.fail(why)
    json({}, why)
    return cancellation.stop.cancelled.aborted ? EXIT_CODES.interrupted : EXIT_CODES.failed
  } finally {
    cancellation.dispose()
  }
}

/** As a step has it, with the flags in the place of its inputs and nothing of the runner's files. */
function environmentOf(
  { inputs, outputDirectory, debug }: Extract<Arguments, { kind: 'run' }>,
  token: string,
  directory: string
): Environment {
  const { raw, proxy, debug: runnerDebug } = readEnvironment([])
  return {
    raw: {
      ...raw,
      inputs: { ...inputs, token },
      unknown: [],
      workspace: directory,
      // Flags may name any file of the person who gives them.
      temp: parse(directory).root,
      outputDirectory
    },
    proxy,
    runner: false,
    debug: debug || runnerDebug
  }
}
