import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { INPUTS } from '../../src/config/inputs.js'
import { renderProblems } from '../../src/config/problem.js'
import { readConfig } from '../../src/config/read.js'
import { readPolicy } from '../../src/config/readPolicy.js'
import { PACKAGE_TYPES } from '../../src/domain/package.js'
import { readPackage, readVersion } from '../../src/github/wire.js'
import { parseDuration } from '../../src/pattern/duration.js'
import { checkPattern, compilePatterns } from '../../src/pattern/patterns.js'
import { createCache } from '../../src/registry/cache.js'
import { parseChallenge, tokenAddress } from '../../src/registry/challenge.js'
import { digestOf, parseManifest } from '../../src/registry/parseManifest.js'
import { parsePlan, serializePlan } from '../../src/report/planFile.js'
import { parseReceipt } from '../../src/report/receipt.js'
import { hostilePlan, plan, realisticPlan } from '../report/fixture.js'
import { odd, runs, spoiled, torn } from './spoil.js'

jest.setTimeout(Number(process.env.FUZZ_TIMEOUT ?? 60_000))

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 200 }))
const type = fc.constantFrom(...PACKAGE_TYPES)
/** The parts that patterns, durations and documents are made of, in any order. */
const shards = (...parts: readonly string[]) =>
  fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...parts) }, anyText), { maxLength: 12 })
    .map((all) => all.join(''))

describe('texts of the configuration', () => {
  it('durations are read or refused', () => {
    const texts = shards('1', '30', 'd', 'h', 'mo', 'y', ' ', '-', '.', 'P', 'T', '99999999999999999999')
    fc.assert(
      fc.property(texts, (text) => {
        const read = parseDuration(text)
        if ('problem' in read) expect(read.problem).not.toBe('')
        else
          expect(Object.values(read).every((value) => typeof value === 'string' || Number.isFinite(value))).toBe(true)
      }),
      runs(3000)
    )
  })

  it('patterns are compiled or refused, and then match any name without an error', () => {
    const patterns = shards(
      '*',
      '**',
      '?',
      '[a-z]',
      '[',
      ']',
      '{a,b}',
      '{',
      '}',
      '/',
      '^',
      '$',
      '(',
      ')',
      '+',
      '\\',
      '!',
      'semver:',
      '>=1.2',
      '~1',
      '||',
      'v1',
      '.',
      '|',
      'sha256:'
    )
    fc.assert(
      fc.property(patterns, type, anyText, (pattern, of, name) => {
        const problem = checkPattern(pattern, of)
        if (problem !== undefined) return
        expect(() => compilePatterns([pattern], { type: of, prereleases: 'named' }).match(name)).not.toThrow()
      }),
      runs(2000)
    )
  })

  it('inputs become a configuration or problems', () => {
    const names = INPUTS.map(({ name }) => name)
    const value = fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        'true',
        'false',
        'yes',
        '0',
        '1',
        '-1',
        '25%',
        '7d',
        'prune',
        'apply',
        'restore',
        'container',
        'npm',
        'web',
        '*',
        '!*',
        'https://x.example',
        'version: 1\nrules: []'
      ),
      anyText
    )
    const inputs = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12, noNullPrototype: true })
    fc.assert(
      fc.property(inputs, fc.array(anyText, { maxLength: 2 }), (given, unknown) => {
        const raw = { apiUrl: 'https://api.github.com', serverUrl: 'https://github.com', workspace: '/w', temp: '/t' }
        const read = readConfig({ ...raw, inputs: given, unknown }, new Map())
        if ('problems' in read) expect(renderProblems(read.problems)).not.toBe('')
        else expect(unknown).toEqual([])
      }),
      runs(400)
    )
  })

  it('policy documents become a policy or problems', () => {
    const good = `version: 1\r\nowner: acme\r\nprotect:\r\n  names: [latest, 'v*']\r\nrules:\r\n  - name: a\r\n    packages: [web]\r\n    types: [npm]\r\n    match: { names: ['*'] }\r\n    keep: [{ last: 3 }, { within: 7d }]\r\n`
    const documents = fc.oneof(
      torn(good),
      shards(
        'version: 1\n',
        'rules:\n',
        '  - ',
        'match: ',
        'keep: ',
        '[',
        ']',
        '{',
        '}',
        '&a ',
        '*a',
        '!!',
        '|\n',
        '\t',
        ': ',
        ', ',
        "'",
        '"',
        '#'
      ),
      anyText
    )
    fc.assert(
      fc.property(documents, (text) => {
        const read = readPolicy({ name: 'p.yml', text }, { types: [], namesFile: () => ({ problem: 'none' }) })
        if ('problems' in read) expect(renderProblems(read.problems)).not.toBe('')
        else expect(read.policy.rules.length).toBeLessThan(10)
      }),
      runs(600)
    )
  })
})

