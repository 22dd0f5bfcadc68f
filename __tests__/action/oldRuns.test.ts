import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { removeOldRuns } from '../../src/action/oldRuns.js'

const NOW = Date.parse('2026-11-30T00:00:00Z')
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'retention-old-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function folder(name: string, ...files: readonly string[]): string {
  const path = join(directory, name)
  mkdirSync(path)
  for (const file of files) writeFileSync(join(path, file), '')
  return path
}

it('a run removes the folders of runs of more than 31 days ago, and no other', async () => {
  folder('2026-10-29T23-59-59-999Z-12', 'plan.json', 'report.html', 'receipt.jsonl')
  folder('2026-10-30T00-00-00-001Z-12', 'receipt.jsonl')
  folder('my-plans', 'plan.json')
  await removeOldRuns(directory, NOW)
  expect(readdirSync(directory)).toEqual(['2026-10-30T00-00-00-001Z-12', 'my-plans'])
})

it('a run leaves files that no run wrote, and what a link leads to', async () => {
  const old = folder('2026-01-01T00-00-00-000Z-1', 'receipt.jsonl', 'notes.txt')
  const mine = folder('mine', 'plan.json')
  symlinkSync(mine, join(directory, '2026-01-01T00-00-00-000Z-2'))
  await removeOldRuns(directory, NOW)
  expect(readdirSync(old)).toEqual(['notes.txt'])
  expect(existsSync(join(mine, 'plan.json'))).toBe(true)
})

it('a run removes nothing where there is no such folder', async () => {
  await expect(removeOldRuns(join(directory, 'none'), NOW)).resolves.toBeUndefined()
})
