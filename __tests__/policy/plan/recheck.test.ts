import { describe, expect, it } from '@jest/globals'
import type { Inventory } from '../../../src/domain/inventory.js'
import type { Version } from '../../../src/domain/version.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { changeOf, recheck } from '../../../src/policy/plan/recheck.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { DAY, entry, image, index, NOW, type Piece, packageOf } from '../packageOf.js'

const POLICY = `min-keep: 1\npartial-tags: untag\nprotect: [prod]\nrules: [{ name: old, match: { names: ['v*'] }, keep: [] }]`

const PIECES = {
  v1: { tags: ['v1'], manifest: index(entry('part')) },
  part: { manifest: image() },
  v2: { tags: ['v2'], manifest: image() },
  main: { tags: ['main', 'v9'], daysAgo: 1, manifest: image() }
} satisfies Record<string, Piece>

/** What speaks against the deletions of v1, its part and v2 when the package looks like `fresh`, by label. */
function against(fresh: Inventory, text = POLICY): Readonly<Record<string, string>> {
  const policy = policyOf(text, 'container')
  const [own] = plan([packageOf(PIECES)], policy, NOW, 'octo-org').packages
  if (own === undefined) throw new Error('no plan')
  expect(own.steps.filter(({ kind }) => kind === 'delete')).toHaveLength(3)
  const labels = Object.keys(PIECES)
  return Object.fromEntries([...recheck(own, policy, fresh, NOW)].map(([id, why]) => [labels[id - 1] ?? id, why]))
}

const changed = (pieces: Partial<Record<keyof typeof PIECES, Piece>>, more: Partial<Inventory> = {}): Inventory => ({
  ...packageOf({ ...PIECES, ...pieces }),
  ...more
})

const without = (...labels: readonly string[]): Inventory => {
  const names = labels.map(digestOf)
  const whole = packageOf(PIECES)
  return { ...whole, versions: whole.versions.filter(({ name }) => !names.includes(name)) }
}

describe('nothing speaks against a deletion', () => {
  it('a deletion is sent if nothing changed', () => expect(against(packageOf(PIECES))).toEqual({}))

  it('a deletion that somebody else did already is not an obstacle', () => {
    expect(against(without('v2'))).toEqual({})
    expect(against(without('v1'))).toEqual({})
    expect(against(without('v1', 'part', 'v2'))).toEqual({})
  })

  it('the rules are not asked again, so new versions change no verdict', () => {
    const fresh = changed({ main: { tags: ['main'], manifest: image() } })
    expect(against(fresh)).toEqual({})
  })
})

describe('a deletion is off', () => {
  const NEEDED = 'something that is kept refers to it now'

  it('a version that was tagged is kept with what it needs', () => {
    const fresh = changed({ v1: { tags: ['v1', 'stable', 'prod-7'], manifest: index(entry('part')) } })
    expect(against(fresh)).toEqual({ v1: 'it was tagged stable, prod-7 since the plan was made', part: NEEDED })
  })

  it('a version that lost a tag is kept', () => {
    expect(against(changed({ v2: { manifest: image() } }))).toEqual({
      v2: 'the tag v2 was taken off since the plan was made'
    })
  })

  it('a version that was touched is kept', () => {
    const whole = packageOf(PIECES)
    const touched = whole.versions.map((version) => ({ ...version, ...(version.id === 3 && { updatedAt: NOW }) }))
    expect(against({ ...whole, versions: touched })).toEqual({ v2: 'it was changed since the plan was made' })
  })

  it('a version that is protected now is kept, and no other', () => {
    const text = `protect: { branches: true }\n${POLICY.replace('protect: [prod]\n', '')}`
    const fresh = changed({}, { inUse: { branches: ['v2', 'main'] } })
    expect(against(fresh, text)).toEqual({ v2: 'it is protected now (branch): v2' })
  })

  it('a version that a new index lists is kept', () => {
    const fresh = packageOf({ ...PIECES, v3: { tags: ['v3'], daysAgo: 0, manifest: index(entry('part')) } })
    expect(against(fresh)).toEqual({ part: NEEDED })
  })

  it('a part whose owner is kept now is kept with it', () => {
    const fresh = changed({ v1: { tags: ['stable'], manifest: index(entry('part')) } })
    expect(against(fresh)).toEqual({ v1: 'it was tagged stable since the plan was made', part: NEEDED })
  })

  it('everything is kept while something that may need it cannot be read', () => {
    const list = { kind: 'list', why: 'it is short' } as const
    const manifest = { kind: 'manifest', digest: digestOf('new'), why: 'HTTP 500' } as const
    const all = (why: string) => ({ v1: why, v2: why, part: why })
    expect(against(changed({}, { gaps: [list] }))).toEqual(
      all('the list of versions is not complete: it may need this version')
    )
    expect(against(changed({}, { gaps: [manifest] }))).toEqual(
      all(`${digestOf('new').slice(0, 19)} could not be read: it may need this version`)
    )
    const two = [manifest, { ...manifest, digest: digestOf('newer') }]
    expect(against(changed({}, { gaps: two }))).toEqual(all('2 manifests could not be read: it may need this version'))
  })

  it('names that branches might protect are kept while branches cannot be read', () => {
    const pulls = { kind: 'open-pull-requests', why: 'HTTP 500' } as const
    expect(against(changed({}, { gaps: [pulls] }))).toEqual({})
    const other = { kind: 'branches', why: 'HTTP 500' } as const
    expect(against(changed({}, { gaps: [other] }))).toMatchObject({
      v1: 'branches could not be read now'
    })
  })

  it('the newest version is kept if too few would be left', () => {
    const fewer = 'fewer named versions are there than when it was planned'
    expect(against(without('main'))).toEqual({ v2: fewer })
    const emptying = `on-empty: delete-package\n${POLICY.replace('min-keep: 1', 'min-keep: 0')}`
    expect(against(without('main'), emptying)).toEqual({ v2: fewer })
  })
})

describe('what moved between two readings of one version', () => {
  const was: Version = { id: 1, name: 'sha256:1', tags: ['a', 'b'], createdAt: NOW - DAY, updatedAt: NOW - DAY }
  it.each<[string, Partial<Version>, string | undefined]>([
    ['nothing, whatever the order of its tags', { tags: ['b', 'a'] }, undefined],
    [
      'tags that it gained, whatever else',
      { tags: ['c', 'd'], updatedAt: NOW },
      'it was tagged c, d since the plan was made'
    ],
    ['tags that it lost', { tags: [], updatedAt: NOW }, 'the tag a, b was taken off since the plan was made'],
    ['its time', { updatedAt: NOW }, 'it was changed since the plan was made']
  ])('%s', (_what, is, expected) => {
    expect(changeOf(was, { ...was, ...is })).toBe(expected)
  })
})
