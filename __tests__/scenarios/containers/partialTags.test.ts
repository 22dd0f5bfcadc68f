import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { cosignTag } from '../../../simulator/images/cosign.js'
import { descriptorOf, indexOf } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { detachedManifest } from '../../../src/registry/detachedManifest.js'
import { containerPackage } from './containerPackage.js'
import { OWNER, storedAt } from './facts.js'

const UNTAG = { match: 'pr-*', 'keep-last': '0', 'partial-tags': 'untag' }
const policyOf = (...lines: string[]) => ({ policy: ['version: 1', 'partial-tags: untag', ...lines].join('\n') })
const PULLS = "rules: [ { name: pulls, match: { names: ['pr-*'] }, keep: [] } ]"

const tagsOf = (app: ReturnType<typeof containerPackage>, { digest }: Artifact): readonly string[] =>
  [...(storedAt(app.world).byName.get(digest)?.tags ?? [])].sort()

/** What a run leaves that was killed between the two halves of an untag. */
function leftoverOf(tag: string): Artifact {
  const { body, digest } = detachedManifest(tag, 'killed')
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  return { mediaType, body: new TextDecoder().decode(body), digest, tags: [tag] }
}

describe('partial-tags', () => {
  it('keep: a tag that was voted out is kept on a version that is kept', async () => {
    const app = containerPackage()
    const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
    await app.prune({ ...UNTAG, 'partial-tags': 'keep' })
    expect(tagsOf(app, both!)).toEqual(['pr-5', 'v1'])
  })

  it('untag: takes every voted-out tag off, leaves the others, the version and nothing else', async () => {
    const app = containerPackage()
    const all = app.push(9, multiArch('both', { tags: ['v1', 'pr-5', 'pr-6', 'pr-7'] }))
    const after = await app.prune(UNTAG)
    expect(tagsOf(app, all.at(-1)!)).toEqual(['v1'])
    expect(after.canPull('v1')).toBe(true)
    expect(after.outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done'])
    expect([...storedAt(app.world).byName.keys()].sort()).toEqual(all.map(({ digest }) => digest).sort())
  })

  it('untag: a floating tag follows its full version and is not taken off', async () => {
    const app = containerPackage()
    app.push(9, singleImage('newest', { tags: ['v2.0.0', 'v2'] }))
    const [old] = app.push(10, singleImage('old', { tags: ['v1.0.0', 'v1.0', 'v1', 'pr-5'] }))
    await app.prune({ ...UNTAG, match: 'pr-*, v1, v1.0' })
    expect(tagsOf(app, old!)).toEqual(['v1', 'v1.0', 'v1.0.0'])
  })

  it('untag: the tag of a platform image is removed although its index keeps the image', async () => {
    const app = containerPackage()
    const [amd64, ...others] = app.push(9, multiArch('staged', { tags: ['v1'], platformTagStem: 'pr-5' }))
    const after = await app.prune(UNTAG)
    expect(tagsOf(app, amd64!)).toEqual([])
    expect(after.fateOf([amd64!, ...others])).toBe('kept')
    expect(after.canPull('v1')).toBe(true)
  })

  it('untag: on a version that protect keeps, a rule without counters takes tags off', async () => {
    const app = containerPackage()
    const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
    await app.prune(policyOf('protect: { names: [v1] }', PULLS))
    expect(tagsOf(app, both!)).toEqual(['v1'])
  })

  it('untag: on a version that protect keeps, a rule that counts does not vote', async () => {
    const app = containerPackage()
    const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
    await app.prune({ ...UNTAG, keep: 'v1' })
    expect(tagsOf(app, both!)).toEqual(['pr-5', 'v1'])
  })

  it('untag: a protected tag is never taken off, and a version protected by digest keeps all its tags', async () => {
    const app = containerPackage()
    const [byName] = app.push(9, singleImage('name', { tags: ['v1', 'pr-5', 'pr-6'] }))
    const [byDigest] = app.push(8, singleImage('digest', { tags: ['v2', 'pr-7'] }))
    await app.prune(policyOf(`protect: { names: [v1, pr-5, '${byDigest!.digest}'] }`, PULLS))
    expect(tagsOf(app, byName!)).toEqual(['pr-5', 'v1'])
    expect(tagsOf(app, byDigest!)).toEqual(['pr-7', 'v2'])
  })

  it('untag: a version that cannot be read keeps all its tags', async () => {
    const app = containerPackage()
    const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
    await app.prune(UNTAG, {
      faults: [{ match: { kind: 'get-manifest', path: both!.digest }, effect: { status: 404 } }]
    })
    expect(tagsOf(app, both!)).toEqual(['pr-5', 'v1'])
  })

  it('untag: a version that min-keep keeps keeps all its tags', async () => {
    const app = containerPackage()
    const [only] = app.push(9, singleImage('only', { tags: ['pr-5', 'pr-6'] }))
    await app.prune(UNTAG)
    expect(tagsOf(app, only!)).toEqual(['pr-5', 'pr-6'])
  })

  it.each([1, 3])(
    'untag: waits while the list lags %i times behind, and never deletes the real version',
    async (lag) => {
      const app = containerPackage()
      const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
      const after = await app.prune(UNTAG, { faults: [{ match: { kind: 'put-manifest' }, effect: { lag } }] })
      expect(tagsOf(app, both!)).toEqual(['v1'])
      expect(after.outcomes.map(({ kind }) => kind)).toEqual(['done'])
    }
  )

  it('untag: where the list never shows the throw-away version, the tag is put back and nothing is deleted', async () => {
    const app = containerPackage()
    const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
    const after = await app.prune(UNTAG, { faults: [{ match: { kind: 'put-manifest' }, effect: { lag: 99 } }] })
    expect(tagsOf(app, both!)).toEqual(['pr-5', 'v1'])
    expect(after.outcomes.map(({ kind }) => kind)).toEqual(['failed'])
    expect(after.log.some(({ kind }) => kind === 'delete-version')).toBe(false)
  })

  it('untag: where GitHub refuses the throw-away version as the last tagged one, the tag is put back', async () => {
    const app = containerPackage({ digestTagsCount: false })
    const [image] = app.push(9, singleImage('image', { tags: ['pr-5'] }))
    app.push(8, cosignTag('signature', image!.digest, 'signature'))
    app.push(0.1, indexOf([descriptorOf(image!)]))
    const after = await app.prune({ ...UNTAG, 'min-keep': '0' }, { faults: [] })
    expect(tagsOf(app, image!)).toEqual(['pr-5'])
    expect(after.outcomes.map(({ kind }) => kind)).toEqual(['refused-last'])
  })

  it('untag: a tag that was moved since the plan is left where it is now', async () => {
    const app = containerPackage()
    const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
    const [other] = app.push(9, singleImage('other', { tags: ['v2'] }))
    const after = await app.prune(UNTAG, {
      events: [
        {
          at: { before: { kind: 'get-version', nth: 1 } },
          run: (world) => world.tag(OWNER, 'app', 'pr-5', other!.digest)
        }
      ]
    })
    expect(after.digestOf('pr-5')).toBe(other!.digest)
    expect(tagsOf(app, both!)).toEqual(['v1'])
    expect(after.outcomes.map(({ kind }) => kind)).toEqual(['changed'])
  })
})

describe('untag: a push that takes the tag while the untag is under way', () => {
  const fill = () => {
    const app = containerPackage()
    const [both] = app.push(9, singleImage('both', { tags: ['v1', 'pr-5'] }))
    const [other] = app.push(9, singleImage('other', { tags: ['v2'] }))
    return { app, both: both!, other: other! }
  }

  it('keeps it where the throw-away version cannot be deleted', async () => {
    const { app, other } = fill()
    const after = await app.prune(UNTAG, {
      events: [
        {
          at: { before: { kind: 'delete-version', nth: 1 } },
          run: (world) => world.tag(OWNER, 'app', 'pr-5', other.digest)
        }
      ],
      faults: [{ match: { kind: 'delete-version' }, effect: { status: 403, body: { message: 'no' } } }]
    })
    expect(after.digestOf('pr-5')).toBe(other.digest)
  })

  it('keeps it where the throw-away could not be pushed', async () => {
    const { app, other } = fill()
    const after = await app.prune(UNTAG, {
      events: [
        {
          at: { before: { kind: 'put-manifest', nth: 1 } },
          run: (world) => world.tag(OWNER, 'app', 'pr-5', other.digest)
        }
      ],
      faults: [{ match: { kind: 'put-manifest' }, effect: { status: 400, body: { errors: [] } } }]
    })
    expect(after.digestOf('pr-5')).toBe(other.digest)
    expect(after.outcomes[0]?.message).toContain(`pr-5 is on ${other.digest} now and is left there`)
  })

  it('keeps it while the throw-away version is deleted', async () => {
    const { app, other } = fill()
    const after = await app.prune(UNTAG, {
      events: [
        {
          at: { before: { kind: 'delete-version', nth: 1 } },
          run: (world) => world.tag(OWNER, 'app', 'pr-5', other.digest)
        }
      ]
    })
    expect(after.digestOf('pr-5')).toBe(other.digest)
    expect(after.outcomes.map(({ kind }) => kind)).toEqual(['done'])
  })
})

describe('what an interrupted untag left', () => {
  it('is finished by the next run with untag once it is older than the grace period', async () => {
    const app = containerPackage()
    app.push(9, singleImage('real', { tags: ['v1'] }))
    const left = app.push(2, leftoverOf('pr-5'))
    const after = await app.prune(UNTAG)
    expect(after.fateOf(left)).toBe('gone')
    expect(after.notices.join()).toContain('pr-5 was left by an interrupted untag, which is finished now')
  })

  it('is finished although no rule owns its tag any more and nothing else would be deleted', async () => {
    const app = containerPackage()
    app.push(9, singleImage('real', { tags: ['v1'] }))
    const left = app.push(2, leftoverOf('old-name'))
    const after = await app.prune(UNTAG)
    expect(after.fateOf(left)).toBe('gone')
  })

  it('is left alone within the grace period: another run may be at it', async () => {
    const app = containerPackage()
    app.push(9, singleImage('real', { tags: ['v1'] }))
    const left = app.push(0.5, leftoverOf('pr-5'))
    const after = await app.prune(UNTAG)
    expect(after.fateOf(left)).toBe('kept')
    expect(after.notices.join()).toContain('a run after the grace period of 1d finishes the untag')
  })

  it('is reported and kept without untag', async () => {
    const app = containerPackage()
    app.push(9, singleImage('real', { tags: ['v1'] }))
    app.push(8, singleImage('goes', { tags: ['pr-1'] }))
    const left = app.push(2, leftoverOf('pr-5'))
    const after = await app.prune({ ...UNTAG, 'partial-tags': 'keep' })
    expect(after.fateOf(left)).toBe('kept')
    expect(after.notices.join()).toContain(
      'pr-5 was left by an interrupted untag and is not an image: partial-tags: untag'
    )
    expect(after.about(left[0]!).kind).toBe('leftover')
  })

  it('takes no place among the newest that a rule keeps, nor in min-keep', async () => {
    const app = containerPackage()
    const [older, newer] = [9, 8].map((days) => app.push(days, singleImage(`i${days}`, { tags: [`pr-${days}`] })))
    app.push(0.5, leftoverOf('pr-5'))
    const after = await app.prune({ ...UNTAG, 'keep-last': '1' })
    expect(after.fateOf(newer!)).toBe('kept')
    expect(after.fateOf(older!)).toBe('gone')
  })

  it('is not counted by min-keep', async () => {
    const app = containerPackage()
    const [only] = app.push(9, singleImage('only', { tags: ['pr-9'] }))
    app.push(0.5, leftoverOf('pr-5'))
    const after = await app.prune(UNTAG)
    expect(after.fateOf(only!)).toBe('kept')
  })

  it('is deleted without untag if it is listed by id', async () => {
    const app = containerPackage()
    app.push(9, singleImage('real', { tags: ['v1'] }))
    const left = app.push(0.5, leftoverOf('pr-5'))
    const after = await app.prune({ 'version-ids': left[0]!.digest })
    expect(after.fateOf(left)).toBe('gone')
  })

  it('is kept if its tag is protected', async () => {
    const app = containerPackage()
    app.push(9, singleImage('real', { tags: ['v1'] }))
    const left = app.push(9, leftoverOf('pr-5'))
    const after = await app.prune({ ...UNTAG, keep: 'pr-5' })
    expect(after.fateOf(left)).toBe('kept')
  })
})
