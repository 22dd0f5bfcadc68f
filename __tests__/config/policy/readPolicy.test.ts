import { describe, expect, it } from '@jest/globals'
import { type NamesFile, readPolicy } from '../../../src/config/policy/readPolicy.js'
import type { PackageType } from '../../../src/domain/package.js'

function read(text: string, options: { types?: readonly PackageType[]; namesFile?: NamesFile } = {}) {
  return readPolicy(
    { name: 'policy.yml', text },
    { types: options.types ?? [], namesFile: () => options.namesFile ?? { problem: 'there is none.' } }
  )
}

function problemsOf(text: string, types: readonly PackageType[] = []) {
  const found = read(text, { types })
  return 'problems' in found ? found.problems : []
}

function policyOf(text: string, namesFile?: NamesFile) {
  const found = read(text, namesFile === undefined ? {} : { namesFile })
  if ('problems' in found) throw new Error(found.problems.map(({ where, what }) => `${where} ${what}`).join('\n'))
  return found
}

/** A document whose only rule is this, from line 2 column 10 on. */
const rule = (text: string) => `version: 1\nrules: [ ${text} ]`

describe('a policy that says little', () => {
  it('has the defaults of the specification', () => {
    expect(policyOf(rule('{ match: {}, keep: [] }'))).toEqual({
      policy: {
        version: 1,
        timezone: 'UTC',
        timestamp: 'updated_at',
        gracePeriod: { text: '1d', months: 0, ms: 86_400_000 },
        minKeep: 1,
        partialTags: 'keep',
        onEmpty: 'keep',
        protect: { names: [], listed: [], distTags: true, releases: false, branches: false },
        rules: [
          {
            name: 'rule 1',
            match: {},
            groupBy: [],
            sort: 'time',
            relativeTo: 'now',
            countProtected: false,
            keep: []
          }
        ]
      },
      notices: []
    })
  })

  it('names rules without a name so that no two are called alike', () => {
    const text = 'version: 1\nrules: [{match: {names: a}, keep: []}, {name: rule 1, match: {names: b}, keep: []}]'
    expect(policyOf(text).policy.rules.map(({ name }) => name)).toEqual(["rule 1'", 'rule 1'])
  })
})

describe('a policy that says everything', () => {
  const text = `
version: 1
timezone: Europe/Berlin
owner: octo-org
timestamp: created_at
grace-period: 12h
max-delete: 50%
delete-limit: 800
partial-tags: untag
on-empty: delete-package
protect:
  names: [latest, main]
  names-from: in-use.txt
  dist-tags: false
  releases: true
  branches: true
  open-pull-requests: 'pr-{number}*'
rules:
  - name: releases
    packages: ['app', 'app-*', '!app-old']
    types: [container]
    match:
      names: ['v*']
      tagged: true
      prerelease: superseded
      state: [complete]
      artifact-type: [application/vnd.cncf.helm.config.v1+json]
      annotations: { 'org.opencontainers.image.source': 'https://*' }
    version-pattern: '(?<version>\\d+\\.\\d+\\.\\d+)-(?<variant>alpine|slim)'
    group-by: [variant]
    sort: time
    relative-to: now
    count-protected: false
    keep:
      - last: 10
      - { daily: all, within: 14d }
      - weekly: 8
      - semver: { majors: 2, minors: all, patches: 3, prereleases: 2 }
`

  it('is read as the specification writes it', () => {
    const { policy, owner, notices } = policyOf(text, { name: 'in-use.txt', text: 'v1.0.0 # production\n' })
    expect({ owner, notices }).toEqual({ owner: 'octo-org', notices: [] })
    expect(policy).toMatchObject({
      timezone: 'Europe/Berlin',
      timestamp: 'created_at',
      gracePeriod: { ms: 43_200_000 },
      minKeep: 1,
      maxDelete: { percent: 50 },
      deleteLimit: 800,
      partialTags: 'untag',
      onEmpty: 'delete-package',
      protect: {
        names: ['latest', 'main'],
        listed: [{ pattern: 'v1.0.0', reason: 'production' }],
        distTags: false,
        releases: true,
        branches: true,
        openPullRequests: 'pr-{number}*'
      },
      rules: [
        {
          name: 'releases',
          packages: ['app', 'app-*', '!app-old'],
          types: ['container'],
          match: {
            names: ['v*'],
            tagged: true,
            prerelease: 'superseded',
            state: ['complete'],
            artifactType: ['application/vnd.cncf.helm.config.v1+json'],
            annotations: { 'org.opencontainers.image.source': 'https://*' }
          },
          versionPattern: '(?<version>\\d+\\.\\d+\\.\\d+)-(?<variant>alpine|slim)',
          groupBy: ['variant'],
          keep: [
            { last: 10 },
            { daily: 'all', within: { text: '14d', ms: 1_209_600_000 } },
            { weekly: 8 },
            { semver: { majors: 2, minors: 'all', patches: 3, prereleases: 2 } }
          ]
        }
      ]
    })
  })

  it('is plain data, which a plan file can hold', () => {
    const { policy } = policyOf(text, { name: 'in-use.txt', text: 'v1' })
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy)
  })
})

