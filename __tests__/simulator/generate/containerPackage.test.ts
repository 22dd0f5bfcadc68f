import { describe, expect, it } from '@jest/globals'
import { generateContainerPackage } from '../../../simulator/generate/containerPackage.js'
import { load } from '../../../simulator/generate/generatedPackage.js'
import { World } from '../../../simulator/world/world.js'

const now = Date.UTC(2026, 10, 22, 12)
const generate = (versions: number, seed: string | number = 1) => generateContainerPackage({ versions, seed, now })

function loaded(versions: number) {
  const world = new World()
  const generated = generate(versions)
  load(world, 'octo-org', generated)
  return { generated, world, stored: world.packageAt({ owner: 'octo-org', type: 'container', name: 'app' }) }
}

describe('a generated container package', () => {
  it.each([1, 7, 200, 999, 1_000])('has exactly %d versions', (versions) => {
    expect(generate(versions).counts.versions).toBe(versions)
  })

  it('of 10,000 versions has about 2,700 that no index lists, and some nested indexes', () => {
    const { versions, unlisted, nestedIndexes } = generate(10_000).counts
    expect(versions).toBe(10_000)
    expect(unlisted).toBeGreaterThan(2_600)
    expect(unlisted).toBeLessThan(2_800)
    expect(nestedIndexes).toBeGreaterThan(10)
  })

  it('has the counts that a walk over the loaded package finds', () => {
    const { generated, stored } = loaded(2_000)
    const documents = [...stored.byName.keys()].map((digest) => {
      const body = JSON.parse(String(stored.manifests.get(digest)?.body)) as { manifests?: { digest: string }[] }
      return { digest, entries: (body.manifests ?? []).map((entry) => entry.digest) }
    })
    const listed = new Set(documents.flatMap(({ entries }) => entries))
    const isIndex = ({ digest }: { digest: string }) => /index|list/.test(stored.manifests.get(digest)?.mediaType ?? '')
    expect(generated.counts).toEqual({
      versions: stored.activeCount,
      unlisted: documents.filter(({ digest }) => !listed.has(digest)).length,
      nestedIndexes: documents.filter((document) => listed.has(document.digest) && isIndex(document)).length,
      tags: stored.byTag.size,
      tagged: new Set(stored.byTag.values()).size
    })
  })

  it('has only tags that can be pulled', () => {
    const { world, stored } = loaded(1_000)
    const broken = [...stored.byTag.keys()].filter((tag) => !world.checkTag('octo-org', 'app', tag).ok)
    expect(broken).toEqual([])
    expect(stored.byTag.has('latest')).toBe(true)
  })

  it('lies within the 400 days before now', () => {
    const times = generate(1_000).pushes.map(({ at }) => at)
    expect(Math.max(...times)).toBeLessThan(now)
    expect(Math.min(...times)).toBeGreaterThan(now - 401 * 86_400_000)
  })

  it('is the same again for the same seed and another for another', () => {
    expect(generate(300)).toEqual(generate(300))
    expect(generate(300, 2).pushes).not.toEqual(generate(300).pushes)
  })

  it('follows the mix that is asked for', () => {
    const none = { release: 0, nightly: 0, main: 0, pullRequest: 0, staged: 0, dockerList: 0, nested: 0 }
    const mix = { ...none, cache: 3, oldCache: 0, orphan: 0, single: 1 }
    const { counts, pushes } = generateContainerPackage({ versions: 400, seed: 1, now, mix })
    const caches = pushes.filter(({ artifacts }) => String(artifacts[0]?.body).includes('buildkit.cacheconfig'))
    expect([counts.versions, counts.unlisted, caches.length]).toEqual([400, 400, 300])
  })
})
