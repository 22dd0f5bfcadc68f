import { describe, expect, it } from '@jest/globals'
import type { Descriptor, Manifest } from '../../../src/domain/manifest.js'
import { buildUnits } from '../../../src/policy/graph/units.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { attestation, entry, image, index, NOW, type Piece, packageOf, platform } from '../packageOf.js'

const unitsOf = (pieces: Readonly<Record<string, Piece>>, type?: 'container' | 'docker') => {
  const inventory = packageOf(pieces, type)
  const labels = Object.keys(pieces)
  const { units } = buildUnits(inventory, { timestamp: 'updated_at' })
  return units.map(({ root, members, state }) => ({
    root: labels[root.version.id - 1],
    members: [...members].map(({ version }) => labels[version.id - 1] ?? '').sort(),
    state
  }))
}

const BLOB: Partial<Descriptor> = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }
const here = { manifest: image() }

describe('the state of a unit', () => {
  it.each<[string, Partial<Manifest> | undefined, string]>([
    ['an image is complete', image(), 'complete'],
    ['what nobody read is complete', undefined, 'complete'],
    ['an index of nothing is complete', index(), 'complete'],
    ['an index with all its images is complete', index(platform('here')), 'complete'],
    ['one that lacks an image is partial', index(platform('here'), platform('away')), 'partial'],
    ['one that lacks all of them is a ghost', index(platform('gone'), platform('away')), 'ghost'],
    ['an attestation is no image, by annotation', index(platform('here'), attestation('away', 'here')), 'complete'],
    ['nor by platform alone', index(platform('here'), entry('away', { platform: 'unknown/unknown' })), 'complete'],
    [
      'nor by annotation alone',
      index(platform('here'), entry('away', { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } })),
      'complete'
    ],
    ['an index of attestations only is complete', index(attestation('away', 'here')), 'complete'],
    ['a ghost may have its attestation still', index(platform('away'), attestation('here', 'away')), 'ghost'],
    ['blobs are no images: an old cache is complete', index(entry('blob', BLOB)), 'complete'],
    ['what refers to nothing that is here is an orphan', image({ subject: digestOf('away') }), 'orphan'],
    ['what refers to something that is here is complete', image({ subject: digestOf('here') }), 'complete'],
    ['what refers to itself alone is no orphan', image({ subject: digestOf('it') }), 'complete']
  ])('%s', (_what, manifest, state) => {
    const it = { tags: ['it'], daysAgo: 1, ...(manifest && { manifest }) }
    expect(unitsOf({ it, here }).find(({ root }) => root === 'it')?.state ?? 'member').toBe(state)
  })

  it('a referrer by tag is an orphan once none of its images is here', () => {
    const tag = (label: string, suffix: string) => `sha256-${digestOf(label).slice('sha256:'.length)}${suffix}`
    const states = (...tags: readonly string[]) =>
      unitsOf({ s: { tags, daysAgo: 1, manifest: image() }, here }).find(({ root }) => root === 's')?.state
    expect(states(tag('away', '.sig'))).toBe('orphan')
    expect(states(tag('away', '.sig'), tag('here', '.sig'))).toBeUndefined()
    expect(states('name', tag('away', '.sig'), tag('here', '.sig'))).toBe('complete')
    const ofItself = { tags: ['s', tag('away', '.sig')], manifest: image({ subject: digestOf('s') }) }
    expect(unitsOf({ s: ofItself }).map(({ state }) => state)).toEqual(['orphan'])
  })
})

describe('an untagged index whose entries all refer to one present version', () => {
  const bundle = { manifest: image({ subject: digestOf('v1') }) }
  const replaced = { manifest: index(entry('bundle')) }
  const followers = (pieces: Readonly<Record<string, Piece>>): readonly string[] => {
    const whole = { v1: { tags: ['v1'], ...here }, v2: { tags: ['v2'], ...here }, bundle, replaced, ...pieces }
    const { nodes } = buildUnits(packageOf(whole), { timestamp: 'updated_at' })
    return nodes.flatMap(({ follows, version }) => (follows ? [Object.keys(whole)[version.id - 1] ?? ''] : []))
  }

  it('follows that version, also where other entries are gone', () => {
    expect(followers({})).toEqual(['replaced'])
    expect(followers({ replaced: { manifest: index(entry('bundle'), entry('gone')) } })).toEqual(['replaced'])
  })

  it.each<[string, Readonly<Record<string, Piece>>]>([
    ['has a tag', { replaced: { ...replaced, tags: ['x'] } }],
    ['has an entry that refers to another version', { other: { manifest: image({ subject: digestOf('v2') }) } }],
    ['has an entry that refers to nothing', { other: here }],
    ['has an entry that nobody read', { other: {} }],
    ['is listed by an index', { outer: { tags: ['x'], manifest: index(entry('replaced')) } }],
    ['has entries that refer to what is gone', { bundle: { manifest: image({ subject: digestOf('gone') }) } }],
    ['has entries that refer to it', { bundle: { manifest: image({ subject: digestOf('replaced') }) } }]
  ])('follows nothing if it %s', (_what, pieces) => {
    const listed = 'other' in pieces ? { replaced: { manifest: index(entry('bundle'), entry('other')) } } : {}
    expect(followers({ ...listed, ...pieces })).toEqual([])
  })
})

