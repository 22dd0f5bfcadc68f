import { expect, it } from '@jest/globals'
import { openJournal } from '../../src/app/journal.js'
import type { Files } from '../../src/app/ports.js'
import type { Outcome } from '../../src/domain/outcome.js'
import { parseReceipt } from '../../src/formats/receipt.js'

const ref = { owner: 'octo-org', type: 'nuget', name: 'lib' } as const

/** A file whose lines that wait at the same time reach the disk together. */
function slowDisk() {
  const lines: string[] = []
  let flushes = 0
  let flushing: Promise<void> | undefined
  const file = {
    line(text: string) {
      lines.push(text)
      flushing ??= new Promise((resolve) =>
        setImmediate(() => {
          flushes += 1
          flushing = undefined
          resolve()
        })
      )
      return flushing
    },
    close: async () => undefined
  }
  const files = { append: async () => file } as unknown as Files
  return { files, text: () => lines.map((line) => `${line}\n`).join(''), flushes: () => flushes }
}

it('a receipt takes thousands of steps that were never sent in few flushes, each with its outcome', async () => {
  const disk = slowDisk()
  const clock = { now: () => Date.UTC(2026, 10, 22), sleep: async () => undefined }
  const run = { apiUrl: 'https://api.github.com', owner: 'octo-org', policyHash: '' }
  const journal = await openJournal(disk.files, clock, 'receipt.jsonl', run)
  const outcomes = Array.from({ length: 5000 }, (_, i): Outcome => {
    const version = { id: i + 1, name: `1.0.${i}`, tags: [] }
    const about = { unit: i + 1, role: 'root', after: [], children: [], reasons: [] } as const
    return { step: { kind: 'delete', version, ...about }, kind: 'deferred', message: 'cancelled (SIGINT)' }
  })
  await journal.skip(ref, outcomes)
  expect(disk.flushes()).toBeLessThan(50)
  const receipt = parseReceipt(disk.text())
  expect(receipt.problems).toEqual([])
  if (receipt.header === undefined) throw new Error('no receipt')
  expect(receipt.entries.map(({ intent, outcome }) => [intent.id, outcome?.result])).toEqual(
    outcomes.map((_, i) => [i + 1, 'deferred'])
  )
})
