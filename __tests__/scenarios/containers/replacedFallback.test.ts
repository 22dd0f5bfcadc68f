import { describe, expect, it } from '@jest/globals'
import { descriptorOf, indexOf, platformOf } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { referrer, referrerHistory } from '../../../simulator/images/referrers.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'

/** An image with two bundles, pushed one after the other: the second took the fallback tag from the first index. */
function signedTwice(tag: string) {
  const app = containerPackage()
  app.push(1, singleImage('other', { tags: ['main'] }))
  const image = singleImage('image', { tags: [tag] })
  app.push(60, image)
  const history = app.push(59, referrerHistory('app', descriptorOf(image), ['cosign-bundle', 'github-attestation']))
  return { app, image, history }
}

describe('a fallback index that a newer one has replaced', () => {
  it('is deleted with the image that it speaks about, without delete-untagged', async () => {
    const { app, image, history } = signedTwice('pr-1')
    const after = await app.prune({ match: 'pr-1' })
    expect(after.fateOf([image, ...history])).toBe('gone')
  })

  it('is deleted with it where the bundle is in no other index', async () => {
    const { app, image, history } = signedTwice('pr-1')
    const lost = app.push(58, referrerHistory('lost', descriptorOf(image), ['cosign-bundle', 'sbom']).slice(0, 2))
    app.push(57, referrerHistory('won', descriptorOf(image), ['sbom']))
    const after = await app.prune({ match: 'pr-1' })
    expect(after.fateOf([image, ...history, ...lost])).toBe('gone')
  })

  it('is deleted with it where only a kept index lists the bundle besides, which is kept for that index', async () => {
    const { app, image, history } = signedTwice('pr-1')
    const [bundle, superseded, ...newer] = history
    app.lose(newer)
    app.push(2, indexOf([descriptorOf(bundle!)], { tags: ['kept'], annotations: { of: 'kept' } }))
    const after = await app.prune({ match: 'pr-1' })
    expect(after.fateOf([image, superseded!])).toBe('gone')
    expect(after.fateOf(bundle!)).toBe('kept')
  })

  it('is kept with the image if no rule deletes untagged units', async () => {
    const { app, image, history } = signedTwice('v1')
    const after = await app.prune({ match: 'pr-1' })
    expect(after.fateOf([image, ...history])).toBe('kept')
  })

  it('leaves a bundle whose image is kept for its tag, which speaks about that index, where a deleted index lists it', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const { artifact: bundle } = referrer('bundle', descriptorOf(singleImage('image')), 'cosign-bundle')
    const replaced = indexOf([descriptorOf(bundle)])
    const image = singleImage('image', { tags: [`build-${replaced.digest.replace(':', '-')}`] })
    app.push(60, [image, bundle, replaced])
    app.push(59, indexOf([descriptorOf(bundle)], { tags: ['pr-1'], annotations: { of: 'pr-1' } }))
    const after = await app.prune({ match: 'pr-1' })
    expect(after.fateOf([image, bundle, replaced])).toBe('kept')
  })

  it('is deleted earlier by delete-untagged, and the versions that it lists are kept with the image', async () => {
    const { app, image, history } = signedTwice('v1')
    const after = await app.prune({ 'delete-untagged': 'true' })
    const [first, superseded, second, current] = history
    expect(after.fateOf([image, first!, second!, current!])).toBe('kept')
    expect(after.fateOf(superseded!)).toBe('gone')
  })

  it('takes no place of keep-last-untagged from an untagged image', async () => {
    const { app } = signedTwice('v1')
    const untagged = app.push(70, [singleImage('a'), singleImage('b')])
    const after = await app.prune({ 'delete-untagged': 'true', 'keep-last-untagged': '2' })
    expect(after.fateOf(untagged)).toBe('kept')
  })

  it('takes no place from an untagged image where a rule deletes it', async () => {
    const app = containerPackage()
    const [image, newer] = [singleImage('image'), singleImage('newer')]
    app.push(90, image)
    const [bundle, superseded, ...current] = referrerHistory('app', descriptorOf(image), ['cosign-bundle', 'sbom'])
    app.push(65, [bundle!, superseded!, ...current])
    app.lose(current)
    app.push(60, newer)
    app.push(2, indexOf([descriptorOf(bundle!)], { tags: ['main'], annotations: { of: 'main' } }))
    const policy = `version: 1
rules: [ { name: old, match: { tagged: false }, keep: [{ last: 2, monthly: all }] } ]`
    const after = await app.prune({ policy })
    expect(after.fateOf([image, newer])).toBe('kept')
    expect(after.fateOf(superseded!)).toBe('gone')
  })

  it('is no unit that max-delete counts where it is deleted with its image, and is one where it is deleted earlier', async () => {
    const together = signedTwice('pr-1')
    const after = await together.app.prune({ match: 'pr-1', 'max-delete': '1' })
    expect(after.fateOf([together.image, ...together.history])).toBe('gone')
    const earlier = signedTwice('v1')
    earlier.app.push(60, singleImage('untagged'))
    const refused = await earlier.app.prune({ 'delete-untagged': 'true', 'max-delete': '1' })
    expect(refused.plan.violations.map(({ message }) => message).join()).toContain('2 units would be deleted')
  })

  it('counts for delete-limit with what signs it where it is deleted earlier', async () => {
    const { app, history } = signedTwice('v1')
    const [, superseded] = history
    const [signature] = app.push(
      55,
      singleImage('signs the index', { tags: [`${superseded!.digest.replace(':', '-')}.sig`] })
    )
    const untagged = app.push(50, singleImage('untagged'))
    const after = await app.prune({ 'delete-untagged': 'true', 'delete-limit': '2' })
    expect(after.fateOf([superseded!, signature!])).toBe('gone')
    expect(after.fateOf(untagged)).toBe('kept')
  })

  it('keeps the image, too, where a protection names it by digest', async () => {
    const { app, image, history } = signedTwice('pr-1')
    const policy = `version: 1
protect: ['${history[1]!.digest}']
rules: [ { name: pr, match: { names: ['pr-*'] }, keep: [] } ]`
    const after = await app.prune({ policy })
    expect(after.fateOf([image, ...history])).toBe('kept')
  })
})

