import { describe, expect, it } from '@jest/globals'
import * as v from 'valibot'
import { renderJson } from '../../src/cli/renderJson.js'
import type { OutcomeKind, Report } from '../../src/domain/outcome.js'
import type { Decision, PackagePlan } from '../../src/domain/plan.js'
import { resultShape } from '../../src/formats/result.js'
import { pageData } from '../../src/report/page/pageData.js'
import { renderSummary } from '../../src/report/summary/summary.js'
import { reportOutputs } from '../../src/report/text/outputs.js'
import { planLines, planTitle, resultLines } from '../../src/report/text/planLog.js'
import { resultText } from '../../src/report/text/result.js'
import * as fixture from './fixture.js'

/** An image that shares a platform with another one, a removed tag, a deferred unit, and 600 others. */
function mixedPlan(): PackagePlan {
  const made = fixture.realisticPlan(600)
  const [root, ...members] = fixture.unit(1, ['shared-a'], 40, 'delete', [{ code: 'not-kept', rule: 'r' }])
  const [other, ...more] = fixture.unit(11, ['shared-b'], 41, 'delete', [{ code: 'not-kept', rule: 'r' }])
  if (root === undefined || other === undefined) throw new Error('no decisions')
  const shared = members.map((each, i): Decision => (i === 0 ? { ...each, units: [1, 11] } : each))
  const deferred = fixture.held(
    fixture.unit(21, ['later'], 3, 'keep', [{ code: 'deferred', by: 'delete-limit' }]),
    'delete-limit'
  )
  const [tagged] = fixture.unit(31, ['v9.0.0', 'pr-9'], 2, 'keep', [{ code: 'no-rule', name: 'v9.0.0' }], [])
  if (tagged === undefined) throw new Error('no decision')
  const kept: Decision = { ...tagged, untag: ['pr-9'] }
  const decisions = [...made.decisions, root, ...shared, other, ...more, ...deferred, kept]
  const plan = fixture.packagePlan(fixture.container('app'), decisions, { deferredUnits: 1 })
  const untag = { kind: 'untag', version: kept.version, tag: 'pr-9', reasons: [{ code: 'not-kept' }] } as const
  return { ...plan, steps: [...plan.steps, untag] }
}

function onlyTags(): PackagePlan {
  const plan = mixedPlan()
  const decisions = plan.decisions.filter(({ version }) => version.id === 31)
  return { ...plan, decisions, steps: plan.steps.filter(({ kind }) => kind === 'untag'), deferredUnits: 0 }
}

const KINDS: readonly OutcomeKind[] = ['failed', 'refused-downloads', 'changed', 'already-gone', 'deferred']

const runs: Readonly<Record<string, () => Report>> = {
  'a dry run': () => fixture.report(fixture.plan(mixedPlan())),
  'a run in which everything went well': () => fixture.executed(fixture.plan(mixedPlan())),
  'a run in which steps failed': () => fixture.executed(fixture.plan(mixedPlan()), (_, i) => KINDS[i] ?? 'done'),
  'a second apply of one plan': () => fixture.executed(fixture.plan(mixedPlan()), () => 'already-gone'),
  'a dry run that only removes tags': () => fixture.report(fixture.plan(onlyTags())),
  'a run that only removes tags': () => fixture.executed(fixture.plan(onlyTags())),
  'a run that max-delete stops': () =>
    fixture.executed(fixture.plan(fixture.stopped(mixedPlan(), [{ code: 'max-delete', message: '9 of 10.' }])))
}

/** The numbers of the one package, by the title of their column, wherever a person or a workflow reads them. */
function everywhere(report: Report): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const data = pageData(report)
  const page = data.heads.map((title, i) => [title, data.packages[0]?.numbers[i] ?? ''])
  const line = resultLines(report).find((each) => each.startsWith('Package ')) ?? ''
  const log = [...line.replace(/^Package \S+: /, '').matchAll(/([\d,]+) ([a-z ]+)/g)].map(
    ([, count = '', title = '']) => [title.charAt(0).toUpperCase() + title.slice(1), count]
  )
  const rows = renderSummary(report)
    .split('\n')
    .filter((each) => each.startsWith('|'))
  const [head, , row] = rows.map((each) =>
    each
      .split('|')
      .slice(3, -1)
      .map((cell) => cell.trim())
  )
  const summary = (head ?? []).map((title, i) => [title, row?.[i] ?? ''])
  const counts = (entries: readonly (readonly string[])[]) =>
    Object.fromEntries(entries.filter(([title]) => title !== 'Freed (estimate)'))
  return { page: counts(page), log: counts(log), summary: counts(summary) }
}

