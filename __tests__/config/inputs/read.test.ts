import { describe, expect, it } from '@jest/globals'
import { readEnvironment } from '../../../src/action/environment.js'
import { filesNeeded, readConfig } from '../../../src/config/inputs/read.js'
import type { FilesRead } from '../../../src/config/inputs/readRetention.js'
import type { RawInputs } from '../../../src/domain/config.js'

type Inputs = Readonly<Record<string, string>>

const digest = `sha256:${'ab'.repeat(32)}`
const TOKEN = 'ghs_0123456789abcdefghijklmnopqrstuvwxyz'

function raw(inputs: Inputs, more: Partial<RawInputs> = {}): RawInputs {
  return {
    inputs: { token: TOKEN, ...inputs },
    unknown: [],
    apiUrl: 'https://api.github.com',
    serverUrl: 'https://github.com',
    repository: 'octo-org/shop',
    workspace: '/work/shop',
    temp: '/work/_temp',
    ...more
  }
}

const app: Inputs = { 'package-name': 'app', 'package-type': 'container' }
const some: Inputs = { ...app, match: '*', 'keep-last': '5' }
const only = (texts: FilesRead['texts']): FilesRead => ({ texts, fitting: new Map() })
const none = only(new Map())

function configOf(inputs: Inputs, more: Partial<RawInputs> = {}, files = none) {
  const read = readConfig(raw(inputs, more), files)
  if ('problems' in read) throw new Error(JSON.stringify(read.problems, null, 1))
  return read.config
}

function told(inputs: Inputs, more: Partial<RawInputs> = {}, files = none): readonly string[] {
  const read = readConfig(raw(inputs, more), files)
  return 'problems' in read ? read.problems.map(({ where, what }) => `${where}: ${what}`) : []
}

function policyOf(inputs: Inputs) {
  const config = configOf(inputs)
  if (config.operation !== 'prune') throw new Error('not a prune')
  return config.policy
}

