import { describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { READABLE_TYPES } from '../../src/domain/mediaType.js'
import { type Owner, PACKAGE_TYPES, type PackageRef } from '../../src/domain/package.js'
import { linkedPages } from '../../src/github/answer.js'
import { decideRetry } from '../../src/github/retryDecision.js'
import { readPackage, readVersion } from '../../src/github/wire.js'
import { parseChallenge, tokenAddress } from '../../src/registry/challenge.js'
import { digestOf, parseManifest } from '../../src/registry/parseManifest.js'
import { requestedWait } from '../../src/registry/requestedWait.js'
import { edgesTo } from '../github/edges.js'
import { site } from '../github/site.js'
import { anyText, odd, shards, spoiled, torn } from './spoil.js'

jest.setTimeout(120_000)

const type = fc.constantFrom(...PACKAGE_TYPES)

describe('the REST API', () => {
  const version = {
    id: 7,
    name: 'sha256:00',
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
    html_url: 'https://github.com/x',
    metadata: { package_type: 'container', container: { tags: ['v1', 'v2'] } }
  }
  const info = {
    id: 9,
    name: 'app',
    version_count: 3,
    visibility: 'private',
    html_url: 'https://github.com/x',
    repository: { full_name: 'acme/app' }
  }

  it('gives a version, or none; a container never loses tags that could not be read', () => {
    fc.assert(
      fc.property(fc.oneof(odd, spoiled(version)), type, (data, of) => {
        const read = readVersion(data, of)
        if (read === undefined) return
        expect(Number.isSafeInteger(read.id) && read.name.length > 0).toBe(true)
        expect([read.createdAt, read.updatedAt].some(Number.isNaN)).toBe(false)
        if (of !== 'container') return
        const { metadata } = data as { metadata: { container: { tags: string[] } } }
        expect(read.tags).toEqual([...new Set(metadata.container.tags)])
        expect(read.tags.filter((tag) => typeof tag !== 'string')).toEqual([])
      }),
      { numRuns: 2000 }
    )
  })

  it('gives a package, or none', () => {
    fc.assert(
      fc.property(fc.oneof(odd, spoiled(info)), type, (data, of) => {
        const read = readPackage(data, 'acme', of)
        if (read === undefined) return
        expect(Number.isSafeInteger(read.id) && read.name.length > 0).toBe(true)
        expect([read.visibility, read.htmlUrl, read.repository ?? ''].map((each) => typeof each)).toEqual(
          Array(3).fill('string')
        )
      }),
      { numRuns: 2000 }
    )
  })

  const pages = fc.constantFrom(
    '1',
    '2',
    '3',
    '0',
    '-1',
    '4000000000',
    '9007199254740991',
    '9007199254740993',
    '1e9',
    'x',
    ''
  )
  const link = fc.oneof(
    fc
      .array(fc.tuple(pages, fc.constantFrom('next', 'last', 'prev', 'nextlast', '')), { maxLength: 4 })
      .map((all) => all.map(([page, rel]) => `<https://x/y?per_page=100&page=${page}>; rel="${rel}"`).join(', ')),
    shards('<', '>', ';', ' rel=', '"', 'next', 'last', 'page=2', '?', '&', ',')
  )

  it('names pages that can be counted, or none', () => {
    fc.assert(
      fc.property(link, (header) => {
        const { next = 1, last = 1 } = linkedPages({ link: header })
        expect([next, last].every((page) => Number.isSafeInteger(page) && page > 0)).toBe(true)
      }),
      { numRuns: 2000 }
    )
  })

  it('has its lists read to an end, however many pages it claims', async () => {
    const owner: Owner = { login: 'acme', kind: 'organization' }
    const ref: PackageRef = { owner: 'acme', type: 'npm', name: 'web' }
    const told = fc.array(fc.tuple(link, fc.nat(2)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(told, async (answers) => {
        const { url } = await site(({ query }) => {
          const page = Number(query.get('page'))
          const [header, items] = answers[page - 1] ?? ['', 0]
          const body = Array.from({ length: items }, (_, i) => ({ id: page * 10 + i, name: `${page}.${i}.0` }))
          return { body, ...(isHeader(header) && { headers: { link: header } }) }
        })
        const read = await edgesTo({ apiUrl: url })
          .packages.listVersions(owner, ref, 'active')
          .catch((error: Error) => error)
        if (read instanceof Error) expect([read.name, 'code' in read && read.code]).toEqual(['Failure', 'api'])
        else expect(new Set(read.map(({ id }) => id)).size).toBe(read.length)
      }),
      { numRuns: 60 }
    )
  })

  const headerText = fc.oneof(
    fc.constantFrom('0', '1', '60', '-5', '1e300', 'Infinity', 'NaN', '0x10', '', 'Wed, 21 Oct 2026 07:28:00 GMT'),
    fc.constantFrom('99999999999999999999', '1.5', ' 7 ', 'soon'),
    anyText
  )
  const headers = fc.dictionary(
    fc.constantFrom('retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'date', 'x-github-sso'),
    headerText,
    { noNullPrototype: true }
  )

  it('asks for waits that can be waited, whatever its headers hold', () => {
    const facts = fc.record({
      status: fc.constantFrom(200, 400, 401, 403, 404, 408, 429, 500, 501, 503),
      headers,
      message: fc.oneof(fc.constantFrom('secondary rate limit', 'abuse detection', 'scopes'), anyText),
      attempt: fc.integer({ min: 1, max: 6 }),
      refusals: fc.integer({ min: 1, max: 6 })
    })
    fc.assert(
      fc.property(facts, (attempt) => {
        const decision = decideRetry({
          ...attempt,
          now: Date.UTC(2026, 10, 22),
          random: 0.5,
          minute: 60_000,
          tokenWorked: false
        })
        if (!('ms' in decision)) return
        expect(decision.ms).toBeGreaterThanOrEqual(0)
        // A message names the end of the wait.
        expect(new Date(Date.UTC(2026, 10, 22) + decision.ms).getTime()).not.toBeNaN()
      }),
      { numRuns: 2000 }
    )
  })

  it('like the registry, whose refusals name waits in two ways', () => {
    const bodies = shards(
      'toomanyrequests: ',
      'retry-after: ',
      '1.16676ms',
      '9h',
      '.',
      '1e9',
      ', allowed: 44000/minute',
      '{',
      '"'
    )
    fc.assert(
      fc.property(headers, bodies, (named, text) => {
        const wait = requestedWait({ status: 429, url: 'https://x', headers: named, body: Buffer.from(text) }, 0)
        if (wait !== undefined) expect(Number.isFinite(wait) && wait >= 1).toBe(true)
      }),
      { numRuns: 2000 }
    )
  })
})

/** What Node sends as a header at all. */
const isHeader = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

describe('the npm registry', () => {
  it('gives dist-tags that are text, or a failure', async () => {
    const ref: PackageRef = { owner: 'acme', type: 'npm', name: 'web' }
    const packument = {
      name: '@acme/web',
      'dist-tags': { latest: '1.3.0', next: '1.1.0' },
      versions: { '1.3.0': {}, '1.1.0': {} }
    }
    const bodies = fc.oneof(
      spoiled(packument).map((data) => JSON.stringify(data) ?? ''),
      torn(JSON.stringify(packument))
    )
    let body = ''
    const { url } = await site(() => ({ body }))
    const { distTags } = edgesTo({ apiUrl: url })
    await fc.assert(
      fc.asyncProperty(bodies, async (text) => {
        body = text
        const read = await distTags.read(ref).catch((error: Error) => error)
        if (read instanceof Error) expect(read.name).toBe('Failure')
        else {
          expect(read).toEqual((JSON.parse(text) as typeof packument)['dist-tags'])
          expect(Object.values(read).filter((tagged) => typeof tagged !== 'string')).toEqual([])
        }
      }),
      { numRuns: 150 }
    )
  })
})

describe('the container registry', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const known = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.docker.distribution.manifest.v2+json'
  ]
  const descriptor = { mediaType: known[1], digest, size: 10 }
  const attestation = {
    ...descriptor,
    digest: `sha256:${'b'.repeat(64)}`,
    platform: { os: 'linux', architecture: 'amd64' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' }
  }
  const index = {
    schemaVersion: 2,
    mediaType: known[0],
    manifests: [descriptor, attestation],
    subject: descriptor,
    annotations: { a: 'b' }
  }
  const image = { schemaVersion: 2, mediaType: known[1], config: descriptor, layers: [descriptor], subject: descriptor }
  const newer = { ...index, mediaType: 'application/vnd.oci.image.index.v2+json' }
  interface Document {
    readonly mediaType?: unknown
    readonly manifests?: readonly { readonly digest: string }[] | null
    readonly subject?: { readonly digest: string } | null
  }

  const contents = fc.oneof(
    ...[index, image, newer].flatMap((each) => [
      spoiled(each).map((data) => JSON.stringify(data) ?? ''),
      torn(JSON.stringify(each))
    ]),
    odd.map((data) => JSON.stringify(data) ?? ''),
    anyText
  )
  const types = fc.option(
    fc.oneof(
      fc.constantFrom(...known, 'application/json', 'text/html; charset=x', ...known.map((each) => `${each}; a=b`)),
      fc.constantFrom(newer.mediaType, 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
      anyText
    ),
    { nil: undefined }
  )

  it('gives a manifest with everything that it names, or with everything that is written in it', () => {
    fc.assert(
      fc.property(contents, types, (text, contentType) => {
        const body = Buffer.from(text)
        const read = parseManifest(contentType, body)
        expect(read.digest).toBe(digestOf(body))
        const written = new Set(text.match(/sha256:[0-9a-f]{64}/g))
        if (read.kind === 'unknown') {
          expect([...written].filter((each) => !read.mentions?.includes(each))).toEqual([])
          return
        }
        const document = JSON.parse(text) as Document
        expect(['', ...READABLE_TYPES]).toContain(document.mediaType ?? '')
        const named = [document.manifests ?? [], document.subject ?? []].flat().map((each) => each.digest)
        const taken = [...read.entries.map((entry) => entry.digest), read.subject]
        expect(named.filter((each) => !taken.includes(each))).toEqual([])
      }),
      { numRuns: 3000 }
    )
  })

  it('leads by its challenge to itself or the server, or nowhere', () => {
    const parts = [
      'Bearer ',
      'Basic ',
      'realm="',
      'https://ghcr.io/token',
      'https://evil.example/',
      '"',
      ',',
      'service=',
      'scope='
    ]
    const headers = fc.oneof(
      shards(...parts, '@', '//', '\\', 'http:', ' '),
      fc
        .tuple(
          fc.constantFrom(
            'https://ghcr.io',
            'https://evil.example',
            '//evil.example',
            'https://ghcr.io@evil.example',
            'http://ghcr.io'
          ),
          shards('/', '\\', '.', '@', ':80', '?', '#', 'token')
        )
        .map(([origin, more]) => `Bearer realm="${origin}${more}",service="x"`)
    )
    fc.assert(
      fc.property(headers, (header) => {
        const challenge = parseChallenge(header)
        const realm = challenge === undefined ? header : challenge.realm
        const address = tokenAddress(realm, 'https://ghcr.io', ['github.com'])
        if (address !== undefined) expect(['https://ghcr.io', 'https://github.com']).toContain(address.origin)
      }),
      { numRuns: 3000 }
    )
  })
})
