import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScenarioPackage, ScenarioRepository } from '../../simulator/scenario/scenario.js'

export const REPOSITORY = 'acme/app'
export const PERSONAL_TOKEN = 'ghp_0123456789abcdef'

export type Times = Readonly<Record<string, string>>

export const one = (
  type: ScenarioPackage['type'],
  name: string,
  versions: ScenarioPackage['versions'] = []
): ScenarioPackage => ({
  owner: 'acme',
  type,
  name,
  repository: REPOSITORY,
  versions
})
export const images = (name: string, tags: Times, image = 'multi-arch'): ScenarioPackage =>
  one(
    'container',
    name,
    Object.entries(tags).map(([tag, at]) => ({ image, tags: [tag], at }))
  )

/** `<prefix><day>`, each that many days old. */
export const aged = (prefix: string, from: number, to: number): Times =>
  Object.fromEntries(Array.from({ length: to - from + 1 }, (_, i) => [`${prefix}${from + i}`, `${from + i}d`]))

export const text = (path: string): string => readFileSync(join('docs/recipes', path), 'utf8')

/** The repositories that packages are linked to. */
export const repositoriesOf = ({ packages, linked = {} }: Recipe): Readonly<Record<string, ScenarioRepository>> => ({
  ...Object.fromEntries(packages.flatMap(({ repository }) => (repository === undefined ? [] : [[repository, {}]]))),
  [REPOSITORY]: linked
})

/** A recipe, a world in which it has something to do, and what it deletes there. Two workflow engines run each of them. */
export interface Recipe {
  readonly packages: readonly ScenarioPackage[]
  /** The time of the world, where the calendar matters. */
  readonly now?: string
  readonly linked?: ScenarioRepository
  readonly edition?: 'ghes'
  readonly event?: string
  readonly payload?: Readonly<Record<string, unknown>>
  readonly inputs?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  /** Files of the repository. Those of another one are in `refs/<owner>/<name>`, those of another commit in `refs/<commit>`. */
  readonly files?: Readonly<Record<string, string>>
  /** Programs on PATH: texts of shell scripts, which may write what they are asked into the file `$CALLS`. */
  readonly programs?: Readonly<Record<string, string>>
  readonly calls?: RegExp
  /** Tags or version names that are there before and not afterwards, in any package. */
  readonly gone: readonly string[]
  readonly log?: RegExp
  /** The workflow is red. */
  readonly fails?: true
}

const policyFile = '.github/retention.yaml'
const call = 'echo "$(basename "$0") $*" >> "$CALLS"'
/** Twelve weeks, of which the policy keeps eight. */
const nightlies = images('my-app', {
  'nightly-1': '1d',
  ...Object.fromEntries([20, 27, 34, 41, 48, 55, 62, 69, 76, 83, 90].map((day) => [`nightly-${day}`, `${day}d`]))
})