describe('a prune by flat inputs', () => {
  it('has the defaults of action.yml', () => {
    const { policy, policyText, ...config } = configOf(some) as never as Record<string, unknown>
    expect(config).toEqual({
      operation: 'prune',
      token: TOKEN,
      owner: 'octo-org',
      serverUrl: 'https://github.com',
      apiUrl: 'https://api.github.com',
      registryUrl: 'https://ghcr.io',
      npmRegistryUrl: 'https://npm.pkg.github.com',
      dryRun: false,
      pace: 'fast',
      deleteConcurrency: 8,
      outputDirectory: '/work/_temp/package-retention',
      scope: { names: ['app'], types: ['container'], ifMissing: 'fail' }
    })
    expect(policyText).toContain('names:\n    - latest\n')
    expect(policy).toMatchObject({ minKeep: 1, gracePeriod: { ms: 86_400_000 }, partialTags: 'keep' })
  })

  it('reads every input', () => {
    const config = configOf({
      owner: 'mona',
      'package-name': 'app-*, lib/**\n# not this\n!app-old',
      'package-type': 'container, npm\nmaven',
      'if-missing': 'ignore',
      match: 'pr-*\n/^x{1,2}$/',
      'match-prerelease': 'superseded',
      keep: 'v*',
      'keep-latest': 'false',
      'keep-last': '0',
      'keep-within': '30 days',
      'delete-untagged': 'false',
      'unreadable-is-empty': digest,
      'grace-period': '2d',
      'min-keep': '0',
      'max-delete': '25%',
      'delete-limit': '100',
      'partial-tags': 'untag',
      'dry-run': 'true',
      'time-limit': '10min',
      pace: 'gentle',
      'delete-concurrency': '16',
      'requests-per-hour': '500',
      'cache-path': '.cache',
      'hold-file': 'held.json',
      'api-url': 'https://ghes.example.com/api/v3/'
    })
    expect(config).toMatchObject({
      owner: 'mona',
      scope: { names: ['app-*', 'lib/**', '!app-old'], types: ['container', 'npm', 'maven'], ifMissing: 'ignore' },
      dryRun: true,
      timeLimit: 600_000,
      pace: 'gentle',
      deleteConcurrency: 16,
      requestsPerHour: 500,
      cachePath: '/work/shop/.cache',
      holdFile: '/work/shop/held.json',
      apiUrl: 'https://ghes.example.com/api/v3',
      registryUrl: 'https://containers.ghes.example.com',
      npmRegistryUrl: 'https://npm.ghes.example.com',
      policy: {
        gracePeriod: { text: '2d' },
        minKeep: 0,
        unreadableIsEmpty: [digest],
        maxDelete: { percent: 25 },
        deleteLimit: 100,
        partialTags: 'untag',
        protect: { names: ['v*'], distTags: false },
        rules: [
          {
            name: 'inputs',
            match: { names: ['pr-*', '/^x{1,2}$/'], prerelease: 'superseded' },
            keep: [{ last: 0 }, { within: { text: '30 days' } }]
          }
        ]
      }
    })
  })

  it('selects untagged images by delete-untagged alone, and keeps of them what keep-last-untagged says', () => {
    const inputs = { ...app, 'delete-untagged': 'true', 'keep-within': '7d', 'keep-last-untagged': '2' }
    expect(policyOf(inputs).rules).toEqual([
      expect.objectContaining({
        name: 'untagged',
        match: { tagged: false },
        keep: [{ last: 2 }, { within: expect.objectContaining({ text: '7d' }) }]
      })
    ])
  })

  it('takes a branch literally', () => {
    const { rules } = policyOf({ ...app, 'match-branch': 'x,main/*' })
    expect(rules).toEqual([expect.objectContaining({ match: { branch: 'x,main/*' }, keep: [] })])
  })

  it('refuses the default branch that the event names, in a policy at its place', () => {
    const trunk = { defaultBranch: 'trunk' }
    expect(told({ ...app, 'match-branch': 'trunk' }, trunk)).toEqual([
      'input match-branch: "trunk": it spells the default branch.'
    ])
    expect(configOf({ ...app, 'match-branch': 'trunk' })).toMatchObject({ operation: 'prune' })
    const policy = 'version: 1\nrules:\n  - { match: { branch: Trunk }, keep: [] }\n'
    expect(told({ ...app, policy }, trunk)).toEqual([
      expect.stringMatching(/^policy:3:\d+: .*"Trunk": it spells the default branch\.$/)
    ])
  })

  it('takes blanks for not given, as the runner does', () => {
    const blank = { keep: ' ', 'grace-period': '', 'match-branch': '', 'names-from': '', 'max-delete': '' }
    expect(configOf({ ...app, match: '*', 'keep-last': ' 5 ', ...blank })).toEqual(configOf(some))
  })

  it('means the package of the repository where nobody names one', () => {
    const own = { match: '*', 'keep-last': '5' }
    expect(configOf(own, { repository: 'Octo-Org/Shop' })).toMatchObject({
      scope: { names: ['shop'], types: ['container'] }
    })
    expect(configOf({ ...own, 'package-type': 'nuget' }, { repository: 'octo-org/Shop.NET' })).toMatchObject({
      scope: { names: ['Shop.NET'], types: ['nuget'] }
    })
    expect(told(own, { repository: '' })).toEqual(
      expect.arrayContaining([expect.stringContaining('input package-name: it is required here.')])
    )
    expect(told({ ...own, owner: 'mona' })).toEqual(['input package-name: it is required here.'])
  })

  it('deletes at most what action.yml says, which a policy can say otherwise', () => {
    const policy = 'version: 1\nrules: [{ match: {}, keep: [] }]'
    expect(policyOf({ ...some, 'max-delete': '50%' }).maxDelete).toEqual({ percent: 50 })
    expect(policyOf({ ...app, policy, 'max-delete': '50%' }).maxDelete).toEqual({ percent: 50 })
    expect(policyOf({ ...app, policy: `max-delete: 100%\n${policy}`, 'max-delete': '50%' }).maxDelete).toEqual({
      percent: 100
    })
    expect(policyOf(some)).not.toHaveProperty('maxDelete')
    expect(policyOf({ ...app, policy })).not.toHaveProperty('maxDelete')
  })

  it('reads the files that list what to keep', () => {
    const inputs = { ...some, 'names-from': 'in-use.txt, /work/_temp/pods.txt' }
    const paths = ['/work/shop/in-use.txt', '/work/_temp/pods.txt']
    expect(filesNeeded(raw(inputs), none)).toEqual(paths.map((path) => ({ path, by: 'input' })))
    const files = new Map([
      ['/work/shop/in-use.txt', 'v1 # runs\n'],
      ['/work/_temp/pods.txt', 'v2\n']
    ])
    expect(configOf(inputs, {}, only(files))).toMatchObject({
      policy: { protect: { listed: [{ pattern: 'v1', reason: 'runs' }, { pattern: 'v2' }] } }
    })
    files.set('/work/_temp/pods.txt', '!v2\n')
    expect(told(inputs, {}, only(files))).toEqual([
      '/work/_temp/pods.txt:1: a list of protected names cannot contain exclusions.'
    ])
    expect(told({ ...some, 'names-from': '../x' })).toEqual([
      expect.stringContaining('input names-from: "../x" is outside')
    ])
  })
})

