import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Value } from '../../conformance/check.ts'
import { CHECKS } from '../../conformance/checks.ts'
import { exitCode } from '../../conformance/report.ts'
import type { Finding } from '../../conformance/runChecks.ts'
import type { World } from '../../simulator/world/world.js'
import { conformanceOf, type Settings } from './onSimulator.js'

/** Something that GitHub may do otherwise, and what the check has to see. */
interface Plant {
  readonly check: number
  /** Checks that have to run before, beside the first two. */
  readonly after?: readonly number[]
  readonly key: string
  readonly seen: Value
  readonly unsafe?: boolean
  readonly settings: Settings
}

const main = { owner: 'acme', type: 'container', name: 'retention-conformance-4711-1' } as const
const fault = (match: object, effect: object): Settings => ({
  simulator: { faults: [{ match, effect: effect as never }] }
})
const event = (after: object, run: (world: World) => void): Settings => ({
  simulator: { events: [{ at: { after }, run }] }
})

const PLANTS: readonly Plant[] = [
  {
    check: 1,
    key: 'visibility',
    seen: 'public',
    settings: event({ kind: 'put-manifest' }, (world) => {
      world.packageAt(main).visibility = 'public'
    })
  },
  {
    check: 2,
    key: 'manifest by tag after push',
    seen: 1,
    settings: fault({ kind: 'get-manifest', path: '/manifests/new', nth: 1 }, { status: 404 })
  },
  { check: 3, key: 'order', seen: 'random', settings: { assumptions: { order: 'random' } } },
  {
    check: 4,
    after: [3],
    key: 'pages join',
    seen: false,
    unsafe: true,
    settings: fault({ kind: 'list-versions', path: '&page=2' }, { status: 200, body: [] })
  },
  {
    check: 5,
    key: '/users serves organizations',
    seen: false,
    settings: { assumptions: { usersFamilyServesOrganizations: false } }
  },
  { check: 6, key: 'container list of a job', seen: 200, settings: fault({ kind: 'list-packages' }, { status: 200 }) },
  {
    check: 7,
    key: 'x-ratelimit headers',
    seen: false,
    settings: { simulator: { limits: { headers: false } } }
  },
  { check: 8, key: 'updated_at on tag-gained', seen: false, settings: { assumptions: { updatedAtOn: [] } } },
  {
    check: 9,
    key: 'updated_at on pushed-again',
    seen: true,
    settings: { assumptions: { updatedAtOn: ['pushed-again'] } }
  },
  { check: 10, key: 'updated_at on tag-lost', seen: true, settings: { assumptions: { updatedAtOn: ['tag-lost'] } } },
  {
    check: 11,
    key: 'updated_at on pull',
    seen: true,
    settings: event({ kind: 'head-manifest' }, (world) => {
      for (const version of world.packageAt(main).versions.all()) version.updatedAt = world.clock.now()
    })
  },
  {
    check: 12,
    key: 'parts are versions',
    seen: false,
    settings: event({ kind: 'put-manifest', path: '/manifests/index' }, (world) =>
      world.packageAt(main).dropTag('entry')
    )
  },
  { check: 13, after: [12], key: 'referrers', seen: 303, settings: { assumptions: { referrers: 303 } } },
  { check: 14, key: 'DELETE of a manifest', seen: 202, settings: fault({ kind: 'delete-manifest' }, { status: 202 }) },
  { check: 15, key: 'second DELETE', seen: 204, settings: { assumptions: { secondDelete: 204 } } },
  { check: 16, key: 'state=deleted in /orgs', seen: false, settings: { assumptions: { stateIgnoredIn: ['orgs'] } } },
  { check: 17, key: 'version_count', seen: 'stale', settings: { assumptions: { versionCount: 'stale' } } },
  {
    check: 18,
    key: 'manifest after deletion',
    seen: 16,
    unsafe: true,
    settings: { assumptions: { registryLag: 9, lagAfter: ['deletion'] } }
  },
  { check: 19, key: 'tags of a deleted version', seen: false, settings: { assumptions: { deletedTags: false } } },
  {
    check: 20,
    key: 'restore',
    seen: 500,
    unsafe: true,
    settings: fault({ kind: 'restore-version' }, { status: 500 })
  },
  { check: 21, key: 'tags on restore', seen: 'lost', settings: { assumptions: { tagsOnRestore: 'lost' } } },
  {
    check: 22,
    key: 'restore beside a new version',
    seen: 409,
    settings: { assumptions: { restoreConflictStatus: 409 } }
  },
  {
    check: 23,
    key: 'restore of an unknown version',
    seen: 204,
    settings: fault({ kind: 'restore-version', path: '/versions/1/restore' }, { status: 204, body: '' })
  },
  {
    check: 24,
    after: [12],
    key: 'cascade',
    seen: 'unlisted',
    unsafe: true,
    settings: { assumptions: { cascade: 'unlisted' } }
  },
  {
    check: 25,
    after: [12, 24],
    key: 'index whole again',
    seen: false,
    settings: event({ kind: 'restore-version' }, (world) => {
      world.deleteVersion(main, world.packageAt(main).byTag.get('entry')?.id ?? 0)
    })
  },
  { check: 26, key: 'digest tags count', seen: false, settings: { assumptions: { digestTagsCount: false } } },
  {
    check: 27,
    after: [26],
    key: 'text of the last tagged version',
    seen: false,
    settings: fault({ kind: 'delete-version', nth: 2 }, { status: 400, body: { message: 'No.' } })
  },
  { check: 28, key: 'last untagged version', seen: 'deleted', settings: { assumptions: { lastUntagged: 'deleted' } } },
  {
    check: 29,
    key: 'untag',
    seen: false,
    settings: event({ kind: 'delete-version' }, (world) => world.retag('acme', main.name, 'unwanted', 'wanted'))
  },
  { check: 30, key: 'blobs required', seen: true, settings: { assumptions: { requireBlobs: true } } },
  {
    check: 31,
    after: [28],
    key: 'page beyond the end',
    seen: 1,
    settings: fault({ kind: 'list-versions', path: 'page=50' }, { status: 200, body: [{}] })
  },
  {
    check: 32,
    key: 'pages of tags',
    seen: false,
    settings: fault({ kind: 'list-tags', path: /n=1$/ }, { status: 200, body: { tags: ['aa', 'zz'] } })
  },
  {
    check: 33,
    key: 'deletions create content',
    seen: true,
    settings: fault({ kind: 'delete-version', nth: 81 }, { limited: 'secondary' })
  },
  {
    check: 34,
    after: [26],
    key: 'restore of a package',
    seen: false,
    unsafe: true,
    settings: event({ kind: 'restore-package' }, (world) => {
      const ref = { ...main, name: `${main.name}/tagged` }
      world.deleteVersion(ref, world.packageAt(ref).versions.list('active')[0]?.id ?? 0)
    })
  },
  {
    check: 35,
    key: 'dist-tag of a deleted version',
    seen: 'newest',
    settings: { assumptions: { distTagsOnDelete: 'newest' } }
  }
]

let plain: readonly Finding[]

beforeAll(async () => {
  plain = (await conformanceOf({ options: { checks: CHECKS } })).findings
})

describe('each check finds one thing that GitHub does otherwise', () => {
  it.each(PLANTS)(
    '$check: $key is seen as $seen',
    async ({ check, after = [], key, seen, unsafe = false, settings }) => {
      const isMeant = (finding: Finding) => finding.check === check && finding.key === key
      expect(plain.find(isMeant)).toMatchObject({ verdict: 'confirmed', unsafe: false })
      const checks = CHECKS.filter(({ id }) => id <= 2 || id === check || after.includes(id))
      const run = await conformanceOf({ ...settings, options: { checks } })
      expect(run.findings.find(isMeant)).toMatchObject({ observed: seen, verdict: 'contradicted', unsafe })
      expect(exitCode(run)).toBe(unsafe ? 1 : 0)
    }
  )

  it('leaves no check out', () => {
    expect(PLANTS.map(({ check }) => check)).toEqual(CHECKS.map(({ id }) => id))
    expect(CHECKS.map(({ id }) => id)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1))
  })
})
