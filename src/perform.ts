import { dirname, join } from 'node:path'
import type { Cancellation } from './action/cancel.js'
import { redact, secretForms } from './action/console.js'
import type { Environment } from './action/environment.js'
import { createFiles } from './action/files.js'
import { removeOldRuns } from './action/oldRuns.js'
import { summaryRoom, writeOutputs, writeSummary } from './action/results.js'
import { readWorkspace } from './action/workspaceFiles.js'
import type { Console, RunContext } from './app/ports.js'
import { run } from './app/run.js'
import { CLOCK, compose, type Timing } from './compose.js'
import { filesNeeded, type Readable, readConfig, type Unreadable } from './config/inputs/read.js'
import type { FilesRead } from './config/inputs/readRetention.js'
import { type Problem, problemsLine, renderProblems } from './config/problem.js'
import type { Config, RawInputs } from './domain/config.js'
import { Failure } from './domain/failure.js'
import type { Report } from './domain/outcome.js'
import type { TextFile } from './references/findReferences.js'
import { pageText } from './report/page/page.js'
import { renderMistakes, renderSummary } from './report/summary/summary.js'
import { outputsWarning, reportOutputs } from './report/text/outputs.js'
import { resultLines } from './report/text/planLog.js'
import { failureText } from './report/text/result.js'

export interface Performed {
  readonly report: Report
  /** Why the run counts as failed; absent if it does not. */
  readonly failed?: string
  /** Mistakes in the configuration, for which nothing was begun. */
  readonly problems?: readonly Problem[]
}

export interface PerformOptions {
  readonly timing?: Timing
  readonly confirm?: RunContext['confirm']
}

/** One run from raw inputs to everything that a person or a workflow sees of it. Throws for bugs only. */
export async function perform(
  environment: Environment,
  cancellation: Cancellation,
  console: Console,
  options: PerformOptions = {}
): Promise<Performed> {
  const { raw } = environment
  const reading = readConfig(raw, await readFiles(raw))
  if ('problems' in reading) {
    const report = notBegun(reading)
    const failed = renderProblems(reading.problems)
    const summary = redact(renderMistakes(failed), secretForms(raw.inputs.token ?? ''))
    const unwritten = write([
      () => writeOutputs(reportOutputs(report), environment),
      () => writeSummary(summary, environment)
    ])
    return { report, failed: [failed, ...unwritten].join('\n'), problems: reading.problems }
  }
  const { report, unwritten } = await begin(reading, environment, cancellation, console, options)
  const reasons = [whyFailed(report, environment, cancellation), ...unwritten].filter((text) => text !== undefined)
  return { report, ...(reasons.length > 0 && { failed: reasons.join('\n') }) }
}

/** The report of a run, and why some of its results could not be written. */
interface Published {
  readonly report: Report
  readonly unwritten: readonly string[]
}

/** The report of a run whose configuration has problems. */
function notBegun({ problems, operation, dryRun }: Unreadable): Report {
  const now = CLOCK.now()
  const failure = { code: 'config', message: problemsLine(problems) } as const
  return { operation, dryRun, failure, packages: [], restored: [], requests: {}, startedAt: now, endedAt: now }
}

async function begin(
  reading: Readable,
  environment: Environment,
  cancellation: Cancellation,
  console: Console,
  { timing, confirm }: PerformOptions
): Promise<Published> {
  const config = await configure(reading, environment, console)
  if (config.timeLimit !== undefined) cancellation.limit(config.timeLimit)
  await removeOldRuns(dirname(config.outputDirectory), CLOCK.now())
  const { ports, close } = compose(config, environment, cancellation, console, timing)
  try {
    const report = await run(config, ports, {
      repository: environment.raw.repository,
      confirm,
      onFiles({ planFile, receiptFile }) {
        writeOutputs(
          { ...(planFile && { 'plan-file': planFile }), ...(receiptFile && { 'receipt-file': receiptFile }) },
          environment
        )
      }
    })
    return await publish(report, config, environment, console)
  } finally {
    await close()
  }
}

