import { describe, expect, it } from '@jest/globals'
import { cosignTag } from '../../../simulator/images/cosign.js'
import { digestTag, tagged } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { fallbackIndex } from '../../../simulator/images/referrers.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'

const CLEAN = { 'delete-untagged': 'true' }

describe('a tag that is made of the own digest of a version', () => {
  it.each(['', '.imgpkg'])('keeps an image whose only tag it is, beside v1: sha256-<hex>%s', async (suffix) => {
    const app = containerPackage()
    const image = singleImage('copied')
    const copied = app.push(60, tagged(image, [`${digestTag(image.digest)}${suffix}`]))
    const v1 = app.push(60, singleImage('release', { tags: ['v1'] }))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(copied)).toBe('kept')
    expect(after.fateOf(v1)).toBe('kept')
  })

  it('keeps a mirrored, signed release whole, as cosign copy writes it', async () => {
    const app = containerPackage()
    const copied = multiArch('mirrored', { tags: ['v1'], attestations: 'annotated' }).map((artifact) =>
      tagged(artifact, [...(artifact.tags ?? []), digestTag(artifact.digest)])
    )
    const older = multiArch('older').map((artifact) => tagged(artifact, [digestTag(artifact.digest)]))
    app.push(60, [...copied, ...older])
    const signature = app.push(60, cosignTag('s', older.at(-1)?.digest ?? '', 'signature'))
    const after = await app.prune(CLEAN)
    expect(after.fateOf([...copied, ...older, ...signature])).toBe('kept')
  })

  it('has no vote beside a name: the release is deleted by its name', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const image = singleImage('copied')
    const copied = app.push(60, tagged(image, ['v1', digestTag(image.digest)]))
    const after = await app.prune({ match: 'v*' })
    expect(after.fateOf(copied)).toBe('gone')
  })

  it('has no vote beside an owner: a platform is deleted with its index', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const copied = multiArch('copied', { tags: ['v1'] }).map((artifact) =>
      tagged(artifact, [...(artifact.tags ?? []), digestTag(artifact.digest)])
    )
    app.push(60, copied)
    const after = await app.prune({ match: 'v*' })
    expect(after.fateOf(copied)).toBe('gone')
  })
})

describe('keep sees every tag as it is written', () => {
  it.each(['build-*', '**', '/^build-sha256/'])('a build under another digest stays under keep: %s', async (keep) => {
    const app = containerPackage()
    const source = app.push(60, singleImage('source', { tags: ['pr-1'] }))
    const hex = source[0]?.digest.slice('sha256:'.length)
    const build = app.push(60, singleImage('build', { tags: [`build-sha256-${hex}.amd64`] }))
    app.push(1, singleImage('other', { tags: ['main'] }))
    const after = await app.prune({ match: '*', 'keep-last': '0', 'min-keep': '0', keep, ...CLEAN })
    expect(after.fateOf(build)).toBe('kept')
  })

  it('everything but a pattern speaks of names alone: the signature of what is excluded holds nothing', async () => {
    const app = containerPackage()
    const image = singleImage('image', { tags: ['pr-1'] })
    const signed = [...app.push(60, image), ...app.push(60, cosignTag('s', image.digest, 'signature'))]
    app.push(1, singleImage('other', { tags: ['main'] }))
    const policy = `version: 1
protect: ['!pr-*']
rules: [ { name: all, match: { names: ['*'] }, keep: [] } ]`
    const after = await app.prune({ policy })
    expect(after.fateOf(signed)).toBe('gone')
  })
})

describe('a tag with the digest of another version', () => {
  const hexOf = (artifact: { readonly digest: string }): string => artifact.digest.slice('sha256:'.length)

  it('is a reference whatever its suffix: it is deleted with that version', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const image = singleImage('image', { tags: ['v1'] })
    app.push(60, image)
    const vex = app.push(60, singleImage('vex', { tags: [`sha256-${hexOf(image)}.vex`] }))
    const after = await app.prune({ match: 'v*' })
    expect(after.fateOf(vex)).toBe('gone')
  })

  it('is a reference under any prefix, as the tag of a signature, also to a version that is gone', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const tag = `my-prefix-sha256-${hexOf(singleImage('gone'))}.sig`
    const signature = app.push(60, singleImage('signature', { tags: [tag] }))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(signature)).toBe('gone')
  })

  it('is no name that a glob selects', async () => {
    const app = containerPackage()
    const image = singleImage('image', { tags: ['main'] })
    app.push(60, image)
    const signature = app.push(60, cosignTag('s', image.digest, 'signature'))
    const after = await app.prune({ match: '*sha256*', 'min-keep': '0' })
    expect(after.fateOf(signature)).toBe('kept')
  })

  it('is a reference on an index, also to a version that is gone, and then an orphan', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const gone = singleImage('gone')
    const fallback = app.push(60, fallbackIndex(gone.digest, []))
    const after = await app.prune(CLEAN)
    expect(after.about(fallback[0]!).reasons[0]?.code).toBe('orphan')
    expect(after.fateOf(fallback)).toBe('gone')
  })

  it('is a name where nobody could read whether it is on an index', async () => {
    const app = containerPackage()
    const image = app.push(60, singleImage('image', { tags: ['main'] }))
    const fallback = app.push(60, fallbackIndex(image[0]!.digest, []))
    const unreadable = { match: { kind: 'get-manifest' as const, path: fallback[0]!.digest }, effect: { status: 403 } }
    const inputs = { ...CLEAN, 'unreadable-is-empty': fallback[0]!.digest }
    const after = await app.prune(inputs, { faults: [unreadable] })
    expect(after.about(fallback[0]!).reasons[0]?.code).toBe('no-rule')
  })

  it('is a name where that version is not there', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const vex = app.push(60, singleImage('vex', { tags: [`sha256-${hexOf(singleImage('away'))}.vex`] }))
    const plain = app.push(60, singleImage('plain', { tags: [`sha256-${hexOf(singleImage('away'))}`] }))
    const after = await app.prune(CLEAN)
    expect(after.fateOf([...vex, ...plain])).toBe('kept')
  })
})

describe('a pattern that fits digest tags only', () => {
  const ABOUT = 'fits no name, only tags made of a digest'

  it('selects nothing, and the notice says how signatures are deleted', async () => {
    const app = containerPackage()
    const [image] = app.push(60, singleImage('release', { tags: ['v1'] }))
    const signature = app.push(60, cosignTag('s', image?.digest ?? '', 'signature'))
    const after = await app.prune({ match: 'sha256-*, pr-*' })
    expect(after.fateOf(signature)).toBe('kept')
    expect(after.notices.filter((text) => text.includes(ABOUT))).toEqual([
      expect.stringMatching(/^pattern sha256-\* .* or by delete-untagged: true where that is gone$/)
    ])
  })
})
