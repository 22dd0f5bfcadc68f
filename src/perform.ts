import { join } from 'node:path'
import type { Cancellation } from './action/cancel.js'
import { redact } from './action/console.js'
import type { Environment } from './action/environment.js'
import { createFiles } from './action/files.js'
import { summaryRoom, writeOutputs, writeSummary } from './action/results.js'
import { secretForms } from './action/secretForms.js'
import type { Console } from './app/ports.js'
import { run } from './app/run.js'
import { CLOCK, compose, type Timing } from './compose.js'
import { filesNeeded, type Readable, readConfig, type Unreadable } from './config/inputs/read.js'
import { problemsLine, renderProblems } from './config/problem.js'
import type { Config, RawInputs } from './domain/config.js'
import { Failure } from './domain/failure.js'
import type { Report } from './domain/outcome.js'
import { pageText } from './report/page/page.js'
import { renderMistakes, renderSummary } from './report/summary/summary.js'
import { outputsWarning, reportOutputs } from './report/text/outputs.js'
import { resultLines } from './report/text/planLog.js'
import { failureText } from './report/text/result.js'

export interface Performed {
  readonly report: Report
  /** Why the run counts as failed; absent if it does not. */
  readonly failed?: string
}

/** One run from raw inputs to everything that a person or a workflow sees of it. What fails is said, not thrown, unless it is a bug. */
export async function perform(
  environment: Environment,
  cancellation: Cancellation,
  console: Console,
  timing?: Timing
): Promise<Performed> {
  const { raw } = environment
  const reading = readConfig(raw, await readFiles(raw))
  if ('problems' in reading) {
    const report = notBegun(reading)
    writeOutputs(reportOutputs(report), environment)
    const failed = renderProblems(reading.problems)
    writeSummary(redact(renderMistakes(failed), secretForms(raw.inputs.token ?? '')), environment)
    return { report, failed }
  }
  const report = await begin(reading, environment, cancellation, console, timing)
  const failed = whyFailed(report, environment, cancellation)
  return { report, ...(failed !== undefined && { failed }) }
}

/** What outputs tell of a run whose configuration has problems. */
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
  timing: Timing | undefined
): Promise<Report> {
  const config = await configure(reading, environment, console)
  if (config.timeLimit !== undefined) cancellation.limit(config.timeLimit)
  const { ports, close } = compose(config, environment, cancellation, console, timing)
  try {
    const report = await run(config, ports, {
      ...(environment.raw.repository !== undefined && { repository: environment.raw.repository }),
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
    // A runner folds it away; at a terminal it would push the result out of sight.
    if (runner) await console.group('The policy', async () => console.info(config.policyText))
    else console.debug(`The policy:\n${config.policyText}`)
  }
  // Several steps of a job share RUNNER_TEMP, and each has files of its own.
  const own = `${new Date(CLOCK.now()).toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}`
  return { ...config, outputDirectory: join(config.outputDirectory, own) }
}

/** The policy file, then what it names; one that cannot be read is a problem like any other. */
async function readFiles(raw: RawInputs): Promise<ReadonlyMap<string, string | { readonly problem: string }>> {
  const files = { input: createFiles([raw.workspace, raw.temp]), policy: createFiles([raw.workspace]) }
  const texts = new Map<string, string | { readonly problem: string }>()
  for (let needed = filesNeeded(raw, texts); needed.length > 0; needed = filesNeeded(raw, texts)) {
    for (const { path, by } of needed) {
      try {
        texts.set(path, await files[by].read(path))
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        texts.set(path, { problem: error.message })
      }
    }
  }
  return texts
}

async function publish(report: Report, config: Config, environment: Environment, console: Console): Promise<Report> {
  const reportFile = join(config.outputDirectory, 'report.html')
  const written = report.operation !== 'packages' && (await writePage(reportFile, report, console))
  const whole: Report = { ...report, ...(written && { reportFile }) }
  for (const line of resultLines(whole)) console.info(line)
  if (whole.stopped !== undefined)
    console.warning(`Stopped early: ${whole.stopped.replace(/\.$/, '')}. The next run will continue.`)
  const warning = outputsWarning(whole)
  if (warning !== undefined) console.warning(warning)
  writeOutputs(reportOutputs(whole), environment)
  const bytes = summaryRoom(environment)
  if (bytes !== undefined) {
    const { action, runId, raw } = environment
    const workflow = {
      ...(action !== undefined && { action }),
      ...(raw.repository !== undefined && { repository: raw.repository }),
      ...(runId !== undefined && { runId })
    }
    writeSummary(renderSummary(whole, { bytes, workflow }), environment)
  }
  return whole
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

/** Of a run that came to its end. */
function whyFailed(report: Report, { summaryFile }: Environment, cancellation: Cancellation): string | undefined {
  const text = failureText(report, summaryFile === undefined ? undefined : 'see the job summary')
  if (cancellation.stop.urgent) return `${cancellation.stop.reason}. ${text ?? resultLines(report)[0] ?? ''}`
  return text
}
