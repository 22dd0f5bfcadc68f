import type { PackageReport, Report } from '../../src/domain/outcome.js'
import type { PackageInfo } from '../../src/domain/package.js'
import type { Decision, PackagePlan, Plan, Reason, Step } from '../../src/domain/plan.js'
import type { Policy } from '../../src/domain/policy.js'
import { policyHash } from '../../src/domain/policy.js'
import type { Version } from '../../src/domain/version.js'

export const NOW = Date.UTC(2026, 10, 22, 12)
const DAY = 86_400_000

export const POLICY: Policy = {
  version: 1,
  timezone: 'UTC',
  timestamp: 'updated_at',
  gracePeriod: { text: '1d', months: 0, ms: DAY },
  minKeep: 1,
  maxDelete: { percent: 50 },
  deleteLimit: 800,
  partialTags: 'keep',
  onEmpty: 'keep',
  protect: {
    names: ['latest', 'v*'],
    listed: [{ pattern: 'prod', reason: 'runs in production' }],
    distTags: true,
    releases: false,
    branches: false,
    openPullRequests: 'pr-{number}*'
  },
  rules: [
    {
      name: 'pull requests',
      packages: ['app*'],
      types: ['container'],
      match: {
        names: ['/^pr-(?<pr>\\d+)/'],
        annotations: { 'org.opencontainers.image.source': 'https://*' },
        tagged: true
      },
      groupBy: ['pr'],
      sort: 'time',
      relativeTo: 'now',
      countProtected: false,
      keep: [{ last: 1, within: { text: '14d', months: 0, ms: 14 * DAY } }]
    },
    {
      name: 'releases',
      match: { prerelease: 'superseded', state: ['complete', 'partial'], versions: ['12'], artifactType: ['*'] },
      versionPattern: '(?<version>\\d+)',
      groupBy: [],
      sort: 'version',
      relativeTo: 'newest',
      countProtected: true,
      keep: [
        { semver: { majors: 2, minors: 'all', patches: 3, prereleases: 2 } },
        { weekly: 8 },
        {
          daily: 'all',
          names: ['v*'],
          prerelease: false,
          since: 'superseded',
          within: { text: '1y', months: 12, ms: 0 }
        }
      ]
    }
  ]
}

/** A digest that is different for each number. */
export const digest = (n: number): string =>
  `sha256:${(n * 2654435761).toString(16).padStart(16, '0').repeat(4).slice(0, 64)}`

export const container = (name: string, id = 1): PackageInfo => ({
  owner: 'octo-org',
  type: 'container',
  name,
  id,
  versionCount: 10,
  visibility: 'private',
  htmlUrl: `https://github.com/orgs/octo-org/packages/container/package/${encodeURIComponent(name)}`,
  repository: 'octo-org/app'
})

export const version = (id: number, tags: readonly string[], age: number, name = digest(id)): Version => ({
  id,
  name,
  tags,
  createdAt: NOW - age * DAY,
  updatedAt: NOW - age * DAY,
  htmlUrl: `https://github.com/orgs/octo-org/packages/container/app/${id}`
})

interface Part {
  readonly kind: string
  readonly by: 'entry' | 'subject'
  readonly tags?: readonly string[]
}

const SIGNED: readonly Part[] = [
  { kind: 'image', by: 'entry' },
  { kind: 'image', by: 'entry' },
  { kind: 'attestation', by: 'entry' },
  { kind: 'attestation', by: 'entry' },
  { kind: 'signature', by: 'subject' }
]

/** The same, where one thing alone stops the deletion that its rules ask for. */
export const held = (
  decisions: readonly Decision[],
  heldBy: NonNullable<Decision['heldBy']>,
  unowned?: readonly string[]
): readonly Decision[] =>
  decisions.map((each) =>
    unowned === undefined ? { ...each, heldBy } : { ...each, heldBy, unowned: each.role === 'root' ? unowned : [] }
  )