describe('the order of units', () => {
  it('is that of their pushes, whenever they were changed, the newest first', () => {
    const inventory = packageOf({ a: { tags: ['a'], daysAgo: 9 }, b: { tags: ['b'], daysAgo: 8 } })
    const [a, b] = inventory.versions
    const changed = { ...inventory, versions: [{ ...a!, updatedAt: NOW }, b!] }
    const { units } = buildUnits(changed, { timestamp: 'updated_at' })
    expect(units.map(({ names }) => names)).toEqual([['b'], ['a']])
  })

  it('holds for rings, too', () => {
    const ring = { a: { daysAgo: 1, manifest: index(entry('b')) }, b: { manifest: index(entry('a')) } }
    expect(unitsOf({ old: here, ...ring }).map(({ root }) => root)).toEqual(['a', 'old'])
  })
})

describe('what belongs together', () => {
  it('an index that lists itself is one unit, and so is what refers to itself', () => {
    for (const manifest of [index(entry('it'), platform('part')), image({ subject: digestOf('it') })]) {
      const units = unitsOf({ it: { manifest }, part: here })
      expect(units.find(({ root }) => root === 'it')?.members).toContain('it')
    }
    const policy = policyOf(`rules: [{ name: r, match: { names: [x] }, keep: [] }]`, 'container')
    for (const manifest of [index(entry('it')), image({ subject: digestOf('it') })]) {
      const inventory = packageOf({ it: { tags: ['v1'], manifest }, other: { tags: ['v2'], ...here } })
      const [own] = plan([inventory], policy, NOW, 'o').packages
      expect(own?.decisions.every((each) => !('owners' in each))).toBe(true)
    }
  })

  it('docker packages have no manifests to read, so a tag that looks like a signature owns nothing there', () => {
    const tag = `sha256-${'0'.repeat(64)}.sig`
    expect(unitsOf({ s: { tags: [tag] } }, 'docker').map(({ state }) => state)).toEqual(['complete'])
    expect(unitsOf({ s: { tags: [tag], manifest: image() } }).map(({ state }) => state)).toEqual(['orphan'])
  })

  it('a tag that is made of the own digest is a name only where there is no other', () => {
    const own = (label: string) => digestOf(label).replace(':', '-')
    const { units } = buildUnits(
      packageOf({ a: { tags: ['v1', own('a')], ...here }, b: { tags: [own('b')], ...here } }),
      { timestamp: 'updated_at' }
    )
    expect(units.map(({ names }) => names)).toEqual([[own('b')], ['v1']])
  })

  it('a docker version is called by its tags, or by its name where that is no digest', () => {
    const tag = `sha256-${'0'.repeat(64)}.sig`
    const { units } = buildUnits(
      packageOf({ 'sha256:1': {}, '1.0': {}, 'sha256:2': { tags: ['v2', 'v1', tag] } }, 'docker'),
      { timestamp: 'updated_at' }
    )
    expect(units.map(({ names }) => names)).toEqual([['v1', 'v2'], ['1.0'], []])
  })

  it('a chain of tagged indexes that is too long for the memory is refused, and a long one is not', () => {
    const chain = (length: number) =>
      packageOf(
        Object.fromEntries(
          Array.from({ length }, (_, i) => [`i${i}`, { tags: [`t${i}`], manifest: index(entry(`i${i - 1}`)) }])
        )
      )
    const units = (length: number) => buildUnits(chain(length), { timestamp: 'updated_at' }).units.length
    expect(units(1000)).toBe(1000)
    expect(() => units(3200)).toThrow('octo-org/app: its tagged versions need so many of each other')
  })

  it('an old build cache is known by the entry that describes it', () => {
    const cache = index(entry('blob', BLOB), entry('config', { mediaType: 'application/vnd.buildkit.cacheconfig.v0' }))
    const inventory = packageOf({
      cache: { tags: ['c'], manifest: cache },
      index: { tags: ['i'], manifest: index(platform('here')) },
      unread: { tags: ['u'] },
      here
    })
    const text = `min-keep: 0\nrules: [{ name: c, match: { artifact-type: ['application/vnd.buildkit.*'] }, keep: [] }]`
    const [own] = plan([inventory], policyOf(text, 'container'), NOW, 'o').packages
    expect(own?.steps.map((step) => step.kind === 'delete' && step.version.tags)).toEqual([['c']])
  })
})