describe('where everything would be deleted, and GitHub refuses to delete the last', () => {
  function untagged() {
    const app = containerPackage()
    const image = singleImage('image')
    app.push(60, image)
    const history = referrerHistory('app', descriptorOf(image), ['cosign-bundle', 'sbom'])
    const [bundle, superseded, ...newer] = app.push(59, history)
    app.lose(newer)
    return { app, image, bundle: bundle!, superseded: superseded! }
  }

  it('version, the image is kept, not the fallback index that a newer one has replaced', async () => {
    const { app, image, bundle, superseded } = untagged()
    const after = await app.prune({ 'delete-untagged': 'true' })
    expect(after.about(image).reasons.map(({ code }) => code)).toContain('refused-last')
    expect(after.fateOf([image, bundle])).toBe('kept')
    expect(after.fateOf(superseded)).toBe('gone')
  })

  it('tag, the image is kept, not the fallback index that bears a signature', async () => {
    const { app, image, superseded } = untagged()
    const sign = (subject: string, seed: string) =>
      app.push(58, singleImage(seed, { tags: [`${subject.replace(':', '-')}.sig`] }))
    const [signature] = sign(image.digest, 'signs the image')
    sign(superseded.digest, 'signs the index')
    const after = await app.prune({ 'delete-untagged': 'true' })
    expect(after.fateOf([image, signature!])).toBe('kept')
    expect(after.fateOf(superseded)).toBe('gone')
  })
})

describe('kinds', () => {
  it('of what a fallback index lists are what they are, not images', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['pr-1'] }))
    const image = singleImage('image', { tags: ['v1'] })
    app.push(60, image)
    const sbom = referrer('s', descriptorOf(image), 'sbom')
    const bundle = referrer('b', descriptorOf(image), 'github-attestation')
    app.push(59, [sbom.artifact, bundle.artifact])
    app.push(58, indexOf([sbom.entry, bundle.entry], { tags: [`sha256-${image.digest.slice('sha256:'.length)}`] }))
    const after = await app.prune({ match: 'pr-1' })
    expect(after.about(sbom.artifact).kind).toBe('sbom')
    expect(after.about(bundle.artifact).kind).toBe('signature')
  })
})

describe('a build that pushes each platform by its digest and merges them', () => {
  function merged(app = containerPackage(), tag = '1.0.0') {
    app.push(1, singleImage('other', { tags: ['main'] }))
    const builds = ['linux/amd64', 'linux/arm64'].map((platform) =>
      app.push(60, multiArch(tag, { platforms: [platform], attestations: 'annotated' }))
    )
    const entries = builds.flatMap(([image, attestation]) => [
      descriptorOf(image!, { platform: platformOf('linux/amd64') }),
      descriptorOf(attestation!, { platform: platformOf('unknown/unknown') })
    ])
    const index = app.push(60, indexOf(entries, { tags: [tag] }))
    return { app, all: [...builds.flat(), ...index], index }
  }

  it('leaves indexes behind that hold the platforms, and a notice says what to add', async () => {
    const { app, index } = merged()
    const after = await app.prune({ match: '1.0.0' })
    expect(after.fateOf(index)).toBe('gone')
    expect(after.notices.join()).toContain(
      '1.0.0: 1 of 5 versions are deleted, since 2 untagged indexes list the others'
    )
    expect(after.notices.join()).toContain('Add delete-untagged: true')
  })

  it('counts in that notice only releases that delete-limit does not leave to the next run', async () => {
    const { app } = merged()
    merged(app, '2.0.0')
    const after = await app.prune({ match: '*.0.0', 'keep-last': '0', 'delete-limit': '1' })
    expect(after.notices.join()).toContain('1.0.0: 1 of 5 versions are deleted')
  })

  it('is deleted as a whole with delete-untagged', async () => {
    const { app, all } = merged()
    const after = await app.prune({ match: '1.0.0', 'delete-untagged': 'true' })
    expect(after.fateOf(all)).toBe('gone')
    expect(after.notices.join()).not.toContain('Add delete-untagged')
  })
})
