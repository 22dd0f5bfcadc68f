import { describe, expect, it } from '@jest/globals'
import { type Random, randomFrom } from '../../simulator/generate/random.js'
import { INPUTS } from '../../src/config/inputs/inputs.js'
import { readConfig } from '../../src/config/inputs/read.js'
import type { Inventory } from '../../src/domain/inventory.js'
import type { ListedLine, Policy } from '../../src/domain/policy.js'
import { plan } from '../../src/policy/plan/plan.js'
import { amount } from '../amount.js'
import { type Case, randomCase } from '../policy/randomCase.js'
import { type Inputs, policyFrom, rawInputs } from '../scenarios/containers/policyFrom.js'
import { SEED } from '../seed.js'

const RUNS = Number(process.env.PROPERTY_RUNS ?? amount(80, 600))

interface Facts {
  readonly inventory: Inventory
  readonly policy: Policy
}

function deletedIn(facts: Facts, now: number): ReadonlySet<number> {
  const deleted = decisionsOf(facts, now).filter(({ verdict }) => verdict === 'delete')
  return new Set(deleted.map(({ version }) => version.id))
}

/** Whether something is kept only because nothing else would be left: where more is kept, that is deleted. */
function sparesLast(facts: Facts, now: number): boolean {
  return decisionsOf(facts, now).some(({ reasons }) =>
    reasons.some(({ code }) => code === 'refused-last' || code === 'min-keep')
  )
}

const decisionsOf = ({ inventory, policy }: Facts, now: number) =>
  plan([inventory], policy, now, 'o').packages.flatMap(({ decisions }) => decisions)

const protect = ({ policy, ...facts }: Facts, part: Partial<Policy['protect']>): Facts => ({
  ...facts,
  policy: { ...policy, protect: { ...policy.protect, ...part } }
})
const use = ({ inventory, ...facts }: Facts, inUse: Inventory['inUse']): Facts => ({
  ...facts,
  inventory: { ...inventory, inUse: { ...inventory.inUse, ...inUse } }
})

/** One more protection, of every kind. */
const KINDS: Readonly<Record<string, (facts: Facts, name: string, random: Random) => Facts>> = {
  list: (facts, pattern) => listed(facts, { pattern }),
  'reference in a list': (facts, pattern) => listed(facts, { pattern, image: imageOf(facts) }),
  'reference in a file': (facts, pattern) =>
    listed(facts, { pattern, image: imageOf(facts), by: 'references', file: 'a.yaml', line: 1 }),
  'reference with an unknown tag': (facts) =>
    listed(facts, { pattern: '', image: imageOf(facts), by: 'references', unresolved: true }),
  releases: (facts, name) => use(protect(facts, { releases: true }), { releases: [name] }),
  'git tags': (facts, name) => use(protect(facts, { gitTags: true }), { gitTags: [`app-${name}`, name] }),
  branches: (facts, name) => use(protect(facts, { branches: true }), { branches: [name] }),
  'branches by a pattern': (facts, name) =>
    use(protect(facts, { branches: ['{branch}*'] }), { branches: [name.slice(0, 2)] }),
  deployments: (facts, ref) =>
    use(protect(facts, { deployments: { environments: ['live'], names: ['{ref}'] } }), {
      deployments: [{ environment: 'live', sha: '', ref }]
    }),
  annotations: (facts) => protect(facts, { annotations: { hold: '*' } }),
  gap: ({ inventory, policy }, _name, random) => ({
    policy,
    inventory: {
      ...inventory,
      gaps: [
        ...inventory.gaps,
        { kind: random.pick(['releases', 'git-tags', 'branches', 'deployments'] as const), why: '' }
      ]
    }
  })
}

const imageOf = ({ inventory: { package: info } }: Facts): string => `ghcr.io/${info.owner}/${info.name}`
const listed = (facts: Facts, line: ListedLine): Facts =>
  protect(facts, { listed: [...facts.policy.protect.listed, line] })

