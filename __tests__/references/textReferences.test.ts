// biome-ignore-all lint/suspicious/noTemplateCurlyInString: files hold the variables of shells
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { meansPackage } from '../../src/references/foundReference.js'
import { findInText } from '../../src/references/textReferences.js'

const app = { owner: 'acme', name: 'app' }
const digest = `sha256:${'0a'.repeat(32)}`

/** What the text says of acme/app, in order: tags, digests, `?` for what nobody can tell. */
const saysOfApp = (text: string): readonly string[] =>
  findInText(text)
    .filter((found) => meansPackage(found, app))
    .flatMap(({ tag, digest, unresolved }) => [tag, digest, unresolved && '?'].filter((each) => each !== undefined))

describe('a plain text names images', () => {
  it.each([
    ['ghcr.io/acme/app:1.10', ['1.10']],
    [`ghcr.io/acme/app:1@${digest}`, ['1', digest]],
    [`ghcr.io/acme/app@${digest}.`, [digest]],
    [`ghcr.io/acme/app@${digest.toUpperCase()}`, [digest]],
    ['See ghcr.io/acme/app:1.2.', ['1.2.', '1.2']],
    ['image: "ghcr.io/acme/app:1" # old', ['1']],
    ["image: 'Acme/app:1'", ['1']],
    ['image:ghcr.io/acme/app:1', ['1']],
    ['{"image":"ghcr.io\\/acme\\/app:1"}', ['1']],
    ['"{\\"image\\":\\"acme/app:1\\",\\n acme/app:2\\nacme/app:3"', ['1', '2', '3']],
    ['FROM --platform=$BUILDPLATFORM ghcr.io/acme/app:1 AS build', ['1']],
    ['COPY --from=ghcr.io/acme/app:1 /a /b', ['1']],
    ['uses: docker://ghcr.io/acme/app:1', ['1']],
    ['image: localhost:5000/proxy/acme/app:1', ['1']],
    ['<code>ghcr.io/acme/app:1</code>', ['1']],
    ['sed -i s/acme/app:1/acme/app:2/ file', ['1', '2']],
    ['_acme/app:1_', ['1_', '1']],
    ['helm pull oci://ghcr.io/acme/app --version 1.2.3+b', ['1.2.3_b']],
    ['helm install x \\\n  oci://ghcr.io/acme/app \\\n  --version "1.2.3"', ['1.2.3']],
    ['helm install --version=1.2.3 x oci://ghcr.io/acme/app', ['1.2.3']]
  ])('%j: acme/app %j', (text, says) => {
    expect(saysOfApp(text)).toEqual(says)
  })

  it.each([
    ['image: ghcr.io/acme/app', ['latest']],
    ['- image: "ghcr.io/acme/app"\n', ['latest']],
    ['{"image": "ghcr.io/acme/app"}', ['latest']],
    ['container: ghcr.io/acme/app', ['latest']],
    ['FROM ghcr.io/acme/app\nRUN x', ['latest']],
    ['uses: docker://ghcr.io/acme/app', ['latest']],
    ['See ghcr.io/acme/app for more', []],
    ['https://github.com/acme/app', []],
    ['uses: acme/app@v1', []],
    ['repository: ghcr.io/acme/app', []]
  ])('%j without a tag: acme/app %j', (text, says) => {
    expect(saysOfApp(text)).toEqual(says)
  })

  it.each([
    ['ghcr.io/acme/app:{{ .Values.tag }}', ['?']],
    ['ghcr.io/acme/app:${TAG}', ['?']],
    ['ghcr.io/acme/app:$(TAG)', ['?']],
    ['ghcr.io/acme/app:$TAG', ['?']],
    ['ghcr.io/acme/app:%TAG%', ['?']],
    ['ghcr.io/acme/app:#{TAG}#', ['?']],
    ['ghcr.io/acme/app:<tag>', ['?']],
    ['ghcr.io/acme/app:v${TAG}', ['?']],
    ['ghcr.io/acme/app@${DIGEST}', ['?']],
    ['ghcr.io/acme/app:${TAG:-1.2}', ['?', '1.2']],
    ['helm pull oci://ghcr.io/acme/app --version $VERSION', ['?']],
    ['ghcr.io/other/app:${TAG}', []]
  ])('%s has a variable in its tag: acme/app %j', (text, says) => {
    expect(saysOfApp(text)).toEqual(says)
  })

  it.each([
    ['${REGISTRY}/app:1', ['1']],
    ['$REGISTRY/app:1', ['1']],
    ['$(REGISTRY)/acme/app:1', ['1']],
    ['ghcr.io/${{ github.repository_owner }}/app:1', ['1']],
    ['{{ .Values.registry }}/acme/app:1', ['1']],
    ['${REGISTRY}/other/app:1', []],
    ['${REGISTRY}/xapp:1', []]
  ])('%s has a variable before its name: acme/app %j', (text, says) => {
    expect(saysOfApp(text)).toEqual(says)
  })

  it.each([
    'ghcr.io/acme/app-extra:1',
    'ghcr.io/app:1',
    'ghcr.io/acme/apps:1',
    'ghcr.io/xacme/app:1',
    'ghcr.io/x-acme/app:1',
    'ghcr.io/acme/app/sub:1',
    'ghcr.io/acme/charts/app:1',
    'ghcr.io/acme.app:1',
    'acme-app:1',
    `ghcr.io/acme/app:${'a'.repeat(129)}`,
    'acme/app: 1',
    'acme / app:1'
  ])('%s does not name acme/app', (text) => {
    expect(saysOfApp(text)).toEqual([])
  })

  it('is told with host and line', () => {
    expect(findInText(`\ufeffa:1\r\n\r\n x ghcr.io/a/b:1\r\nhost:5000/c/d@${digest}`)).toEqual([
      { host: 'ghcr.io', path: 'a/b', tag: '1', line: 3 },
      { host: 'host:5000', path: 'c/d', digest, line: 4 }
    ])
  })

  it.each([
    ['letters', 'a'],
    ['slashes', 'a/'],
    ['colons', 'a:'],
    ['references', 'a/b:1'],
    ['digests', 'a/b@sha256:'],
    ['variables', '${a/b:'],
    ['words', 'a/b ']
  ])('is read in one pass, also where one line is 256 KB of %s', (_what, part) => {
    expect(saysOfApp(`${part.repeat((1 << 18) / part.length)} ghcr.io/acme/app:1`)).toContain('1')
  })
})

