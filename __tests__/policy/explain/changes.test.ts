import { describe, expect, it } from '@jest/globals'
import type { Change } from '../../../src/domain/explanation.js'
import type { Inventory } from '../../../src/domain/inventory.js'
import type { PackageType } from '../../../src/domain/package.js'
import type { PackagePlan } from '../../../src/domain/plan.js'
import { BUCKETS, type Policy } from '../../../src/domain/policy.js'
import { applyChanges, type PlanInput } from '../../../src/policy/explain/changes.js'
import { explainFromPlan, explainVersion } from '../../../src/policy/explain/explainVersion.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { DAY, entry, image, index, NOW, type Piece, packageOf } from '../packageOf.js'

/** `it` is asked about; nothing may change for `other`. */
interface Case {
  readonly policy: string
  readonly it?: Piece
  readonly other?: Piece
  /** There is no third version, which no rule matches. */
  readonly two?: true
  readonly more?: Partial<Inventory>
  readonly type?: PackageType
  /** Lines of `names-from`. */
  readonly namesFrom?: string
  /** A file of `references`. */
  readonly file?: string
  /** Absent: nothing would delete it. */
  readonly changes?: readonly Change[]
  /** When it is deleted if only time passes. */
  readonly deletedAt?: number
  /** What is deleted after the changes. */
  readonly deleted?: readonly string[]
  /** What is left of the policy then. */
  readonly left?: Partial<Policy>
}

const TAGGED: Piece = { tags: ['it'], manifest: image() }
const OTHER: Piece = { tags: ['other'], daysAgo: 1, manifest: image() }

function factsOf({ policy, type = 'container', namesFrom, file, two, more, ...pieces }: Case): PlanInput {
  const asked = { it: pieces.it ?? TAGGED, other: pieces.other ?? OTHER }
  const inventory = packageOf(two ? asked : { ...asked, third: { tags: ['third'], manifest: image() } }, type)
  const files = file === undefined ? [] : [{ name: 'deploy/app.yaml', text: file }]
  return { inventory: { ...inventory, ...more }, policy: policyOf(policy, type, namesFrom, files), now: NOW }
}