describe('short forms', () => {
  it.each([
    ['patterns that protect, without an object', 'protect: [latest, "v*"]', ['latest', 'v*']],
    ['patterns in one text', "protect: 'latest, v*'", ['latest', 'v*']],
    [
      'patterns on lines of their own',
      'protect: |\n  latest\n  # what runs\n  /^v\\d{1,3}$/\n',
      ['latest', '/^v\\d{1,3}$/']
    ],
    ['several patterns in an item, so that none is lost', "protect: ['latest, main', v*]", ['latest', 'main', 'v*']]
  ])('take %s', (_what, protect, names) => {
    const { policy } = policyOf(`version: 1\n${protect}\nrules: [{ match: {}, keep: [] }]`)
    expect(policy.protect.names).toEqual(names)
  })

  it.each([
    [true, ['true', 'True', 'TRUE']],
    [false, ['false', 'False', 'FALSE']]
  ])('takes %s as YAML and the runner write it', (meant, forms) => {
    for (const form of forms) {
      const { policy } = policyOf(
        `${rule(`{ match: { prerelease: ${form} }, keep: [] }`)}\nprotect: { dist-tags: ${form} }`
      )
      expect(policy).toMatchObject({ protect: { distTags: meant }, rules: [{ match: { prerelease: meant } }] })
    }
  })

  it('takes one type, one state and one group without a list', () => {
    const text = rule("{ types: npm, match: { names: '/^(?<pr>\\d+)$/' }, group-by: pr, keep: [] }")
    expect(policyOf(text).policy.rules[0]).toMatchObject({ types: ['npm'], groupBy: ['pr'] })
  })

  it('takes version ids as numbers and as text', () => {
    const text = rule("{ match: { versions: [12, '34'] }, keep: [] }")
    expect(policyOf(text).policy.rules[0]?.match.versions).toEqual(['12', '34'])
  })
})

const WHOLE = '{ match: {}, keep: [] }'

