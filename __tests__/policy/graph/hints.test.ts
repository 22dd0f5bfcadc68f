import { describe, expect, it } from '@jest/globals'
import type { Descriptor } from '../../../src/domain/manifest.js'
import { createHints } from '../../../src/policy/graph/hints.js'
import { digestOf } from '../../scenarios/selection/scenario.js'
import { attestation, entry, index, packageOf, platform } from '../packageOf.js'

const [IMAGE] = [platform('it')]
const INDEX = entry('it', { mediaType: 'application/vnd.oci.image.index.v1+json' })

describe('whether the manifest of a version must be read, judged by the indexes that list it', () => {
  it.each<[string, readonly Descriptor[], boolean]>([
    ['a version that no index lists', [platform('other')], true],
    ['an image that one index lists', [IMAGE], false],
    ['an image that two indexes describe alike', [IMAGE, IMAGE], false],
    ['an attestation that two indexes describe alike', [attestation('it', 'a'), attestation('it', 'a')], false],
    ['a version that is listed as an index', [INDEX], true],
    ['a version that two indexes list as an index', [INDEX, INDEX], true],
    ['a version that is listed as an index, then as an image', [INDEX, IMAGE], true],
    ['a version that is listed as an image, then as an index', [IMAGE, INDEX], true],
    ['of two media types', [IMAGE, { ...IMAGE, mediaType: 'application/vnd.oci.artifact.manifest.v1+json' }], true],
    ['of two platforms', [IMAGE, { ...IMAGE, platform: 'linux/arm64' }], true],
    ['of two artifact types', [IMAGE, { ...IMAGE, artifactType: 'application/spdx+json' }], true],
    ['an attestation to one index only', [{ ...attestation('it'), annotations: {} }, attestation('it')], true],
    ['an attestation of two images', [attestation('it', 'a'), attestation('it', 'b')], true],
    ['described as at first after something else', [IMAGE, { ...IMAGE, platform: 'linux/arm64' }, IMAGE, IMAGE], true]
  ])('%s', (_what, entries, expected) => {
    const indexes = entries.map((each, i) => [`${i}`, { manifest: index(platform('first'), each) }] as const)
    const hints = createHints(packageOf(Object.fromEntries(indexes)).manifests.values())
    expect(hints.mustRead({ id: 1, name: digestOf('it'), tags: [] })).toBe(expected)
    expect(hints.mustRead({ id: 1, name: digestOf('it'), tags: ['v1'] })).toBe(true)
  })
})
