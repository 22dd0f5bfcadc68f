import type { Random } from '../../simulator/generate/random.js'
import { BUCKETS, type KeepItem, type Policy, type Rule } from '../../src/domain/policy.js'
import { days, randomPolicy, randomRule } from '../policy/randomCase.js'

const PROTECTED = ['latest', 'main', 'v1.0.0', 'pr-7', 'v1*', '2.0.0', '1*', 'build-*', '*sha256-*', 'sha256-a*']

/** Rules as the engine's own tests draw them, with all that stands around them in a document. */
export function randomModelPolicy(random: Random): Policy {
  const { timezone, timestamp, rules } = randomPolicy(random, false)
  const untagged = randomRule(random, rules.length, false)
  const cleans: Rule = {
    ...untagged,
    match: { tagged: false },
    groupBy: [],
    // A number of the newest is where every untagged unit takes the place of another.
    keep: random.pick([[], [], untagged.keep, [{ last: random.between(1, 3) }]])
  }
  return {
    version: 1,
    timezone,
    timestamp,
    minKeep: random.pick([0, 0, 1, 1, 2, 5]),
    partialTags: random.chance(0.25) ? 'untag' : 'keep',
    onEmpty: 'keep',
    ...(random.chance(0.15) && { deleteLimit: random.between(1, 15) }),
    ...(random.chance(0.1) && { maxDelete: random.pick([{ units: 3 }, { percent: 20 }, { percent: 80 }]) }),
    protect: {
      names: PROTECTED.filter(() => random.chance(0.08)),
      listed: [],
      distTags: random.chance(0.8),
      releases: false,
      branches: false
    },
    // A document has no rule that says nothing of what it speaks about.
    rules: (random.chance(0.6) ? [...rules, cleans] : rules).map((rule) =>
      Object.keys(rule.match).length === 0 ? { ...rule, match: { names: ['*'] } } : rule
    ),
    // Random packages end days before now: a short period would hold little.
    gracePeriod: days(random.pick([0, 0, 1, 5, 40]))
  }
}

export function renderPolicy({ protect, rules, ...policy }: Policy): string {
  const { maxDelete, deleteLimit } = policy
  return [
    'version: 1',
    `timezone: ${policy.timezone}`,
    `grace-period: ${policy.gracePeriod.text}`,
    `min-keep: ${policy.minKeep}`,
    `partial-tags: ${policy.partialTags}`,
    `timestamp: ${policy.timestamp}`,
    ...(deleteLimit === undefined ? [] : [`delete-limit: ${deleteLimit}`]),
    ...(maxDelete === undefined
      ? []
      : [`max-delete: ${'units' in maxDelete ? maxDelete.units : `${maxDelete.percent}%`}`]),
    'protect:',
    `  dist-tags: ${protect.distTags === true}`,
    ...(protect.names.length > 0 ? [`  names: ${list(protect.names)}`] : []),
    'rules:',
    ...rules.flatMap((rule) => [
      `  - name: ${rule.name}`,
      `    match: { ${matchOf(rule).join(', ')} }`,
      ...(rule.groupBy.length > 0 ? [`    group-by: ${list(rule.groupBy)}`] : []),
      `    sort: ${rule.sort}`,
      `    relative-to: ${rule.relativeTo}`,
      `    count-protected: ${rule.countProtected}`,
      `    keep: [${rule.keep.map(renderKeep).join(', ')}]`
    ]),
    ''
  ].join('\n')
}

function matchOf({ match: { names, tagged, prerelease, state } }: Rule): readonly string[] {
  return [
    ...(names ? [`names: ${list(names)}`] : []),
    ...(tagged === undefined ? [] : [`tagged: ${tagged}`]),
    ...(prerelease === undefined ? [] : [`prerelease: ${prerelease}`]),
    ...(state ? [`state: ${list(state)}`] : [])
  ]
}

function renderKeep({ names, prerelease, within, since, last, semver, ...buckets }: KeepItem): string {
  const all = [
    ...(names ? [`names: ${list(names)}`] : []),
    ...(prerelease === undefined ? [] : [`prerelease: ${prerelease}`]),
    ...(within ? [`within: ${within.text}`] : []),
    ...(since ? [`since: ${since}`] : []),
    ...(last === undefined ? [] : [`last: ${last}`]),
    ...BUCKETS.flatMap((bucket) => (buckets[bucket] === undefined ? [] : [`${bucket}: ${buckets[bucket]}`])),
    ...(semver ? [`semver: ${JSON.stringify(semver)}`] : [])
  ]
  return `{ ${all.join(', ')} }`
}

const list = (items: readonly string[]): string => `[${items.map((item) => `'${item}'`).join(', ')}]`
