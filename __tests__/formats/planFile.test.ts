import { describe, expect, it } from '@jest/globals'
import type { Plan } from '../../src/domain/plan.js'
import { parsePlan, planText } from '../../src/formats/planFile.js'
import { amount } from '../amount.js'
import * as fixture from '../report/fixture.js'

const serializePlan = (plan: Parameters<typeof planText>[0]): string => [...planText(plan)].join('')

/** The document of a plan, changed by a path and a value, as text. */
function tampered(change: (document: Document) => void, made: Plan = fixture.plan(fixture.realisticPlan(200))): string {
  const document = JSON.parse(serializePlan(made))
  change(document)
  return JSON.stringify(document)
}
// biome-ignore lint/suspicious/noExplicitAny: tests put anything anywhere
type Document = any

function problems(text: string): readonly string[] {
  const parsed = parsePlan(text)
  return 'problems' in parsed ? parsed.problems : []
}

describe('a plan file', () => {
  it('gives back exactly the plan that it was made from', () => {
    for (const plan of [fixture.plan(), fixture.plan(fixture.realisticPlan(300)), fixture.hostilePlan()]) {
      expect(parsePlan(serializePlan(plan))).toEqual({ plan })
    }
  })

  it('is read again where the server gave no address of the package', () => {
    const { decisions } = fixture.packagePlan(fixture.container('a'), [])
    const plan = fixture.plan(fixture.packagePlan({ ...fixture.container('a'), htmlUrl: '' }, decisions))
    expect(parsePlan(serializePlan(plan))).toEqual({ plan })
  })

  it('keeps untags, package deletions, violations, orphans and unknown times', () => {
    const [kept] = fixture.unit(1, ['a', 'b'], 3, 'keep', [{ code: 'no-rule', name: 'a' }], [])
    if (kept === undefined) throw new Error('no decision')
    const { createdAt: _c, updatedAt: _u, ...timeless } = kept.version
    const decision = { ...kept, version: timeless, untag: ['b'], state: 'orphan' as const }
    const untag = { kind: 'untag' as const, version: timeless, tag: 'b', reasons: [] }
    const gone = fixture.unit(9, ['x'], 3, 'delete', [{ code: 'listed' }], [])
    const plan = fixture.plan(
      fixture.packagePlan(fixture.container('a'), [decision], { steps: [untag] }),
      fixture.packagePlan(fixture.container('b'), gone, {
        steps: [{ kind: 'delete-package', reasons: [{ code: 'not-kept' }] }]
      }),
      fixture.packagePlan(fixture.container('c'), gone, {
        steps: [],
        violations: [{ code: 'max-delete', message: 'too many' }]
      })
    )
    expect(parsePlan(serializePlan(plan))).toEqual({ plan })
  })

  it('is the same text whatever order the keys of the policy are in, with a line for each decision and step', () => {
    const plan = fixture.plan(fixture.realisticPlan(300))
    const text = serializePlan(plan)
    const reversed = Object.fromEntries(Object.entries(plan.policy).reverse()) as unknown as Plan['policy']
    expect(serializePlan({ ...plan, policy: reversed })).toBe(text)
    expect(text.match(/^ +\{"verdict":/gm)).toHaveLength(300)
    expect(text.match(/^ +\{"kind":"delete"/gm)).toHaveLength(plan.packages[0]?.steps.length ?? 1)
  })

  it('shows nothing unseen', () => {
    expect(serializePlan(fixture.hostilePlan())).not.toMatch(/[^\P{C}\n]/u)
  })

  it('takes thousands of versions', () => {
    const plan = fixture.plan(fixture.realisticPlan(amount(2_000, 50_000)))
    const parsed = parsePlan(serializePlan(plan))
    expect('plan' in parsed && parsed.plan.packages[0]?.decisions.length).toBe(plan.packages[0]?.decisions.length)
  })
})

describe('a plan file from a stranger', () => {
  it.each([
    ['no JSON', '{"format":', 'not JSON'],
    ['another file', '{"format":"something"}', 'not a plan file'],
    ['a list', '[]', 'not a plan file'],
    ['null', 'null', 'not a plan file'],
    ['a later version', '{"format":"package-retention-plan","version":2}', 'reads version 1'],
    [
      'a version of endless depth',
      `{"format":"package-retention-plan","version":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'reads version 1'
    ]
  ])('is refused: %s', (_, text, message) => expect(problems(text).join()).toContain(message))

  const CHANGES: readonly (readonly [string, (document: Document) => void, string])[] = [
    ['an unknown key', (d) => (d.extra = 1), 'extra'],
    ['a missing key', (d) => delete d.owner, 'owner'],
    ['another type', (d) => (d.packages[0].decisions[0].version.id = '5'), 'version.id'],
    ['an id below 1', (d) => (d.packages[0].decisions[0].version.id = 0), 'version.id'],
    ['an id that is no integer', (d) => (d.packages[0].decisions[0].version.id = 1.5), 'version.id'],
    ['a time of another form', (d) => (d.now = '2026'), 'now'],
    ['an unknown reason', (d) => (d.packages[0].decisions[0].reasons[0].code = 'because'), 'reasons.0.code'],
    ['no reason', (d) => (d.packages[0].decisions[0].reasons = []), 'reasons'],
    ['a digest of another form', (d) => (d.packages[0].steps[0].children = ['sha256:../x']), 'children.0'],
    ['an address that is no web address', (d) => (d.packages[0].package.htmlUrl = 'javascript:x'), 'htmlUrl'],
    ['a changed policy', (d) => (d.policy['min-keep'] = 0), 'policyHash'],
    ['another owner of a package', (d) => (d.packages[0].package.owner = 'someone-else'), 'another owner'],
    ['a package twice', (d) => d.packages.push(structuredClone(d.packages[0])), 'twice'],
    ['a version twice', (d) => d.packages[0].decisions.push(d.packages[0].decisions[0]), 'twice'],
    [
      'a step for a version that stays',
      (d) => (d.packages[0].steps[0].id = d.packages[0].decisions[0].version.id),
      'keep it'
    ],
    ['a step for a version that is not described', (d) => (d.packages[0].steps[0].id = 999_999), 'does not describe'],
    ['a step twice', (d) => d.packages[0].steps.push(d.packages[0].steps[0]), 'two steps'],
    ['steps in another order', (d) => d.packages[0].steps.reverse(), 'does not come before'],
    [
      'steps in spite of a limit',
      (d) => d.packages[0].violations.push({ code: 'max-delete', message: 'x' }),
      'there are steps'
    ],
    [
      'a package deletion over versions that stay',
      (d) => (d.packages[0].steps = [{ kind: 'delete-package', reasons: [] }]),
      'a decision keeps a version in it'
    ],
    [
      'an untag that no decision gives up',
      (d) =>
        d.packages[0].steps.push({
          kind: 'untag',
          id: d.packages[0].decisions[0].version.id,
          tag: 'v1.0.0',
          reasons: []
        }),
      'does not give up'
    ]
  ]
  it.each(CHANGES.map(([title, change, message]) => ({ title, change, message })))(
    'is refused: $title',
    ({ change, message }) => {
      const found = problems(tampered(change))
      expect(found.join('\n')).toContain(message)
      expect(found.length).toBeLessThanOrEqual(21)
    }
  )

  it('cannot reach the prototype of anything', () => {
    const text = serializePlan(fixture.plan()).replace('"packages": []', '"packages": [], "__proto__": {"polluted": 1}')
    expect(problems(text)).not.toEqual([])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})
