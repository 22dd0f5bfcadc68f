import { beforeAll, describe, expect, it } from '@jest/globals'
import { CHECKS } from '../../conformance/checks.ts'
import {
  ASSUMPTION_VALUES,
  type Assumptions,
  type Change,
  DEFAULT_ASSUMPTIONS
} from '../../simulator/world/assumptions.js'
import { ALL } from '../amount.js'
import { conformanceOf, observedIn } from './onSimulator.js'

type Differences = Readonly<Record<string, unknown>>

/** It could not be told, for whatever reason. */
const unknown = expect.stringMatching(/^\? /)

const LAG_KEYS: Readonly<Record<string, readonly string[]>> = {
  activeListLag: ['list after push', 'list after deletion', 'list after restore'],
  deletedListLag: ['deleted list after deletion', 'deleted list after restore'],
  versionLag: ['version after push', 'version after deletion', 'version after restore'],
  versionCountLag: ['version_count after push', 'version_count after deletion'],
  registryLag: [
    'manifest by tag after push',
    'manifest by digest after push',
    'manifest after deletion',
    'manifest after restore'
  ],
  tagListLag: ['tag list after push', 'tag list after deletion', 'tag list after restore']
}

const LAGS = ['activeListLag', 'deletedListLag', 'versionLag', 'versionCountLag', 'registryLag', 'tagListLag'] as const

/** The first look that is not before the lag is over. */
function look(seconds: unknown): number {
  return [0, 1, 2, 4, 8, 16, 30].find((second) => second >= Number(seconds)) ?? Number.NaN
}

function lagOf(name: string): (value: unknown) => Differences {
  return (value) => Object.fromEntries((LAG_KEYS[name] ?? []).map((key) => [key, look(value)]))
}

/** What a run observes otherwise than under the defaults, for each value of each switch. */
const DIFFERENCES: { readonly [K in keyof Assumptions]: (value: Assumptions[K]) => Differences } = {
  order: (order) => ({ order }),
  tagsOnRestore: (rule) => ({
    'tags on restore': rule,
    ...(rule === 'lost' && { 'tags after restore': false, 'tag list after restore': unknown }),
    ...(rule === 'refuse-if-moved' && { 'refusal of a restore for its tags': 400 })
  }),
  updatedAtOn: (reasons) =>
    Object.fromEntries(
      (['tag-gained', 'tag-lost', 'restored', 'pushed-again'] as const).map((reason) => [
        `updated_at on ${reason}`,
        reasons.includes(reason)
      ])
    ),
  digestTagsCount: (counts) => ({ 'digest tags count': counts }),
  lastUntagged: (fate) => ({
    'last untagged version': fate,
    ...(fate === 'deleted' && { 'last version': unknown, 'text of the last version': unknown })
  }),
  headCountsAsDownload: () => ({}),
  versionCount: (count) => ({
    version_count: count,
    ...(count !== 'active' && { 'version_count after deletion': unknown }),
    ...(count === 'stale' && { 'version_count after push': unknown })
  }),
  deletedAt: (isShown) => ({ deleted_at: isShown }),
  deletedTags: (areShown) => ({ 'tags of a deleted version': areShown }),
  stateIgnoredIn: (families) => ({
    ...Object.fromEntries(families.map((family) => [`state=deleted in /${family}`, false])),
    ...(families.length === 3 && {
      'deleted list after deletion': unknown,
      'deleted list after restore': unknown,
      'tags of a deleted version': unknown,
      deleted_at: unknown
    })
  }),
  getOfDeleted: (status) => ({ 'GET of a deleted version': status }),
  secondDelete: (status) => ({ 'second DELETE': status }),
  downloadsRefusal: () => ({}),
  lastTaggedRefusal: (status) => ({ 'last tagged version': status }),
  lastVersionRefusal: (status) => ({ 'last version': status }),
  pushOfDeleted: (becomes) => ({
    'push of a deleted digest': becomes,
    ...(becomes === 'same-version' && { 'restore beside a new version': unknown })
  }),
  cascade: (what) => ({ cascade: what, ...(what !== 'none' && { 'index whole again': false }) }),
  activeListLag: lagOf('activeListLag'),
  deletedListLag: lagOf('deletedListLag'),
  versionLag: lagOf('versionLag'),
  versionCountLag: lagOf('versionCountLag'),
  registryLag: lagOf('registryLag'),
  tagListLag: lagOf('tagListLag'),
  lagAfter: (changes) => lagsAfter(changes, 2),
  restoreConflictStatus: (status) => ({ 'restore beside a new version': status }),
  usersFamilyServesOrganizations: (serves) => ({
    '/users serves organizations': serves,
    ...(!serves && { 'state=deleted in /users': unknown })
  }),
  distTagsOnDelete: (fate) => ({ 'dist-tag of a deleted version': fate }),
  downloadsBlockPackage: () => ({}),
  requireBlobs: (required) => ({ 'blobs required': required }),
  referrers: (status) => ({ referrers: status })
}