describe('files of strangers', () => {
  const documents = [serializePlan(plan(realisticPlan(4))), serializePlan(hostilePlan())]

  it('plans are read or refused', () => {
    const [one = '', two = ''] = documents
    const texts = fc.oneof(
      ...[one, two].flatMap((text) => [
        torn(text),
        spoiled(JSON.parse(text)).map((data) => JSON.stringify(data) ?? '')
      ]),
      odd.map((data) => JSON.stringify(data) ?? '')
    )
    fc.assert(
      fc.property(texts, (text) => {
        const read = parsePlan(text)
        if ('problems' in read) {
          expect(read.problems.length).toBeGreaterThan(0)
          return
        }
        // A plan that is taken orders nothing that it does not describe.
        for (const { decisions, steps } of read.plan.packages) {
          const goes = new Set(decisions.filter(({ verdict }) => verdict === 'delete').map(({ version }) => version.id))
          for (const step of steps) if (step.kind === 'delete') expect(goes.has(step.version.id)).toBe(true)
        }
      }),
      runs(250)
    )
  })

  const at = '2026-11-22T12:00:00.000Z'
  const header = {
    kind: 'header',
    format: 'package-retention-receipt',
    version: 1,
    apiUrl: 'https://a',
    owner: 'acme',
    policyHash: '',
    startedAt: at
  }
  const intent = {
    kind: 'intent',
    step: 1,
    action: 'delete',
    at,
    owner: 'acme',
    type: 'npm',
    package: 'web',
    id: 7,
    name: '1.0.0',
    tags: []
  }
  const outcome = { kind: 'outcome', step: 1, at, result: 'done' }
  const receipt = [header, intent, outcome].map((line) => JSON.stringify(line)).join('\n')

  it('receipts are read or refused, and speak of one owner', () => {
    const lines = spoiled([header, intent, outcome]).map((all) =>
      Array.isArray(all) ? all.map((line) => JSON.stringify(line)).join('\n') : String(all)
    )
    fc.assert(
      fc.property(fc.oneof(torn(receipt), lines, anyText), (text) => {
        const read = parseReceipt(text)
        if ('problems' in read) expect(read.problems.length).toBeGreaterThan(0)
        else
          for (const entry of read.entries)
            expect(entry.intent.owner.toLowerCase()).toBe(read.header.owner.toLowerCase())
      }),
      runs(2000)
    )
  })

  it('a cache gives nothing that does not hash to its name', async () => {
    const file = `${digestOf(Buffer.from('acme/app')).slice('sha256:'.length)}.manifests`
    const body = '{"schemaVersion":2}'
    const named = digestOf(Buffer.from(body))
    const entry = `package-retention manifests 1\n${named} application/vnd.oci.image.manifest.v1+json ${body.length}\n${body}\n`
    await fc.assert(
      fc.asyncProperty(fc.oneof(torn(entry), anyText), async (text) => {
        writeFileSync(join(folder, file), text)
        const found = await createCache({ directory: folder }).get('acme/app', named)
        if (found !== undefined) expect(digestOf(found.body)).toBe(named)
      }),
      runs(300)
    )
  })
})

describe('answers of servers', () => {
  const version = {
    id: 7,
    name: 'sha256:00',
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
    html_url: 'https://github.com/x',
    metadata: { package_type: 'container', container: { tags: ['v1'] } }
  }
  const info = {
    id: 9,
    name: 'app',
    version_count: 3,
    visibility: 'private',
    html_url: 'https://github.com/x',
    repository: { full_name: 'acme/app' }
  }

  it('a version is understood, or no version; a container never loses tags that could not be read', () => {
    fc.assert(
      fc.property(fc.oneof(odd, spoiled(version)), type, (data, of) => {
        const read = readVersion(data, of)
        if (read === undefined) return
        expect(Number.isSafeInteger(read.id) && read.name.length > 0).toBe(true)
        expect([read.createdAt, read.updatedAt].some(Number.isNaN)).toBe(false)
        if (of !== 'container') return
        const { metadata } = data as { metadata: { container: { tags: string[] } } }
        expect(read.tags).toEqual([...new Set(metadata.container.tags)])
      }),
      runs(2000)
    )
  })

  it('a package is understood, or no package', () => {
    fc.assert(
      fc.property(fc.oneof(odd, spoiled(info)), type, (data, of) => {
        const read = readPackage(data, 'acme', of)
        if (read !== undefined) expect(Number.isSafeInteger(read.id) && read.name.length > 0).toBe(true)
      }),
      runs(2000)
    )
  })

  const descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${'a'.repeat(64)}`,
    size: 10
  }
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      descriptor,
      {
        ...descriptor,
        platform: { os: 'linux', architecture: 'amd64' },
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' }
      }
    ],
    subject: descriptor,
    annotations: { a: 'b' }
  }
  const image = { schemaVersion: 2, config: descriptor, layers: [descriptor], subject: descriptor }

  it('a manifest is understood, or said to be none', () => {
    const contents = fc.oneof(
      ...[index, image].flatMap((each) => [
        spoiled(each).map((data) => JSON.stringify(data) ?? ''),
        torn(JSON.stringify(each))
      ]),
      odd.map((data) => JSON.stringify(data) ?? ''),
      anyText
    )
    const types = fc.option(
      fc.oneof(
        anyText,
        fc.constantFrom(index.mediaType, descriptor.mediaType, 'application/json', 'text/html; charset=x')
      ),
      { nil: undefined }
    )
    fc.assert(
      fc.property(contents, types, (text, contentType) => {
        const body = Buffer.from(text)
        const read = parseManifest(digestOf(body), contentType, body)
        if ('why' in read) expect(read.why).not.toBe('')
        else expect(read.digest).toBe(digestOf(body))
      }),
      runs(2000)
    )
  })

  it('a challenge leads to the registry or the server, or nowhere', () => {
    const headers = shards(
      'Bearer ',
      'Basic ',
      'realm="',
      'https://ghcr.io/token',
      'https://evil.example/',
      '"',
      ',',
      'service=',
      'scope=',
      '@',
      '//',
      '\\',
      'http:',
      ' '
    )
    fc.assert(
      fc.property(headers, (header) => {
        const challenge = parseChallenge(header)
        const realm = challenge === undefined ? header : String(Object.values(challenge)[0])
        const address = tokenAddress(realm, 'https://ghcr.io', ['github.com'])
        if (address !== undefined) expect(['https://ghcr.io', 'https://github.com']).toContain(address.origin)
      }),
      runs(3000)
    )
  })
})
