import { describe, expect, it } from '@jest/globals'
import { namesPackage } from '../../src/pattern/imageReference.js'
import { type NamesList, readNamesList, useOfList } from '../../src/references/namesList.js'

const digest = `sha256:${'0a'.repeat(32)}`
const app = { owner: 'acme', name: 'app' }
const patterns = ({ names }: NamesList) => names.map(({ pattern }) => pattern)
const forApp = (text: string) =>
  readNamesList(text)
    .references.filter(({ reference }) => namesPackage(reference, app))
    .flatMap(({ reference: { tag, digest: pinned } }) => [tag, pinned].filter((pattern) => pattern !== undefined))

describe('a list of names in use', () => {
  it('takes names, patterns and digests with their reasons and lines', () => {
    expect(readNamesList(`v1.2.3 # production\n${digest}   #staging\r\n/^v2\\.#?, x/\n\nmain\r`)).toEqual({
      names: [
        { pattern: 'v1.2.3', line: 1, reason: 'production' },
        { pattern: digest, line: 2, reason: 'staging' },
        { pattern: '/^v2\\.#?, x/', line: 3 },
        { pattern: 'main', line: 5 }
      ],
      references: [],
      problems: []
    })
  })

  it('lets a reason on its own line speak for the lines below, up to the next one or an empty line', () => {
    const { names } = readNamesList('# cluster a\nv1\nv2 # its own\n# cluster b\nv3\n\nv4\n')
    expect(names.map(({ pattern, reason }) => [pattern, reason])).toEqual([
      ['v1', 'cluster a'],
      ['v2', 'its own'],
      ['v3', 'cluster b'],
      ['v4', undefined]
    ])
  })

  it.each([
    ['commas and blanks', 'v1, v2 v3\tv4,,v5 # all', ['v1', 'v2', 'v3', 'v4', 'v5']],
    ['a range with a blank in it', 'semver:>=1.0.0 <2, v3', ['semver:>=1.0.0 <2', 'v3']],
    ['a byte order mark', '\ufeffv1', ['v1']],
    ['lines that end in a carriage return', '# why\rv1', ['v1']],
    ['quotes', '"v1" \'v2\'', ['v1', 'v2']],
    ['a name twice', 'v1 v1\nv1', ['v1']],
    ['an image id of docker', `docker://${digest}`, [digest]]
  ])('takes %s', (_what, text, names) => {
    expect(patterns(readNamesList(text))).toEqual(names)
    expect(readNamesList(text).problems).toEqual([])
  })

  it.each([
    ['ghcr.io/acme/app:1.0.0', ['1.0.0']],
    [`ghcr.io/acme/app@${digest}`, [digest]],
    [`docker-pullable://ghcr.io/acme/app:1.0.0@${digest}`, ['1.0.0', digest]],
    ['nginx:1.27 ghcr.io/acme/app:1 ghcr.io/acme/app:2', ['1', '2']],
    ['ghcr.io/acme/app', ['latest']],
    ['acme/app:1', ['1']],
    ['ghcr.io/acme/app-extra:1 ghcr.io/xacme/app:1', []]
  ])('%s means for the package acme/app %j', (text, names) => {
    expect(forApp(text)).toEqual(names)
    expect(readNamesList(text)).toMatchObject({ names: [], problems: [] })
  })

  it.each([
    ['an exclusion', 'v1\n  !v2', 2, 'cannot contain exclusions'],
    ['an expression that does not parse', '/(/', 1, 'is not a name'],
    ['a short digest', 'v1\n\nsha256:abc # short', 3, 'is not a name']
  ])('refuses %s and says where', (_what, text, line, what) => {
    expect(readNamesList(text).problems).toEqual([{ line, what: expect.stringContaining(what) }])
  })

  it('quotes nothing of a line that it refuses: the file may be any of the workspace', () => {
    const { problems } = readNamesList('v1\n!SECRET\nauth = basic /SECRET(/\n/SECRET(/\nsha256:SECRET\n')
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5])
    expect(JSON.stringify(problems)).not.toContain('SECRET')
  })

  it.each([
    ['too many names', Array.from({ length: 50_001 }, (_, index) => `v${index}`).join('\n')],
    ['too much text', 'v'.repeat(8 * 1024 * 1024 + 1)]
  ])('refuses %s', (_what, text) => {
    expect(readNamesList(text)).toMatchObject({ names: [], references: [], problems: [{ line: 1 }] })
  })

  it('takes a line of a megabyte', () => {
    const images = Array.from({ length: 40_000 }, (_, index) => `ghcr.io/acme/app:1.0.${index}`)
    expect(forApp(images.join(' '))).toHaveLength(40_000)
    expect(readNamesList(`${'a'.repeat(1 << 20)} v1`).problems).toHaveLength(1)
  })
})

describe('the use of a list in a run', () => {
  it.each([
    ['v1', 'protects'],
    ['v2 v1', 'protects'],
    ['v2', 'nothing'],
    ['ghcr.io/acme/app:9', 'protects'],
    ['acme/app:9', 'protects'],
    ['ghcr.io/acme/other:1 v2', 'other-packages'],
    ['acme/other:1', 'nothing'],
    ['nginx:1 ghcr.io/other/app:1', 'nothing'],
    ['# nothing\n\n', 'nothing'],
    ['', 'nothing']
  ])('of “%s” in a run on acme/app, which has v1: %s', (text, use) => {
    expect(useOfList(readNamesList(text), { owner: 'acme', packages: [app], fits: (name) => name === 'v1' })).toBe(use)
  })
})