describe.each([
  [true, ['true', 'True', 'TRUE']],
  [false, ['false', 'False', 'FALSE']]
])('%s', (meant, forms) => {
  it.each(forms)('may be written %s', (written) => {
    expect(configOf({ ...some, 'dry-run': written })).toMatchObject({ dryRun: meant })
    expect(policyOf({ ...some, 'match-prerelease': written }).rules[0]).toMatchObject({ match: { prerelease: meant } })
  })
})

it('an input that spells its default in other letters counts as not given', () => {
  const policy = 'version: 1\nrules: [{ match: {}, keep: [{ last: 5 }] }]'
  expect(configOf({ ...app, policy, 'keep-latest': 'TRUE', 'delete-untagged': 'False' })).toMatchObject({
    operation: 'prune'
  })
})

describe('mistakes in inputs', () => {
  it.each<[Inputs, string]>([
    [{ ...some, 'dry-run': 'ture' }, 'input dry-run: expected true or false, found "ture". Did you mean "true"?'],
    [{ ...some, 'dry-run': 'yes' }, 'input dry-run: expected true or false, found "yes". Did you mean "true"?'],
    [{ ...some, 'dry-run': 'tRUE' }, 'input dry-run: expected true or false, found "tRUE". Did you mean "true"?'],
    [{ ...some, 'dry-run': '1' }, 'input dry-run: expected true or false, found "1". Did you mean "true"?'],
    [{ ...some, 'dry-run': 'constructor' }, 'input dry-run: expected true or false, found "constructor".'],
    [{ ...some, 'dry-run': '' }, 'input dry-run: it is empty, which is neither true nor false.'],
    [{ ...some, 'keep-lats': '5' }, 'inputs: there is no input "keep-lats". Did you mean "keep-last"?'],
    [{ ...some, 'keep-last': '-1' }, 'input keep-last: expected a whole number of at least 0, found "-1".'],
    [{ ...some, 'keep-last': 'abc' }, 'input keep-last: expected a whole number of at least 0, found "abc".'],
    [{ ...some, 'keep-last': '1e3' }, 'input keep-last: expected a whole number of at least 0, found "1e3".'],
    [{ ...some, 'keep-last': '1.5' }, 'input keep-last: expected a whole number of at least 0, found "1.5".'],
    [{ ...some, 'keep-last': '9'.repeat(20) }, 'input keep-last: expected a whole number of at least 0'],
    [{ ...some, 'keep-within': '5m' }, 'write 5min or 5mo'],
    [{ ...some, 'keep-within': '7' }, 'input keep-within: '],
    [
      { ...some, 'package-type': 'containers' },
      'input package-type: expected container, npm, maven, rubygems, nuget or docker, found "containers". Did you mean "container"?'
    ],
    [
      { ...some, operation: 'purge' },
      'input operation: expected prune, apply, restore, explain or packages, found "purge". Did you mean "prune"?'
    ],
    [{ ...some, token: '' }, 'input token: it is empty.'],
    [{ ...some, token: 'a b' }, 'input token: it contains whitespace'],
    [app, 'inputs: nothing says what may be deleted.'],
    [{ ...app, 'delete-untagged': 'false' }, 'inputs: nothing says what may be deleted.'],
    [{ ...app, 'keep-last': '10' }, 'input keep-last: it says what to keep, and nothing says what may be deleted.'],
    [{ ...app, match: '', 'keep-within': '3d' }, 'input keep-within: it says what to keep, and nothing says'],
    [{ ...app, keep: 'v*' }, 'input keep: it says what to keep, and nothing says what may be deleted.'],
    [{ ...app, 'match-branch': ' ', 'keep-last': '1' }, 'input keep-last: it says what to keep, and nothing says'],
    [{ ...app, match: 'a', 'match-branch': 'b' }, 'input match-branch: it does not go together with match'],
    [{ ...some, 'linked-to': 'mono' }, 'input linked-to: "mono" is not the name of a repository: write owner/name.'],
    [
      { match: '*', 'linked-to': 'octo-org/mono' },
      'input linked-to: it narrows package-name, and no package is named.'
    ],
    [
      {
        ...app,
        'linked-to': 'octo-org/mono',
        policy: 'version: 1\nlinked-to: octo-org/app\nrules: [{ match: {}, keep: [] }]'
      },
      'input linked-to: the policy is for packages of "octo-org/app", and this says "octo-org/mono".'
    ],
    [{ ...app, 'match-branch': 'main' }, 'input match-branch: "main": it spells what is usually the default branch'],
    [{ ...app, 'match-branch': 'Latest' }, 'input match-branch: "Latest": it spells the tag latest.'],
    [{ ...app, 'match-branch': 'v1.2' }, 'input match-branch: "v1.2": it spells a version.'],
    [{ ...app, 'match-branch': 'a\u0000b' }, 'input match-branch: expected the name of a branch'],
    [
      { ...app, 'delete-untagged': 'true', 'keep-last': '2' },
      'input keep-last: it counts names, and only untagged images are selected.'
    ],
    [{ ...some, 'keep-last-untagged': '2' }, 'input keep-last-untagged: untagged images are not selected.'],
    [
      { ...app, match: '<2' },
      'input match: Pattern “<2” is refused: a range of versions begins with semver:, so write semver:<2.'
    ],
    [{ ...app, match: 'semver:>=1,<2' }, 'Bounds that must all hold stand in one range, with a space between them.'],
    [{ ...app, match: '^pr-.*$' }, 'a regular expression stands between slashes, so write /^pr-.*$/.'],
    [{ ...app, 'delete-untagged': 'yes' }, 'input delete-untagged: expected true or false, found "yes".'],
    [{ ...app, 'match-branch': 'refs/heads/x' }, 'input match-branch: "refs/heads/x": it is a whole ref'],
    [{ ...app, match: 'ghcr.io/octo-org/app:1.0' }, 'an image reference cannot stand here: write 1.0.'],
    [
      { ...some, 'package-name': 'ghcr.io/octo-org/app' },
      'input package-name: "ghcr.io/octo-org/app": it contains the registry'
    ],
    [{ ...some, 'package-name': 'octo-org/app' }, 'input package-name: "octo-org/app": it contains the owner.'],
    [{ ...some, 'package-name': 'app:latest' }, 'input package-name: "app:latest": it names a package, not a tag'],
    [{ ...some, 'package-name': 'App' }, 'input package-name: "App": names of images are in lower case.'],
    [{ ...some, 'package-name': 'charts%2Fapp' }, 'input package-name: "charts%2Fapp": a name is written with /'],
    [{ ...some, 'on-empty': 'delete-package', 'min-keep': '2' }, 'input min-keep: "on-empty: delete-package" does not'],
    [{ ...some, 'unreadable-is-empty': 'sha256:ab' }, 'input unreadable-is-empty: expected a digest'],
    [{ ...some, 'server-url': 'ghes' }, 'input server-url: this is not an address'],
    [{ ...app, match: '# all' }, 'input match: it holds only comments and separators'],
    [{ ...app, match: '/(/' }, 'input match: Pattern'],
    [{ ...app, match: '/^(?=(a+)+$)/' }, 'input match: Pattern'],
    [{ ...some, 'package-name': 'semver:>1' }, 'input package-name: "semver:>1" speaks about versions'],
    [
      { ...some, 'package-type': 'container, npm', 'delete-untagged': 'true' },
      'input delete-untagged: only container packages have untagged images'
    ],
    [{ ...some, 'max-delete': '50 %' }, 'input max-delete: expected a number such as 50 or a percentage such as 25%'],
    [{ ...some, 'max-delete': '101%' }, 'input max-delete: expected a number'],
    [{ ...some, 'delete-limit': '0' }, 'input delete-limit: expected a whole number of at least 1'],
    [{ ...some, 'delete-concurrency': '17' }, 'input delete-concurrency: expected a whole number from 1 to 16'],
    [{ ...some, 'time-limit': '1mo' }, 'input time-limit: "1mo": months and years differ in length'],
    [{ ...some, 'time-limit': '0s' }, 'input time-limit: it must be longer than zero.'],
    [{ ...some, owner: 'a/b' }, 'input owner: "a/b" cannot be the name of a user'],
    [{ ...some, 'cache-path': '/etc' }, 'input cache-path: "/etc" is outside'],
    [{ ...some, 'hold-file': '../x' }, 'input hold-file: "../x" is outside'],
    [{ ...some, 'api-url': 'https://mona:pw@x.example' }, 'input api-url: the address holds a user name or a password'],
    [{ ...some, 'registry-url': 'https://ghcr.io/v2' }, 'input registry-url: the address must end behind the host'],
    [{ ...app, 'version-ids': '12', match: 'a' }, 'input match: version-ids says exactly which versions are deleted'],
    [
      { ...app, 'version-ids': '12', 'keep-last': '1' },
      'input keep-last: version-ids says exactly which versions are deleted'
    ],
    [{ ...app, 'version-ids': '12', 'keep-within': '1d' }, 'input keep-within: version-ids says exactly'],
    [{ ...app, 'version-ids': '12', 'match-prerelease': 'true' }, 'input match-prerelease: version-ids says exactly'],
    [{ ...app, 'version-ids': '12x' }, 'input version-ids: "12x" is neither a version id'],
    [{ ...app, 'version-ids': '12', 'package-name': 'app, lib' }, 'input version-ids: the versions are of one package'],
    [{ ...app, 'version-ids': '12', 'package-name': 'app-*' }, 'input version-ids: the versions are of one package'],
    [
      { ...app, 'version-ids': '12', 'package-type': 'npm, nuget' },
      'input version-ids: the versions are of one package'
    ],
    [{ ...app, 'version-ids': digest, 'package-type': 'npm' }, 'is a digest; only container versions have one'],
    [
      { ...some, 'plan-file': 'plan.json' },
      'input plan-file: operation "prune" does not use it; apply and explain would.'
    ],
    [{ ...some, 'deleted-within': '1d' }, 'input deleted-within: operation "prune" does not use it; restore would.'],
    [
      { ...some, match: '*-alpine', 'match-prerelease': 'superseded' },
      'input match: names that end in "-alpine" would all be taken for prereleases.'
    ]
  ])('are one problem each: %j', (inputs, expected) => {
    const problems = told(inputs)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(expected)
  })

  it('are told all at once', () => {
    const wrong = { 'dry-run': 'ture', 'keep-last': '-1', 'keep-within': '5m', 'package-type': 'conatiner', token: '' }
    const inputs = { ...wrong, match: 'a, /(/' }
    const problems = told(inputs, { unknown: ['keep-lats'] })
    expect(problems.map((text) => text.split(':')[0])).toEqual([
      'inputs',
      'input token',
      'input dry-run',
      'input package-type',
      'input keep-last',
      'input keep-within',
      'input match'
    ])
  })

  it('never repeat the token', () => {
    const inputs = { token: `${TOKEN} ${TOKEN}`, 'api-url': `https://${TOKEN}@x.example`, 'keep-last': 'x' }
    expect(JSON.stringify(readConfig(raw(inputs), none))).not.toContain(TOKEN)
  })

  it('find nothing wrong in values that are merely the defaults of another operation', () => {
    const defaults = { 'on-stale': 'skip', 'max-plan-age': '24h', 'restore-package': 'false', 'plan-file': '' }
    expect(told({ ...some, ...defaults })).toEqual([])
  })

  it('need no name that objects have by themselves', () => {
    expect(told(some, { unknown: ['constructor', '__proto__'] })).toHaveLength(2)
  })
})