describe('problems', () => {
  it.each([
    [
      'an unknown key at the top',
      `version: 1\nruls: []\nrules: [${WHOLE}]`,
      '2:1',
      'unknown key "ruls". Did you mean "rules"?'
    ],
    [
      'a key that JavaScript objects have',
      `version: 1\ntoString: 1\nrules: [${WHOLE}]`,
      '2:1',
      'unknown key "toString".'
    ],
    ['no version', `rules: [${WHOLE}]`, '1:1', 'the key "version" is missing.'],
    ['another version', `version: 2\nrules: [${WHOLE}]`, '1:10', 'version: expected 1, found "2".'],
    ['no rules', 'version: 1', '1:1', 'the key "rules" is missing.'],
    [
      'empty rules',
      'version: 1\nrules: []',
      '2:8',
      'rules: expected a list of at least one of rules, found an empty list.'
    ],
    [
      'rules without anything',
      'version: 1\nrules:',
      '2:7',
      'rules: expected a list of at least one of rules, found nothing.'
    ],
    ['a list in place of the document', '- a', '1:1', 'expected a policy with version and rules, found a list.'],
    [
      'a text in place of the document',
      'five days',
      '1:1',
      'expected a policy with version and rules, found "five days".'
    ],
    ['a rule without match', rule('{ keep: [] }'), '2:12', 'rules[0]: the key "match" is missing.'],
    ['a rule without keep', rule('{ match: {} }'), '2:12', 'rules[0]: the key "keep" is missing.'],
    [
      'keep without a list',
      rule('{ match: {}, keep: { last: 1 } }'),
      '2:29',
      'expected a list of keep items, found an object.'
    ],
    ['match with a list', rule('{ match: [], keep: [] }'), '2:19', 'expected an object of conditions, found a list.'],
    [
      'an empty keep item',
      rule('{ match: {}, keep: [ {} ] }'),
      '2:31',
      'keep[0]: expected an object with at least one condition, found an empty object.'
    ],
    [
      'a boolean in words',
      rule('{ match: { tagged: yes }, keep: [] }'),
      '2:29',
      'expected true or false, found "yes". Did you mean "true"?'
    ],
    [
      'a number that YAML takes for one',
      rule('{ match: { names: [1.10] }, keep: [] }'),
      '2:29',
      'expected a pattern, found "1.10".'
    ],
    [
      'a count below zero',
      rule('{ match: {}, keep: [ { last: -1 } ] }'),
      '2:39',
      'last: expected a whole number of at least 0, found "-1".'
    ],
    [
      'a bucket of none',
      rule('{ match: {}, keep: [ { weekly: 0 } ] }'),
      '2:41',
      'weekly: expected a whole number of at least 1 or all, found "0".'
    ],
    [
      'a length without a unit',
      rule('{ match: {}, keep: [ { within: 7 } ] }'),
      '2:41',
      'within: expected a length of time such as 7d, found "7".'
    ],
    ['minutes or months', rule('{ match: {}, keep: [ { within: 5m } ] }'), '2:41', 'write 5min or 5mo'],
    [
      'a share above all',
      `version: 1\nmax-delete: 120%\nrules: [${WHOLE}]`,
      '2:13',
      'max-delete: expected a whole number of at least 0 or a percentage such as 25%, found "120%".'
    ],
    [
      'a budget of none',
      `version: 1\ndelete-limit: 0\nrules: [${WHOLE}]`,
      '2:15',
      'delete-limit: expected a whole number of at least 1, found "0".'
    ],
    [
      'an unknown time zone',
      `version: 1\ntimezone: Mars/Base\nrules: [${WHOLE}]`,
      '2:11',
      'timezone: "Mars/Base": the IANA database has no such time zone.'
    ],
    [
      'an expression that could backtrack',
      rule("{ match: { names: ['/^(?=(a+)+$)/'] }, keep: [] }"),
      '2:29',
      'is refused'
    ],
    [
      'a version-pattern that refers back',
      rule("{ match: {}, version-pattern: '(?<version>\\d)\\1', keep: [] }"),
      '2:40',
      'version-pattern: '
    ],
    [
      'a version-pattern with slashes',
      rule("{ match: {}, version-pattern: '/(?<version>.)/', keep: [] }"),
      '2:40',
      'is written with slashes'
    ],
    ['a comment for a pattern', `version: 1\nprotect: ['# latest']\nrules: [${WHOLE}]`, '2:11', 'contains no pattern'],
    [
      'no place for the number',
      `version: 1\nprotect: { open-pull-requests: 'pr-*' }\nrules: [${WHOLE}]`,
      '2:32',
      'is not one pattern with {number} in it'
    ],
    [
      'an exclusion of pull requests',
      `version: 1\nprotect: { open-pull-requests: '!pr-{number}' }\nrules: [${WHOLE}]`,
      '2:32',
      'is not one pattern with {number}'
    ],
    [
      'a short digest',
      rule("{ match: { versions: ['sha256:abc'] }, keep: [] }"),
      '2:32',
      'versions[0]: expected a version id or a digest such as sha256:0123…, found "sha256:abc".'
    ],
    [
      'a file that cannot be read',
      `version: 1\nprotect: { names-from: x.txt }\nrules: [${WHOLE}]`,
      '2:24',
      'protect.names-from: there is none.'
    ],
    [
      'a login with a slash',
      `version: 1\nowner: a/b\nrules: [${WHOLE}]`,
      '2:8',
      'owner: expected a user or organization, found "a/b".'
    ]
  ])('tell of %s', (_what, text, place, what) => {
    const [first, ...others] = problemsOf(text)
    expect(others).toEqual([])
    expect(first?.where).toBe(`policy.yml:${place}`)
    expect(first?.what).toContain(what)
  })

  it('show the line with a caret under the place', () => {
    const [first] = problemsOf(`version: 1\nrules:\n  - match: {}\n    kep: []\n    keep: []\n`)
    expect(first?.excerpt).toBe('    4 |     kep: []\n      |     ^^^')
  })

  it('are told all at once, in the order of the document', () => {
    const text = [
      'timezone: Mars/Base',
      'version: 1',
      'grace-period: 5m',
      'protect: { names-from: x.txt, braches: true }',
      'rules:',
      '  - match: { names: [a] }',
      '    keeep: []',
      '    group-by: [pr]',
      '    keep: [{ since: superseded }]',
      '  - match: { tagged: false, names: [b] }',
      '    keep: [{ last: 0, daily: 3 }]'
    ].join('\n')
    expect(problemsOf(text).map(({ where }) => where)).toEqual([
      'policy.yml:1:11',
      'policy.yml:3:15',
      'policy.yml:4:31',
      'policy.yml:7:5',
      'policy.yml:10:22',
      'policy.yml:11:20',
      'policy.yml:4:24'
    ])
  })

  it('are shown as text, whatever characters a stranger put there', () => {
    const [first] = problemsOf('version: 1\n"a\\u202Eb\\u001b[31m::error::x": 1\nrules: [{ match: {}, keep: [] }]')
    expect(first?.what).toBe('unknown key "a⟨U+202E⟩b⟨U+001B⟩[31m::error::x".')
  })
})

