import { describe, expect, it } from '@jest/globals'
import type { Explanation } from '../../../src/domain/explanation.js'
import type { Decision } from '../../../src/domain/plan.js'
import { explanationLines } from '../../../src/report/text/explainText.js'
import { explanationFacts } from '../../../src/report/text/explanationFacts.js'
import * as fixture from '../fixture.js'

const [root, image] = fixture.unit(1, ['v1'], 3, 'keep', [{ code: 'within', rule: 'releases', limit: '14d' }])
if (root === undefined || image === undefined) throw new Error('no unit')

const explained = (decision: Decision, decisions: readonly Decision[], more: Partial<Explanation> = {}) =>
  explanationFacts({ plan: fixture.packagePlan(fixture.container('app'), decisions), decision, ...more })

const factsOf = ({ id, name, tags }: Decision['version']) => ({ id, name, tags })

describe('an explanation as data', () => {
  it('names the units that hold a member, and why they are kept', () => {
    const by = [{ code: 'part-of', unit: 9, unitName: 'v9' }] as const
    const list: Decision = { ...root, version: fixture.version(9, ['v9'], 3), units: [9] }
    const between: Decision = { ...root, reasons: by }
    expect(explained(image, [list, between, image])).toMatchObject({
      package: { owner: 'octo-org', type: 'container', name: 'app' },
      role: 'member',
      chain: [
        { version: factsOf(between.version), verdict: 'keep', reasons: by },
        { version: factsOf(list.version), verdict: 'keep', reasons: root.reasons }
      ]
    })
  })

  it('ends where units hold each other', () => {
    const other: Decision = { ...image, reasons: [{ code: 'part-of', unit: 1, unitName: 'v1' }] }
    const ring: Decision = { ...root, reasons: [{ code: 'part-of', unit: image.version.id, unitName: 'image' }] }
    expect(explained(ring, [ring, other])).toMatchObject({ chain: [{ version: factsOf(other.version) }] })
  })

  it('has times in ISO 8601', () => {
    const changes = [{ kind: 'time', at: fixture.NOW, limit: 'within' }] as const
    const deleted: Decision = { ...root, version: { ...root.version, deletedAt: fixture.NOW } }
    expect(explained(deleted, [deleted], { changes, deletedAt: fixture.NOW })).toMatchObject({
      version: { deletedAt: '2026-11-22T12:00:00.000Z' },
      changes: [{ kind: 'time', at: '2026-11-22T12:00:00.000Z', limit: 'within' }],
      deletedAt: '2026-11-22T12:00:00.000Z'
    })
  })

  it('says what alone stops the deletion, whether it comes from a saved plan, and all of it in words', () => {
    const held: Decision = { ...root, heldBy: 'delete-limit' }
    const plan = fixture.packagePlan(fixture.container('app'), [held])
    expect(explained(held, [held], { fromPlan: true })).toMatchObject({
      heldBy: 'delete-limit',
      changes: null,
      deletedAt: null,
      fromPlan: true,
      text: explanationLines({ plan, decision: held, fromPlan: true })
    })
  })
})
