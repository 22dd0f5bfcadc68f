import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

describe('protection', () => {
  shows('a version that protect names is kept and takes no place among the last', {
    policy: `
protect: ['v*']
rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 2 }] }]`,
    table: `
      v2 | 1d |  | kept: protected (v*)
      c | 2d |  | kept: last 1 of 2
      b | 3d |  | kept: last 2 of 2
      a | 4d |  | deleted: not-kept 3 of 3
    `
  })
  shows('count-protected: true lets it take a place', {
    policy: `
protect: ['v*']
rules: [{ name: all, match: { names: ['*'] }, count-protected: true, keep: [{ last: 2 }] }]`,
    table: `
      v2 | 1d |  | kept: protected (v*); last 1 of 2
      c | 2d |  | kept: last 2 of 2
      b | 3d |  | deleted: not-kept 3 of 4
      v1 | 9d |  | kept: protected (v*); not-kept 4 of 4
    `
  })
  shows('exclusions win in any order; a list of exclusions alone means everything but', {
    policy: `
protect: ['!pr-*']
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      v2 | 1d |  | kept: protected (!pr-*); not-kept
      pr-1 | 2d |  | deleted: not-kept 1 of 1
    `
  })
  shows('a pattern that fits a tag of a signature keeps its image', {
    policy: `
protect: ['*.sig', '!other']
min-keep: 0
rules: [{ name: all, match: { names: ['v*'] }, keep: [] }]`,
    protections: ['names: 2'],
    table: `
      v2 | 1d |  | deleted: not-kept 1 of 1
      v1 | 2d |  | kept: protected (*.sig); not-kept
      sig of v1 | 2d |  | kept: refers-to (v1)
      1.0 | 2d | index of (a) | kept: protected (*.sig); no-rule
      (a) | 2d |  | kept: part-of (1.0)
      sig of (a) | 2d |  | kept: refers-to (1.0)
    `
  })
  shows('a pattern that fits any of several tags of a signature keeps its images', {
    policy: `
protect: ['*.sig']
min-keep: 0
rules: [{ name: all, match: { names: ['v*'] }, keep: [] }]`,
    table: `
      v2 | 1d |  | deleted: not-kept 1 of 1
      v1 | 2d |  | kept: protected (*.sig); not-kept
      fallback of v1, sig of v1 | 2d | index of v1 | kept: refers-to (v1)
    `
  })
  shows('a list of exclusions alone is about names, not about tags of signatures', {
    policy: `
protect: ['!v*']
min-keep: 0
rules: [{ name: all, match: { names: ['v*'] }, keep: [] }]`,
    protections: ['names: 1'],
    table: `
      main | 1d |  | kept: protected (!v*); no-rule
      v1 | 2d |  | deleted: not-kept 1 of 1
      sig of v1 | 2d |  | deleted: not-kept (v1)
    `
  })
  shows('each protection counts the units that it holds', {
    policy: `
protect:
  names: [v1, none]
  names-from: in-use.txt
  references: 'deploy/**'
  annotations: { org.example.hold: 'y*' }
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    namesFrom: `v1\nv2\n${digestOf('(x)')}`,
    files: [{ name: 'deploy/app.yaml', text: 'image: ghcr.io/octo-org/app:v3' }],
    protections: ['names: 2', 'names-from: 3', 'references: 1', 'annotation: 1', 'hold: 1'],
    holds: ['(y)'],
    table: `
      v5, none | 1d | annotated org.example.hold=no | kept: none: protected (none); none: not-kept; v5: not-kept
      v4 | 1d | annotated org.example.hold=yes | kept: protected (annotation org.example.hold=yes); not-kept
      v3 | 2d |  | kept: protected (v3 in deploy/app.yaml line 1); not-kept
      v2 | 2d |  | kept: protected (v2); not-kept
      v1 | 3d |  | kept: protected (v1); not-kept
      v0 | 3d | annotated org.example.hold=no | deleted: not-kept 1 of 1
      (x) | 3d |  | kept: protected (digest); no-rule
      (y) | 3d |  | kept: protected (restored, held until 2026-12-01); no-rule
    `
  })
  shows('an image reference beside exclusions alone takes nothing from what they keep', {
    policy: `
protect: ['!v*', 'ghcr.io/octo-org/app:v1']
min-keep: 0
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      main | 1d |  | kept: protected (!v*); not-kept
      v2 | 2d |  | deleted: not-kept 1 of 1
      v1 | 3d |  | kept: protected (ghcr.io/octo-org/app:v1); not-kept
    `
  })
  shows('an image reference keeps a docker image, too', {
    type: 'docker',
    policy: `
protect: ['docker.pkg.github.com/octo-org/app:v1']
min-keep: 0
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      v2 | 2d |  | deleted: not-kept 1 of 1
      v1 | 3d |  | kept: protected (docker.pkg.github.com/octo-org/app:v1); not-kept
    `
  })
  shows('references: the path may have a variable in front, and no tag that is a variable protects anything', {
    policy: `
min-keep: 0
protect: { references: 'deploy/**' }
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    files: [
      {
        name: 'deploy/app.yaml',
        text: [
          'image: $REGISTRY/app:v1',
          'image: octo-org/app:v2',
          'image: $REGISTRY/other:v3',
          'image: ghcr.io/octo-org/app:$TAG'
        ].join('\n')
      }
    ],
    protections: ['references: 2'],
    warnings: [
      'protect.references: a reference has a variable or a template for a tag, so nobody can tell what is meant: ' +
        'deploy/app.yaml line 4 (ghcr.io/octo-org/app)'
    ],
    table: `
      v1 | 1d |  | kept: protected (v1 in deploy/app.yaml line 1); not-kept
      v2 | 2d |  | kept: protected (v2 in deploy/app.yaml line 2); not-kept
      v3 | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('untag: a version that a tag of its signature keeps loses the tags that rules vote out', {
    policy: `
partial-tags: untag
protect: ['*.sig']
rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`,
    table: `
      v1, pr-1 | 1d |  | kept (-pr-1): ${digestOf('v1').replace(':', '-')}.sig: protected (*.sig); v1: no-rule; pr-1: not-kept
      sig of v1 | 1d |  | kept: refers-to (pr-1)
    `
  })
  shows('untag: a version that an annotation keeps loses no tag', {
    policy: `
partial-tags: untag
protect: { annotations: { org.example.hold: '*' } }
rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`,
    protections: ['annotation: 1'],
    table: `
      v2, pr-2 | 1d | annotated org.example.hold=yes | kept: protected (annotation org.example.hold=yes); v2: no-rule; pr-2: not-kept
      v1, pr-1 | 2d |  | kept (-pr-1): v1: no-rule; pr-1: not-kept 1 of 1
    `
  })
  shows('names-from keeps with the reason of its line, whatever the other protections exclude', {
    policy: `
protect: { names: ['*', '!v*', '!old'], names-from: in-use.txt }
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    namesFrom: `v1 # production since May\nrc-*\n${digestOf('(by digest)')} # pinned by the cluster\n`,
    table: `
      v2 | 1d |  | deleted: not-kept 1 of 2
      v1 | 2d |  | kept: protected (v1: production since May); not-kept
      old | 3d |  | deleted: not-kept 2 of 2
      rc-1 | 4d |  | kept: protected (*); not-kept
      (by digest) | 5d |  | kept: protected (digest: pinned by the cluster); no-rule
      main, v0 | 6d |  | kept: main: protected (*); main: not-kept; v0: not-kept
    `
  })
  shows('names-from takes lines with and without reasons, and says which of them fit nothing', {
    policy: `
min-keep: 0
protect: { names-from: in-use.txt }
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    namesFrom: [
      'v1',
      'gone',
      'rc-*',
      'old-* # nobody knows',
      'none-*',
      'semver:>=7',
      digestOf('(x)'),
      digestOf('(y)')
    ].join('\n'),
    protections: ['names-from: 5'],
    warnings: ['gone', 'none-*', digestOf('(y)')].map((line) => `pattern ${line} fits no name, so it protects nothing`),
    table: `
      v1 | 1d |  | kept: protected (v1); not-kept
      rc-1 | 2d |  | kept: protected (rc-*); not-kept
      old-1 | 3d |  | kept: protected (old-*: nobody knows); not-kept
      7.0.0-rc.1 | 4d |  | kept: protected (semver:>=7); not-kept
      v10 | 5d |  | deleted: not-kept 1 of 1
      (x) | 6d | index of (a) | kept: protected (digest); no-rule
      (a) | 6d |  | kept: part-of (digest)
    `
  })
  shows('a digest protects every unit that owns it', {
    policy: `
protect: ['${digestOf('(amd64)')}']
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]
min-keep: 0`,
    table: `
      b | 1d | index of (amd64) (arm64) | kept: protected (digest); not-kept
      (amd64) | 1d |  | kept: part-of (b)
      (arm64) | 1d |  | kept: part-of (b)
      a | 2d | index of (other) | deleted: not-kept 1 of 1
      (other) | 2d |  | deleted: not-kept (a)
    `
  })
  shows('docker-base-layer is kept', {
    type: 'docker',
    policy: `
min-keep: 0
rules: [{ name: all, match: {}, keep: [] }]`,
    table: `
      docker-base-layer | 1d |  | kept: protected (docker-base-layer); not-kept
      1.0 | 2d |  | deleted: not-kept 1 of 1
    `
  })
  shows('a hold file keeps what was restored', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 1 }] }]`,
    holds: ['a'],
    table: `
      c | 1d |  | kept: last 1 of 1
      b | 2d |  | deleted: not-kept 2 of 2
      a | 3d |  | kept: protected (restored, held until 2026-12-01)
    `
  })
})