function broken({ inventory, policy, now, seed }: Case, kind: string): string | undefined {
  const random = randomFrom(`protect ${seed}`)
  const facts = { inventory, policy }
  const name = random.pick(inventory.versions.flatMap((version) => [version.name, ...version.tags]))
  if (sparesLast(facts, now)) return undefined
  const before = deletedIn(facts, now)
  const after = deletedIn(KINDS[kind]?.(facts, name, random) ?? facts, now)
  const extra = [...after].filter((id) => !before.has(id))
  return extra.length === 0 ? undefined : `seed ${seed}: ${kind} ${name} deletes ${extra.join()} too`
}

describe('to protect more', () => {
  it.each(Object.keys(KINDS))('never deletes more: %s', (kind) => {
    const problems = Array.from({ length: RUNS / 10 }, (_, i) => broken(randomCase(SEED + i), kind))
    expect(problems.filter((problem) => problem !== undefined)).toEqual([])
  })

  it('deletes less now and then', () => {
    const fewer = Object.keys(KINDS).filter((kind) =>
      Array.from({ length: RUNS / 10 }, (_, i) => randomCase(SEED + i)).some(({ inventory, policy, now, seed }) => {
        const random = randomFrom(`protect ${seed}`)
        const name = random.pick(inventory.versions.flatMap((version) => [version.name, ...version.tags]))
        const facts = { inventory, policy }
        return deletedIn(KINDS[kind]?.(facts, name, random) ?? facts, now).size < deletedIn(facts, now).size
      })
    )
    expect(fewer.sort()).toEqual(
      Object.keys(KINDS)
        .filter((kind) => !/annotations|unknown tag/.test(kind))
        .sort()
    )
  })
})

const SELECTIONS: readonly Inputs[] = [
  { match: '*' },
  { match: 'pr-*' },
  { 'match-branch': 'pr-1' },
  { 'match-prerelease': 'true' },
  { 'delete-untagged': 'true' },
  { match: '*', 'delete-untagged': 'true' }
]
const KEEPING: readonly Inputs[] = [
  { keep: 'v*' },
  { keep: 'ghcr.io/octo-org/app:latest' },
  { 'keep-last': '2' },
  { 'keep-last-untagged': '2' },
  { 'keep-within': '9d' },
  { 'grace-period': '9d' }
]

describe('flat inputs', () => {
  it('delete no more with one more keep-* beside the same selection', () => {
    const found: string[] = []
    for (const selection of SELECTIONS) {
      for (const keeping of KEEPING.filter((each) => isAccepted({ ...selection, ...each }))) {
        const [policy, more] = [
          policyFrom({ ...selection, 'min-keep': '0' }),
          policyFrom({ ...selection, ...keeping, 'min-keep': '0' })
        ]
        for (let seed = SEED; seed < SEED + RUNS / 30; seed += 1) {
          const { inventory, now } = randomCase(seed, true)
          if (inventory.package.type !== 'container' || sparesLast({ inventory, policy }, now)) continue
          const before = deletedIn({ inventory, policy }, now)
          const extra = [...deletedIn({ inventory, policy: more }, now)].filter((id) => !before.has(id))
          if (extra.length > 0) {
            found.push(`seed ${seed}: ${JSON.stringify({ ...selection, ...keeping })} deletes ${extra.join()} too`)
          }
        }
      }
    }
    expect(found).toEqual([])
  })

  it.each(KEEPING)('%j without a selection is refused', (inputs) => {
    expect(isAccepted(inputs)).toBe(false)
  })

  it.each(INPUTS.map(({ name }) => name))('an empty %s means what leaving it out means, or is refused', (name) => {
    const inputs = { match: 'v*', 'keep-last': '3' }
    const { [name as keyof typeof inputs]: _, ...without } = inputs
    for (const empty of ['', ' ']) {
      const given = readConfig(rawInputs({ ...inputs, [name]: empty }), { texts: new Map(), fitting: new Map() })
      const { [name]: __, ...left } = rawInputs(without).inputs
      if (!('problems' in given))
        expect(given).toEqual(readConfig({ ...rawInputs({}), inputs: left }, { texts: new Map(), fitting: new Map() }))
    }
  })
})

const isAccepted = (inputs: Inputs): boolean =>
  !('problems' in readConfig(rawInputs(inputs), { texts: new Map(), fitting: new Map() }))