describe('the numbers of one run', () => {
  it.each(Object.keys(runs))('agree in the log, the summary, the page, the outputs and the JSON of %s', (title) => {
    const report = runs[title]?.()
    if (report === undefined) throw new Error('no run')
    const { page, log, summary } = everywhere(report)
    expect(log).toEqual(page)
    expect(summary).toEqual(page)

    const outputs = reportOutputs(report)
    const json = JSON.parse(renderJson(outputs, undefined))
    expect(v.safeParse(resultShape, json).issues).toBeUndefined()
    const counts = json.summary.counts
    expect(json.summary.packages[0].counts).toEqual(counts)
    const column = (name: string): number => Number((page?.[name] ?? '0').replaceAll(',', ''))
    expect(counts.kept).toBe(column('Kept'))
    if (report.dryRun) {
      expect([counts.planned, json['planned-count']]).toEqual([column('To delete'), column('To delete')])
      expect([counts.plannedTags, json['removed-tags-count']]).toEqual([column('Tags to remove'), 0])
    } else {
      expect([counts.deleted, json['deleted-count']]).toEqual([column('Deleted'), column('Deleted')])
      expect([counts.removedTags, json['removed-tags-count']]).toEqual([column('Tags removed'), column('Tags removed')])
      expect([counts.failed, counts.refused]).toEqual([column('Failed'), column('Refused')])
      expect(counts.alreadyGone).toBe(column('Already deleted'))
      expect(counts.skipped + counts.deferred + counts.blocked).toBe(column('Held back'))
    }
    const [plan] = report.packages.flatMap((each) => each.plan ?? [])
    if (plan === undefined) throw new Error('no plan')
    const said = planTitle(plan)
    expect(said).toContain(`${counts.planned} of ${counts.total} version`)
    expect(said.includes('tag')).toBe(counts.plannedTags > 0)
    const result = resultText(report)
    const main = report.dryRun ? counts.planned : counts.deleted
    if (counts.planned > 0) expect(result).toMatch(new RegExp(`\\b${main} of `))
    const tags = report.dryRun ? counts.plannedTags : counts.removedTags
    if (counts.plannedTags > 0) expect(result).toMatch(new RegExp(`\\b${tags} (of \\d+ planned )?tags?\\b`))
  })

  it('give an image the same number of members in the log, the summary and the page', () => {
    const report = fixture.report(fixture.plan(mixedPlan()))
    const [plan] = report.packages.flatMap((each) => each.plan ?? [])
    if (plan === undefined) throw new Error('no plan')
    const lines = planLines(plan, true)
    const summary = renderSummary(report)
    for (const { names, members } of pageData(report).rows) {
      if (members === undefined || names[0] === undefined) continue
      const line = lines.find((each) => new RegExp(`(delete|Keep) ${names.join(', ')} `).test(each))
      expect(`${names[0]}: ${line}`).toContain(`with ${members} member`)
      const row = summary.split('\n').find((each) => each.startsWith(`| \`${names[0]}\``) && each.includes('member'))
      if (row !== undefined) expect(row).toContain(`+ ${members} member`)
    }
    expect(lines.filter((each) => /shared-[ab].* with 5 members/.test(each)).length).toBe(1)
    expect(lines.filter((each) => /shared-b.* with 6 members/.test(each)).length).toBe(1)
  })

  it('are left out in the summary and on the page for a package that could not be read', () => {
    const unread = {
      package: fixture.container('gone'),
      outcomes: [],
      notices: [],
      failure: { code: 'api', message: 'no' }
    }
    const report = fixture.report(fixture.plan(mixedPlan()))
    const whole = { ...report, packages: [...report.packages, unread] } as Report
    expect(pageData(whole).packages[1]?.numbers).toEqual(['–', '–', '–', '–', 'not read', '–'])
    expect(renderSummary(whole)).toMatch(/`gone`.* \| container \| {2}\| {2}\| {2}\| {2}\| not read \| {2}\|\n/)
  })

  it('say in the result that a plan only removes tags', () => {
    expect(resultText(fixture.report(fixture.plan(onlyTags())))).toBe(
      'Dry run: 1 tag in 1 package would be removed and no version deleted, 1 version would be kept. Nothing was changed.'
    )
    expect(resultText(fixture.executed(fixture.plan(onlyTags())))).toBe(
      'Removed 1 of 1 planned tag in 1 package; 1 kept.'
    )
  })
})
