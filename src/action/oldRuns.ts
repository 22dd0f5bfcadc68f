import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

/** GitHub restores for 30 days, and a folder has the time at which its run began: a day for the longest run is added. */
const KEPT_MS = 31 * 24 * 3_600_000
/** The name of a run's folder: its time and the number of its process. */
const FOLDER = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-\d+$/
const RECEIPTS = ['receipt.jsonl', 'restore-receipt.jsonl']
const OTHERS = ['plan.json', 'report.html']

/**
 * Removes what runs of more than 31 days ago left in `directory`, where a runner keeps its files from job to job. Only files
 * that a run writes are removed, receipts last. What cannot be removed is left.
 */
export async function removeOldRuns(directory: string, now: number): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const old = entries
    .filter((entry) => entry.isDirectory() && isOld(entry.name, now))
    .map(({ name }) => join(directory, name))
  for (const names of [OTHERS, RECEIPTS]) {
    for (const folder of old) {
      for (const name of names) await rm(join(folder, name), { force: true }).catch(() => undefined)
    }
  }
  // A folder with anything else in it is not removed.
  for (const folder of old) await rmdir(folder).catch(() => undefined)
}

function isOld(name: string, now: number): boolean {
  const [, day, hours, minutes, seconds, ms] = FOLDER.exec(name) ?? []
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`)
  return now - at > KEPT_MS
}
