import { appendFileSync, statSync } from 'node:fs'
import * as core from '@actions/core'
import { Failure } from '../domain/failure.js'
import type { Environment } from './environment.js'

/** Above it the runner drops the whole summary of a step; measured on the file, in bytes. */
const SUMMARY_LIMIT = 1_048_576

/**
 * Hands outputs to the steps after this one; outside of a runner there are none. Throws `Failure` where the runner's
 * file cannot be written.
 */
export function writeOutputs(
  outputs: Readonly<Record<string, string>>,
  { outputFile }: Pick<Environment, 'outputFile'>
): void {
  if (outputFile === undefined) return
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
  } catch (error) {
    throw unwritten('The outputs', error)
  }
}

/** How many bytes of summary the runner still accepts; `undefined` if there is no summary to write. */
export function summaryRoom({ summaryFile }: Pick<Environment, 'summaryFile'>): number | undefined {
  if (summaryFile === undefined) return undefined
  return Math.max(0, SUMMARY_LIMIT - sizeOf(summaryFile))
}

function sizeOf(file: string): number {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0
  } catch {
    // Writing it will say why.
    return 0
  }
}

/**
 * Appends to the job summary. Returns whether it was written: one that is too long would cost all of it. Throws `Failure`
 * where the runner's file cannot be written.
 */
export function writeSummary(markdown: string, environment: Pick<Environment, 'summaryFile'>): boolean {
  const room = summaryRoom(environment)
  if (environment.summaryFile === undefined || room === undefined) return false
  if (Buffer.byteLength(markdown, 'utf8') > room) return false
  try {
    appendFileSync(environment.summaryFile, markdown, 'utf8')
  } catch (error) {
    throw unwritten('The job summary', error)
  }
  return true
}

function unwritten(what: string, error: unknown): Failure {
  const why = error instanceof Error ? error.message : String(error)
  return new Failure('partial', `${what} could not be written: ${why}.`, undefined, { cause: error })
}