const digest = `sha256:${'ab'.repeat(32)}`

describe('contradictions', () => {
  it.each([
    ['names and versions', '{ match: { names: [a], versions: [1] }, keep: [] }', '"versions" names whole versions'],
    ['names of untagged units', '{ match: { names: [a], tagged: false }, keep: [] }', 'untagged units have no names'],
    [
      'prereleases among untagged units',
      '{ match: { tagged: false, prerelease: true }, keep: [] }',
      'untagged units have no version'
    ],
    ['untagged npm versions', '{ types: [npm], match: { tagged: false }, keep: [] }', 'only images can be untagged'],
    [
      'the state of npm versions',
      '{ types: [npm, docker], match: { state: [orphan] }, keep: [] }',
      'only containers have "state"'
    ],
    [
      'annotations of gems',
      '{ types: rubygems, match: { annotations: { a: b } }, keep: [] }',
      'only containers have "annotations"'
    ],
    ['since without within', '{ match: {}, keep: [{ since: superseded }] }', '"since" needs "within"'],
    ['last: 0 with more', '{ match: {}, keep: [{ last: 0, weekly: 3 }] }', '"last: 0" keeps nothing'],
    [
      'releases among prereleases',
      '{ match: { prerelease: true }, keep: [{ prerelease: false }] }',
      'exclude each other'
    ],
    [
      'prereleases among releases',
      '{ match: { prerelease: false }, keep: [{ prerelease: superseded }] }',
      'exclude each other'
    ],
    [
      'superseded releases',
      '{ match: { prerelease: false }, keep: [{ within: 7d, since: superseded }] }',
      'only prereleases are ever superseded'
    ],
    [
      'version lines of untagged units',
      '{ match: { tagged: false }, keep: [{ semver: { majors: 1 } }] }',
      '"semver" means nothing'
    ],
    [
      'two rules of one name',
      '{ name: a, match: { names: x }, keep: [] }, { name: a, match: { names: y }, keep: [] }',
      'another rule is named "a"'
    ],
    [
      'a group that nothing captures',
      "{ match: { names: ['/^pr-(?<pr>.+)$/'] }, group-by: [rp], keep: [] }",
      'captures "rp". Did you mean "pr"?'
    ],
    [
      'a group that only an exclusion captures',
      "{ match: { names: ['*', '!/^(?<pr>.+)$/'] }, group-by: [pr], keep: [] }",
      'captures "pr"'
    ],
    [
      'a version-pattern without version',
      "{ match: {}, version-pattern: '(?<v>.+)', keep: [{ semver: {} }] }",
      'no group named "version"'
    ],
    [
      'a version order without version',
      "{ match: {}, version-pattern: '(?<v>.+)', sort: version, keep: [{ last: 1 }] }",
      'no group named "version"'
    ],
    [
      'a range that the type cannot read',
      "{ types: [npm], match: { names: ['semver:>=1.2.3.4'] }, keep: [] }",
      'for npm: '
    ],
    ['digests of npm versions', `{ types: [npm], match: { names: ['${digest}'] }, keep: [] }`, 'for npm: ']
  ])('are refused: %s', (_what, text, what) => {
    const [first, ...others] = problemsOf(rule(text))
    expect(others).toEqual([])
    expect(first?.what).toContain(what)
  })

  it.each([
    ['an untagged version by its digest', `{ match: { names: ['${digest}'], tagged: false }, keep: [] }`],
    ['untagged docker images', '{ types: [docker], match: { tagged: false }, keep: [] }'],
    ['keep-last 0 alone', '{ match: {}, keep: [{ last: 0 }] }'],
    [
      'a group of version-pattern',
      "{ match: {}, version-pattern: '(?<version>.+)-(?<os>.+)', group-by: os, keep: [] }"
    ],
    ['a range of four numbers where they exist', "{ types: [nuget], match: { names: ['semver:>=1.2.3.4'] }, keep: [] }"]
  ])('are not seen in %s', (_what, text) => {
    expect(problemsOf(rule(text))).toEqual([])
  })

  it('let a range protect where one of the types of the run can read it', () => {
    const text = `version: 1\nprotect: 'semver:>=1.2.3.4'\nrules: [${WHOLE}]`
    expect(problemsOf(text, ['npm', 'nuget'])).toEqual([])
    expect(problemsOf(text, ['npm'])).toHaveLength(1)
  })
})

