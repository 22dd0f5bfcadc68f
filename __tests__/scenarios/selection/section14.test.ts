import { describe, expect, it } from '@jest/globals'
import { decidePackage } from '../../../src/policy/decide/packageDecision.js'
import { listUses } from '../../../src/policy/plan/protectsNothing.js'
import { pruneConfig, rawInputs } from '../containers/policyFrom.js'
import { digestOf, NOW, policyOf, shows } from './scenario.js'

const refused = (inputs: Readonly<Record<string, string>>): string => {
  try {
    pruneConfig(rawInputs(inputs))
    return 'not refused'
  } catch (error) {
    return String(error)
  }
}

describe('selecting and keeping are two things', () => {
  shows('delete-untagged with keep-within deletes no tagged image', {
    inputs: { 'delete-untagged': 'true', 'keep-within': '7d' },
    table: `
      v2 | 3d |  | kept: no-rule
      v1 | 30d |  | kept: no-rule
      (young) | 3d |  | kept: within (7d)
      (old) | 30d |  | deleted: untagged 2 of 2
    `
  })
  shows('delete-untagged with keep-last-untagged counts untagged images alone', {
    inputs: { 'delete-untagged': 'true', 'keep-last-untagged': '2' },
    table: `
      c | 60d |  | kept: no-rule
      b | 60d |  | kept: no-rule
      a | 60d |  | kept: no-rule
      (5) | 61d |  | kept: last 1 of 2
      (4) | 62d |  | kept: last 2 of 2
      (3) | 63d |  | deleted: untagged 3 of 5
      (2) | 64d |  | deleted: untagged 4 of 5
      (1) | 65d |  | deleted: untagged 5 of 5
    `
  })
  it('delete-untagged with keep-last is refused with the input to write', () => {
    expect(refused({ 'delete-untagged': 'true', 'keep-last': '2' })).toContain('keep-last-untagged: 2')
  })
  it.each([[{ 'keep-last': '10' }], [{ match: '', 'keep-within': '3d' }], [{ match: ' ' }]])(
    '%j selects nothing',
    (inputs) => {
      expect(refused(inputs)).toContain('nothing says what may be deleted')
    }
  )
  shows('match and delete-untagged together keep one tagged image, and latest', {
    inputs: { match: '*', 'keep-last': '1', 'delete-untagged': 'true' },
    table: `
      latest | 60d |  | kept: protected (latest)
      b | 61d |  | kept: last 1 of 1
      a | 62d |  | deleted: not-kept 2 of 2
      (fresh) | 1h |  | kept: grace-period; untagged 1 of 3
      (2) | 60d |  | deleted: untagged 2 of 3
      (1) | 61d |  | deleted: untagged 3 of 3
    `
  })
  shows('a tag that no rule owns keeps its image', {
    inputs: { match: '/\\.\\d{8}\\.\\d+$/', 'keep-within': '90d' },
    table: `
      43, 43.20260703.1 | 150d |  | kept: 43: no-rule; 43.20260703.1: not-kept 1 of 1; 43: alias-of (43.20260703.1)
    `
  })
  shows('floating tags are deleted with their version', {
    inputs: { match: '*', 'keep-last': '1' },
    table: `
      1.2.4 | 1d |  | kept: last 1 of 1
      1.2.3, 1.2, 1 | 60d |  | deleted: 1.2.3: not-kept 2 of 2; 1: alias-of (1.2.3); 1.2: alias-of (1.2.3)
    `
  })
  it('a range without semver: is refused with what to write', () => {
    expect(refused({ match: '<2' })).toContain('semver:<2')
  })
})

