import { appendFileSync, statSync } from 'node:fs'
import * as core from '@actions/core'
import type { Environment } from './environment.js'

/** Above it the runner drops the whole summary of a step; measured on the file, in bytes. */
const SUMMARY_LIMIT = 1_048_576

/** Hands outputs to the steps after this one; outside of a runner nobody asks for them. */
export function writeOutputs(
  outputs: Readonly<Record<string, string>>,
  { outputFile }: Pick<Environment, 'outputFile'>
): void {
  if (outputFile === undefined) return
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
}

/** How many bytes of summary the runner still takes; `undefined` where there is none to write. */
export function summaryRoom({ summaryFile }: Pick<Environment, 'summaryFile'>): number | undefined {
  if (summaryFile === undefined) return undefined
  const size = statSync(summaryFile, { throwIfNoEntry: false })?.size ?? 0
  return Math.max(0, SUMMARY_LIMIT - size)
}

/** Appends to the job summary. Returns whether it was written: one that is too long would cost all of it. */
export function writeSummary(markdown: string, environment: Pick<Environment, 'summaryFile'>): boolean {
  const room = summaryRoom(environment)
  if (environment.summaryFile === undefined || room === undefined) return false
  if (Buffer.byteLength(markdown, 'utf8') > room) return false
  appendFileSync(environment.summaryFile, markdown, 'utf8')
  return true
}