const POLICY = `version: 1
rules:
  - { name: images, packages: [app, 'web-*', '!web-old'], types: [container], match: { names: ['pr-*'] }, keep: [] }
  - { name: libraries, packages: ['lib-*'], types: [npm], match: { names: ['*-canary*'] }, keep: [{ last: 3 }] }
`

describe('a prune by a policy document', () => {
  it('takes packages, types and owner from it', () => {
    expect(configOf({ policy: `owner: mona\n${POLICY}` })).toMatchObject({
      operation: 'prune',
      owner: 'mona',
      scope: { names: ['app', 'web-*', 'lib-*'], types: ['container', 'npm'] },
      policyText: `owner: mona\n${POLICY}`
    })
  })

  it('speaks of the package named like the repository where it names none', () => {
    expect(configOf({ policy: 'version: 1\nrules: [{ match: { names: a }, keep: [] }]' })).toMatchObject({
      scope: { names: ['shop'], types: ['container'] }
    })
  })

  it('is narrowed by the inputs', () => {
    expect(configOf({ policy: POLICY, 'package-name': 'app', 'package-type': 'container, maven' })).toMatchObject({
      scope: { names: ['app'], types: ['container'] }
    })
  })

  it('keeps an exclusion of packages that all rules have', () => {
    const policy = `version: 1
rules:
  - { packages: ['*', '!old'], types: npm, match: { names: a }, keep: [] }
  - { packages: ['!old'], types: npm, match: { names: b }, keep: [] }`
    expect(configOf({ policy })).toMatchObject({ scope: { names: ['*', '**', '!old'] } })
  })

  const whole = 'version: 1\nrules: [{ match: { names: a }, keep: [] }]'
  it.each<[string, Inputs, readonly string[]]>([
    [
      'stands beside retention inputs',
      { ...app, policy: whole, 'keep-last': '3', 'min-keep': '2', 'keep-latest': 'false' },
      [
        'input keep-latest: a policy is given',
        'input keep-last: a policy is given',
        'input min-keep: a policy is given'
      ]
    ],
    [
      'stands beside another',
      { ...app, policy: whole, 'policy-file': 'p.yml' },
      ['input policy: policy-file is given too']
    ],
    [
      'has another owner',
      { ...app, owner: 'mona', policy: `owner: octo\n${whole}` },
      ['input owner: the policy is for "octo", and this says "mona".']
    ],
    [
      'does not know the type',
      { policy: POLICY, 'package-type': 'maven' },
      ['input package-type: the policy speaks only about container, npm.']
    ],
    ['cannot be read', { 'policy-file': 'p.yml' }, ['input policy-file: cannot read it: no such file.']],
    ['is outside', { 'policy-file': '/etc/passwd' }, ['input policy-file: "/etc/passwd" is outside']],
    ['is wrong', { policy: 'version: 1' }, ['policy:1:1: the key "rules" is missing.']]
  ])('is refused where it %s', (_what, inputs, expected) => {
    const problems = told(inputs, {}, only(new Map([['/work/shop/p.yml', { problem: 'no such file.' }]])))
    expect(problems).toEqual(expected.map((each) => expect.stringContaining(each)))
  })

  it('counts lines from where the input begins', () => {
    expect(told({ ...app, policy: '\n\nversion: 2\nrules: [{ match: {}, keep: [] }]' })).toEqual([
      'policy:3:10: version: expected 1, found "2".'
    ])
  })

  it('writes the owner as it likes', () => {
    expect(configOf({ ...app, owner: 'Octo', policy: `owner: octo\n${whole}` })).toMatchObject({ owner: 'Octo' })
  })

  it('passes its lint on', () => {
    const read = readConfig(raw({ ...app, policy: 'version: 1\nrules: [{ match: { names: "1.2" }, keep: [] }]' }), none)
    expect(read).toMatchObject({ notices: [expect.stringContaining('is a floating tag')] })
  })
})

