import { describe, expect, it } from '@jest/globals'
import type { FailureText } from '../../../src/domain/failure.js'
import type { OutcomeKind, PackageReport, RestoreItem } from '../../../src/domain/outcome.js'
import { failureText, resultText } from '../../../src/report/text/result.js'
import * as fixture from '../fixture.js'

const plan = () => fixture.plan(fixture.realisticPlan(600))

describe('resultText', () => {
  it('is in the conditional for a dry run', () => {
    expect(resultText(fixture.report(plan()))).toBe(
      'Dry run: 288 of 600 versions in 1 package would be deleted, 312 would be kept. Nothing was changed.'
    )
  })

  it('says what did not go as planned, and why the run ended early', () => {
    const report = fixture.executed(plan(), (_, i) =>
      i < 2 ? 'refused-last' : i < 3 ? 'changed' : i < 8 ? 'deferred' : 'done'
    )
    expect(resultText({ ...report, stopped: 'time limit of 60 s' })).toBe(
      'Deleted 280 of 288 planned versions in 1 package; 312 kept. ' +
        '2 refused by GitHub, 1 skipped by a re-check, 5 left for the next run. Stopped early: time limit of 60 s.'
    )
  })

  it('tells what a re-check skipped from what waits for a step that did not succeed', () => {
    const executed = (...kinds: readonly OutcomeKind[]) =>
      resultText(fixture.executed(plan(), (_, i) => kinds[i] ?? 'done'))
    expect(executed('failed', 'blocked', 'blocked', 'changed')).toContain(
      ' 1 failed, 1 skipped by a re-check, 2 skipped after a step that did not succeed.'
    )
    expect(executed('failed', 'blocked')).toMatch(/ 1 failed, 1 skipped after a step that did not succeed\.$/)
  })

  it.each([
    ['apply', 'planned'],
    ['restore', 'restored'],
    ['explain', 'explained'],
    ['packages', 'listed']
  ] as const)('says of %s that it ended before it had %s anything', (operation, word) => {
    const failure = { code: 'api' as const, message: 'GitHub answered 500.' }
    const report = { ...fixture.report(fixture.plan()), operation, packages: [], failure }
    expect(resultText(report)).toBe(`The run ended before it had ${word} anything. Nothing was changed.`)
  })

  it('says plainly that there was nothing to do', () => {
    expect(resultText(fixture.executed(fixture.plan(fixture.realisticPlan(30))))).toBe(
      'Nothing to delete in 1 package: all 30 versions are kept.'
    )
    const one = fixture.packagePlan(fixture.container('one'), fixture.unit(1, ['v1'], 9, 'keep', [], []))
    expect(resultText(fixture.executed(fixture.plan(one)))).toBe(
      'Nothing to delete in 1 package: the 1 version is kept.'
    )
  })

  it('counts no package among the done that could not be planned', () => {
    const report = fixture.executed(plan())
    const failure = { code: 'api' as const, message: 'GitHub answered 500.' }
    const other = { package: fixture.container('other'), outcomes: [], notices: [], failure }
    expect(resultText({ ...report, packages: [...report.packages, other] })).toContain(' in 1 of 2 packages; ')
  })

  it('does not say that there was nothing to do where an unreadable manifest holds versions back', () => {
    const unreadable = { ...fixture.realisticPlan(30), violations: [{ code: 'unreadable' as const, message: 'why' }] }
    expect(resultText(fixture.executed(fixture.plan(unreadable)))).toBe(
      'Nothing was deleted in 1 package: all 30 versions are kept.'
    )
  })
})

