import { describe, expect, it } from '@jest/globals'
import { OUTCOMES } from '../../../src/domain/outcome.js'
import { visible } from '../../../src/domain/visible.js'
import {
  headerLines,
  outcomeLine,
  planLines,
  planTitle,
  restoreLines,
  restoreTitle,
  resultLines
} from '../../../src/report/text/planLog.js'
import * as fixture from '../fixture.js'

const WORDS =
  /^ *(Plan for|Planned|Would delete|Would remove tag|Delete|Remove tag|Keep|Stopped|Held|Untagged|Owner|Time|Policy|Dry run|Package|Requests|Plan file|Receipt|Report page|Result|Failed) ?/

describe('the log of a plan', () => {
  it('begins every line with a fixed word', () => {
    const plan = fixture.plan(fixture.realisticPlan(600))
    const lines = [
      ...headerLines(plan, true),
      ...plan.packages.flatMap((each) => planLines(each, true)),
      ...resultLines(fixture.executed(plan))
    ]
    expect(lines.filter((line) => !WORDS.test(line))).toEqual([])
  })

  it('shows each unit with all reasons and the number of its members', () => {
    const plan = fixture.realisticPlan(600)
    const lines = planLines(plan, true)
    expect(planTitle(plan)).toMatch(
      /^Plan for container\/octo-org\/app: 288 of 600 versions to delete, 312 kept, about /
    )
    expect(lines).toContain(
      '  Would delete pr-40 000003613f61 with 5 members: not kept: rank 1 of 1, 17 days old (rule pull requests)'
    )
    expect(lines.some((line) => /^ {2}Keep v1\.0\.0, 1\.0 .*protected by v\*; 1\.0 follows v1\.0\.0$/.test(line))).toBe(
      true
    )
    expect(lines).toContain('Held 14 of 85 matched versions are held by tags that no rule owns: sha-* (14).')
  })

  it('says where nothing is deleted that untagged versions are part of what is kept', () => {
    const decisions = fixture.unit(1, ['v1'], 9, 'keep', [{ code: 'no-rule', name: 'v1' }])
    const line = expect.stringMatching(/^Untagged 4 versions without a tag: part of what is kept/)
    expect(planLines(fixture.packagePlan(fixture.container('app'), decisions), false)).toContainEqual(line)
    const more = [...decisions, ...fixture.unit(9, ['pr-1'], 9, 'delete', [{ code: 'not-kept', name: 'pr-1' }])]
    expect(planLines(fixture.packagePlan(fixture.container('app'), more), false)).not.toContainEqual(line)
  })

  it('is bounded for 50,000 versions, and counts what it leaves out', () => {
    const lines = planLines(fixture.realisticPlan(50_000), false)
    expect(lines.length).toBeLessThan(1020)
    expect(lines.some((line) => /^ {2}Delete \d+ more, in the plan file$/.test(line))).toBe(true)
  })

  it('makes one line of every hostile name and loses none', () => {
    const [plan] = fixture.hostilePlan().packages
    const lines = plan === undefined ? [] : planLines(plan, true)
    expect(lines.filter((line) => /[\p{Cc}\u2028\u2029]|##\[/u.test(line) || /^\s*::/.test(line))).toEqual([])
    const text = lines.join('\n').replaceAll('⟨U+0023⟩', '#').replaceAll('⟨U+003A⟩', ':')
    for (const name of fixture.HOSTILE) expect(text).toContain(visible(name).slice(0, 150))
  })

  it('says why a limit stops the package', () => {
    const plan = fixture.stopped(fixture.realisticPlan(300), [{ code: 'max-delete', message: '9 of 10' }])
    expect(planLines(plan, false)).toContainEqual(expect.stringMatching(/^Stopped: 9 of 10 Read the plan\./))
    expect(planTitle(plan)).toMatch(/: 0 of 300 versions to delete, 72 stopped by max-delete, 228 kept$/)
  })
})

describe('the log of what was done', () => {
  it('has a word for every outcome and every step', () => {
    const version = fixture.version(7, ['v1'], 3)
    const reasons = [{ code: 'not-kept' as const }]
    for (const kind of OUTCOMES) {
      for (const step of [
        { kind: 'untag' as const, version, tag: 'v1', reasons },
        { kind: 'delete-package' as const, reasons }
      ]) {
        expect(outcomeLine({ step, kind, message: 'a\nb' })).toMatch(
          /^(Removed tag|Deleted|Already deleted|Skipped|Refused|Deferred|Restored|Failed) (v1 from|the whole package).*$/
        )
      }
    }
  })

  it('names what restore looked at', () => {
    const version = fixture.version(7, ['v1'], 3)
    const item = { package: fixture.container('app'), version, kind: 'conflict' as const, message: 'taken' }
    expect(restoreLines([{ package: item.package, version, kind: 'restored' }, item])).toEqual([
      'Conflict container/octo-org/app v1 (version 7): taken',
      'Restored container/octo-org/app v1 (version 7)'
    ])
  })

  it('is bounded for a restore of 50,000 versions, and counts what it leaves out', () => {
    const items = Array.from({ length: 50_000 }, (_, i) => ({
      package: fixture.container('app'),
      version: fixture.version(i + 1, [`v${i}`], 3),
      kind: 'would-restore' as const
    }))
    const lines = restoreLines(items)
    expect(lines.length).toBeLessThan(1020)
    expect(lines.at(-1)).toBe('And 49000 more, on the report page')
    expect(restoreTitle(items, true)).toBe('Would restore 50,000 versions')
  })

  it('has a line for each package of a restore, of one that could not be read too', () => {
    const version = fixture.version(7, ['v1'], 3)
    const lines = resultLines({
      ...fixture.report(fixture.plan()),
      operation: 'restore',
      dryRun: false,
      restored: [
        { package: fixture.container('app'), version, kind: 'restored' },
        { package: fixture.container('app'), version, kind: 'conflict', message: 'v1 is on another' },
        { package: fixture.container('other'), kind: 'failed', message: 'no' }
      ]
    })
    expect(lines.slice(0, 2)).toEqual([
      'Package container/octo-org/app: 1 of 1 version restored, 1 tag left on another version',
      'Package container/octo-org/other: no version restored, 1 failed'
    ])
  })

  it('ends with one line for each package and the result', () => {
    const lines = resultLines(
      fixture.executed(fixture.plan(fixture.realisticPlan(600)), (_, i) => (i === 0 ? 'failed' : 'done'))
    )
    expect(lines).toEqual([
      'Package container/octo-org/app: 312 kept, 287 deleted, 1 failed',
      'Requests list 12, manifest 40',
      'Plan file /tmp/runner/plan.json',
      'Receipt /tmp/runner/receipt.jsonl',
      'Report page /tmp/runner/report.html',
      'Result Deleted 287 of 288 planned versions in 1 package; 312 kept. 1 failed.'
    ])
  })
})