describe('filesNeeded', () => {
  const inputs = { 'policy-file': '.github/policy.yml' }
  const policy = `version: 1\nprotect: { names-from: in-use.txt }\n${POLICY.replace('version: 1\n', '')}`

  it('names the policy, then what the policy names, then nothing', () => {
    const files = new Map<string, string>()
    expect(filesNeeded(raw(inputs), only(files))).toEqual([{ path: '/work/shop/.github/policy.yml', by: 'input' }])
    files.set('/work/shop/.github/policy.yml', policy)
    expect(filesNeeded(raw(inputs), only(files))).toEqual([{ path: '/work/shop/in-use.txt', by: 'policy' }])
    files.set('/work/shop/in-use.txt', 'v1.0.0 # runs\n')
    expect(filesNeeded(raw(inputs), only(files))).toEqual([])
    expect(configOf(inputs, {}, only(files))).toMatchObject({
      policy: { protect: { listed: [{ pattern: 'v1.0.0', reason: 'runs' }] } }
    })
  })

  it('stops at a file that could not be read', () => {
    const files = new Map([['/work/shop/.github/policy.yml', { problem: 'no such file.' }]])
    expect(filesNeeded(raw(inputs), only(files))).toEqual([])
  })

  it.each<[string, Inputs]>([
    ['flat inputs', some],
    ['a file outside', { 'policy-file': '../x' }],
    ['a policy that does not parse', { policy: 'protect: { names-from: [' }],
    ['names-from outside', { policy: 'protect: { names-from: ../x }' }],
    ['names-from in RUNNER_TEMP', { policy: 'protect: { names-from: /work/_temp/x }' }],
    ['a restore', { operation: 'restore', 'receipt-file': 'r.jsonl' }]
  ])('needs none for %s', (_what, given) => {
    expect(filesNeeded(raw(given), none)).toEqual([])
  })

  it('reports a names-from that could not be read at its place in the policy', () => {
    const files = new Map<string, string | { problem: string }>([
      ['/work/shop/in-use.txt', { problem: 'no such file.' }]
    ])
    expect(told({ policy }, {}, only(files))).toEqual([
      'policy:2:24: protect.names-from: cannot read "in-use.txt": no such file.'
    ])
  })
})