describe('the result of a restore', () => {
  const ref = fixture.container('app')
  const item = (id: number, kind: RestoreItem['kind'], message = 'why'): RestoreItem => ({
    package: ref,
    version: fixture.version(id, [`v${id}`], 3),
    kind,
    message
  })
  const said = (dryRun: boolean, ...restored: readonly RestoreItem[]) =>
    resultText({ ...fixture.report(fixture.plan(fixture.realisticPlan(0))), operation: 'restore', dryRun, restored })

  it('tells tags that are left elsewhere or could not be put back from versions that failed', () => {
    expect(said(false, item(1, 'restored'), item(2, 'restored'), item(2, 'conflict'), item(2, 'conflict'))).toBe(
      'Restored 2 of 2 versions. 2 tags left on other versions.'
    )
    expect(said(false, item(1, 'restored'), item(1, 'failed'), item(2, 'failed'), item(3, 'expired'))).toBe(
      'Restored 1 of 3 versions. 1 tag could not be put back, 1 failed, 1 deleted more than 30 days ago.'
    )
    expect(said(false, item(1, 'already-active'), item(1, 'conflict'))).toBe(
      'Restored no version. 1 tag left on another version.'
    )
  })

  it('calls a whole package one', () => {
    const whole = (kind: RestoreItem['kind']): RestoreItem => ({
      package: fixture.container('web'),
      whole: true,
      kind
    })
    expect(said(false, whole('failed'))).toBe('Restored 0 of 1 whole package. 1 failed.')
    expect(said(false, whole('restored'))).toBe('Restored 1 of 1 whole package.')
    expect(said(true, item(1, 'would-restore'), whole('would-restore'))).toBe(
      'Dry run: 1 version and 1 whole package would be restored. Nothing was changed.'
    )
    expect(said(false, item(1, 'restored'), { package: ref, kind: 'failed' })).toBe(
      'Restored 1 of 1 version. 1 package could not be looked at again.'
    )
    expect(said(false, whole('already-active'))).toBe('Nothing had to be restored: 1 package is active already.')
    expect(said(false, { package: ref, kind: 'failed' })).toBe('Restored no version. 1 failed.')
    expect(said(false, { package: ref, kind: 'deferred' })).toBe('Restored no version. 1 left for the next run.')
  })

  it('promises in a dry run only what can come back', () => {
    expect(said(true, item(1, 'would-restore'), item(2, 'expired'), item(3, 'retagged'))).toBe(
      'Dry run: 1 of 2 versions would be restored, 1 tag put back. Nothing was changed. 1 deleted more than 30 days ago.'
    )
    expect(said(true)).toBe('Dry run: no version would be restored. Nothing was changed.')
  })
})

