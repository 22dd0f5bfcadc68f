import type { Random } from '../../simulator/generate/random.js'

/** A policy as the oracle reads it; `renderPolicy` writes the document that the product reads. Times in days. */
export interface ModelPolicy {
  readonly graceDays: number
  readonly minKeep: number
  readonly partialTags: 'keep' | 'untag'
  readonly timestamp: 'updated_at' | 'created_at'
  readonly deleteLimit?: number
  readonly maxDelete?: string
  readonly protect: readonly string[]
  readonly distTags: boolean
  readonly rules: readonly ModelRule[]
}

export interface ModelRule {
  /** Literal names, or a start with `*` behind it; absent: any. */
  readonly names?: readonly string[]
  readonly tagged?: boolean
  /** YAML that the oracle does not read: of what such a rule owns it only knows what other facts hold. */
  readonly beyond?: string
  readonly keep: readonly ModelKeep[]
}

export interface ModelKeep {
  readonly last?: number
  readonly withinDays?: number
  readonly daily?: number
  readonly monthly?: number
  /** As in `ModelRule`. */
  readonly beyond?: string
}

const NAMES = ['*', 'v*', 'pr-*', 'v1*', '2.0.0*', 'nightly', 'main', 'sha-*', 'pr-7', '1*', '1.1.0', 'build-*']
const PROTECTED = ['latest', 'main', 'v1.0.0', 'pr-7', 'v1*', '2.0.0', '1*']

export function randomPolicy(random: Random): ModelPolicy {
  const rules = Array.from({ length: random.between(1, 3) }, () => randomRule(random))
  if (random.chance(0.6)) rules.push({ tagged: false, keep: random.chance(0.3) ? [nameless(randomKeep(random))] : [] })
  return {
    graceDays: random.pick([0, 0, 1, 1, 5, 40]),
    minKeep: random.pick([0, 0, 1, 1, 2, 5]),
    partialTags: random.chance(0.25) ? 'untag' : 'keep',
    timestamp: random.chance(0.2) ? 'created_at' : 'updated_at',
    ...(random.chance(0.15) && { deleteLimit: random.between(1, 15) }),
    ...(random.chance(0.1) && { maxDelete: random.pick(['3', '20%', '80%']) }),
    protect: PROTECTED.filter(() => random.chance(0.12)),
    distTags: random.chance(0.8),
    rules
  }
}

/** Untagged units have no versions, which `semver` would need. */
const nameless = (keep: ModelKeep): ModelKeep => (keep.beyond?.startsWith('semver') ? { last: 1 } : keep)

function randomRule(random: Random): ModelRule {
  const names = random.chance(0.75)
    ? [random.pick(NAMES), ...(random.chance(0.3) ? [random.pick(NAMES)] : [])]
    : undefined
  const keep = Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, () => randomKeep(random))
  return {
    ...(names && { names: [...new Set(names)] }),
    ...(names === undefined && random.chance(0.7) && { tagged: true }),
    ...(random.chance(0.08) && {
      beyond: random.pick(['prerelease: true', 'state: [complete]', 'state: [ghost, orphan]'])
    }),
    keep
  }
}

function randomKeep(random: Random): ModelKeep {
  return random.pick<() => ModelKeep>([
    () => ({ last: random.between(0, 6) }),
    () => ({ last: random.between(0, 6) }),
    () => ({ withinDays: random.between(1, 60) }),
    () => ({ last: random.between(1, 6), withinDays: random.between(10, 60) }),
    () => ({ daily: random.between(1, 6) }),
    () => ({ monthly: random.between(1, 4), last: random.between(1, 9) }),
    () => ({ beyond: random.pick(['weekly: 2', 'hourly: all', 'yearly: 1', 'semver: { majors: 1, patches: 2 }']) })
  ])()
}

export function renderPolicy(policy: ModelPolicy): string {
  const { protect, rules, deleteLimit, maxDelete } = policy
  return [
    'version: 1',
    `grace-period: ${policy.graceDays}d`,
    `min-keep: ${policy.minKeep}`,
    `partial-tags: ${policy.partialTags}`,
    `timestamp: ${policy.timestamp}`,
    ...(deleteLimit === undefined ? [] : [`delete-limit: ${deleteLimit}`]),
    ...(maxDelete === undefined ? [] : [`max-delete: ${maxDelete}`]),
    'protect:',
    `  dist-tags: ${policy.distTags}`,
    ...(protect.length > 0 ? [`  names: ${list(protect)}`] : []),
    'rules:',
    ...rules.flatMap((rule, i) => [
      `  - name: rule-${i + 1}`,
      `    match: { ${matchOf(rule).join(', ')} }`,
      `    keep: [${rule.keep.map(renderKeep).join(', ')}]`
    ]),
    ''
  ].join('\n')
}

function matchOf({ names, tagged, beyond }: ModelRule): readonly string[] {
  const all = [
    ...(names ? [`names: ${list(names)}`] : []),
    ...(tagged === undefined ? [] : [`tagged: ${tagged}`]),
    ...(beyond === undefined ? [] : [beyond])
  ]
  return all.length > 0 ? all : ["names: ['*']"]
}

function renderKeep({ last, withinDays, daily, monthly, beyond }: ModelKeep): string {
  const all = [
    ...(last === undefined ? [] : [`last: ${last}`]),
    ...(withinDays === undefined ? [] : [`within: ${withinDays}d`]),
    ...(daily === undefined ? [] : [`daily: ${daily}`]),
    ...(monthly === undefined ? [] : [`monthly: ${monthly}`]),
    ...(beyond === undefined ? [] : [beyond])
  ]
  return `{ ${all.join(', ')} }`
}

const list = (items: readonly string[]): string => `[${items.map((item) => `'${item}'`).join(', ')}]`
