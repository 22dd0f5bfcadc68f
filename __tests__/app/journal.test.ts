import { expect, it } from '@jest/globals'
import { openJournal } from '../../src/app/journal.js'
import type { Files } from '../../src/app/ports.js'
import type { Outcome } from '../../src/domain/outcome.js'
import { parseReceipt } from '../../src/formats/receipt.js'

const ref = { owner: 'octo-org', type: 'nuget', name: 'lib' } as const

/** A file whose lines that wait at the same time reach the disk together. */
function slowDisk() {
  const lines: string[] = []
  /** How many lines are on disk after each flush. */
  const flushed: number[] = []
  let flushing: Promise<void> | undefined
  const file = {
    line(text: string) {
      lines.push(text)
      flushing ??= new Promise((resolve) =>
        setImmediate(() => {
          flushed.push(lines.length)
          flushing = undefined
          resolve()
        })
      )
      return flushing
    },
    close: async () => undefined
  }
  const files = { append: async () => file } as unknown as Files
  return {
    files,
    flushed,
    text: (count?: number) =>
      lines
        .slice(0, count)
        .map((line) => `${line}\n`)
        .join('')
  }
}

/** Writes to a receipt that these steps were never sent. */
async function skip(length: number) {
  const disk = slowDisk()
  const clock = { now: () => Date.UTC(2026, 10, 22), sleep: async () => undefined }
  const run = { apiUrl: 'https://api.github.com', owner: 'octo-org', policyHash: '' }
  const journal = await openJournal(disk.files, clock, 'receipt.jsonl', run)
  const outcomes = Array.from({ length }, (_, i): Outcome => {
    const version = { id: i + 1, name: `1.0.${i}`, tags: [] }
    const about = { unit: i + 1, role: 'root', after: [], children: [], reasons: [] } as const
    return { step: { kind: 'delete', version, ...about }, kind: 'deferred', message: 'cancelled (SIGINT)' }
  })
  await journal.skip(ref, outcomes)
  return { disk, outcomes }
}

it('a receipt takes thousands of steps that were never sent in few flushes, each with its outcome', async () => {
  const { disk, outcomes } = await skip(5000)
  expect(disk.flushed.length).toBeLessThan(50)
  const receipt = parseReceipt(disk.text())
  expect(receipt.problems).toEqual([])
  if (receipt.header === undefined) throw new Error('no receipt')
  expect(receipt.entries.map(({ intent, outcome }) => [intent.id, outcome?.result])).toEqual(
    outcomes.map((_, i) => [i + 1, 'deferred'])
  )
})

it('a kill between two flushes leaves no step that was never sent without its outcome', async () => {
  const { disk } = await skip(1200)
  const open = disk.flushed.map((count) => {
    const receipt = parseReceipt(disk.text(count))
    if (receipt.header === undefined) throw new Error('no receipt')
    return receipt.entries.filter(({ outcome }) => outcome === undefined).length
  })
  expect(open.length).toBeGreaterThan(2)
  expect(open.filter((count) => count > 0)).toEqual([])
})
