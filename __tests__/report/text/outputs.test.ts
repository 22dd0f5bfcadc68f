import { describe, expect, it } from '@jest/globals'
import { OUTPUTS } from '../../../src/config/inputs/outputs.js'
import type { Report } from '../../../src/domain/outcome.js'
import { outputsWarning, reportOutputs } from '../../../src/report/text/outputs.js'
import * as fixture from '../fixture.js'

describe('reportOutputs', () => {
  it('sets every output that the action declares, and no other', () => {
    const names = Object.keys(reportOutputs(fixture.report(fixture.plan())))
    expect(names.sort()).toEqual(OUTPUTS.map(({ name }) => name).sort())
  })

  it('counts versions by what became of them', () => {
    const kinds = [
      'refused-last',
      'refused-downloads',
      'failed',
      'changed',
      'blocked',
      'deferred',
      'already-gone',
      'restored'
    ] as const
    const report = fixture.executed(fixture.plan(fixture.realisticPlan(600)), (_, i) => kinds[i] ?? 'done')
    expect(reportOutputs(report)).toMatchObject({
      'planned-count': '288',
      'deleted-count': '280',
      'kept-count': '312',
      'restored-count': '1',
      'refused-count': '2',
      'deferred-count': '1',
      'failed-count': '1',
      changed: 'true',
      'receipt-file': '/tmp/runner/receipt.jsonl'
    })
  })

  it('has nothing above 0 but planned and kept in a dry run', () => {
    const outputs = reportOutputs(fixture.report(fixture.plan(fixture.realisticPlan(600))))
    const above = Object.entries(outputs).filter(([name, value]) => name.endsWith('-count') && value !== '0')
    expect(above).toEqual([
      ['planned-count', '288'],
      ['kept-count', '312']
    ])
    expect(outputs.changed).toBe('false')
    expect(outputs.deleted).toBe('[]')
  })

  it('counts a package deletion by its versions, and an untag as a change but as no version', () => {
    const gone = fixture.unit(1, ['a'], 3, 'delete', [{ code: 'listed' }])
    const deletion = fixture.packagePlan(fixture.container('a'), gone, {
      steps: [{ kind: 'delete-package', reasons: [] }]
    })
    expect(reportOutputs(fixture.executed(fixture.plan(deletion)))['deleted-count']).toBe('6')
    const [kept] = fixture.unit(1, ['a', 'b'], 3, 'keep', [{ code: 'no-rule' }], [])
    if (kept === undefined) throw new Error('no decision')
    const untag = { kind: 'untag' as const, version: kept.version, tag: 'b', reasons: [] }
    const outputs = reportOutputs(
      fixture.executed(fixture.plan(fixture.packagePlan(fixture.container('a'), [kept], { steps: [untag] })))
    )
    expect([outputs.changed, outputs['deleted-count'], outputs['kept-count']]).toEqual(['true', '0', '1'])
  })

  it('plans nothing where a limit stops the package', () => {
    const plan = fixture.stopped(fixture.realisticPlan(600), [{ code: 'max-delete', message: 'x' }])
    expect(reportOutputs(fixture.report(fixture.plan(plan)))).toMatchObject({
      'planned-count': '0',
      'kept-count': '600'
    })
  })

  it('counts what the budget puts off, members included', () => {
    const decisions = fixture.held(
      fixture.unit(1, ['a'], 3, 'keep', [{ code: 'deferred', by: 'delete-limit' }, { code: 'not-kept' }]),
      'delete-limit'
    )
    const plan = fixture.plan(fixture.packagePlan(fixture.container('a'), decisions, { deferredUnits: 1 }))
    expect(reportOutputs(fixture.executed(plan))).toMatchObject({ 'deferred-count': '6', 'kept-count': '6' })
    const waiting = fixture.held(
      fixture.unit(1, ['a'], 3, 'keep', [{ code: 'deferred', by: 'recent-push' }], []),
      'unreadable'
    )
    const late = fixture.plan(fixture.packagePlan(fixture.container('a'), waiting))
    expect(reportOutputs(fixture.executed(late))).toMatchObject({ 'deferred-count': '1', 'kept-count': '1' })
  })

  it('fails on what restore could not bring back', () => {
    const ref = fixture.container('app')
    const report: Report = {
      ...fixture.report(fixture.plan()),
      operation: 'restore',
      dryRun: false,
      restored: (['restored', 'retagged', 'already-active', 'conflict', 'expired', 'failed', 'deferred'] as const).map(
        (kind, i) => ({
          package: ref,
          version: fixture.version(i + 1, [`v${i}`], 3),
          kind
        })
      )
    }
    expect(reportOutputs(report)).toMatchObject({
      'planned-count': '4',
      'restored-count': '1',
      'failed-count': '3',
      'deferred-count': '1',
      changed: 'true'
    })
    expect(
      reportOutputs({
        ...report,
        dryRun: true,
        restored: [{ package: ref, version: fixture.version(1, ['v1'], 3), kind: 'would-restore' }]
      })
    ).toMatchObject({
      'planned-count': '1',
      'restored-count': '0',
      changed: 'false'
    })
  })

  it('counts for each package of a restore what it counts in all', () => {
    const item = (name: string, id: number) => ({
      package: fixture.container(name),
      version: fixture.version(id, [`v${id}`], 3),
      kind: 'would-restore' as const
    })
    const restored = [item('app', 1), item('app', 2), item('other', 3)]
    const packages = [{ package: fixture.container('app'), outcomes: [], notices: [] }]
    const report: Report = { ...fixture.report(fixture.plan()), operation: 'restore', packages, restored }
    const { counts, packages: each } = JSON.parse(reportOutputs(report).summary)
    expect(counts.planned).toBe(3)
    expect(each.map((one: { name: string; counts: object }) => [one.name, one.counts])).toEqual([
      ['app', expect.objectContaining({ planned: 2 })],
      ['other', expect.objectContaining({ planned: 1 })]
    ])
  })

  it('bounds what it lists, and says so', () => {
    const each = fixture.realisticPlan(600)
    const packages = Array.from({ length: 500 }, (_, i) => ({
      ...each,
      package: fixture.container(`app-${i}-${'x'.repeat(100)}`, i + 1)
    }))
    const outputs = reportOutputs(fixture.executed(fixture.plan(...packages)))
    const summary = JSON.parse(outputs.summary)
    expect(outputs.summary.length).toBeLessThanOrEqual(65_536)
    expect(outputs.deleted.length).toBeLessThanOrEqual(131_072)
    expect(summary.deletedTruncated).toBe(true)
    expect(summary.packages.length + summary.packagesLeftOut).toBe(500)
    expect(summary.packages.length).toBeGreaterThan(50)
    expect(JSON.parse(outputs.deleted)[0]).toEqual({
      package: `app-0-${'x'.repeat(100)}`,
      name: fixture.digest(1330),
      tags: ['pr-33']
    })
  })

  it('makes a matrix of at most 256 packages', () => {
    const packages = Array.from({ length: 300 }, (_, i) => ({
      package: fixture.container(`app-${i}`),
      outcomes: [],
      notices: []
    }))
    const outputs = reportOutputs({ ...fixture.report(fixture.plan()), operation: 'packages', packages })
    const { include } = JSON.parse(outputs.matrix)
    expect(include).toHaveLength(256)
    expect(include[0]).toEqual({
      'package-name': 'app-0',
      'package-type': 'container',
      owner: 'octo-org',
      versions: 10
    })
    expect(JSON.parse(outputs.summary).matrixTruncated).toBe(true)
  })

  it('warns of what a matrix has no room for, and of nothing else', () => {
    const packages = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ package: fixture.container(`app-${i}`), outcomes: [], notices: [] }))
    const listed = (count: number) =>
      outputsWarning({ ...fixture.report(fixture.plan()), operation: 'packages', packages: packages(count) })
    expect(listed(256)).toBeUndefined()
    expect(listed(300)).toMatch(/^The output matrix has 256 packages.*; 44 more are not in it\./)
    expect(outputsWarning({ ...fixture.report(fixture.plan()), packages: packages(300) })).toBeUndefined()
  })

  it('carries hostile names exactly, in text without line breaks', () => {
    const report = fixture.executed(fixture.hostilePlan())
    const { deleted, summary } = reportOutputs(report)
    const tags = JSON.parse(deleted).flatMap((each: { tags: string[] }) => each.tags)
    for (const [i, name] of fixture.HOSTILE.entries()) if (i % 2 === 1) expect(tags).toContain(name)
    for (const text of [deleted, summary]) expect(text).not.toMatch(/\p{C}/u)
  })

  it('counts in the summary what was found and has no room in it', () => {
    const ref = fixture.container('app')
    const empty = { ...fixture.report(fixture.plan()), packages: [] }
    const versions = Array.from({ length: 1000 }, (_, i) => fixture.version(i + 1, [`v${i + 1}`], 3))
    const restorable = versions.map((version) => ({ package: ref, version }))
    const explained = versions.map((version) => {
      const [decision] = fixture.unit(version.id, version.tags, 3, 'keep', [{ code: 'no-rule' }], [])
      if (decision === undefined) throw new Error('no decision')
      return { plan: fixture.packagePlan(ref, [decision]), decision }
    })
    for (const [more, list, left] of [
      [{ operation: 'restore', restorable }, 'restorable', 'restorableLeftOut'],
      [{ operation: 'explain', explained }, 'explained', 'explainedLeftOut']
    ] as const) {
      const { summary } = reportOutputs({ ...empty, ...more })
      expect(summary.length).toBeLessThanOrEqual(65_536)
      const found = JSON.parse(summary)
      expect(found[list].length).toBeGreaterThan(50)
      expect(found[list].length + found[left]).toBe(1000)
    }
  })
})