describe('dist-tags, releases, branches and pull requests', () => {
  const all = `rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`
  shows('a version behind a dist-tag is kept', {
    type: 'npm',
    policy: `min-keep: 0\nrules: [{ name: canaries, match: { names: ['*-canary*'] }, keep: [] }]`,
    inUse: { distTags: { canary: '1.0.0-canary.1' } },
    table: `
      1.0.0-canary.2 | 1d |  | deleted: not-kept 1 of 1
      1.0.0-canary.1 | 2d |  | kept: protected (dist-tag canary); not-kept
    `
  })
  shows('dist-tags that cannot be read: the highest release and the newest version are kept, with a warning', {
    type: 'npm',
    policy: `min-keep: 0\n${all}`,
    gaps: [{ kind: 'dist-tags', why: 'HTTP 503' }],
    warnings: ['dist-tags could not be read (HTTP 503): the highest release and the newest version are kept'],
    table: `
      2.0.0-rc.1 | 1d |  | kept: unreadable (dist-tags could not be read); not-kept
      1.9.9 | 2d |  | deleted: not-kept 1 of 2
      1.10.0 | 3d |  | kept: unreadable (dist-tags could not be read); not-kept
      1.9.8 | 4d |  | deleted: not-kept 2 of 2
    `
  })
  shows('the newest of them by push or change; where there are only prereleases, it alone', {
    type: 'npm',
    policy: `min-keep: 0\n${all}`,
    gaps: [{ kind: 'dist-tags', why: 'HTTP 503' }],
    table: `
      1.0.0-rc.2 | 2d |  | deleted: not-kept 1 of 1
      1.0.0-rc.1 | 9d, changed 1d |  | kept: unreadable (dist-tags could not be read); not-kept
    `
  })
  shows('names that have a release are kept, with or without a leading v, + written as _', {
    policy: `min-keep: 0\nprotect: { releases: true }\n${all}`,
    inUse: { releases: ['v1.0.0', '2.0.0', '3.0.0+build5', 'v4.0.0+build6', 'app-v5'] },
    table: `
      1.0.0 | 1d |  | kept: protected (release v1.0.0); not-kept
      v2.0.0 | 2d |  | kept: protected (release 2.0.0); not-kept
      v3.0.0_build5 | 2d |  | kept: protected (release 3.0.0+build5); not-kept
      4.0.0_build6 | 2d |  | kept: protected (release v4.0.0+build6); not-kept
      app-v5 | 2d |  | kept: protected (release app-v5); not-kept
      v1.0.1 | 3d |  | deleted: not-kept 1 of 2
      app-5 | 4d |  | deleted: not-kept 2 of 2
    `
  })
  shows('names equal to a branch are kept, its slashes written as the image tag writes them', {
    policy: `min-keep: 0\nprotect: { branches: true }\n${all}`,
    inUse: { branches: ['main', 'feature/login', 'fix/#12'] },
    table: `
      main | 1d |  | kept: protected (branch main); not-kept
      fix-12 | 2d |  | kept: protected (branch fix/#12); not-kept
      feature-login | 2d |  | kept: protected (branch feature/login); not-kept
      feature-logout | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('open pull requests keep their images, and pull request 1 does not keep pr-12', {
    policy: `min-keep: 0\nprotect: { open-pull-requests: 'pr-{number}*' }\n${all}`,
    inUse: { openPullRequests: [1] },
    table: `
      pr-1 | 1d |  | kept: protected (open pull request 1); not-kept
      pr-1-abc | 2d |  | kept: protected (open pull request 1); not-kept
      pr-12 | 3d |  | deleted: not-kept 1 of 1
    `
  })
  for (const kind of ['releases', 'git-tags', 'branches', 'deployments'] as const) {
    const asked = kind === 'deployments' ? "{ environments: [production], names: ['{sha}'] }" : 'true'
    shows(`${kind} that cannot be read might be any name: all named versions are kept`, {
      policy: `protect: { ${kind}: ${asked} }\n${all}`,
      gaps: [{ kind, why: 'HTTP 403' }],
      warnings: [`${kind} could not be read (HTTP 403): every name that they might protect is kept`],
      table: `
        v1 | 1d |  | kept: unreadable (${kind} could not be read); not-kept
        x | 1d |  | kept: unreadable (${kind} could not be read); not-kept
      `
    })
  }
  shows('open pull requests that can be read keep no others, whatever else cannot be', {
    type: 'npm',
    policy: `min-keep: 0\nprotect: { open-pull-requests: '0.0.{number}' }\n${all}`,
    inUse: { openPullRequests: [1] },
    gaps: [{ kind: 'dist-tags', why: 'HTTP 503' }],
    table: `
      1.0.0 | 1d |  | kept: unreadable (dist-tags could not be read); not-kept
      0.0.2 | 2d |  | deleted: not-kept 1 of 1
      0.0.1 | 3d |  | kept: protected (open pull request 1); not-kept
    `
  })
  shows('open pull requests that cannot be read keep what the template fits, also where they are not all', {
    type: 'npm',
    policy: `min-keep: 0\nprotect: { open-pull-requests: '0.0.{number}' }\n${all}`,
    gaps: [
      { kind: 'dist-tags', why: 'HTTP 503' },
      { kind: 'open-pull-requests', why: 'HTTP 403' }
    ],
    table: `
      1.0.0 | 1d |  | kept: unreadable (dist-tags could not be read); not-kept
      0.0.2 | 2d |  | kept: unreadable (open pull requests could not be read); not-kept
      0.1.0 | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('open pull requests that cannot be read keep what the template fits, and nothing else', {
    policy: `min-keep: 0\nprotect: { open-pull-requests: 'pr-{number}*' }\n${all}`,
    gaps: [{ kind: 'open-pull-requests', why: 'HTTP 403' }],
    table: `
      pr-1 | 1d |  | kept: unreadable (open pull requests could not be read); not-kept
      v1 | 3d |  | deleted: not-kept 1 of 1
    `
  })
})
