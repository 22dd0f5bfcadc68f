import { describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../../simulator/generate/random.js'
import type { Change } from '../../../src/domain/explanation.js'
import type { PackagePlan } from '../../../src/domain/plan.js'
import { applyChanges, type PlanInput } from '../../../src/policy/explain/changes.js'
import { explainFromPlan, explainVersion } from '../../../src/policy/explain/explainVersion.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { amount } from '../../amount.js'
import { randomCase } from '../randomCase.js'

/** More by `PROPERTY_RUNS=100000`. */
const RUNS = Math.min(Number(process.env.PROPERTY_RUNS ?? amount(16, 60)), 5_000)

function factsOf(seed: number): PlanInput {
  const { inventory, policy, now } = randomCase(seed)
  const random = randomFrom(`explain ${seed}`)
  const names = inventory.versions.flatMap(({ tags }) => tags)
  const branches = random.chance(0.3) && names.length > 0 ? [random.pick(names)] : []
  const holds = new Map(random.chance(0.2) ? [[random.pick(inventory.versions).id, '2026-12-24']] : [])
  return {
    inventory: { ...inventory, inUse: { ...inventory.inUse, branches }, holds },
    policy: {
      ...policy,
      minKeep: random.pick([0, 0, 1, 2]),
      ...(random.chance(0.2) && { deleteLimit: random.between(1, 3) }),
      ...(random.chance(0.1) && { maxDelete: { units: random.between(0, 2) } })
    },
    now
  }
}

function planned({ inventory, policy, now }: PlanInput): PackagePlan {
  const [own] = plan([inventory], policy, now, 'o').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

const deletes = (facts: PlanInput, id: number): boolean =>
  planned(facts).steps.some((step) => step.kind === 'delete' && step.version.id === id)

describe('an explanation', () => {
  it('names changes that together delete the version, each of them needed, and a time that is the first', () => {
    const wrong: string[] = []
    const kinds = new Map<Change['kind'] | 'time alone' | 'nothing', number>()
    const count = (kind: Change['kind'] | 'time alone' | 'nothing') => kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const facts = factsOf(seed)
      const own = planned(facts)
      for (const decision of own.decisions) {
        const { id } = decision.version
        const { changes, deletedAt } = explainVersion(facts, own, decision)
        const at = (now: number): boolean => deletes({ ...facts, now }, id)
        const about = `seed ${seed}, version ${id}: ${JSON.stringify(changes)}, ${deletedAt}`
        if (deletes(facts, id) !== (changes?.length === 0)) wrong.push(`${about} is not the verdict`)
        if (changes === undefined) count('nothing')
        for (const change of changes ?? []) {
          count(change.kind)
          const others = (changes ?? []).filter((each) => each !== change)
          if (deletes(applyChanges(facts, others), id)) wrong.push(`${about}: ${change.kind} is not needed`)
        }
        if (changes !== undefined && !deletes(applyChanges(facts, changes), id)) wrong.push(`${about} is not enough`)
        if (deletedAt === undefined) continue
        if (!at(deletedAt)) wrong.push(`${about}: it is kept then`)
        if (deletedAt > facts.now) count('time alone')
        if (deletedAt > facts.now && at(deletedAt - 1)) wrong.push(`${about}: it is deleted before`)
      }
    }
    expect(wrong.slice(0, 5)).toEqual([])
    // A mutant meets few cases.
    if (RUNS < 10) return
    const expected = [
      'unprotect',
      'match-name',
      'list',
      'keep-fewer',
      'time',
      'setting',
      'time alone',
      'nothing'
    ] as const
    expect(expected.filter((kind) => (kinds.get(kind) ?? 0) < 3)).toEqual([])
  })

  it('of a saved plan follows from its reasons, and says so', () => {
    const facts = factsOf(5)
    const own = planned(facts)
    const explained = own.decisions.map((decision) => explainFromPlan(facts.policy, own, decision))
    expect(explained.every(({ fromPlan, deletedAt }) => fromPlan && deletedAt === undefined)).toBe(true)
    expect(explained.map(({ decision, changes }) => [decision.verdict, changes?.length === 0])).toEqual(
      own.decisions.map(({ verdict }) => [verdict, verdict === 'delete'])
    )
  })
})