/** A root with members, all with one verdict: ids count up from `id`. */
export function unit(
  id: number,
  tags: readonly string[],
  age: number,
  verdict: Decision['verdict'],
  reasons: readonly Reason[],
  parts: readonly Part[] = SIGNED
): readonly Decision[] {
  const root: Decision = {
    version: version(id, tags, age),
    verdict,
    reasons,
    role: 'root',
    units: [id],
    kind: parts.length > 0 ? 'index' : 'image',
    untag: [],
    state: 'complete',
    ...(reasons.some(({ rule }) => rule !== undefined) && { matched: true })
  }
  const label = tags[0] ?? digest(id).slice(0, 19)
  const members = parts.map((part, i): Decision => {
    const rule = reasons[0]?.rule
    const own: Reason =
      verdict === 'keep'
        ? { code: part.by === 'entry' ? 'part-of' : 'refers-to', unit: id, unitName: label }
        : { code: 'not-kept', unit: id, unitName: label, ...(rule !== undefined && { rule }) }
    const tag = part.kind === 'signature' ? [digest(id).replace(':', '-').concat('.sig')] : []
    return {
      version: version(id + 1 + i, part.tags ?? tag, age),
      verdict,
      reasons: [own],
      role: 'member',
      units: [id],
      owners: [{ id, by: part.by }],
      kind: part.kind,
      untag: []
    }
  })
  return [root, ...members]
}

export function stepsOf(decisions: readonly Decision[]): readonly Step[] {
  const owned = new Map<number, string[]>()
  for (const { owners, version: own } of decisions) {
    const id = owners?.[0]?.id
    if (id !== undefined) owned.set(id, [...(owned.get(id) ?? []), own.name])
  }
  return decisions
    .filter(({ verdict }) => verdict === 'delete')
    .map(({ version: own, role, units, reasons, owners }) => ({
      kind: 'delete' as const,
      version: own,
      unit: units[0] ?? own.id,
      role:
        role === 'root'
          ? ('root' as const)
          : owners?.[0]?.by === 'subject'
            ? ('referrer' as const)
            : ('child' as const),
      after: role === 'root' ? [] : [units[0] ?? own.id],
      children: role === 'root' ? (owned.get(own.id) ?? []) : [],
      reasons
    }))
}

export function packagePlan(
  info: PackageInfo,
  decisions: readonly Decision[],
  more: Partial<PackagePlan> = {}
): PackagePlan {
  const steps = stepsOf(decisions)
  return {
    package: info,
    fingerprint: 'f'.repeat(64),
    decisions,
    steps,
    violations: [],
    notices: [],
    deferredUnits: 0,
    ...(steps.length > 0 && { freed: steps.length * 31_400_000 }),
    ...more
  }
}

/** The same plan, stopped by `max-delete`. */
export function stopped(made: PackagePlan, violations: PackagePlan['violations']): PackagePlan {
  const decisions = made.decisions.map(
    (each): Decision => (each.verdict === 'delete' ? { ...each, heldBy: 'max-delete' } : each)
  )
  return { ...made, decisions, steps: [], violations }
}

export function plan(...packages: readonly PackagePlan[]): Plan {
  return { now: NOW, policy: POLICY, policyHash: policyHash(POLICY), owner: 'octo-org', packages }
}

export function report(made: Plan, more: Partial<Report> = {}): Report {
  return {
    operation: 'prune',
    dryRun: true,
    plan: made,
    packages: made.packages.map(
      (each): PackageReport => ({ package: each.package, plan: each, outcomes: [], notices: [] })
    ),
    restored: [],
    requests: { list: 12, manifest: 40 },
    startedAt: NOW,
    endedAt: NOW + 42_000,
    planFile: '/tmp/runner/plan.json',
    reportFile: '/tmp/runner/report.html',
    ...more
  }
}

/** The same run for real: each step `done`, or what `kindOf` says. */
export function executed(
  made: Plan,
  kindOf: (step: Step, index: number) => PackageReport['outcomes'][number]['kind'] = () => 'done'
): Report {
  return report(made, {
    dryRun: false,
    receiptFile: '/tmp/runner/receipt.jsonl',
    packages: made.packages.map((each) => ({
      package: each.package,
      plan: each,
      outcomes: each.steps.map((step, i) => {
        const kind = kindOf(step, i)
        return { step, kind, ...(kind === 'done' ? { at: NOW } : { message: `because of ${kind}` }) }
      }),
      notices: []
    }))
  })
}