describe('random texts', () => {
  interface Written {
    readonly text: string
    /** What it says of acme/app. */
    readonly says: readonly string[]
  }
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
  const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/)
  const host = fc.constantFrom(
    '',
    'ghcr.io/',
    'ghcr.io:443/',
    'containers.acme.ghe.com/',
    'containers.ghe.example.com/',
    'localhost/',
    'localhost:5000/',
    '10.0.0.1:5000/',
    'mirror.example.com/proxy/ghcr.io/',
    'docker://ghcr.io/',
    'docker-pullable://ghcr.io/',
    'oci://ghcr.io/',
    'https://ghcr.io/',
    '${REGISTRY}/'
  )
  const own = fc.constantFrom('acme/app', 'Acme/app', 'ACME/app')
  const other = fc.constantFrom(
    'acme/app-extra',
    'acme/app.extra',
    'acme/app_extra',
    'acme/ap',
    'acme/xapp',
    'xacme/app',
    'x-acme/app',
    'acme/app/sub',
    'acme/charts/app',
    'acme-app/x',
    'acme/acme',
    'other/app'
  )
  const name = fc.oneof(
    tag.map((tag) => ({ text: `:${tag}`, says: [tag] })),
    hex.map((hex) => ({ text: `@sha256:${hex}`, says: [`sha256:${hex}`] })),
    fc.tuple(tag, hex).map(([tag, hex]) => ({ text: `:${tag}@sha256:${hex}`, says: [tag, `sha256:${hex}`] }))
  )
  const reference = fc
    .tuple(
      host,
      fc.oneof(
        own.map((path) => ({ path, isOwn: true })),
        other.map((path) => ({ path, isOwn: false }))
      ),
      name
    )
    .map(([host, { path, isOwn }, { text, says }]): Written => ({ text: host + path + text, says: isOwn ? says : [] }))
  const around = fc.constantFrom(
    ['"', '"'],
    ["'", "'"],
    ['`', '`'],
    ['image: ', '\r\n'],
    ['image: "', '" # what it was\n'],
    ['# ', '\n'],
    ['\ufeff', '\n'],
    ['[', ']'],
    ['(', ')'],
    ['<b>', '</b>'],
    ['--from=', ' '],
    ['FROM ', ' AS x\n'],
    ['{"image":"', '","x":1}'],
    ['x,', ',y'],
    ['a|', '|b'],
    ['\t', '\t']
  )
  const noise = fc.constantFrom(
    '',
    ' ',
    'acme/app ',
    '/acme/ ',
    'v1.2.3 ',
    'app:1 ',
    'é ',
    ': ',
    '@ ',
    `${'x'.repeat(5000)} `
  )
  const document = fc.array(fc.tuple(noise, around, reference), { minLength: 1, maxLength: 12 }).map(
    (parts): Written => ({
      text: parts.map(([noise, [before, after], { text }]) => noise + before + text + after).join(''),
      says: parts.flatMap(([, , { says }]) => says)
    })
  )

  it('are read to the last reference to the package, and to no other', () => {
    fc.assert(
      fc.property(document, ({ text, says }) => {
        const read = saysOfApp(text)
        expect(read).toEqual(expect.arrayContaining([...says]))
        // A tag that ends like a sentence is also read without that end.
        const allowed = new Set([...says, ...says.map((each) => each.replace(/[._-]+$/, ''))])
        expect(read.filter((each) => !allowed.has(each))).toEqual([])
      }),
      { numRuns: 1000, seed: 15 }
    )
  })

  it('hide no reference among shards of others', () => {
    const shard = fc.constantFrom(
      'acme',
      'app',
      '/',
      ':',
      '@',
      '-',
      '.',
      'x',
      ' ',
      '\n',
      '"',
      '1',
      '$',
      '}',
      'sha256',
      'acme/app:1'
    )
    const plain = /(?<![A-Za-z0-9._\-/:@$}])acme\/app:([A-Za-z0-9_][A-Za-z0-9._-]{0,127})(?![A-Za-z0-9._\-/:@${}])/g
    fc.assert(
      fc.property(fc.array(shard, { maxLength: 40 }), (shards) => {
        const text = shards.join('')
        const expected = [...text.matchAll(plain)].map(([, tag]) => tag)
        expect(saysOfApp(text)).toEqual(expect.arrayContaining(expected))
      }),
      { numRuns: 2000, seed: 15 }
    )
  })
})
