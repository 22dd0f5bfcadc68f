import { parse } from 'node:path'
import { endWithOutput, listenForStop } from './action/cancel.js'
import { createConsole, redact, secretForms } from './action/console.js'
import { type Environment, readEnvironment } from './action/environment.js'
import { createFiles } from './action/files.js'
import { DETAILED_EXIT_CODES, EXIT_CODES } from './cli/commands.js'
import { renderCompletion } from './cli/completion.js'
import { renderHelp } from './cli/help.js'
import { type Arguments, readArguments } from './cli/readArguments.js'
import { renderJson } from './cli/renderJson.js'
import { createTerminal, type Terminal } from './cli/terminal.js'
import { CLOCK } from './compose.js'
import { type Problem, renderProblems } from './config/problem.js'
import { Failure, failureOf, withRemedy } from './domain/failure.js'
import type { Plan } from './domain/plan.js'
import { parsePlan } from './formats/planFile.js'
import { parseReceipt, RECEIPT_FORMAT, type Receipt } from './formats/receipt.js'
import { perform } from './perform.js'
import { type Listing, renderListing } from './report/listing/listing.js'
import { changesAnything, planDifference, planListing } from './report/listing/plans.js'
import { changedAnything, receiptListing } from './report/listing/receipts.js'
import { reportOutputs } from './report/text/outputs.js'

/** Kept in step with package.json by a test. */
const VERSION = '0.1.0'

/** One call at a terminal. Returns the exit code of the process. */
export async function commandLine(argv: readonly string[]): Promise<number> {
  const directory = process.cwd()
  const asked = argv.length === 0 ? ({ kind: 'help' } as const) : readArguments(argv, directory)
  const terminal = createTerminal(process.stdout, process.stderr, asked.kind === 'run' && asked.json, process.stdin)
  switch (asked.kind) {
    case 'help':
      terminal.result(renderHelp(asked.command).trimEnd())
      return argv.length === 0 ? EXIT_CODES.mistake : EXIT_CODES.done
    case 'version':
      terminal.result(VERSION)
      return EXIT_CODES.done
    case 'completion':
      terminal.result(renderCompletion(asked.shell).trimEnd())
      return EXIT_CODES.done
    case 'show':
      return show(asked, terminal)
    case 'wrong':
    case 'run':
  }
  const token = (process.env.GH_TOKEN || process.env.GITHUB_TOKEN || '').trim()
  const problems = [
    ...(asked.kind === 'wrong' ? asked.problems : []),
    ...(token === '' && needsToken(asked)
      ? ['No token: set GH_TOKEN or GITHUB_TOKEN, for example GH_TOKEN=$(gh auth token).']
      : [])
  ]
  if (asked.kind === 'wrong' || problems.length > 0) {
    terminal.setFailed(`${problems.join('\n')}\nNothing was requested and nothing was changed. See --help.`)
    return asked.kind === 'wrong' && asked.detailed ? DETAILED_EXIT_CODES.failed : EXIT_CODES.mistake
  }
  return run(asked, environmentOf(asked, token || NO_TOKEN, directory), terminal)
}

/** The token of a run that sends no request. */
const NO_TOKEN = 'no-token'

const needsToken = (asked: Arguments): boolean =>
  asked.kind === 'run'
    ? !(asked.command === 'explain' && asked.inputs['plan-file'] !== undefined)
    : asked.kind === 'wrong' && !asked.detailed

/** `show` and `diff`: a question to files, with the exit codes of Terraform's detailed ones. */
async function show({ files, format }: Extract<Arguments, { kind: 'show' }>, terminal: Terminal): Promise<number> {
  try {
    const reader = createFiles()
    const [before, after] = await Promise.all(
      files.map(async (path) => readPlanOrReceipt(path, await reader.read(path)))
    )
    if (before === undefined) throw new RangeError('no file')
    const { listing, changes } = after === undefined ? listingOf(before) : differenceOf(before, after)
    terminal.result(renderListing(listing, format))
    // The other formats have a title that says so.
    if (format === 'csv' && 'receipt' in before && before.receipt.problems.length > 0) terminal.setFailed(listing.title)
    return changes ? DETAILED_EXIT_CODES.different : DETAILED_EXIT_CODES.same
  } catch (error) {
    terminal.setFailed(withRemedy(failureOf(error)))
    return DETAILED_EXIT_CODES.failed
  }
}

type Saved = { readonly path: string } & ({ readonly plan: Plan } | { readonly receipt: Receipt })

/** A receipt has one object a line, and its first says what it is; everything else is read as a plan. */
function readPlanOrReceipt(path: string, text: string): Saved {
  if (text.slice(0, 200).includes(`"format":"${RECEIPT_FORMAT}"`)) {
    const receipt = parseReceipt(text)
    if (receipt.header === undefined) throw new Failure('config', `${path}: ${receipt.problems.join('; ')}.`)
    return { path, receipt }
  }
  const parsed = parsePlan(text)
  if ('problems' in parsed) throw new Failure('config', `${path}: ${parsed.problems.join('; ')}.`)
  return { path, plan: parsed.plan }
}

function listingOf(saved: Saved): { readonly listing: Listing; readonly changes: boolean } {
  return 'plan' in saved
    ? { listing: planListing(saved.plan), changes: changesAnything(saved.plan) }
    : { listing: receiptListing(saved.receipt), changes: changedAnything(saved.receipt) }
}

function differenceOf(before: Saved, after: Saved): { readonly listing: Listing; readonly changes: boolean } {
  const listing = planDifference(planIn(before), planIn(after))
  return { listing, changes: listing.rows.length > 0 }
}

function planIn(saved: Saved): Plan {
  if ('plan' in saved) return saved.plan
  throw new Failure('config', `${saved.path} is a receipt; diff compares two plans.`)
}

/** Flags for inputs: a person at a terminal has never seen the inputs of the action. */
function asFlag(problem: Problem): Problem {
  const name = /^input (\S+)$/.exec(problem.where)?.[1]
  if (name === undefined) return problem
  return { ...problem, where: name === 'token' ? 'GH_TOKEN' : name === 'operation' ? 'the command' : `--${name}` }
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
    const confirm = asked.yes || asked.json ? undefined : terminal.ask
    const done = await perform(environment, cancellation, output, { confirm })
    const { report, problems } = done
    const failed = problems === undefined ? done.failed : renderProblems(problems.map(asFlag))
    if (failed !== undefined) output.fail(failed)
    json(reportOutputs(report), failed)
    if (cancellation.stop.cancelled.aborted) return EXIT_CODES.interrupted
    if (report.failure?.code === 'config') return EXIT_CODES.mistake
    return failed === undefined ? EXIT_CODES.done : EXIT_CODES.failed
  } catch (error) {
    const why = withRemedy(failureOf(error))
    output.fail(why)
    json({}, why)
    return cancellation.stop.cancelled.aborted ? EXIT_CODES.interrupted : EXIT_CODES.failed
  } finally {
    cancellation.dispose()
  }
}

/** The environment of a step, with flags as its inputs and without the runner's files. */
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