describe('names that share a suffix', () => {
  const versions = (name: string) => rule(`{ match: { names: ['${name}'], prerelease: superseded }, keep: [] }`)

  it.each([
    '*-alpine',
    '*-{alpine,slim}',
    'v*-alpine3.20',
    '1.[0-9]-jre',
    '/-alpine$/',
    '/^v.*-(alpine|slim)$/',
    '/-(?<os>alpine)$/',
    '/_bookworm$/',
    '/-(?:rc|slim)$/'
  ])('are refused in a rule about prereleases: %s', (name) => {
    expect(problemsOf(versions(name)).map(({ what }) => what)).toEqual([
      expect.stringContaining('would all be taken for prereleases.')
    ])
  })

  it.each([
    '*-SNAPSHOT',
    '*-rc*',
    '*-rc.1',
    '*-beta',
    '*-{rc,beta}',
    '/-(alpha|beta)$/',
    'v*',
    '1.2.3-alpine',
    '!*-alpine',
    '*-alpine*',
    '*-1',
    'semver:*'
  ])('are not seen in %s', (name) => {
    expect(problemsOf(versions(name))).toEqual([])
  })

  it.each([
    ['semver lines', '{ match: { names: ["*-alpine"] }, keep: [{ semver: { majors: 1 } }] }', 1],
    ['a keep item about prereleases', '{ match: { names: ["*-alpine"] }, keep: [{ prerelease: false }] }', 1],
    ['the newest by time', '{ match: { names: ["*-alpine"] }, keep: [{ last: 3 }] }', 0],
    [
      'a version-pattern',
      "{ match: { names: ['*-alpine'] }, version-pattern: '(?<version>.+)-alpine', keep: [{ semver: {} }] }",
      0
    ]
  ])('matter where the rule looks at versions: %s', (_what, text, count) => {
    expect(problemsOf(rule(text))).toHaveLength(count)
  })
})