/** Each with a world of its own, in which it has something to do. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  'build-caches.yml': {
    packages: [
      one('container', 'my-app-cache', [
        { image: 'multi-arch', tags: ['release'], at: '90d' },
        { image: 'build-cache', tags: ['main'], at: '3d' },
        { image: 'build-cache', tags: ['old'], at: '30d' }
      ])
    ],
    gone: ['old']
  },
  'enterprise-server.yml': {
    packages: [images('my-app', aged('build-', 31, 43))],
    edition: 'ghes',
    gone: [],
    log: /9 versions/
  },
  'keep-per-branch.yml': {
    packages: [images('app', { main: '90d', ...aged('main-00000', 10, 16), ...aged('fix-00000', 10, 13) })],
    linked: { branches: ['main'] },
    gone: ['main-0000015', 'main-0000016']
  },
  'maven-snapshots.yml': {
    packages: [
      one('maven', 'com.example.client', {
        '1.0.0': '200d',
        '1.0.0-SNAPSHOT': '1d',
        '1.1.0-SNAPSHOT': '150d',
        '1.2.0-SNAPSHOT': '120d',
        '1.3.0-SNAPSHOT': '100d'
      })
    ],
    gone: ['1.0.0-SNAPSHOT', '1.1.0-SNAPSHOT']
  },
  'monorepo.yml': {
    packages: [
      { ...images('service-1', { latest: '200d', 'pr-1': '30d', 'pr-2': '1d' }), repository: 'my-org/monorepo' },
      { ...one('npm', 'lib-1', { '1.0.0': '9d', ...aged('2.0.0-rc.', 11, 18) }), repository: 'my-org/monorepo' },
      one('npm', 'lib-2', aged('3.0.0-rc.', 11, 18))
    ],
    secrets: { RETENTION_TOKEN: PERSONAL_TOKEN },
    files: { [policyFile]: text('policies/monorepo.yaml') },
    gone: ['2.0.0-rc.16', '2.0.0-rc.17', '2.0.0-rc.18', 'pr-1']
  },
  'multi-arch-signed.yml': {
    packages: [
      images(
        'app',
        { 'v1.0.0': '900d', 'v1.1.0': '850d', 'v2.0.0-rc.1': '510d', 'v2.0.0': '500d', 'v3.0.0': '400d' },
        'signed-image'
      )
    ],
    linked: { releases: ['v1.1.0'] },
    gone: ['v1.0.0', 'v2.0.0-rc.1']
  },
  'nightly-prune.yml': {
    packages: [images('app', { 'v1.0.0': '400d', latest: '2d', ...aged('build-', 31, 43) })],
    event: 'schedule',
    gone: ['build-41', 'build-42', 'build-43']
  },
  'npm-canaries.yml': {
    packages: [{ ...one('npm', 'my-sdk', aged('2.0.0-canary.', 15, 27)), distTags: { canary: '2.0.0-canary.26' } }],
    gone: ['2.0.0-canary.25', '2.0.0-canary.27']
  },
  'plan-approve-apply.yml': {
    packages: [nightlies],
    files: { [policyFile]: text('policies/approved.yaml') },
    gone: ['nightly-69', 'nightly-76', 'nightly-83', 'nightly-90']
  },
  'policy-change.yml': {
    packages: [nightlies],
    event: 'pull_request',
    payload: {
      number: 12,
      pull_request: { number: 12, base: { sha: 'abc' }, head: { repo: { full_name: REPOSITORY } } }
    },
    files: {
      [`refs/abc/${policyFile}`]: text('policies/approved.yaml'),
      [policyFile]: text('policies/approved.yaml').replace('weekly: 8', 'within: 50d')
    },
    programs: {
      npx: `shift 2; exec "${process.execPath}" "${process.env.BUNDLE ?? `${process.cwd()}/dist/index.js`}" "$@"`,
      gh: `${call}; cat difference.md >> "$CALLS"`
    },
    gone: [],
    calls: /^gh pr comment 12 --body-file difference.md --edit-last --create-if-none$[\s\S]*nightly-55/m
  },
  'pull-request-closed.yml': {
    packages: [images('app', { 'pr-1': '1d', 'pr-12': '1d', 'pr-12-abc': '2d', 'pr-120': '1d', main: '1d' })],
    event: 'pull_request',
    payload: { action: 'closed', number: 12, pull_request: { head: { repo: { full_name: REPOSITORY } } } },
    gone: ['pr-12', 'pr-12-abc']
  },
  'pull-request-sweep.yml': {
    packages: [images('app', { main: '90d', 'pr-7': '30d', 'pr-7-abc': '30d', 'pr-70': '30d', 'pr-72': '3d' })],
    linked: { pulls: [7] },
    gone: ['pr-70', 'pr-72']
  },
  'branch-deleted.yml': {
    packages: [
      images('app', {
        'feature-x': '1d',
        'feature-x-0a1b2c3': '2d',
        'feature-xy': '1d',
        'feature-x-y': '1d',
        main: '1d'
      })
    ],
    linked: { branches: ['main', 'feature/xy'] },
    event: 'delete',
    payload: { ref: 'feature/x', ref_type: 'branch' },
    gone: ['feature-x', 'feature-x-0a1b2c3']
  },
  'untagged.yml': {
    packages: [
      one('container', 'app', [
        { image: 'image', tags: ['v1'], at: '900d' },
        { image: 'multi-arch', tags: ['old'], at: '900d' },
        { image: 'image', at: '20d', count: 14, every: '1d' }
      ])
    ],
    gone: [],
    log: /4 versions/
  },
  'gitops.yml': {
    packages: [images('app', aged('1.0.', 10, 40))],
    secrets: { GITOPS_TOKEN: PERSONAL_TOKEN },
    files: {
      'refs/my-org/gitops/apps/app/values.yaml': 'image:\n  repository: ghcr.io/acme/app\n  tag: 1.0.40\n',
      'refs/my-org/gitops/apps/app/deployment.yaml': 'spec:\n  containers:\n    - image: ghcr.io/acme/app:1.0.39\n'
    },
    gone: Object.keys(aged('1.0.', 30, 38))
  },
  'cluster.yml': {
    packages: [images('app', aged('1.0.', 15, 40))],
    programs: { kubectl: 'echo "ghcr.io/acme/app:1.0.40 ghcr.io/acme/app:1.0.39 docker.io/library/nginx:1"' },
    gone: Object.keys(aged('1.0.', 30, 38))
  },
  'environments.yml': {
    packages: [images('app', { ...aged('sha-0000a', 20, 40), main: '400d' })],
    linked: {
      environments: ['production', 'staging'],
      deployments: ['production', 'staging'].map((environment, i) => ({
        environment,
        ref: 'main',
        sha: `0000a${40 - i}${'0'.repeat(33)}`,
        statuses: ['success']
      }))
    },
    gone: Object.keys(aged('sha-0000a', 30, 38))
  },
  'company.yml': {
    packages: [images('app', { 'v1.0.0': '400d', latest: '90d', 'pr-1': '90d', 'pr-2': '3d' })],
    event: 'workflow_call',
    gone: ['pr-1']
  },
  'company-repository.yml': {
    packages: [images('app', { 'v1.0.0': '400d', latest: '90d', 'pr-1': '90d', 'pr-2': '3d' })],
    gone: ['pr-1']
  },
  'failure-issue.yml': {
    packages: [images('app', { 'pr-1': '90d', 'pr-2': '3d' })],
    programs: { gh: `${call}; [ "$2" != list ] || echo 7` },
    gone: ['pr-1'],
    calls: /^gh issue close 7 /m
  },
  'failure-issue.yml, where the prune fails': {
    packages: [],
    programs: { gh: call },
    gone: [],
    calls: /^gh issue create --title The prune of packages failed/m,
    fails: true
  },
  'failure-issue.yml, where the prune fails again': {
    packages: [],
    programs: { gh: `${call}; [ "$2" != list ] || echo 7` },
    gone: [],
    calls: /^gh issue comment 7 --body It failed again \(failure\)/m,
    fails: true
  },
  'policy-file.yml, calendar': {
    // The newest build is 30 days old, of a Sunday noon.
    now: '2026-12-22T12:00:00Z',
    packages: [
      images(
        'app',
        {
          'edge-0': '30d',
          ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((hour) => [`edge-h${hour}`, `${720 + hour}h`])),
          // In Berlin it is of the newest day.
          'edge-midnight': `${720 + 12}h`,
          ...Object.fromEntries(
            [...Array(30).keys(), 59, 60, 89, 179, 180, 399, 400, 799, 800].map((day) => [
              `edge-${day + 1}`,
              `${day + 31}d`
            ])
          )
        },
        'image'
      )
    ],
    files: { [policyFile]: text('policies/calendar.yaml') },
    gone: [
      ...[15, 16, 17, 18, 19, 20, 23, 24, 25, 26, 27, 29, 30, 61, 181, 401, 801].map((day) => `edge-${day}`),
      'edge-h6',
      'edge-midnight'
    ]
  },
  'policy-file.yml, variants and dates': {
    packages: [
      images('app', {
        '2026.03.02': '5d',
        '2026.03.01': '6d',
        '2026.02.07': '7d',
        '2026.02.01': '8d',
        '2026.01.05': '1d',
        '2026.01.01': '9d',
        '3.1.0-rc.2-alpine': '20d',
        '3.1.0-rc.1-alpine': '30d',
        '3.0.0-slim': '40d',
        '3.0.0-alpine': '41d',
        '2.1.0-alpine': '50d',
        '2.0.1-alpine': '51d',
        '2.0.0-alpine': '60d',
        '1.0.0-alpine': '90d'
      })
    ],
    linked: { tags: ['2026.03.02'] },
    files: { [policyFile]: text('policies/versions.yaml') },
    gone: ['1.0.0-alpine', '2.0.0-alpine', '2026.01.01', '2026.01.05', '2026.02.07', '3.1.0-rc.1-alpine']
  },
  'policy-file.yml, previews': {
    packages: [
      { ...images('preview-1', { a: '20d', b: '30d' }), owner: 'my-org' },
      { ...images('preview-2', { c: '13d', d: '30d' }), owner: 'my-org' },
      { ...images('app', { e: '90d' }), owner: 'my-org' }
    ],
    secrets: { RETENTION_TOKEN: PERSONAL_TOKEN },
    files: { [policyFile]: text('policies/previews.yaml') },
    gone: ['a', 'b', 'd']
  },
  'policy-file.yml, a clean-up': {
    packages: [
      one('container', 'app', [
        { image: 'image', tags: ['v1.0.0', 'feature-x-0a1b2c3'], at: '20d' },
        { image: 'image', tags: ['feature-x'], at: '30d' },
        { image: 'image', tags: ['feature-x-0a1b2c4'], at: '31d' },
        { image: 'ghost-index', tags: ['ghost'], at: '40d' },
        { image: 'partial-index', tags: ['partial'], at: '41d' },
        ...[9, 8, 7].map((minor) => ({ image: 'multi-arch', tags: [`v0.${minor}.0`], at: `${100 - minor}d` })),
        ...['old', 'held'].map((tag, i) => ({
          image: 'image',
          tags: [tag],
          at: `${60 + i}d`,
          settings: {
            annotations: {
              'org.opencontainers.image.source': 'https://github.com/my-org/old-app',
              ...(tag === 'held' && { 'org.example.hold': 'audit' })
            }
          }
        })),
        { image: 'image', at: '2h' }
      ])
    ],
    files: { [policyFile]: text('policies/clean-up.yaml'), 'in-use.txt': 'ghcr.io/acme/app:feature-x\n' },
    gone: ['feature-x-0a1b2c3', 'feature-x-0a1b2c4', 'ghost', 'old', 'partial']
  },
  'organization.yml': {
    packages: [
      { ...images('app', { latest: '200d', ...aged('v', 366, 388) }), owner: 'my-org' },
      { ...images('charts/app', { main: '400d', ...aged('v', 466, 488) }), owner: 'my-org' }
    ],
    secrets: { RETENTION_TOKEN: PERSONAL_TOKEN },
    files: { [policyFile]: text('policies/organization.yaml') },
    gone: ['v386', 'v387', 'v388', 'v486', 'v487', 'v488']
  }
}

/** The workflow that a row is about. */
export const fileOf = (title: string): string => title.replace(/,.*/, '')

/** `owner/name@ref` of workflows in other repositories, with the recipe that stands there. */
export const CALLED: Readonly<Record<string, string>> = {
  'my-org/.github/.github/workflows/prune.yml@main': 'company.yml'
}
