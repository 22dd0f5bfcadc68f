import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import type { Report } from '../../../src/domain/outcome.js'
import { visible } from '../../../src/domain/visible.js'
import { renderSummary, SUMMARY_BYTES } from '../../../src/report/summary/summary.js'
import { amount } from '../../amount.js'
import * as fixture from '../fixture.js'

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8')

function many(packages: number, versions: number): Report {
  const each = fixture.realisticPlan(versions)
  return fixture.report(
    fixture.plan(
      ...Array.from({ length: packages }, (_, i) => ({
        ...each,
        package: fixture.container(`app-${i}`, i + 1)
      }))
    )
  )
}

describe('renderSummary', () => {
  it('begins with a sentence and a table of packages, then the lists, and the chart at the end', () => {
    const text = renderSummary(fixture.report(fixture.plan(fixture.realisticPlan(600))))
    const lines = text.split('\n')
    expect(lines[0]).toBe('## Package Retention (dry run)')
    expect(lines[2]).toMatch(
      /^\*\*Dry run: \d+ of 600 versions in 1 package would be deleted, \d+ would be kept\. Nothing was changed\.\*\*$/
    )
    expect(lines[4]).toContain('| To delete |')
    const lists = text.indexOf('**Would be deleted: rule pull requests**')
    expect(lists).toBeGreaterThan(0)
    expect(text.indexOf('xychart-beta')).toBeGreaterThan(lists)
    expect(text).not.toMatch(/\bDeleted/)
  })

  it('says what holds versions, by what their tags have in common', () => {
    const text = renderSummary(fixture.report(fixture.plan(fixture.realisticPlan(600))))
    expect(text).toMatch(
      /\*\*Held:\*\* 14 of 85 matched versions are held by tags that no rule owns: sha-&#42; \(14\)\./
    )
  })

  it('says how to undo a real run in another job, with its receipt and until when', () => {
    const plan = fixture.plan(fixture.realisticPlan(600))
    const workflow = { action: 'octo-org/retention@v1', repository: 'octo-org/app', runId: '1234567890' }
    const text = renderSummary(fixture.executed(plan), { workflow })
    const [, before, paste, steps, after] =
      /### Undo\n\n(.*)\n\n```sh\n([^`]*)\n```\n\n.*\n\n````yaml\n([^`]*)\n````\n\n(.*)\n/.exec(text) ?? []
    expect(before).toContain('until 2026-12-22')
    expect(paste?.trim().split('\n')).toEqual([
      'gh auth refresh --scopes read:packages,write:packages && export GH_TOKEN=$(gh auth token)',
      'gh run download 1234567890 --repo octo-org/app --name retention && npx github:octo-org/retention#v1 restore --receipt-file receipt.jsonl'
    ])
    expect(parse(steps ?? '')).toEqual([
      {
        run: 'gh run download 1234567890 --repo octo-org/app --name retention',
        env: { GH_TOKEN: `${'$'}{{ github.token }}` }
      },
      { uses: 'octo-org/retention/restore@v1', with: { 'receipt-file': 'receipt.jsonl' } }
    ])
    expect(after).toContain('`deleted-within`')
  })

  it('says on which server to undo a run, where that is not github.com', () => {
    const workflow = { repository: 'octo-org/app', runId: '1', serverUrl: 'https://ghes.example.com' }
    const text = renderSummary(fixture.executed(fixture.plan(fixture.realisticPlan(600))), { workflow })
    expect(text).toContain('```sh\nexport GH_HOST=ghes.example.com\ngh auth refresh')
    expect(text).toContain(' restore --receipt-file receipt.jsonl --server-url https://ghes.example.com\n')
    expect(text).toContain(`    GH_ENTERPRISE_TOKEN: ${'$'}{{ github.token }}\n    GH_HOST: ghes.example.com\n`)
  })

  it('names the owner where that is not the one of the repository', () => {
    const plan = fixture.plan(fixture.realisticPlan(600))
    const text = (repository: string) => renderSummary(fixture.executed(plan), { workflow: { repository } })
    expect(text('somebody/app')).toContain('\n    owner: "octo-org"\n')
    expect(text('Octo-Org/app')).not.toContain('    owner:')
  })

  it('takes the receipt by its name whatever the runner separates folders with', () => {
    const report = {
      ...fixture.executed(fixture.plan(fixture.realisticPlan(600))),
      receiptFile: 'D:\\a\\_temp\\receipt.jsonl'
    }
    expect(renderSummary(report)).toContain('\n    receipt-file: receipt.jsonl\n')
  })

  it('does not speak of undoing where nothing was changed', () => {
    const plan = fixture.plan(fixture.realisticPlan(30))
    expect(renderSummary(fixture.executed(plan))).not.toContain('Undo')
    expect(renderSummary(fixture.report(plan))).not.toContain('Undo')
  })

  it('lists what did not go as planned before anything else of the package', () => {
    const plan = fixture.plan(fixture.realisticPlan(600))
    const text = renderSummary(
      fixture.executed(plan, (_, i) => (['refused-downloads', 'failed', 'blocked'] as const)[i] ?? 'done')
    )
    expect(text).toContain('> [!CAUTION]')
    expect(text.indexOf('**Not as planned** (3)')).toBeLessThan(text.indexOf('**To delete: '))
    expect(text).toContain('| refused: downloads | because of refused-downloads |')
    expect(text).toContain('| skipped: a step before it did not succeed | because of blocked |')
  })

  it('says what max-delete stopped, and what to do about it', () => {
    const violations = [{ code: 'max-delete' as const, message: '48 of 90.' }]
    const stopped = fixture.stopped(fixture.realisticPlan(300), violations)
    const text = renderSummary(fixture.executed(fixture.plan(stopped)))
    expect(text).toContain('**Stopped by max-delete: rule pull requests**')
    expect(text).toContain('**Nothing was deleted in 1 package: all 300 versions are kept. 72 stopped by max-delete.**')
    expect(text).toContain('set max-delete: 100% for one run')
  })

  it('names a package that failed, with the remedy', () => {
    const failure = { code: 'auth' as const, message: 'The token may not delete.', remedy: 'Add packages: write.' }
    const report = fixture.report(fixture.plan(), {
      packages: [{ package: fixture.container('app'), outcomes: [], notices: [], failure }]
    })
    const text = renderSummary(report)
    expect(text).toContain('The token may not delete. Add packages: write.')
    expect(text).toContain('| not read |')
  })

  it('names no other place for failures that have no room in its head', () => {
    const failure = { code: 'api' as const, message: 'no' }
    const packages = Array.from({ length: 20 }, (_, i) => ({
      package: fixture.container(`app-${i}`),
      outcomes: [],
      notices: [],
      failure
    }))
    expect(renderSummary(fixture.report(fixture.plan(), { packages }))).toContain('> - and 12 more: see below')
  })

  it('stays within the budget with thousands of versions in one package', () => {
    expect(bytes(renderSummary(many(1, amount(10_000, 50_000))))).toBeLessThan(SUMMARY_BYTES)
  })

  it('stays within the budget with 2,000 packages, and counts what is left out', () => {
    const report = many(2000, 20)
    for (const limit of [SUMMARY_BYTES, 200_000, 20_000, 3_000]) {
      const text = renderSummary(report, { bytes: limit })
      expect(bytes(text)).toBeLessThanOrEqual(limit)
      expect(text).toMatch(/… and [\d,]+ more (rows|packages)|… and the plans of [\d,]+ more packages/)
    }
  })

  it('never cuts a row or a fold in half, whatever the budget', () => {
    const report = fixture.executed(
      fixture.plan(fixture.realisticPlan(300), ...fixture.hostilePlan().packages),
      (_, i) => (i % 3 === 0 ? 'failed' : 'done')
    )
    for (let limit = 200; limit < 60_000; limit += amount(2_917, 731)) {
      const text = renderSummary(report, { bytes: limit })
      expect(bytes(text)).toBeLessThanOrEqual(limit)
      const rows = text.split('\n').filter((line) => line.startsWith('|'))
      expect(rows.filter((row) => !row.endsWith('|'))).toEqual([])
      expect(text.match(/^<details/gm)?.length).toBe(text.match(/<\/details>$/gm)?.length)
      expect((text.match(/^```+/gm) ?? []).length % 2).toBe(0)
    }
  })

  it('gives every row as many cells as its table has, whatever the names', () => {
    const text = renderSummary(fixture.report(fixture.hostilePlan()))
    const cells = (line: string): number => line.split('|').length
    let width = 0
    for (const line of text.split('\n')) {
      if (!line.startsWith('|')) width = 0
      else if (width === 0) width = cells(line)
      else expect(`${cells(line)} ${line}`).toBe(`${width} ${line}`)
    }
  })

  it('shows what was restored, trouble first', () => {
    const version = fixture.version(1, ['v1'], 3)
    const ref = fixture.container('app')
    const report: Report = {
      ...fixture.report(fixture.plan()),
      operation: 'restore',
      dryRun: false,
      restored: [
        { package: ref, version, kind: 'restored' },
        { package: ref, version, kind: 'conflict', message: 'v1 names sha256:1 now' }
      ]
    }
    const text = renderSummary(report)
    expect(text.indexOf('| conflict |')).toBeGreaterThan(0)
    expect(text.indexOf('| conflict |')).toBeLessThan(text.indexOf('| restored |'))
    expect(text).toContain('Restored 1 of 1 version. 1 tag left on another version.')
  })

  it('clips digests in the table of what was restored', () => {
    const tag = fixture.digest(2).replace(':', '-').concat('.sig')
    const message = `v1 is on ${fixture.digest(3)} now and is left there`
    const report: Report = {
      ...fixture.report(fixture.plan()),
      operation: 'restore',
      restored: [
        { package: fixture.container('app'), version: fixture.version(1, [tag], 3), kind: 'would-restore', message }
      ]
    }
    const text = renderSummary(report)
    expect(text).toContain('| `sha256-000000013c6e….sig` |')
    expect(text).toContain('| would restore |')
    expect(text).not.toMatch(/[0-9a-f]{30}/)
  })

  it('lists packages with their versions', () => {
    const text = renderSummary({ ...many(3, 0), operation: 'packages' })
    expect(text.match(/\| container \| 10 \| private \| `octo-org\/app` \|/g)).toHaveLength(3)
  })
})

const renderer = spawnSync('cmark-gfm', ['--version']).status === 0
if (!renderer) console.warn('cmark-gfm is not installed: what GitHub makes of hostile names is not tested here')

;(renderer ? describe : describe.skip)('a summary as GitHub renders it', () => {
  const html = (markdown: string): string =>
    spawnSync('cmark-gfm', ['-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '-e', 'tasklist', '--unsafe'], {
      input: markdown,
      encoding: 'utf8',
      maxBuffer: 100_000_000
    }).stdout

  it('shows every hostile name letter by letter and makes nothing of any', () => {
    const page = html(renderSummary(fixture.report(fixture.hostilePlan())))
    const tags = new Set([...page.matchAll(/<\/?([a-z][a-z0-9]*)/g)].map(([, name]) => name))
    const own = [
      'h2',
      'h3',
      'p',
      'strong',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'a',
      'code',
      'pre',
      'span',
      'em'
    ]
    expect(
      [...tags].filter((tag) => ![...own, 'details', 'summary', 'ul', 'li', 'blockquote'].includes(tag ?? ''))
    ).toEqual([])
    expect(page.match(/<\/?details/g)).toEqual(['<details', '</details'])
    const links = [...page.matchAll(/<a href="([^"]*)"/g)].map(([, address]) => address)
    expect(links.filter((address) => !address?.startsWith('https://github.com/orgs/octo-org/'))).toEqual([])
    const words = page
      .replace(/<!---->|<[^>]+>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
    for (const name of fixture.HOSTILE) expect(words).toContain(visible(name).slice(0, 120))
  })
})
