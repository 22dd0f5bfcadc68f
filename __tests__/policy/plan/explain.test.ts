import { describe, expect, it } from '@jest/globals'
import type { Inventory } from '../../../src/domain/inventory.js'
import type { PackagePlan } from '../../../src/domain/plan.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { attestation, DAY, entry, image, index, NOW, packageOf, platform } from '../packageOf.js'

function planned(inventory: Inventory, text: string): PackagePlan {
  const [own] = plan([inventory], policyOf(text, inventory.package.type), NOW, 'octo-org').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

const OLD_GO = `min-keep: 0\nrules: [{ name: old, match: { names: ['v*', 'old'] }, keep: [] }]`
const cosignTag = (label: string) => `sha256-${digestOf(label).slice('sha256:'.length)}.sig`

describe('what a plan says of each version', () => {
  const inventory = packageOf({
    v1: { tags: ['v1', 'old'], manifest: index(platform('amd64'), attestation('build', 'amd64')) },
    amd64: { tags: ['amd64'], daysAgo: 9.5, manifest: image() },
    build: { manifest: image({ subject: digestOf('amd64') }) },
    signature: { tags: [cosignTag('v1')], manifest: image() },
    main: { tags: ['main'], daysAgo: 1, manifest: image() },
    alone: { daysAgo: 10, manifest: image() },
    young: { daysAgo: 0.5, manifest: image() }
  })
  const made = () => planned(inventory, OLD_GO)

  it('the plan lists the newest unit first with its members behind it, and a tagged part on its own', () => {
    expect(made().decisions.map(({ version }) => version.id)).toEqual([7, 5, 1, 3, 4, 2, 6])
  })

  it('the plan says to which units a version belongs, who owns it and how', () => {
    const { decisions } = made()
    const shape = decisions.map(({ version, role, units, owners, state }) => [version.id, role, units, owners, state])
    const both = [
      { id: 2, by: 'subject' },
      { id: 1, by: 'entry' }
    ]
    expect(shape).toEqual([
      [7, 'root', [7], undefined, 'complete'],
      [5, 'root', [5], undefined, 'complete'],
      [1, 'root', [1], undefined, 'complete'],
      [3, 'member', [1, 2], both, undefined],
      [4, 'member', [1], [{ id: 1, by: 'subject' }], undefined],
      [2, 'root', [2], [{ id: 1, by: 'entry' }], 'complete'],
      [6, 'root', [6], undefined, 'complete']
    ])
    expect(decisions.filter((each) => 'owners' in each).map(({ version }) => version.id)).toEqual([3, 4, 2])
    expect(decisions.filter((each) => 'state' in each).map(({ version }) => version.id)).toEqual([7, 5, 1, 2, 6])
  })

  it('the plan has all reasons as plain data', () => {
    const reasons = new Map(made().decisions.map((each) => [each.version.id, each.reasons]))
    const age = 9 * DAY
    const named = { code: 'not-kept', rule: 'old', rank: 1, of: 1, age }
    expect(reasons.get(1)).toEqual([
      { ...named, name: 'old' },
      { ...named, name: 'v1' }
    ])
    expect(reasons.get(2)).toEqual([{ code: 'no-rule', name: 'amd64' }])
    expect(reasons.get(3)).toEqual([{ code: 'refers-to', unit: 2, unitName: 'amd64' }])
    expect(reasons.get(4)).toEqual([{ code: 'not-kept', unit: 1, unitName: 'old', rule: 'old', age }])
    expect(reasons.get(6)).toEqual([{ code: 'no-rule' }])
    expect(reasons.get(7)).toEqual([{ code: 'grace-period', age: DAY / 2 }, { code: 'no-rule' }])
  })

  it('a step has all reasons of its unit for the root, and the first of them for members that are deleted with it', () => {
    const said = made().steps.map((step) =>
      step.reasons.map((reason) => ({
        code: reason.code,
        name: reason.name,
        unit: 'unit' in reason ? reason.unit : undefined
      }))
    )
    expect(said).toEqual([
      [
        { code: 'not-kept', name: 'old', unit: undefined },
        { code: 'not-kept', name: 'v1', unit: undefined }
      ],
      [{ code: 'not-kept', name: undefined, unit: 1 }]
    ])
  })
})

describe('what holds a version', () => {
  it('is named, three units at most, by name or by a short digest', () => {
    const holders = Object.fromEntries(
      [4, 3, 2, 1].map((days) => [
        `main${days}`,
        { tags: [`m${days}`], daysAgo: days, manifest: index(entry('shared')) }
      ])
    )
    const nameless = { daysAgo: 0.5, manifest: index(entry('shared')) }
    const inventory = packageOf({ shared: { tags: ['v1'], manifest: image() }, ...holders, nameless })
    const [shared] = planned(inventory, OLD_GO).decisions.filter(({ version }) => version.id === 1)
    expect(shared?.reasons).toEqual([
      { code: 'part-of', unit: 6, unitName: digestOf('nameless').slice(0, 19) },
      { code: 'part-of', unit: 5, unitName: 'm1' },
      { code: 'part-of', unit: 4, unitName: 'm2' },
      { code: 'not-kept', rule: 'old', name: 'v1', rank: 1, of: 1, age: 9 * DAY }
    ])
  })
})

describe('a version that delete-limit leaves to the next run', () => {
  it('says so first', () => {
    const inventory = packageOf({ v1: { tags: ['v1'] }, v2: { tags: ['v2'], daysAgo: 8 }, main: { tags: ['main'] } })
    const [deferred] = planned(inventory, `delete-limit: 1\n${OLD_GO}`).decisions
    expect(deferred?.reasons.slice(0, 1)).toEqual([{ code: 'deferred', by: 'delete-limit' }])
  })
})

describe('a version that is held back by a manifest that could not be read', () => {
  it('says so first, with the beginning of the digest', () => {
    const inventory = packageOf({ main: { tags: ['main'], daysAgo: 1 }, v1: { tags: ['v1'] } })
    const gaps = [{ kind: 'manifest', digest: digestOf('main'), why: 'HTTP 500' } as const]
    const [, held] = planned({ ...inventory, gaps }, OLD_GO).decisions
    const why = digestOf('main').slice(0, 19)
    expect(held?.reasons[0]).toEqual({ code: 'unreadable', what: 'manifest', why })
  })
})

describe('a fallback index that a newer one has replaced', () => {
  const pieces = {
    v1: { tags: ['v1'], manifest: image() },
    bundle: { manifest: image({ subject: digestOf('v1') }) },
    replaced: { manifest: index(entry('bundle')) },
    main: { tags: ['main'], manifest: image() }
  }
  const replacedIn = (text: string) =>
    planned(packageOf(pieces), text).decisions.find(({ version }) => version.id === 3)

  it('has an owner only where it is deleted', () => {
    expect(replacedIn(OLD_GO)?.owners).toEqual([{ id: 1, by: 'subject' }])
    expect(replacedIn(OLD_GO.replace("'v*'", 'none'))?.owners).toBeUndefined()
  })

  it('records what it follows only if that is deleted, too', () => {
    const stepIn = (text: string) =>
      planned(packageOf(pieces), text).steps.find((step) => step.kind === 'delete' && step.version.id === 3)
    expect(stepIn(OLD_GO)).toMatchObject({ after: [1], subject: digestOf('v1') })
    const early = stepIn('rules: [{ name: untagged, match: { tagged: false }, keep: [] }]')
    expect(early).toMatchObject({ after: [], role: 'root' })
    expect(early).not.toHaveProperty('subject')
  })
})

describe('what an interrupted untag left', () => {
  const leftover = image({ artifactType: 'application/vnd.package-retention.detached.v1+json' })
  const text = 'partial-tags: untag\nrules: [{ name: x, match: { names: [x] }, keep: [] }]'
  const reasonsOf = (pieces: Parameters<typeof packageOf>[0]) =>
    planned(packageOf({ main: { tags: ['main'], daysAgo: 0, manifest: image() }, ...pieces }), text).decisions[1]
      ?.reasons

  it('is decided by its age, and by its tag if it still has one', () => {
    const age = 9 * DAY
    expect(reasonsOf({ left: { tags: ['pr-1'], manifest: leftover } })).toStrictEqual([
      { code: 'not-kept', age, name: 'pr-1', leftover: true }
    ])
    expect(reasonsOf({ left: { manifest: leftover } })).toStrictEqual([{ code: 'not-kept', age, leftover: true }])
  })
})

describe('the order of units in a plan', () => {
  it('follows the later of push and change', () => {
    const inventory = packageOf({ a: { tags: ['a'], daysAgo: 9 }, b: { tags: ['b'], daysAgo: 8 } })
    const [a, b] = inventory.versions
    const touched = { ...inventory, versions: [{ ...a!, updatedAt: NOW }, b!] }
    const order = (each: Inventory) => planned(each, OLD_GO).decisions.map(({ version }) => version.tags[0])
    expect(order(inventory)).toEqual(['b', 'a'])
    expect(order(touched)).toEqual(['a', 'b'])
  })
})
