import { describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../../simulator/generate/random.js'
import type { Change } from '../../../src/domain/explanation.js'
import type { PackagePlan } from '../../../src/domain/plan.js'
import { applyChanges, type PlanInput } from '../../../src/policy/explain/changes.js'
import { explainFromPlan, explainVersion } from '../../../src/policy/explain/explainVersion.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { ALL } from '../../amount.js'
import { randomCase } from '../randomCase.js'

/** More by `PROPERTY_RUNS=100000`. */
const RUNS = Math.min(Number(process.env.PROPERTY_RUNS ?? 60), 5_000)

function factsOf(seed: number): PlanInput {
  const { inventory, policy, now } = randomCase(seed)
  const random = randomFrom(`explain ${seed}`)
  const names = inventory.versions.flatMap(({ tags }) => tags)
  const some = (chance: number): readonly string[] =>
    random.chance(chance) && names.length > 0 ? [random.pick(names)] : []
  const place = { file: 'deploy/app.yaml', line: 3 }
  const deployed = some(0.2).map((ref) => ({ environment: 'production', ref, sha: 'a'.repeat(40) }))
  const holds = new Map(random.chance(0.2) ? [[random.pick(inventory.versions).id, '2026-12-24']] : [])
  return {
    inventory: {
      ...inventory,
      manifests: new Map(
        [...inventory.manifests].map(([digest, manifest]) => [
          digest,
          random.chance(0.15) ? { ...manifest, annotations: { hold: random.pick(['a', 'b']), stage: 'x' } } : manifest
        ])
      ),
      inUse: {
        ...inventory.inUse,
        branches: some(0.3),
        gitTags: some(0.2),
        releases: some(0.2),
        ...(deployed.length > 0 && { deployments: deployed }),
        openPullRequests: [0, 1, 2, 3].filter(() => random.chance(0.2))
      },
      holds
    },
    policy: {
      ...policy,
      protect: {
        ...policy.protect,
        listed: [
          ...policy.protect.listed,
          ...some(0.2).map((pattern) => ({ pattern, by: 'references' as const, ...place })),
          ...some(0.2).map((pattern) => ({ pattern })),
          ...(random.chance(0.1)
            ? [{ pattern: random.pick(inventory.versions).name, by: 'references' as const, ...place }]
            : [])
        ],
        annotations: random.chance(0.5) ? { hold: 'a', stage: '*' } : {},
        deployments: { environments: ['production'], names: ['{ref}'] },
        openPullRequests: 'pr-{number}*'
      },
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

/** All but GitHub's own base layer, which nothing in a policy takes away. */
const PROTECTIONS = [
  'names',
  'names-from',
  'references',
  'branch',
  'release',
  'git-tag',
  'dist-tag',
  'pull-request',
  'deployment',
  'annotation',
  'hold'
]

const deletes = (facts: PlanInput, id: number): boolean =>
  planned(facts).steps.some((step) => step.kind === 'delete' && step.version.id === id)

describe('an explanation', () => {
  it('names changes that together delete the version, each of them needed, and a time that is the first', () => {
    const wrong: string[] = []
    const kinds = new Map<Change['kind'] | 'time alone' | 'nothing', number>()
    const protections = new Map<string, number>()
    const count = (kind: Change['kind'] | 'time alone' | 'nothing') => kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const facts = factsOf(seed)
      const own = planned(facts)
      const asked = own.decisions.filter((_, i) => ALL || (i + seed) % 3 === 0)
      for (const decision of asked) {
        const { id } = decision.version
        const { changes, deletedAt } = explainVersion(facts, own, decision)
        const at = (now: number): boolean => deletes({ ...facts, now }, id)
        const about = `seed ${seed}, version ${id}: ${JSON.stringify(changes)}, ${deletedAt}`
        if (deletes(facts, id) !== (changes?.length === 0)) wrong.push(`${about} is not the verdict`)
        if (changes === undefined) count('nothing')
        for (const change of changes ?? []) {
          count(change.kind)
          if (change.kind === 'unprotect') protections.set(change.by, (protections.get(change.by) ?? 0) + 1)
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
    if (RUNS < 20) return
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
    expect(expected.filter((kind) => !kinds.has(kind))).toEqual([])
    expect(PROTECTIONS.filter((by) => !protections.has(by))).toEqual([])
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