describe('failureText', () => {
  it('is absent where nothing failed: refusals and what is put off are none', () => {
    expect(failureText(fixture.executed(plan(), (_, i) => (i % 2 === 0 ? 'refused-last' : 'deferred')))).toBeUndefined()
  })

  it('names each package that failed, why, and what to do', () => {
    const report = fixture.executed(plan(), (_, i) => (i < 3 ? 'failed' : 'done'))
    const failure = { code: 'sso' as const, message: 'Not authorized.', remedy: 'Open https://github.com/sso.' }
    const other = { package: fixture.container('other'), outcomes: [], notices: [], failure }
    const text = failureText({ ...report, packages: [...report.packages, other] })
    expect(text?.split('\n').slice(1)).toEqual([
      'container/octo-org/app: 3 steps failed: because of failed',
      'container/octo-org/other: Not authorized. Open https://github.com/sso.'
    ])
  })

  it('shows the line that an unreadable manifest asks for whole', () => {
    const line = `unreadable-is-empty: ${fixture.digest(7)}`
    const message =
      `a manifest could not be read: ${fixture.digest(7)} (the registry answered 404 MANIFEST_UNKNOWN: manifest unknown). It may ` +
      'need any other version, so nothing is deleted in this package and 6 versions are held back. Once you know that it ' +
      `lists and signs nothing that is still needed, add: ${line}`
    const stopped = { ...fixture.realisticPlan(30), violations: [{ code: 'unreadable' as const, message }] }
    expect(failureText(fixture.report(fixture.plan(stopped)))?.endsWith(line)).toBe(true)
  })

  describe('a right that is missing', () => {
    const remedy = `Give it the role Admin. ${'It is needed. '.repeat(25)}`.trim()
    const failure = { code: 'auth' as const, message: 'GitHub refused to delete version 2: 403.', remedy }
    const refused = (name: string, ...texts: readonly FailureText[]) => {
      const executed = fixture.executed(plan(), (_, i) => (i < texts.length ? 'failed' : 'blocked'))
      const [report] = executed.packages
      const outcomes = report?.outcomes.map((outcome, i) => ({ ...outcome, message: 'waits', ...texts[i] })) ?? []
      return { package: fixture.container(name), outcomes, notices: [], failure }
    }
    const textOf = (...packages: readonly PackageReport[]) =>
      failureText({ ...fixture.executed(plan()), packages })
        ?.split('\n')
        .slice(1)

    it('is said once, with how many steps it failed, and the remedy whole', () => {
      const outcome = (id: number) => ({ message: `GitHub refused to delete version ${id}: 403.`, remedy })
      expect(textOf(refused('app', outcome(1), outcome(2), outcome(3)))).toEqual([
        `container/octo-org/app: 3 steps failed: GitHub refused to delete version 2: 403. ${remedy}`
      ])
    })

    it('is said once where a step failed by its words alone', () => {
      const texts = [{ message: 'Version 1: 403.', remedy }, { message: failure.message }, { message: 'Version 4.' }]
      expect(textOf(refused('app', ...texts))).toEqual([
        `container/octo-org/app: 2 steps failed: GitHub refused to delete version 2: 403. ${remedy}`,
        'container/octo-org/app: 1 step failed: Version 4.'
      ])
    })

    it('that a package does not meet as a whole is said with the step that met it', () => {
      const { failure: _, ...report } = refused('app', { message: 'No.', remedy })
      expect(textOf(report)).toEqual([`container/octo-org/app: 1 step failed: No. ${remedy}`])
    })

    it('hides nothing else that failed', () => {
      expect(textOf(refused('app', { message: 'No.', remedy }, { message: 'GitHub answered 502, 5 times.' }))).toEqual([
        `container/octo-org/app: 1 step failed: GitHub refused to delete version 2: 403. ${remedy}`,
        'container/octo-org/app: 1 step failed: GitHub answered 502, 5 times.'
      ])
    })

    it('in several packages has its remedy once', () => {
      expect(textOf(refused('app', { message: 'No.', remedy }), refused('web', { message: 'No.', remedy }))).toEqual([
        `container/octo-org/app: 1 step failed: GitHub refused to delete version 2: 403. ${remedy}`,
        'container/octo-org/web: 1 step failed: GitHub refused to delete version 2: 403.'
      ])
    })

    it('has its remedy whole beside however long a message', () => {
      const failure = { code: 'auth' as const, message: 'x'.repeat(5000), remedy }
      const packages = [{ package: fixture.container('app'), outcomes: [], notices: [], failure }]
      const text = failureText({ ...fixture.report(fixture.plan()), packages }) ?? ''
      expect(text).toContain(remedy)
      expect(text.length).toBeLessThan(1000)
    })
  })

  it('says so where a limit stopped a package, in a dry run too', () => {
    const stopped = fixture.stopped(fixture.realisticPlan(300), [{ code: 'max-delete', message: '9 of 10.' }])
    expect(failureText(fixture.report(fixture.plan(stopped)))).toContain('container/octo-org/app: 9 of 10.')
  })

  it('fits into one annotation, however much failed', () => {
    const failure = { code: 'api' as const, message: 'x\n'.repeat(3000) }
    const packages = Array.from({ length: 100 }, (_, i) => ({
      package: fixture.container(`app-${i}`),
      outcomes: [],
      notices: [],
      failure
    }))
    const text = failureText({ ...fixture.report(fixture.plan()), packages }) ?? ''
    expect(text.length).toBeLessThan(4096)
    expect(text).toMatch(/and 9\d more: see the report page/)
  })

  it('leaves out whole lines, never half a remedy', () => {
    const packages = Array.from({ length: 8 }, (_, i) => ({
      package: fixture.container(`app-${i}`),
      outcomes: [],
      notices: [],
      failure: {
        code: 'sso' as const,
        message: 'Not authorized. '.repeat(20).trim(),
        remedy: `${'Do it. '.repeat(50)}${i}.`
      }
    }))
    const lines = (failureText({ ...fixture.report(fixture.plan()), packages }) ?? '').split('\n')
    expect(lines.join('\n').length).toBeLessThan(4000)
    expect(lines.slice(1, -1).every((line, i) => line.endsWith(` ${i}.`))).toBe(true)
    expect(lines.at(-1)).toBe(`and ${8 - (lines.length - 2)} more: see the report page`)
  })
})