describe('servers', () => {
  it.each<[string, Inputs, Partial<RawInputs>, object]>([
    [
      'GHE.com',
      {},
      { apiUrl: 'https://api.octo.ghe.com', serverUrl: 'https://octo.ghe.com' },
      {
        apiUrl: 'https://api.octo.ghe.com',
        registryUrl: 'https://containers.octo.ghe.com',
        npmRegistryUrl: 'https://npm.octo.ghe.com'
      }
    ],
    [
      'GitHub Enterprise Server',
      {},
      { apiUrl: 'https://ghes.example.com/api/v3', serverUrl: 'https://ghes.example.com' },
      {
        serverUrl: 'https://ghes.example.com',
        apiUrl: 'https://ghes.example.com/api/v3',
        registryUrl: 'https://containers.ghes.example.com'
      }
    ],
    [
      'another API, whose token must not go to ghcr.io',
      { 'api-url': 'https://ghes.example.com/api/v3' },
      {},
      {
        serverUrl: 'https://ghes.example.com',
        registryUrl: 'https://containers.ghes.example.com',
        npmRegistryUrl: 'https://npm.ghes.example.com'
      }
    ],
    [
      'the same API by name',
      { 'api-url': 'https://api.github.com/' },
      {},
      { serverUrl: 'https://github.com', registryUrl: 'https://ghcr.io' }
    ],
    [
      'an API of a runner that names no server',
      { 'api-url': 'https://api.octo.ghe.com' },
      { apiUrl: 'https://api.octo.ghe.com', serverUrl: 'nonsense' },
      { serverUrl: 'https://octo.ghe.com', registryUrl: 'https://containers.octo.ghe.com' }
    ],
    [
      'another server by its name',
      { 'server-url': 'https://ghes.example.com' },
      {},
      {
        serverUrl: 'https://ghes.example.com',
        apiUrl: 'https://ghes.example.com/api/v3',
        registryUrl: 'https://containers.ghes.example.com'
      }
    ],
    [
      'GHE.com by its name',
      { 'server-url': 'https://octo.ghe.com' },
      {},
      { apiUrl: 'https://api.octo.ghe.com', registryUrl: 'https://containers.octo.ghe.com' }
    ],
    [
      'all addresses given',
      {
        'api-url': 'http://127.0.0.1:1/api/v3',
        'registry-url': 'http://127.0.0.1:2/',
        'npm-registry-url': 'http://127.0.0.1:3/_registry/npm'
      },
      {},
      {
        apiUrl: 'http://127.0.0.1:1/api/v3',
        registryUrl: 'http://127.0.0.1:2',
        npmRegistryUrl: 'http://127.0.0.1:3/_registry/npm'
      }
    ]
  ])('follow from %s', (_what, inputs, more, expected) => {
    expect(configOf({ ...some, ...inputs }, more)).toMatchObject(expected)
  })

  it('are problems where nothing says them', () => {
    expect(told(some, { apiUrl: '', serverUrl: 'nonsense' })).toEqual([
      'input api-url: it is not given, and GITHUB_API_URL does not hold an address.',
      'input api-url: it is not given, and GITHUB_SERVER_URL does not hold an address.'
    ])
  })

  it('are noticed where the token would travel in the clear', () => {
    const read = readConfig(raw({ ...some, 'registry-url': 'http://registry.example.com' }), none)
    expect(read).toMatchObject({
      notices: [expect.stringContaining('http://registry.example.com is reached without encryption')]
    })
  })

  it('are noticed where no certificate is checked', () => {
    const { raw: given } = readEnvironment([], { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    const told = expect.stringContaining('no certificate is checked: the token can be read on the way')
    expect(readConfig({ ...given, ...raw(some) }, none)).toMatchObject({ notices: [told] })
    expect(readConfig(raw(some), none)).toMatchObject({ notices: [] })
  })
})

describe('apply', () => {
  it('reads a plan file, and a policy that must agree with it', () => {
    expect(configOf({ operation: 'apply', 'plan-file': '/work/_temp/package-retention/plan.json' })).toMatchObject({
      operation: 'apply',
      owner: 'octo-org',
      planFile: '/work/_temp/package-retention/plan.json',
      onStale: 'skip',
      maxPlanAge: 86_400_000
    })
    const inputs = {
      operation: 'apply',
      'plan-file': 'p.json',
      'on-stale': 'fail',
      'max-plan-age': '2h',
      policy: POLICY
    }
    expect(configOf(inputs)).toMatchObject({ onStale: 'fail', maxPlanAge: 7_200_000, policy: { rules: [{}, {}] } })
  })

  it('leaves the owner to the plan where nothing else says it', () => {
    const config = readConfig({ ...raw({ operation: 'apply', 'plan-file': 'p' }), repository: '' }, none)
    expect(config).toMatchObject({ config: expect.not.objectContaining({ owner: expect.anything() }) })
  })

  it.each<[Inputs, string]>([
    [{}, 'input plan-file: apply needs a plan.'],
    [
      { 'plan-file': 'p', 'keep-last': '3' },
      'input keep-last: operation "apply" does not use it; prune and explain would.'
    ],
    [{ 'plan-file': 'p', 'on-stale': 'ignore' }, 'input on-stale: expected skip or fail, found "ignore".'],
    [{ 'plan-file': 'p', 'max-plan-age': '1y' }, 'input max-plan-age: "1y": months and years differ'],
    [{ 'plan-file': '../p' }, 'input plan-file: "../p" is outside']
  ])('refuses %j', (inputs, expected) => {
    expect(told({ operation: 'apply', ...inputs })).toEqual([expect.stringContaining(expected)])
  })
})

describe('restore', () => {
  const restore = { operation: 'restore', ...app }

  it.each<[string, Inputs, object]>([
    [
      'a receipt',
      { operation: 'restore', 'receipt-file': 'r.jsonl' },
      {
        scope: { names: [], types: [], ifMissing: 'fail' },
        selection: { by: 'receipt', file: '/work/shop/r.jsonl' }
      }
    ],
    [
      'a receipt, narrowed',
      { ...restore, 'receipt-file': 'r.jsonl' },
      { scope: { names: ['app'], types: ['container'] } }
    ],
    [
      'names',
      { ...restore, match: 'v*, !v1' },
      { selection: { by: 'versions', match: ['v*', '!v1'], versionIds: [] } }
    ],
    [
      'ids',
      { ...restore, 'version-ids': '12\n34' },
      { selection: { by: 'versions', match: [], versionIds: ['12', '34'] } }
    ],
    ['time', { ...restore, 'deleted-within': '2h' }, { selection: { deletedWithin: { ms: 7_200_000 } } }],
    ['nothing, to list what there is', restore, { selection: { by: 'versions', match: [], versionIds: [] } }],
    ['whole packages', { ...restore, 'restore-package': 'true' }, { selection: { by: 'package' } }]
  ])('by %s', (_what, inputs, expected) => {
    expect(configOf(inputs)).toMatchObject({ operation: 'restore', ...expected })
  })

  it.each<[Inputs, string]>([
    [
      { operation: 'restore', owner: 'mona', 'package-type': 'npm', match: 'a' },
      'input package-name: it is required here.'
    ],
    [{ ...restore, match: 'a', 'version-ids': '1' }, 'input match: version-ids says exactly which versions come back'],
    [{ ...restore, 'receipt-file': 'r', match: 'a' }, 'input match: receipt-file says what comes back'],
    [
      { ...restore, 'receipt-file': 'r', 'restore-package': 'true' },
      'input restore-package: receipt-file says what comes back'
    ],
    [
      { ...restore, 'restore-package': 'true', 'deleted-within': '1d' },
      'input deleted-within: restore-package brings whole packages back'
    ],
    [{ ...restore, 'restore-package': 'true', 'package-name': 'app-*' }, 'input package-name: "app-*" is a pattern'],
    [
      { ...restore, match: 'a', keep: 'b' },
      'input keep: operation "restore" does not use it; prune and explain would.'
    ],
    [{ ...restore, match: 'a', policy: POLICY }, 'input policy: operation "restore" does not use it']
  ])('refuses %j', (inputs, expected) => {
    expect(told(inputs)).toEqual([expect.stringContaining(expected)])
  })
})

describe('explain', () => {
  it('takes the inputs that select and keep versions in a prune', () => {
    const inputs = { name: 'v1', 'package-name': 'app', 'package-type': 'container', 'hold-file': 'held.json' }
    expect(configOf({ ...inputs, operation: 'explain', 'version-ids': '12' })).toMatchObject({
      name: 'v1',
      holdFile: expect.stringContaining('held.json'),
      from: { by: 'packages', policy: { rules: [{ match: { versions: ['12'] } }] } }
    })
  })

  it.each(['match', 'keep-last', 'policy', 'hold-file'])(
    'refuses %s beside a saved plan, which decides alone',
    (name) => {
      const inputs = { operation: 'explain', name: 'v1', 'plan-file': 'plan.json', [name]: '1' }
      expect(told(inputs)).toContainEqual(`input ${name}: the plan has its own policy; the two do not go together.`)
    }
  )
})

describe('packages', () => {
  it('lists by names or by a policy', () => {
    expect(configOf({ operation: 'packages', 'package-name': '**', 'package-type': 'npm' })).toMatchObject({
      operation: 'packages',
      scope: { names: ['**'], types: ['npm'] }
    })
    expect(configOf({ operation: 'packages', policy: POLICY })).toMatchObject({
      scope: { names: ['app', 'web-*', 'lib-*'] },
      policy: { rules: [{}, {}] }
    })
  })

  it('needs an owner', () => {
    const inputs = { operation: 'packages', 'package-name': 'a', 'package-type': 'npm' }
    expect(told(inputs, { repository: '' })).toEqual(['input owner: it is required outside a repository.'])
  })
})