async function configure({ config, notices }: Readable, { runner }: Environment, console: Console): Promise<Config> {
  for (const text of notices) console.warning(text)
  if (config.operation === 'prune') {
    // A runner folds the group; at a terminal the policy would push the result out of sight.
    if (runner) await console.group('The policy', async () => console.info(config.policyText))
    else console.debug(`The policy:\n${config.policyText}`)
  }
  // Several steps of a job share RUNNER_TEMP, and each has files of its own.
  const folder = `${new Date(CLOCK.now()).toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}`
  return { ...config, outputDirectory: join(config.outputDirectory, folder) }
}

/** Reads the policy file and then the files that it names. */
async function readFiles(raw: RawInputs): Promise<FilesRead> {
  const files = { input: createFiles([raw.workspace, raw.temp]), policy: createFiles([raw.workspace]) }
  const texts = new Map<string, string | { readonly problem: string }>()
  const fitting = new Map<string, readonly TextFile[] | { readonly problem: string }>()
  const read = { texts, fitting }
  for (let needed = filesNeeded(raw, read); needed.length > 0; needed = filesNeeded(raw, read)) {
    for (const each of needed) {
      if ('path' in each) texts.set(each.path, await orProblem(files[each.by].read(each.path)))
      else fitting.set(each.glob, await orProblem(readWorkspace(raw.workspace, each.glob, files.policy)))
    }
  }
  return read
}

/** A file that cannot be read is a problem like any other. */
async function orProblem<T>(read: Promise<T>): Promise<T | { readonly problem: string }> {
  try {
    return await read
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { problem: error.message }
  }
}

/** Writes the report to every place. One place that cannot be written does not cost the others. */
async function publish(report: Report, config: Config, environment: Environment, console: Console): Promise<Published> {
  const reportFile = join(config.outputDirectory, 'report.html')
  const written =
    report.operation !== 'packages' && report.operation !== 'explain' && (await writePage(reportFile, report, console))
  const whole: Report = { ...report, ...(written && { reportFile }) }
  for (const line of resultLines(whole)) console.info(line)
  if (whole.stopped !== undefined) {
    const next = whole.failure === undefined ? ' The next run will continue.' : ''
    console.warning(`Stopped early: ${whole.stopped.replace(/\.$/, '')}.${next}`)
  }
  const warning = outputsWarning(whole)
  if (warning !== undefined) console.warning(warning)
  const unwritten = write([
    () => writeOutputs(reportOutputs(whole), environment),
    () => summarize(whole, config, environment)
  ])
  return { report: whole, unwritten: unwritten.filter((why) => why !== report.failure?.message) }
}

/** Writes all that can be written, and returns why the others could not. */
function write(results: readonly (() => unknown)[]): readonly string[] {
  return results.flatMap((result) => {
    try {
      result()
      return []
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return error.message
    }
  })
}

function summarize(report: Report, { serverUrl }: Config, environment: Environment): void {
  const bytes = summaryRoom(environment)
  if (bytes === undefined) return
  const { action, runId, raw } = environment
  const workflow = { action, repository: raw.repository, runId, serverUrl }
  writeSummary(renderSummary(report, { bytes, workflow }), environment)
}

/** A page that cannot be written must not cost the outputs and the summary. */
async function writePage(path: string, report: Report, console: Console): Promise<boolean> {
  try {
    await createFiles().write(path, pageText({ ...report, reportFile: path }))
    return true
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    console.warning(`The report page is missing: ${error.message}`)
    return false
  }
}

/** Why a run that came to its end counts as failed. */
function whyFailed(report: Report, { summaryFile }: Environment, cancellation: Cancellation): string | undefined {
  const text = failureText(report, summaryFile === undefined ? undefined : 'see the job summary')
  if (cancellation.stop.cancelled.aborted) return `${cancellation.stop.reason}. ${text ?? resultLines(report)[0] ?? ''}`
  return text
}