/** Releases that are kept, pull requests of which the old ones are deleted, commits held by tags that no rule owns. */
export function realisticPlan(units: number): PackagePlan {
  const decisions: Decision[] = []
  for (let i = 0; decisions.length < units; i += 1) {
    const id = 1000 + i * 10
    const age = 1 + i * 0.4
    const rule = 'pull requests'
    if (i % 7 === 0) {
      decisions.push(
        ...unit(id, [`v1.${Math.floor(i / 7)}.0`, `1.${Math.floor(i / 7)}`], age, 'keep', [
          { code: 'protected', by: 'names', what: 'v*' },
          { code: 'alias-of', name: `1.${Math.floor(i / 7)}`, target: `v1.${Math.floor(i / 7)}.0` }
        ])
      )
    } else if (i % 7 === 3) {
      const sha = `sha-${digest(i).slice(7, 14)}`
      const reasons: readonly Reason[] = [
        { code: 'no-rule', name: sha },
        { code: 'not-kept', name: `pr-${i}`, rule, rank: 2, of: 2, age: age * DAY }
      ]
      decisions.push(...held(unit(id, [`pr-${i}`, sha], age, 'keep', reasons), 'unowned-tags', [sha]))
    } else if (age < 14) {
      decisions.push(...unit(id, [`pr-${i}`], age, 'keep', [{ code: 'last', name: `pr-${i}`, rule, rank: 1, of: 1 }]))
    } else {
      decisions.push(
        ...unit(id, [`pr-${i}`], age, 'delete', [
          { code: 'not-kept', name: `pr-${i}`, rule, rank: 1, of: 1, age: age * DAY }
        ])
      )
    }
  }
  return packagePlan(container('app'), decisions)
}

/** What somebody with push rights may call things, and what other registries or a broken API might hand on. */
export const HOSTILE: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '</script><script>document.title="owned"</script>',
  '<!-- --!><b>bold</b>',
  '**bold** _it_ ~~gone~~ `code`',
  '`` ` ``',
  'a|b|c',
  'a\\|b',
  '\\',
  '[link](https://evil.example)',
  '![img](https://evil.example/x.png)',
  '</details></td></table># head',
  'line\nbreak\r\n::set-output name=x::y',
  '::error::fake',
  '##[error]fake',
  '\u001b[31mred\u001b[0m',
  '\u202eright-to-left\u202c',
  '\u2066isolate',
  'zero\u200bwidth',
  '\u2028line separator',
  'שלום-עולם',
  '@octocat #123 GH-1 octo-org/app#1',
  'mail@example.com www.example.com https://example.com',
  ':tada: $x^2$ $$y$$',
  '&lt;b&gt; &amp;',
  '"quotes" \'single\'',
  '__proto__',
  'constructor',
  '%0A%0D::warning::x',
  '😀 emoji 👩‍👩‍👧',
  '\ud800 lone',
  'x'.repeat(3000),
  '-',
  '1. one',
  `${'$'}{{ github.token }}`,
  '$(id)',
  '=cmd|calc'
]

/** One unit for each hostile name, in its tag, its rule and its reason; every second one is deleted. */
export function hostilePlan(): Plan {
  const decisions = HOSTILE.flatMap((name, i) =>
    unit(100 + i * 10, [name], i, i % 2 === 0 ? 'keep' : 'delete', [
      i % 2 === 0
        ? { code: 'within', name, rule: name, limit: name }
        : { code: 'superseded', name, rule: name, release: name, rank: 1, of: 2, age: 1.5 }
    ])
  )
  const info = container(HOSTILE[0] ?? '')
  return plan(packagePlan(info, decisions, { notices: HOSTILE.map((message) => ({ level: 'warning', message })) }))
}
