import { describe, expect, it } from '@jest/globals'
import { groupPlan } from '../../../src/report/text/planGroups.js'
import { container, packagePlan, unit } from '../fixture.js'

const IMAGE = [{ kind: 'image', by: 'entry' }] as const

describe('groupPlan', () => {
  it('groups what is deleted by rule, then what is kept by reason; members count with their root', () => {
    const plan = packagePlan(container('app'), [
      ...unit(10, ['a'], 1, 'keep', [{ code: 'last', rule: 'r', rank: 1, of: 1 }]),
      ...unit(20, ['b'], 2, 'delete', [{ code: 'not-kept', rule: 'r' }]),
      ...unit(30, ['c'], 3, 'delete', [{ code: 'superseded', rule: 'r' }]),
      ...unit(40, [], 4, 'delete', [{ code: 'untagged' }], []),
      ...unit(50, ['d'], 5, 'keep', [{ code: 'protected', by: 'names', what: 'd' }], [])
    ])
    const shown = groupPlan(plan).map(({ verdict, title, rows, versions }) => [verdict, title, rows.length, versions])
    expect(shown).toEqual([
      ['delete', 'rule r', 2, 12],
      ['delete', 'untagged', 1, 1],
      ['keep', 'last (rule r)', 1, 6],
      ['keep', 'protected', 1, 1]
    ])
  })

  it('counts a shared member once, with a unit of the same fate', () => {
    const gone = unit(10, ['a'], 1, 'delete', [{ code: 'not-kept', rule: 'r' }], [])
    const [root, shared] = unit(20, ['b'], 2, 'keep', [{ code: 'last', rule: 'r', rank: 1, of: 1 }], IMAGE)
    if (root === undefined || shared === undefined) throw new Error('no decisions')
    const groups = groupPlan(packagePlan(container('app'), [...gone, root, { ...shared, units: [10, 20] }]))
    expect(groups.map(({ rows }) => rows.map(({ decision, members }) => [decision.version.id, members]))).toEqual([
      [[10, 0]],
      [[20, 1]]
    ])
  })

  it('gives a member without a unit of its fate a row of its own', () => {
    const [root, member] = unit(10, ['a'], 1, 'delete', [{ code: 'not-kept', rule: 'r' }], IMAGE)
    if (root === undefined || member === undefined) throw new Error('no decisions')
    const held = { ...member, verdict: 'keep' as const, reasons: [{ code: 'unreadable', what: 'list' } as const] }
    expect(
      groupPlan(packagePlan(container('app'), [root, held])).map(({ title, versions }) => [title, versions])
    ).toEqual([
      ['rule r', 1],
      ['unreadable', 1]
    ])
  })
})