describe('image references', () => {
  const app = 'ghcr.io/octo-org/app'
  const digest = digestOf('1.0.0')
  const table = (reason: string) => `
      2.0.0 | 1d |  | kept: min-keep; not-kept 1 of 1
      1.0.0 | 60d |  | kept: protected (${reason}); not-kept
    `
  for (const [reference, said] of [
    [`${app}:1.0.0`, `${app}:1.0.0`],
    [`${app}@${digest}`, `${app}@digest`],
    [`${app}:1.0.0@${digest}`, `${app}:1.0.0@digest`],
    ['proxy.example.com:5000/ghcr.io/octo-org/app:1.0.0', 'proxy.example.com:5000/ghcr.io/octo-org/app:1.0.0']
  ] as const) {
    shows(`keep: ${said} keeps the version`, {
      inputs: { match: '*', keep: reference, 'min-keep': '0' },
      warnings: [],
      table: table(said).replace('kept: min-keep; not-kept 1 of 1', 'deleted: not-kept 1 of 1')
    })
    shows(`names-from: ${said} keeps the version`, {
      inputs: { match: '*', 'names-from': 'in-use.txt' },
      namesFrom: `${reference} # production`,
      warnings: [],
      table: `
      2.0.0 | 1d |  | deleted: not-kept 1 of 1
      1.0.0 | 60d |  | kept: protected (${reference.includes('@') ? 'digest' : '1.0.0'}: production); not-kept
    `
    })
  }
  shows('keep: a reference to another package keeps nothing here, and a warning says so', {
    inputs: { match: '1.*', keep: 'ghcr.io/octo-org/other:1.0.0' },
    warnings: ['pattern ghcr.io/octo-org/other:1.0.0 fits no name, so it protects nothing'],
    table: `
      2.0.0 | 1d |  | kept: no-rule
      1.0.0 | 60d |  | deleted: not-kept 1 of 1
    `
  })
  it('a names-from of other owners is good for nothing, of other packages of the owner for a warning', () => {
    const uses = (text: string) => {
      const policy = policyOf(
        "protect: { names-from: in-use.txt }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
        'container',
        text
      )
      const info = {
        owner: 'octo-org',
        type: 'container',
        name: 'app',
        id: 1,
        visibility: 'private',
        htmlUrl: ''
      } as const
      const versions = [{ id: 1, name: digest, tags: ['1.0.0'], createdAt: 1, updatedAt: 1 }]
      const inventory = { package: info, versions, manifests: new Map(), inUse: {}, gaps: [] }
      return [...listUses([decidePackage(inventory, policy, Date.parse(NOW))], policy.protect, 'octo-org')]
    }
    expect(uses('ghcr.io/acme/app:1.0.0')).toEqual([['in-use.txt', 'nothing']])
    expect(uses('ghcr.io/octo-org/other:1.0.0')).toEqual([['in-use.txt', 'other-packages']])
    expect(uses('gone\n1.0.0')).toEqual([['in-use.txt', 'protects']])
  })
  it('an empty names-from is refused', () => {
    expect(() =>
      policyOf(
        "protect: { names-from: in-use.txt }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
        'container',
        '# nothing\n'
      )
    ).toThrow('it is empty, so it protects nothing.')
  })
})