function planned({ inventory, policy, now }: PlanInput): PackagePlan {
  const [own] = plan([inventory], policy, now, 'octo-org').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

function asked(facts: PlanInput) {
  const own = planned(facts)
  const decision = own.decisions.find(({ version }) => version.id === 1)
  if (decision === undefined) throw new Error('no decision')
  return { own, decision }
}

function deletedBy(facts: PlanInput): readonly string[] {
  const ids = planned(facts).steps.flatMap((step) => (step.kind === 'delete' ? [step.version.id] : []))
  return ids.map((id) => ['it', 'other'][id - 1] ?? `${id}`).sort()
}

const rule = (keep: string, more = '') =>
  `min-keep: 0\nrules: [{ name: r, match: { names: [it] }, ${more}keep: [${keep}] }]`
const both = (keep: string) => `min-keep: 0\nrules: [{ name: r, match: { names: [it, other] }, keep: [${keep}] }]`
const all = (protect: string) => `protect: ${protect}\n${both('')}`
const LIST: Change = { kind: 'list', id: 1 }
const fewer = (key: 'last' | (typeof BUCKETS)[number], count: number): Change => ({
  kind: 'keep-fewer',
  rule: 'r',
  key,
  count
})
const within = (days: number): Change => ({ kind: 'time', at: NOW + days * DAY + 1, limit: 'within' })
const unprotect = (by: Extract<Change, { kind: 'unprotect' }>['by'], what: string): Change => ({
  kind: 'unprotect',
  by,
  what
})

function explains(title: string, own: Case): void {
  it(title, () => {
    const facts = factsOf(own)
    const { own: made, decision } = asked(facts)
    const { changes, deletedAt } = explainVersion(facts, made, decision)
    expect([changes, deletedAt]).toEqual([own.changes, own.deletedAt])
    if (changes === undefined) return
    const changed = applyChanges(facts, changes)
    expect(deletedBy(changed)).toEqual(own.deleted ?? ['it'])
    expect(changed.policy).toMatchObject(own.left ?? {})
  })
}

describe('what would delete a version', () => {
  explains('nothing, if it is deleted already', { policy: rule(''), changes: [], deletedAt: NOW })
  explains('a rule for a name that none matches, literally', {
    policy: rule(''),
    it: { ...TAGGED, tags: ['v1.0'] },
    other: { ...OTHER, tags: ['v1x0'] },
    changes: [{ kind: 'match-name', name: 'v1.0' }]
  })
  explains('a list with an untagged version that no rule matches', { policy: rule(''), it: {}, changes: [LIST] })
  explains('a smaller count in its rule alone, by its rank', {
    policy: `min-keep: 0
rules:
  - { name: o, match: { names: [other] }, keep: [{ last: 1 }] }
  - { name: r, match: { names: [it] }, keep: [{ last: 2 }] }`,
    changes: [fewer('last', 0)]
  })
  explains('a smaller count where one is written', {
    policy: both('{ names: [other] }, { names: [it], last: 2 }'),
    changes: [fewer('last', 0)]
  })
  explains('a count below its rank, and no other count', {
    policy: both('{ last: 1 }, { last: 2 }'),
    changes: [fewer('last', 1)]
  })
  for (const bucket of BUCKETS) {
    explains(`a smaller count of ${bucket}`, { policy: rule(`{ ${bucket}: 2 }`), changes: [fewer(bucket, 0)] })
  }
  explains('a count where all were kept', { policy: rule('{ daily: all }'), changes: [fewer('daily', 0)] })
  explains('time, once within has passed', {
    policy: `min-keep: 0
rules:
  - { name: o, match: { names: [other] }, keep: [{ within: 5d }, { within: 99d }] }
  - { name: r, match: { names: [it] }, keep: [{ names: [none] }, { within: 12d }] }`,
    changes: [within(3)],
    deletedAt: NOW + 3 * DAY + 1
  })
  explains('only the later of two times', {
    policy: rule('{ within: 10d }, { within: 30d }'),
    changes: [within(21)],
    deletedAt: NOW + 21 * DAY + 1
  })
  explains('a time of many years', {
    policy: rule('{ within: 100y }'),
    changes: [{ kind: 'time', at: Date.UTC(2126, 10, 13, 12) + 1, limit: 'within' }],
    deletedAt: Date.UTC(2126, 10, 13, 12) + 1
  })
  explains('a list, where within counts back from the newest of the group', {
    policy: rule('{ within: 30d }', 'relative-to: newest, '),
    changes: [LIST]
  })
  explains('a list, where within counts from the release of a prerelease', {
    policy: both('{ within: 7d, since: superseded }').replace('it, other', `'*-rc.1', other`),
    it: { ...TAGGED, tags: ['1.0.0-rc.1'] },
    other: { ...OTHER, tags: ['x'] },
    changes: [LIST]
  })
  explains('the end of the grace period', {
    policy: 'min-keep: 0\nrules: [{ name: r, match: { tagged: false }, keep: [] }]',
    it: { daysAgo: 0.5 },
    changes: [{ kind: 'time', at: NOW + DAY / 2, limit: 'grace-period' }],
    deletedAt: NOW + DAY / 2
  })
  explains('a list, for what a filter keeps', { policy: rule('{ names: [it] }'), changes: [LIST] })
  explains('a list, for what is not a version', { policy: rule('{ last: 1 }', 'sort: version, '), changes: [LIST] })
  explains('a list, for a line of versions', {
    type: 'npm',
    policy: `min-keep: 0\nrules: [{ name: r, match: { names: [1.0.0] }, keep: [{ semver: { majors: 1 } }] }]`,
    more: {
      versions: [
        { id: 1, name: '1.0.0', tags: [], createdAt: 0 },
        { id: 2, name: '2.0.0', tags: [], createdAt: 0 }
      ]
    },
    changes: [LIST]
  })
  explains('a list, for the newest of a group from which within counts back', {
    policy: `min-keep: 0
rules: [{ name: r, match: { names: ['*'] }, sort: version, relative-to: newest, keep: [{ within: 30d, last: 1 }] }]`,
    it: { ...TAGGED, tags: ['1.0.0'], daysAgo: 1 },
    other: { ...OTHER, tags: ['2.0.0'], daysAgo: 2 },
    changes: [LIST]
  })
  explains('min-keep: 0', {
    policy: rule('').replace('0', '2'),
    two: true,
    changes: [{ kind: 'setting', key: 'min-keep' }]
  })
  explains('no delete-limit, and the same max-delete', {
    policy: `delete-limit: 1\nmax-delete: 2\n${both('')}`,
    other: { ...OTHER, daysAgo: 10 },
    changes: [{ kind: 'setting', key: 'delete-limit' }],
    left: { maxDelete: { units: 2 } },
    deleted: ['it', 'other']
  })
  explains('no max-delete, and the same delete-limit', {
    policy: `delete-limit: 1\nmax-delete: 0\n${both('')}`,
    changes: [{ kind: 'setting', key: 'max-delete' }],
    left: { deleteLimit: 1 }
  })
  explains('what would delete the index that lists it', {
    policy: both('{ last: 2 }'),
    it: { manifest: image() },
    other: { ...OTHER, manifest: index(entry('it')) },
    changes: [fewer('last', 0)],
    deleted: ['it', 'other']
  })
  explains('what would delete the image that it refers to', {
    policy: both('{ last: 2 }'),
    it: { manifest: image({ subject: digestOf('other') }) },
    changes: [fewer('last', 0)],
    deleted: ['it', 'other']
  })
  explains('what would delete the index, if only that keeps it', {
    policy: both('{ names: [other], last: 1 }'),
    other: { ...OTHER, manifest: index(entry('it')) },
    changes: [fewer('last', 0)],
    deleted: ['it', 'other']
  })
  explains('two changes of which one shows after the other, and no time alone', {
    policy: `protect: [it]\n${rule('{ within: 30d }')}`,
    changes: [unprotect('names', 'it'), within(21)]
  })
})

describe('what would delete a version that is protected', () => {
  const releases = ['it', 'other']
  explains('a name', { policy: all('[it, other]'), changes: [unprotect('names', 'it')] })
  explains('names-from and references at once', {
    policy: all(`{ names-from: in-use.txt, references: 'deploy/**' }`),
    namesFrom: 'it\nother',
    file: 'image: ghcr.io/octo-org/app:it',
    changes: [unprotect('names-from', 'it'), unprotect('references', 'it')]
  })
  explains('references', {
    policy: all(`{ references: 'deploy/**' }`),
    file: 'image: ghcr.io/octo-org/app:it\n---\nimage: ghcr.io/octo-org/app:other',
    changes: [unprotect('references', 'it')]
  })
  explains('a branch', {
    policy: all('{ branches: true }'),
    more: { inUse: { branches: releases } },
    changes: [unprotect('branch', 'it')]
  })
  explains('a git tag and a release of the name of a branch that a rule selects', {
    policy: `min-keep: 0\nrules: [{ name: r, match: { branch: it }, keep: [] }]`,
    more: { inUse: { gitTags: releases, releases } },
    changes: [unprotect('release', 'it'), unprotect('git-tag', 'it')]
  })
  explains('a git tag', {
    policy: all('{ git-tags: true }'),
    more: { inUse: { gitTags: releases } },
    changes: [unprotect('git-tag', 'it')]
  })
  explains('a release', {
    policy: all('{ releases: true }'),
    more: { inUse: { releases } },
    changes: [unprotect('release', 'it')]
  })
  explains('a deployment', {
    policy: all(`{ deployments: { environments: [production, staging], names: ['{ref}'] } }`),
    more: {
      inUse: {
        deployments: [
          { environment: 'production', ref: 'it', sha: 'a'.repeat(40) },
          { environment: 'staging', ref: 'other', sha: 'b'.repeat(40) }
        ]
      }
    },
    changes: [unprotect('deployment', 'production')]
  })
  explains('an annotation', {
    policy: all('{ annotations: { hold: a, stage: x } }'),
    it: { ...TAGGED, manifest: image({ annotations: { hold: 'a' } }) },
    other: { ...OTHER, manifest: image({ annotations: { stage: 'x' } }) },
    changes: [unprotect('annotation', 'hold=a')]
  })
  explains('an open pull request', {
    policy: all(`{ open-pull-requests: 'pr-{number}' }`).replace('it, other', `'pr-*'`),
    it: { ...TAGGED, tags: ['pr-1'] },
    other: { ...OTHER, tags: ['pr-2'] },
    more: { inUse: { openPullRequests: [1, 2] } },
    changes: [unprotect('pull-request', '1')]
  })
  explains('a dist-tag', {
    type: 'npm',
    policy: both(''),
    more: { inUse: { distTags: { next: 'it', beta: 'other' } } },
    changes: [unprotect('dist-tag', 'next')]
  })
  explains('a hold', {
    policy: both(''),
    more: {
      holds: new Map([
        [1, '2026-12-01'],
        [2, '2026-12-02']
      ])
    },
    changes: [unprotect('hold', '2026-12-01')]
  })
})

describe('no change deletes a version', () => {
  explains('that has no time', {
    policy: rule(''),
    more: { versions: packageOf({ it: TAGGED }).versions.map(({ id, name, tags }) => ({ id, name, tags })) }
  })
  explains('that could be needed by something unread', {
    policy: rule(''),
    more: { gaps: [{ kind: 'manifest', digest: digestOf('other'), why: 'HTTP 500' }] }
  })
  explains('that GitHub would refuse to delete', { policy: rule(''), two: true, other: { ...OTHER, tags: [] } })
  explains('of a store of signatures, even if it is listed', {
    two: true,
    policy: 'min-keep: 0\nrules: [{ name: r, match: { tagged: false }, keep: [] }]',
    it: { manifest: image({ subject: digestOf('gone') }) },
    other: { manifest: image({ subject: digestOf('gone') }) }
  })
  explains('that is the base layer of a docker package', {
    type: 'docker',
    policy: both('').replace('it, other', `'*'`),
    it: { tags: ['docker-base-layer'] }
  })
})

describe('a saved plan', () => {
  const fromPlan = (own: Case) => {
    const facts = factsOf(own)
    const found = asked(facts)
    const { plan: _plan, decision: _decision, ...explained } = explainFromPlan(facts.policy, found.own, found.decision)
    return explained
  }
  it('tells the changes that its reasons name, or none', () => {
    expect(fromPlan({ policy: rule('{ last: 1 }') })).toStrictEqual({ fromPlan: true, changes: [fewer('last', 0)] })
    expect(fromPlan({ policy: rule('') })).toStrictEqual({ fromPlan: true, changes: [] })
    const refused = { policy: rule(''), two: true as const, other: { ...OTHER, tags: [] } }
    expect(fromPlan(refused)).toStrictEqual({ fromPlan: true })
  })
})