function lagsAfter(changes: readonly Change[], seconds: number): Differences {
  const keys = Object.values(LAG_KEYS).flat()
  const late = keys.filter((key) => changes.some((change) => key.endsWith(`after ${change}`)))
  return Object.fromEntries(late.map((key) => [key, seconds]))
}

/** Every lag at once, without which it makes no difference after which change there is one. */
const everyLag = (seconds: number) => Object.fromEntries(LAGS.map((name) => [name, seconds]))

/** Checks that begin where another one ends. */
const BUILDS_ON: Readonly<Record<number, number>> = { 13: 12, 19: 16, 20: 16, 24: 12, 25: 12, 27: 26, 31: 28 }

/** In a search each value is tried with all checks; in the sample with those that settle it. */
function checksFor(name: string) {
  if (ALL) return CHECKS.filter(({ optional }) => optional === undefined)
  const wanted = new Set(
    CHECKS.filter(
      (check) =>
        check.id <= 2 ||
        (name === 'lagAfter' ? 'activeListLag deletedListLag versionLag' : name)
          .split(' ')
          .some((one) => check.assumptions.some((assumption) => assumption.switch === one))
    ).map(({ id }) => id)
  )
  if (name === 'lagAfter') for (const id of [15, 16, 17, 18, 20]) wanted.add(id)
  for (const [id, base] of Object.entries(BUILDS_ON)) if (wanted.has(Number(id))) wanted.add(base)
  return CHECKS.filter(({ id }) => wanted.has(id))
}

let asJob: Differences
let asPerson: Differences

beforeAll(async () => {
  asJob = observedIn(await conformanceOf({}))
  asPerson = observedIn(await conformanceOf({ person: true }))
})

/** Those of `all` that `found` has, too. */
function within(all: Differences, found: object): Differences {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key in found))
}

const cases = Object.entries(ASSUMPTION_VALUES).flatMap(([name, values]) =>
  values.map((value) => ({ name: name as keyof Assumptions, value: value as unknown }))
)
/** What all other cases observe beside their own switch is not tried alone in the sample. */
const isDefault = ({ name, value }: (typeof cases)[number]): boolean =>
  JSON.stringify(value) === JSON.stringify(DEFAULT_ASSUMPTIONS[name])

describe('a run of the checks', () => {
  it.each(ALL ? cases : cases.filter((each) => !isDefault(each)))(
    'observes $name $value, and nothing else',
    async ({ name, value }) => {
      const person = name === 'stateIgnoredIn' && (value as readonly string[]).join() === 'user'
      const assumptions = { ...(name === 'lagAfter' && everyLag(2)), [name]: value }
      const run = await conformanceOf({ assumptions, person, options: { checks: checksFor(name) } })
      const found = observedIn(run)
      const differences = (DIFFERENCES[name] as (value: unknown) => Differences)(value)
      const family = person ? {} : { 'state=deleted in /user': unknown }
      const expected = { ...(person ? asPerson : asJob), ...differences, ...family }
      expect(found).toEqual(within(expected, found))
      expect(run.left).toEqual([])
      const settling = CHECKS.flatMap((check) => check.assumptions).filter((assumption) => assumption.switch === name)
      expect(settling.map(({ key }) => key).every((key) => key in found)).toBe(true)
    }
  )

  it.each([400, 404, 409, 422] as const)('observes the refusal of a restore for its tags with %i', async (status) => {
    const assumptions = { tagsOnRestore: 'refuse-if-moved', restoreConflictStatus: status } as const
    const found = observedIn(await conformanceOf({ assumptions, options: { checks: checksFor('tagsOnRestore') } }))
    expect(found['refusal of a restore for its tags']).toBe(status)
  })

  it.each([2, 10])('observes a lag of %i s everywhere, and is not misled by it', async (seconds) => {
    const run = await conformanceOf({ assumptions: everyLag(seconds) })
    const lags = lagsAfter(['push', 'deletion', 'restore'], look(seconds))
    expect(observedIn(run)).toEqual({ ...asJob, ...lags })
    expect(run.requests).toBeLessThan(300)
  })
})

describe('the switches of the simulator', () => {
  it('are settled by a check, but for what GitHub does not tell', () => {
    const settled = new Set(CHECKS.flatMap((check) => check.assumptions.map((assumption) => assumption.switch)))
    expect(Object.keys(ASSUMPTION_VALUES).filter((name) => !settled.has(name))).toEqual([
      'headCountsAsDownload',
      'downloadsRefusal',
      'lagAfter',
      'downloadsBlockPackage'
    ])
  })
})