describe('names that the linked repository knows', () => {
  shows('releases of a monorepo', {
    type: 'npm',
    policy: "min-keep: 0\nprotect: { releases: true }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    inUse: { releases: ['app-v1.0.0', '@acme/app@1.1.0', 'other-v1.2.0'] },
    table: `
      1.2.0 | 60d |  | deleted: not-kept 1 of 1
      1.1.0 | 60d |  | kept: protected (release @acme/app@1.1.0); not-kept
      1.0.0 | 60d |  | kept: protected (release app-v1.0.0); not-kept
    `
  })
  shows('git tags alike', {
    policy: "min-keep: 0\nprotect: { git-tags: true }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    inUse: { gitTags: ['v1.0.0'] },
    table: `
      1.0.0 | 60d |  | kept: protected (git tag v1.0.0); not-kept
      0.9.0 | 60d |  | deleted: not-kept 1 of 1
    `
  })
  shows('branches in any case and spelling', {
    policy: "min-keep: 0\nprotect: { branches: true }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    inUse: { branches: ['feature/my-fix', 'Fix-Upper'] },
    table: `
      feature_my-fix | 60d |  | kept: protected (branch feature/my-fix); not-kept
      fix-upper | 60d |  | kept: protected (branch Fix-Upper); not-kept
      gone | 60d |  | deleted: not-kept 1 of 1
    `
  })
  shows('branches by a pattern', {
    policy: "min-keep: 0\nprotect: { branches: ['{branch}-*'] }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    inUse: { branches: ['feature/x'] },
    table: `
      feature-x-12 | 60d |  | kept: protected (branch feature/x); not-kept
      feature-x | 60d |  | deleted: not-kept 1 of 1
    `
  })
  shows('dist-tags by a pattern', {
    type: 'npm',
    policy: "min-keep: 0\nprotect: { dist-tags: ['latest', 'next-*'] }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    inUse: { distTags: { latest: '3.0.0', 'next-4': '4.0.0-1', canary: '5.0.0-1' } },
    table: `
      3.0.0 | 60d |  | kept: protected (dist-tag latest); not-kept
      4.0.0-1 | 60d |  | kept: protected (dist-tag next-4); not-kept
      5.0.0-1 | 60d |  | deleted: not-kept 1 of 1
    `
  })
  shows('deployed commits', {
    policy:
      "min-keep: 0\nprotect: { deployments: { environments: [production], names: ['{sha}', 'sha-{short-sha}', '{ref}'] } }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    inUse: { deployments: [{ environment: 'production', sha: `0a1b2c3${'d'.repeat(33)}`, ref: 'v7' }] },
    table: `
      sha-0a1b2c3 | 60d |  | kept: protected (deployment production); not-kept
      v7 | 60d |  | kept: protected (deployment production); not-kept
      sha-0a1b2c4 | 60d |  | deleted: not-kept 1 of 1
    `
  })
  shows('what exists and fits nothing is a warning', {
    policy: "protect: { releases: true, branches: true }\nrules: [{ match: { names: ['v*'] }, keep: [{ last: 1 }] }]",
    inUse: { releases: ['other-1.0'], branches: ['v1'] },
    warnings: ['protect.releases: there are releases, but none of them fits a name, so it protects nothing'],
    table: `
      v2 | 1d |  | kept: last 1 of 1
      v1 | 60d |  | kept: protected (branch v1)
    `
  })
  shows('annotations of the image itself or of one of its parts', {
    policy:
      "min-keep: 0\nprotect: { annotations: { org.example.hold: '*' } }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    table: `
      whole | 60d | index of (part) | kept: protected (annotation org.example.hold=yes); not-kept
      (part) | 60d | annotated org.example.hold=yes | kept: part-of (whole)
      other | 60d | annotated org.example.else=yes | deleted: not-kept 1 of 1
    `
  })
})

describe('references in files of the workspace', () => {
  shows('keep tags, digests and ranges, with file and line', {
    policy: "min-keep: 0\nprotect: { references: 'deploy/**' }\nrules: [{ match: { names: ['*'] }, keep: [] }]",
    files: [
      {
        name: 'deploy/app.yaml',
        text: `kind: Pod\nspec:\n  image: ghcr.io/octo-org/app:1.10\n  other: ghcr.io/octo-org/other:1.9`
      },
      { name: 'deploy/values.yaml', text: `image:\n  repository: ghcr.io/octo-org/app\n  digest: ${digestOf('1.8')}\n` }
    ],
    warnings: [],
    table: `
      1.10 | 60d |  | kept: protected (1.10 in deploy/app.yaml line 3); not-kept
      1.9 | 60d |  | deleted: not-kept 1 of 1
      1.8 | 60d |  | kept: protected (digest in deploy/values.yaml line 3); not-kept
    `
  })
  shows('without a tag that anybody could tell are counted in a warning', {
    policy: "protect: { references: 'deploy/**' }\nrules: [{ match: { names: ['*'] }, keep: [{ last: 9 }] }]",
    files: [{ name: 'deploy/app.yaml', text: 'image: ghcr.io/octo-org/app:{{ .Values.tag }}' }],
    warnings: [
      'protect.references: a reference has a variable or a template for a tag, so nobody can tell what is meant: deploy/app.yaml line 1 (ghcr.io/octo-org/app)'
    ],
    table: `
      1.10 | 60d |  | kept: last 1 of 9
    `
  })
})

describe('match-branch', () => {
  shows('takes its text literally', {
    inputs: { 'match-branch': 'x,main' },
    table: `
      x-main | 60d |  | deleted: not-kept 1 of 1
      main | 60d |  | kept: no-rule
    `
  })
  shows('reaches commits of the branch, and nothing untagged', {
    inputs: { 'match-branch': 'feature/x' },
    table: `
      feature-x | 60d |  | deleted: not-kept 1 of 2
      feature-x-0a1b2c3 | 60d |  | deleted: not-kept 2 of 2
      feature-x-2 | 60d |  | kept: no-rule
      (untagged) | 60d |  | kept: no-rule
    `
  })
  shows('deletes nothing of a branch that still exists', {
    inputs: { 'match-branch': 'feature/x', 'min-keep': '0' },
    inUse: { branches: ['Feature/X'] },
    table: `
      feature-x | 60d |  | kept: protected (branch Feature/X); not-kept
      feature-x-0a1b2c3 | 60d |  | kept: protected (branch Feature/X); not-kept
    `
  })
  shows('deletes nothing where branches could not be read', {
    inputs: { 'match-branch': 'feature/x' },
    gaps: [{ kind: 'git-tags', why: 'no right' }],
    table: `
      feature-x | 60d |  | kept: unreadable (git-tags could not be read); not-kept
    `
  })
})

describe('units', () => {
  shows('on-empty: delete-package needs no other setting', {
    inputs: { match: '*', 'on-empty': 'delete-package' },
    steps: ['delete the package'],
    table: `
      2.0.0 | 60d |  | deleted: not-kept 1 of 2
      1.0.0 | 60d |  | deleted: not-kept 2 of 2
    `
  })
  shows('an image whose only tag is made of its own digest is named', {
    inputs: { 'delete-untagged': 'true' },
    table: `
      v1 | 60d |  | kept: no-rule
      own digest | 60d |  | kept: no-rule
      (untagged) | 60d |  | deleted: untagged 1 of 1
    `
  })
  shows('referrers of an image are deleted with it, the replaced fallback index too', {
    inputs: { match: 'pr-1', 'min-keep': '0' },
    table: `
      v1 | 60d |  | kept: no-rule
      pr-1 | 60d |  | deleted: not-kept 1 of 1
      fallback of pr-1 | 60d | index of (bundle 1) (bundle 2) | deleted: not-kept (pr-1)
      (bundle 1) | 60d | refers to pr-1 | deleted: not-kept (pr-1)
      (bundle 2) | 60d | refers to pr-1 | deleted: not-kept (pr-1)
      (replaced) | 61d | index of (bundle 1) | deleted: not-kept (pr-1)
    `
  })
})
