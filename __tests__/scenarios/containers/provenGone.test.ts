import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { descriptorOf, indexOf } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { type ContainerPackage, containerPackage } from './containerPackage.js'
import { storedAt } from './facts.js'

const CLEAN = { 'delete-untagged': 'true' }
const MISSING = { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } }

const idOf = (app: ContainerPackage, { digest }: Artifact): number => storedAt(app.world).byName.get(digest)!.id

/** The registry and REST answer 404 for it as often as they are asked. */
const calledGone = (app: ContainerPackage, artifact: Artifact) => [
  { match: { kind: 'get-manifest' as const, path: artifact.digest }, effect: MISSING },
  { match: { kind: 'get-version' as const, path: `/${idOf(app, artifact)}` }, effect: { status: 404 } }
]

describe('a version that somebody deleted since the list was read', () => {
  it.each([
    [
      'GitHub says when, though its list of deleted versions does not have it yet',
      { getOfDeleted: 200, deletedListLag: 600 }
    ],
    ['the list of deleted versions has it, though GitHub does not find it', { getOfDeleted: 404 }]
  ] as const)('holds nothing back where %s', async (_where, assumptions) => {
    const app = containerPackage(assumptions)
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const [vanishing] = app.push(10, singleImage('vanishing'))
    const after = await app.prune(CLEAN, {
      events: [
        {
          at: { after: { kind: 'list-versions', nth: 1 } },
          run: (world) => {
            const stored = storedAt(world)
            stored.remove(stored.byName.get(vanishing!.digest)!.id)
          }
        }
      ]
    })
    expect(after.plan.violations).toEqual([])
    expect(after.fateOf(untagged)).toBe('gone')
  })
})

describe('an index that the registry and GitHub do not find, and that no list calls deleted', () => {
  it('keeps what it may list', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept', { tags: ['main'] }))
    app.push(10, singleImage('other', { tags: ['v1'] }))
    const after = await app.prune(CLEAN, { faults: calledGone(app, kept.at(-1)!) })
    expect(after.canPull('main')).toBe(true)
    expect(after.plan.violations.map(({ code }) => code)).toEqual(['unreadable'])
  })

  it('keeps it where GitHub answers with active versions when it is asked for deleted ones', async () => {
    const app = containerPackage({ stateIgnoredIn: ['orgs', 'users', 'user'] })
    const kept = app.push(20, multiArch('kept', { tags: ['main'] }))
    app.push(10, singleImage('other', { tags: ['v1'] }))
    const after = await app.prune(CLEAN, { faults: calledGone(app, kept.at(-1)!) })
    expect(after.canPull('main')).toBe(true)
  })

  it('proves the list short where a second reading lacks it', async () => {
    const app = containerPackage({ versionCount: 'with-deleted', stateIgnoredIn: ['orgs', 'users', 'user'] })
    app.push(40, singleImage('lost'))
    app.lose(singleImage('lost'))
    app.push(30, singleImage('other', { tags: ['v1'] }))
    app.push(20, singleImage('untagged'))
    const children = app.push(20, multiArch('kept').slice(0, -1))
    const [index] = app.push(0.1, multiArch('kept').slice(-1))
    const id = idOf(app, index!)
    const after = await app.prune(CLEAN, {
      faults: calledGone(app, index!).slice(1),
      events: [
        { at: { after: { kind: 'list-versions', nth: 1 } }, run: (world) => storedAt(world).remove(id) },
        { at: { after: { kind: 'list-versions', nth: 2 } }, run: (world) => storedAt(world).restore(id) }
      ]
    })
    expect(after.fateOf(children)).toBe('kept')
    expect(after.plan.violations.map(({ message }) => message).join()).toContain('a second reading lacked version')
  })

  it('brings back what it may list where it was pushed during the run', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const old = app.push(20, [singleImage('a'), singleImage('b')])
    const index = indexOf(
      old.map((each) => descriptorOf(each)),
      { tags: ['new'] }
    )
    const after = await app.prune(CLEAN, {
      faults: [
        { match: { kind: 'get-manifest', path: index.digest }, effect: MISSING },
        { match: { kind: 'get-version' }, effect: { status: 404 } }
      ],
      events: [{ at: { after: { kind: 'delete-version', nth: 1 } }, run: () => app.push(0, index) }]
    })
    expect(after.canPull('new')).toBe(true)
  })
})
