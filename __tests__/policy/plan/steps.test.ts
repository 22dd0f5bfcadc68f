import { describe, expect, it } from '@jest/globals'
import type { PackagePlan, Step } from '../../../src/domain/plan.js'
import { fingerprint, plan } from '../../../src/policy/plan/plan.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { DAY, entry, image, index, NOW, type Piece, packageOf, platform } from '../packageOf.js'

const OLD_GO = `min-keep: 0\nrules: [{ name: old, match: { names: ['v*'] }, keep: [] }]`

function planned(pieces: Readonly<Record<string, Piece>>, text = OLD_GO): PackagePlan {
  const inventory = packageOf({ ...pieces, main: { tags: ['main'], daysAgo: 0, manifest: image({ size: 1 }) } })
  const [own] = plan([inventory], policyOf(text, 'container'), NOW, 'octo-org').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

const deletions = ({ steps }: PackagePlan): readonly Extract<Step, { kind: 'delete' }>[] =>
  steps.filter((step) => step.kind === 'delete')

describe('what a step records', () => {
  it('a step records the role, the owners that must be deleted before, the entries, and what it refers to', () => {
    const tag = `sha256-${digestOf('v1').slice('sha256:'.length)}.sig`
    const pieces = {
      v1: { tags: ['v1'], manifest: index(platform('amd64'), platform('away')) },
      amd64: {},
      sbom: { manifest: image({ subject: digestOf('amd64') }) },
      signature: { tags: [tag], manifest: image() }
    }
    const said = deletions(planned(pieces)).map(({ version, role, after, children, subject, unit }) => ({
      id: version.id,
      role,
      after,
      children,
      subject,
      unit
    }))
    const none = { children: [], unit: 1 }
    expect(said).toEqual([
      { id: 1, role: 'root', after: [], children: [digestOf('amd64'), digestOf('away')], subject: undefined, unit: 1 },
      { id: 4, role: 'referrer', after: [1], subject: digestOf('v1'), ...none },
      { id: 2, role: 'child', after: [1], subject: undefined, ...none },
      { id: 3, role: 'referrer', after: [2], subject: digestOf('amd64'), ...none }
    ])
  })

  it('a step of an old build cache records no blobs, which are not versions and cannot be restored', () => {
    const layer = 'application/vnd.oci.image.layer.v1.tar+gzip'
    const cache = index(
      entry('layer', { mediaType: layer }),
      entry('present', { mediaType: layer }),
      entry('config', { mediaType: 'application/vnd.buildkit.cacheconfig.v0' })
    )
    const [root] = deletions(planned({ v1: { tags: ['v1'], manifest: cache }, present: {} }))
    expect(root?.children).toEqual([digestOf('present')])
  })

  it('steps follow unit by unit, the oldest first: the root, its referrers, its children, their referrers', () => {
    const unit = (name: string, daysAgo: number): Record<string, Piece> => ({
      [`${name}-amd64`]: { daysAgo },
      [`${name}-arm64`]: { daysAgo },
      [name]: { tags: [`v-${name}`], daysAgo, manifest: index(platform(`${name}-amd64`), platform(`${name}-arm64`)) },
      [`${name}-sbom`]: { daysAgo, manifest: image({ subject: digestOf(name) }) },
      [`${name}-of-amd64`]: { daysAgo, manifest: image({ subject: digestOf(`${name}-amd64`) }) }
    })
    const steps = deletions(planned({ ...unit('new', 5), ...unit('old', 7), ...unit('equal', 5) }))
    const order = [3, 4, 1, 5, 2]
    expect(steps.map(({ version }) => version.id)).toEqual([
      ...order.map((id) => id + 5),
      ...order,
      ...order.map((id) => id + 10)
    ])
    const roles = ['root', 'referrer', 'child', 'referrer', 'child']
    expect(steps.map(({ role }) => role)).toEqual([...roles, ...roles, ...roles])
  })

  it('what a referrer owns is deleted with the referrers, before the children', () => {
    const fallback = `sha256-${digestOf('v1').slice('sha256:'.length)}`
    const pieces = {
      v1: { tags: ['v1'], manifest: index(platform('amd64')) },
      amd64: { manifest: image() },
      fallback: { tags: [fallback], manifest: index(entry('bundle')) },
      bundle: { manifest: image() }
    }
    const said = deletions(planned(pieces)).map(({ version, role }) => [version.id, role])
    expect(said).toEqual([
      [1, 'root'],
      [3, 'referrer'],
      [4, 'referrer'],
      [2, 'child']
    ])
  })

  it('steps of a ring delete its named version first', () => {
    const untagged = { manifest: index(entry('b')) }
    const named = { tags: ['v1'], manifest: index(entry('a')) }
    const ids = (pieces: Record<string, Piece>) => deletions(planned(pieces)).map(({ version }) => version.id)
    expect(ids({ a: untagged, b: named })).toEqual([2, 1])
    expect(ids({ b: named, a: untagged })).toEqual([1, 2])
    expect(ids({ above: { tags: ['v2'], daysAgo: 1, manifest: index(entry('a')) }, a: untagged, b: named })).toEqual([
      1, 3, 2
    ])
  })

  it('steps of a ring delete owners before what they own, each with its role', () => {
    const ring = {
      a: { daysAgo: 8, manifest: index(entry('b')) },
      b: { manifest: index(entry('a'), entry('c')) },
      c: { manifest: image() },
      d: { manifest: image({ subject: digestOf('b') }) }
    }
    const untagged = 'min-keep: 0\nrules: [{ name: untagged, match: { tagged: false }, keep: [] }]'
    const own = planned(ring, untagged)
    expect(own.decisions.filter(({ role }) => role === 'root').map(({ version }) => version.id)).toEqual([5, 1])
    const steps = deletions(own)
    const roles = new Map(steps.map(({ version, role }) => [version.id, role]))
    expect(Object.fromEntries(roles)).toEqual({ 1: 'root', 2: 'child', 3: 'child', 4: 'referrer' })
    expect(new Set([...roles.keys()].slice(0, 2))).toEqual(new Set([1, 2]))
  })

  it('a version of a ring that an index lists is its child, whatever else it refers to', () => {
    const pieces = {
      a: { manifest: index(entry('b')) },
      b: { manifest: { ...index(entry('a')), subject: digestOf('root') } },
      root: { manifest: image() }
    }
    const steps = deletions(planned(pieces, 'min-keep: 0\nrules: [{ name: all, match: { tagged: false }, keep: [] }]'))
    const roles = Object.fromEntries(steps.map(({ version, role }) => [version.id, role]))
    expect(roles).toEqual({ 1: 'child', 2: 'child', 3: 'root' })
  })

  it('a ring that another ring owns is a part of that ring', () => {
    const rings = {
      a: { daysAgo: 9, manifest: image({ subject: digestOf('b') }) },
      b: { daysAgo: 8, manifest: { ...index(entry('c')), subject: digestOf('a') } },
      c: { daysAgo: 1, manifest: image({ subject: digestOf('d') }) },
      d: { daysAgo: 2, manifest: image({ subject: digestOf('c') }) }
    }
    const roots = planned(rings).decisions.filter(({ role }) => role === 'root')
    expect(roots.map(({ version }) => version.id)).toEqual([5, 2])
  })

  it('an untag gives the reasons of its tag', () => {
    const text = `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`
    const { steps } = planned({ a: { tags: ['a', 'pr-1'] } }, text)
    const reason = { code: 'not-kept', rule: 'pulls', name: 'pr-1', rank: 1, of: 1, age: 9 * DAY }
    expect(steps.map(({ kind, reasons }) => ({ kind, reasons }))).toEqual([{ kind: 'untag', reasons: [reason] }])
  })

  it('a package that is deleted as a whole has one step', () => {
    const text = 'min-keep: 0\non-empty: delete-package\nrules: [{ name: all, match: {}, keep: [] }]'
    const reasons = [{ code: 'not-kept' }]
    expect(planned({ a: { tags: ['a'] } }, text).steps).toEqual([{ kind: 'delete-package', reasons }])
  })
})

describe('the bytes that deletions free', () => {
  const [base, shared, own] = [1, 2, 3]

  it('are those of manifests and blobs, each once, without blobs that a kept version has too', () => {
    const v1 = { tags: ['v1'], manifest: image({ size: 10, blobs: [base, 1000, shared, 200] }) }
    const v2 = { tags: ['v2'], manifest: image({ size: 20, blobs: [base, 1000, own, 3] }) }
    const other = { tags: ['other'], manifest: image({ blobs: [shared, 200] }) }
    expect(planned({ v1, v2, other }).freed).toBe(10 + 20 + 1000 + 3)
  })

  it('are taken from the index if a manifest was not read', () => {
    const v1 = { tags: ['v1'], manifest: { ...index(entry('part', { platform: 'linux/amd64', size: 7 })), size: 10 } }
    expect(planned({ v1, part: {} }).freed).toBe(17)
  })

  it('are unknown if no manifest was read', () => {
    expect('freed' in planned({ v1: { tags: ['v1'] } })).toBe(false)
    expect(planned({ v1: { tags: ['v1'] }, v2: { tags: ['v2'], manifest: image({ size: 5 }) } }).freed).toBe(5)
  })
})

describe('the fingerprint of a package', () => {
  const [a, b] = packageOf({ a: { tags: ['a', 'x'] }, b: { tags: ['b'] } }).versions
  if (a === undefined || b === undefined) throw new Error('no versions')
  const whole = () => fingerprint([a, b])

  it('is a digest that no order changes', () => {
    expect(whole()).toMatch(/^[0-9a-f]{64}$/)
    expect(fingerprint([b, { ...a, tags: ['x', 'a'] }])).toBe(whole())
  })

  it.each<[string, readonly (typeof a)[]]>([
    ['a version that comes or goes', [a]],
    ['a tag that comes or goes', [{ ...a, tags: ['a'] }, b]],
    [
      'a tag that moves',
      [
        { ...a, tags: ['a'] },
        { ...b, tags: ['b', 'x'] }
      ]
    ],
    ['a version that is touched', [{ ...a, updatedAt: NOW }, b]],
    ['a time that GitHub no longer gives', [{ id: a.id, name: a.name, tags: a.tags, createdAt: NOW - 9 * DAY }, b]],
    ['another push', [{ ...a, createdAt: NOW }, b]],
    ['another id', [{ ...a, id: 9 }, b]],
    ['another name', [{ ...a, name: 'sha256:9' }, b]]
  ])('%s changes it', (_what, versions) => {
    expect(fingerprint(versions)).not.toBe(whole())
  })
})
