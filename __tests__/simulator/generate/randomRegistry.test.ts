import { describe, expect, it } from '@jest/globals'
import { load } from '../../../simulator/generate/generatedPackage.js'
import { randomRegistry } from '../../../simulator/generate/randomRegistry.js'
import { World } from '../../../simulator/world/world.js'

interface Body {
  readonly schemaVersion?: number
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: { readonly mediaType: string }
  readonly manifests?: readonly { readonly mediaType: string; readonly digest: string; readonly platform?: object }[]
  readonly subject?: { readonly digest: string }
}

const seeds = Array.from({ length: 150 }, (_, seed) => seed)
const fallbackTag = /^sha256-([0-9a-f]{64})$/
const cosignTag = /^(?:.*-)?sha256-([0-9a-f]{64})\.(sig|att|sbom)$/

/** What occurs in the package, by name. */
function shapes(seed: number): readonly string[] {
  const { owner, packages } = randomRegistry(seed)
  const world = new World()
  for (const generated of packages) load(world, owner, generated)
  return packages.flatMap(({ name, pushes, unserved, deleted }) => {
    const stored = world.packageAt({ owner, type: 'container', name })
    const found: string[] = []
    const parents = new Map<string, number>()
    const bodies = [...stored.byName.values()].flatMap((version) => {
      const content = stored.manifests.get(version.name)
      return content ? [{ version, body: JSON.parse(String(content.body)) as Body }] : []
    })
    const tagTargets = new Map<string, string>()
    for (const { version, body } of bodies) {
      const entries = (body.manifests ?? []).filter(({ mediaType }) => /manifest|index/.test(mediaType))
      for (const { digest } of entries) parents.set(digest, (parents.get(digest) ?? 0) + 1)
      if (entries.some(({ digest }) => /index|list/.test(stored.manifests.get(digest)?.mediaType ?? '')))
        found.push('nested')
      const there = entries.filter(({ digest }) => stored.byName.has(digest)).length
      if (there < entries.length) found.push(there === 0 ? 'ghost' : 'partial')
      if (body.manifests && entries.length === 0) found.push('old cache')
      for (const entry of entries) {
        const listed = stored.manifests.get(entry.digest)
        if (listed !== undefined && listed.mediaType !== entry.mediaType) found.push('lying entry')
      }
      const keys = Object.keys(body).map((key) => key.toLowerCase())
      if (new Set(keys).size < keys.length) found.push('keys that differ by case')
      if (body.mediaType?.includes('artifact.manifest')) found.push('withdrawn artifact manifest')
      if (body.schemaVersion === 1) found.push('Docker schema 1')
      if (body.mediaType?.includes('example')) found.push('unknown type')
      const own = version.name.replace(':', '-')
      if (version.tags.some((tag) => tag.startsWith(own))) found.push('own-digest tag')
      if (version.tags.some((tag) => /^build-sha256-[0-9a-f]{64}/.test(tag))) found.push('digest within a tag')
      if (body.subject) found.push(stored.byName.has(body.subject.digest) ? 'referrer' : 'dangling subject')
      if (version.tags.length > 1) found.push('several tags')
      for (const tag of version.tags) {
        const [, hex] = fallbackTag.exec(tag) ?? cosignTag.exec(tag) ?? []
        if (hex === undefined) continue
        tagTargets.set(version.name, `sha256:${hex}`)
        found.push(stored.byName.has(`sha256:${hex}`) ? 'digest tag' : 'orphan')
      }
    }
    for (const [from, to] of tagTargets) if (tagTargets.get(to) === from) found.push('ring')
    if ([...parents.values()].some((count) => count > 1)) found.push('shared child')
    if (bodies.some(({ version }) => version.tags.length > 0 && parents.has(version.name))) found.push('tagged child')
    if (new Set(pushes.map(({ at }) => at)).size < pushes.length) found.push('equal times')
    if ((unserved?.size ?? 0) > 0) found.push('unserved manifest')
    if ((deleted?.size ?? 0) > 0) found.push('deleted version')
    return found
  })
}

describe('random registries', () => {
  const found = new Map<string, number>()
  for (const seed of seeds) for (const shape of new Set(shapes(seed))) found.set(shape, (found.get(shape) ?? 0) + 1)

  it.each([
    'nested',
    'ghost',
    'partial',
    'old cache',
    'referrer',
    'dangling subject',
    'several tags',
    'digest tag',
    'orphan',
    'ring',
    'shared child',
    'tagged child',
    'equal times',
    'unserved manifest',
    'deleted version',
    'lying entry',
    'keys that differ by case',
    'withdrawn artifact manifest',
    'Docker schema 1',
    'unknown type',
    'own-digest tag',
    'digest within a tag'
  ])('hold in at least ten of 150: %s', (shape) => {
    expect(found.get(shape) ?? 0).toBeGreaterThanOrEqual(10)
  })

  it('have one to three packages of 5 to 60 versions, pushed no later than now', () => {
    for (const seed of seeds) {
      const { packages, now } = randomRegistry(seed)
      expect([1, 2, 3]).toContain(packages.length)
      for (const { pushes } of packages) {
        const versions = new Set(pushes.flatMap(({ artifacts }) => artifacts.map(({ digest }) => digest))).size
        expect(versions).toBeGreaterThanOrEqual(5)
        expect(versions).toBeLessThanOrEqual(60)
        expect(Math.max(...pushes.map(({ at }) => at))).toBeLessThanOrEqual(now)
      }
    }
  })

  it('are the same again for the same seed and others for others', () => {
    expect(randomRegistry('a')).toEqual(randomRegistry('a'))
    expect(randomRegistry('a')).not.toEqual(randomRegistry('b'))
  })
})
