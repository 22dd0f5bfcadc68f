import type { Change } from '../../domain/explanation.js'
import type { Inventory } from '../../domain/inventory.js'
import type { Decision, Reason } from '../../domain/plan.js'
import type { KeepItem, Policy, Rule } from '../../domain/policy.js'
import { timeOf, type Version } from '../../domain/version.js'
import { subtractDuration } from '../../pattern/calendar.js'

/** The facts, the policy and the time (milliseconds) that a plan is made from. */
export interface PlanInput {
  readonly inventory: Inventory
  readonly policy: Policy
  readonly now: number
}

/** What would have to change for one reason to fall away; `undefined`: nothing that the policy or time can do. */
export function changeFor(reason: Reason, { version }: Decision, policy: Policy): Change | undefined {
  if ('period' in reason) return fewer(reason.rule, reason.code, reason.rank)
  switch (reason.code) {
    case 'protected':
      return reason.by === 'base-layer' ? undefined : { kind: 'unprotect', by: reason.by, what: reason.what }
    case 'no-rule':
      return reason.name === undefined ? listed(version) : { kind: 'match-name', name: reason.name }
    case 'last':
      return 'anchor' in reason ? listed(version) : fewer(reason.rule, 'last', reason.rank)
    case 'within':
      return reason.since === undefined ? passed(reason.rule, reason.limit, version, policy) : listed(version)
    case 'grace-period':
      return passedGrace(version, policy)
    case 'semver':
    case 'filter':
    case 'not-a-version':
    case 'signature-store':
      return listed(version)
    case 'min-keep':
      return { kind: 'setting', key: 'min-keep' }
    case 'deferred':
      return reason.by === 'delete-limit' ? { kind: 'setting', key: 'delete-limit' } : undefined
    default:
      return undefined
  }
}

const listed = ({ id }: Version): Change => ({ kind: 'list', id })

function fewer(
  rule: string | undefined,
  key: Extract<Change, { kind: 'keep-fewer' }>['key'],
  rank: number
): Change | undefined {
  return rule === undefined ? undefined : { kind: 'keep-fewer', rule, key, count: rank - 1 }
}

function passed(name: string | undefined, limit: string, version: Version, policy: Policy): Change | undefined {
  const rule = policy.rules.find((each) => each.name === name)
  const within = rule?.keep.find((item) => item.within?.text === limit)?.within
  const time = timeOf(version, policy.timestamp)
  // Counted back from the newest of the group, the limit never passes by itself.
  if (within === undefined || time === undefined || rule?.relativeTo === 'newest') return listed(version)
  return {
    kind: 'time',
    at: firstMoment((now) => subtractDuration(now, within, policy.timezone) > time, time),
    limit: 'within'
  }
}

function passedGrace(version: Version, policy: Policy): Change | undefined {
  const time = timeOf(version, policy.timestamp)
  if (time === undefined) return undefined
  const { gracePeriod, timezone } = policy
  return {
    kind: 'time',
    at: firstMoment((now) => subtractDuration(now, gracePeriod, timezone) >= time, time),
    limit: 'grace-period'
  }
}

/** The first millisecond after `from` at which it holds. It is searched for, as calendar months differ in length. */
function firstMoment(holds: (now: number) => boolean, from: number): number {
  let span = 3_600_000
  while (!holds(from + span) && span < 1e13) span *= 2
  let [low, high] = [from, from + span]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

/** The facts as they would be after the changes. */
export function applyChanges(facts: PlanInput, changes: readonly Change[]): PlanInput {
  return changes.reduce(applyChange, facts)
}

function applyChange(facts: PlanInput, change: Change): PlanInput {
  const { policy } = facts
  switch (change.kind) {
    case 'unprotect':
      return unprotect(facts, change)
    case 'match-name':
      return withPolicy(facts, {
        rules: [...policy.rules, ruleFor(`match ${change.name}`, { names: [`/^${escaped(change.name)}$/`] })]
      })
    case 'list':
      return withPolicy(facts, {
        rules: [ruleFor(`list ${change.id}`, { versions: [`${change.id}`] }), ...policy.rules]
      })
    case 'keep-fewer':
      return withPolicy(facts, {
        rules: policy.rules.map((rule) =>
          rule.name === change.rule ? { ...rule, keep: rule.keep.map((item) => atMost(item, change)) } : rule
        )
      })
    case 'time':
      return { ...facts, now: Math.max(facts.now, change.at) }
    case 'setting':
      return { ...facts, policy: withoutSetting(policy, change.key) }
  }
}

function unprotect(facts: PlanInput, { by, what }: Extract<Change, { kind: 'unprotect' }>): PlanInput {
  const { inventory, policy } = facts
  const { inUse, holds } = inventory
  const protect = (part: Partial<Policy['protect']>): PlanInput =>
    withPolicy(facts, { protect: { ...policy.protect, ...part } })
  const use = (part: Partial<Inventory['inUse']>): PlanInput => ({
    ...facts,
    inventory: { ...inventory, inUse: { ...inUse, ...part } }
  })
  const without = (names: readonly string[] = []): readonly string[] => names.filter((name) => name !== what)
  switch (by) {
    case 'names':
      return protect({ names: policy.protect.names.filter((pattern) => pattern !== what) })
    case 'names-from':
    case 'references':
      return protect({
        listed: policy.protect.listed.filter((line) => line.pattern !== what || (line.by ?? 'names-from') !== by)
      })
    // A git tag or a release of its name keeps what a rule selects by branch, too.
    case 'branch':
      return use({
        branches: without(inUse.branches),
        gitTags: without(inUse.gitTags),
        releases: without(inUse.releases)
      })
    case 'git-tag':
      return use({ gitTags: without(inUse.gitTags) })
    case 'deployment':
      return use({ deployments: (inUse.deployments ?? []).filter(({ environment }) => environment !== what) })
    case 'annotation': {
      const annotations = Object.entries(policy.protect.annotations ?? {})
      return protect({ annotations: Object.fromEntries(annotations.filter(([key]) => !what.startsWith(`${key}=`))) })
    }
    case 'release':
      return use({ releases: without(inUse.releases) })
    case 'pull-request':
      return use({ openPullRequests: inUse.openPullRequests?.filter((number) => String(number) !== what) ?? [] })
    case 'dist-tag':
      return use({ distTags: Object.fromEntries(Object.entries(inUse.distTags ?? {}).filter(([tag]) => tag !== what)) })
    case 'hold': {
      const others = [...(holds ?? [])].filter(([, until]) => until !== what)
      return { ...facts, inventory: { ...inventory, holds: new Map(others) } }
    }
    default:
      return facts
  }
}

const withPolicy = (facts: PlanInput, part: Partial<Policy>): PlanInput => ({
  ...facts,
  policy: { ...facts.policy, ...part }
})

function ruleFor(name: string, match: Rule['match']): Rule {
  return { name, match, groupBy: [], sort: 'time', relativeTo: 'now', countProtected: false, keep: [] }
}

const escaped = (name: string): string => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function atMost(item: KeepItem, { key, count }: Extract<Change, { kind: 'keep-fewer' }>): KeepItem {
  const now = item[key]
  return now !== undefined && (now === 'all' || now > count) ? { ...item, [key]: count } : item
}

function withoutSetting(policy: Policy, key: Extract<Change, { kind: 'setting' }>['key']): Policy {
  if (key === 'min-keep') return { ...policy, minKeep: 0 }
  const { [key === 'delete-limit' ? 'deleteLimit' : 'maxDelete']: _, ...rest } = policy
  return rest
}