describe('lint', () => {
  const notices = (text: string, types: readonly PackageType[] = []) => {
    const found = read(rule(text), { types })
    return 'problems' in found ? found.problems.map(({ what }) => what) : found.notices
  }

  it.each([
    ['everything first', '{ match: {}, keep: [] }, { match: { names: [a] }, keep: [] }'],
    ['all names first', "{ match: { names: ['*'] }, keep: [] }, { match: { names: [a], prerelease: true }, keep: [] }"],
    ['the same again', '{ match: { names: [a, b] }, keep: [{ last: 1 }] }, { match: { names: [b, a] }, keep: [] }'],
    ['a part of it', '{ match: { names: [a, b] }, keep: [] }, { match: { names: [a] }, keep: [] }'],
    [
      'the same with one more exclusion',
      "{ match: { names: ['a*', '!ab'] }, keep: [] }, { match: { names: ['a*', '!ab', '!ac'] }, keep: [] }"
    ],
    ['fewer types', '{ types: [npm, nuget], match: {}, keep: [] }, { types: [npm], match: {}, keep: [] }'],
    [
      'named packages behind all',
      "{ packages: ['**'], match: {}, keep: [] }, { packages: [app], match: {}, keep: [] }"
    ],
    ['untagged behind both', '{ match: {}, keep: [] }, { match: { tagged: false }, keep: [] }'],
    [
      'more conditions',
      '{ match: { state: [orphan, ghost] }, keep: [] }, { match: { state: [orphan], tagged: false }, keep: [] }'
    ],
    ['ids among ids', '{ match: { versions: [1, 2] }, keep: [] }, { match: { versions: [2] }, keep: [] }']
  ])('warns of a rule that can never own anything: %s', (_what, text) => {
    expect(notices(text)).toEqual([
      expect.stringMatching(/^policy\.yml:2:\d+: rule 2: it can never own anything: rule 1 /)
    ])
  })

  it.each([
    [
      'a narrower rule first',
      '{ match: { names: [a], prerelease: superseded }, keep: [] }, { match: { names: [a] }, keep: [] }'
    ],
    ['other names', '{ match: { names: [a] }, keep: [] }, { match: { names: [b] }, keep: [] }'],
    [
      'exclusions that the later rule does not have',
      "{ match: { names: ['*', '!a'] }, keep: [] }, { match: { names: [a] }, keep: [] }"
    ],
    ['untagged units behind names', "{ match: { names: ['*'] }, keep: [] }, { match: { tagged: false }, keep: [] }"],
    ['everything behind all names', "{ match: { names: ['*'] }, keep: [] }, { match: {}, keep: [] }"],
    [
      'digests, which reach untagged units',
      `{ match: { names: ['*'] }, keep: [] }, { match: { names: ['${digest}'] }, keep: [] }`
    ],
    ['other packages', '{ packages: [a], match: {}, keep: [] }, { packages: [b], match: {}, keep: [] }'],
    [
      'packages in slashes behind a segment',
      "{ packages: ['*'], match: {}, keep: [] }, { packages: ['charts/a'], match: {}, keep: [] }"
    ],
    ['all types behind one', '{ types: [npm], match: {}, keep: [] }, { match: {}, keep: [] }'],
    [
      'a range that means more with prereleases',
      "{ match: { names: ['semver:>=1'] }, keep: [] }, { match: { names: ['semver:>=1'], prerelease: true }, keep: [] }"
    ],
    [
      'another version-pattern',
      "{ match: { prerelease: true }, keep: [] }, { match: { prerelease: true }, version-pattern: '(?<version>.+)-x', keep: [] }"
    ]
  ])('does not warn where a rule may own something: %s', (_what, text) => {
    expect(notices(text)).toEqual([])
  })

  it.each(['/^1.2$/', '/^v\\d+.\\d+$/', '/[0-9]+.[0-9]+/', '!/1.0/', '/(\\d+).(\\d+)/', '/\\d{1,3}.\\d/'])(
    'warns of a dot between digits that fits anything: %s',
    (pattern) => {
      expect(notices(`{ match: { names: ['${pattern}'] }, keep: [] }`)).toEqual([
        expect.stringContaining('a dot between digits fits any character')
      ])
    }
  )

  it.each([
    '/^1\\.2$/',
    '/^v\\d+\\.\\d+$/',
    '/1.*2/',
    '/1.+2/',
    '/^[0-9.]+$/',
    '/[1.2]/',
    '/a.b/',
    '1.2.*',
    '/\\\\.1/'
  ])('accepts %s', (pattern) => {
    expect(notices(`{ match: { names: ['${pattern}'] }, keep: [] }`)).toEqual([])
  })

  it('warns of a bare dot in version-pattern', () => {
    expect(notices("{ match: {}, version-pattern: '(?<version>\\d+.\\d+)', keep: [] }")).toHaveLength(1)
  })

  it.each(['1', '1.2', 'v1', 'v1.2'])('warns of a pattern that fits floating tags only: %s', (name) => {
    expect(notices(`{ match: { names: ['${name}'] }, keep: [] }`)).toEqual([
      expect.stringContaining('is a floating tag')
    ])
  })

  it.each([
    ['1.2.3', []],
    ['1.*', []],
    ['01', []],
    ['1.2', ['nuget' as const]]
  ])('takes %s for a name of its own (types %s)', (name, types) => {
    expect(notices(`{ match: { names: ['${name}'] }, keep: [] }`, types)).toEqual([])
  })
})
