import { describe, expect, it } from '@jest/globals'
import { builders } from '../../simulator/images/builders.js'
import { singleImage } from '../../simulator/images/singleImage.js'
import type { Simulator } from '../../simulator/simulator.js'
import type { PackageType } from '../../simulator/world/package.js'
import type { World } from '../../simulator/world/world.js'
import { ALL } from '../amount.js'
import { count, DAY, deletedIds, type Inputs, newWorld, OWNER, type RanHere, runInMemory, simulate } from './harness.js'

type Registry = { readonly world: World; readonly about: Inputs; readonly policy: Inputs }

const TYPES = ['npm', 'maven', 'rubygems', 'nuget', 'docker'] as const satisfies readonly PackageType[]

function versions(type: Exclude<PackageType, 'container'>): Registry {
  const world = newWorld()
  const ref = { owner: OWNER, type, name: 'lib' }
  world.addPackage({ ...ref, ...(type === 'npm' && { distTags: { latest: '1.0.9', next: '1.0.3' } }) })
  const at = (index: number) => ({ createdAt: Date.now() - (20 - index) * DAY })
  const docker = type === 'docker'
  for (let index = 0; index < 10; index += 1) {
    const name = docker ? `sha256:${String(index).repeat(64)}` : `1.0.${index}`
    world.addVersion(ref, { name, ...at(index), ...(docker && { tags: [`1.0.${index}`, `build-${index}`] }) })
  }
  if (docker) world.addVersion(ref, { name: 'docker-base-layer', ...at(0) })
  if (type === 'maven') world.addVersion(ref, { name: '1.1.0-SNAPSHOT', ...at(1), updatedAt: Date.now() - DAY })
  return { world, about: { 'package-name': 'lib', 'package-type': type }, policy: { match: '*', 'keep-last': '2' } }
}

/** A package with one thing of the kind, beside an image that stays. */
function container(kind: string): Registry {
  const world = newWorld()
  const old = Date.now() - 10 * DAY
  const artifacts =
    builders[kind]?.({ seed: kind, tags: ['old'], settings: kind === 'signed-image' ? SIGNED : {} }) ?? []
  world.push(OWNER, 'lib', artifacts, [], old)
  world.push(OWNER, 'lib', [singleImage('stays', { tags: ['v1'] })], [], old)
  const policy = { match: 'old*, second*', 'keep-last': '0', 'delete-untagged': 'true' }
  return { world, about: { 'package-name': 'lib', 'package-type': 'container' }, policy }
}

const SIGNED = {
  attestations: 'subject',
  cosign: ['signature', 'attestation'],
  referrers: ['cosign-bundle', 'github-attestation'],
  platformReferrers: ['sbom'],
  referrersOfReferrers: ['cosign-bundle']
}
const KINDS = Object.keys(builders)

const registries: readonly (readonly [string, () => Registry])[] = [
  ...TYPES.map((type) => [`a package of type ${type}`, () => versions(type)] as const),
  ...KINDS.map((kind) => [`a container package with a ${kind}`, () => container(kind)] as const)
]

async function well(simulator: Simulator, inputs: Inputs): Promise<RanHere> {
  const ran = await runInMemory(simulator, inputs)
  expect(ran.status === 0 ? '' : ran.log).toBe('')
  return ran
}

/** An image that lacked something before it was deleted; only a receipt knows that it did. */
const LACKING = /(partial|ghost)-index/

/** Restores all; without a receipt an image that lacks something counts as incomplete. */
async function restored(simulator: Simulator, inputs: Inputs, name: string): Promise<RanHere> {
  if (!LACKING.test(name) || 'receipt-file' in inputs) return well(simulator, inputs)
  const ran = await runInMemory(simulator, inputs)
  expect(ran.log).toMatch(/failed: .*\b1 incomplete\.\n.*: incomplete: it lists .* that GitHub does not have any more/)
  return ran
}

/** Ways to ask for what a prune deleted, all of it. */
const ways: readonly (readonly [string, (pruned: RanHere, gone: readonly number[], about: Inputs) => Inputs])[] = [
  ['its receipt', ({ outputs }) => ({ 'receipt-file': outputs['receipt-file'] ?? '' })],
  ['ids', (_, gone, about) => ({ ...about, 'version-ids': gone.join(',') })],
  ['deleted-within', (_, _gone, about) => ({ ...about, 'deleted-within': '1h' })]
]

describe.each(registries)('%s', (name, make) => {
  // The sample asks for a package in one way, and in each way for some package.
  const nth = registries.findIndex(([each]) => each === name) % ways.length

  it('loses in a prune exactly what its dry run lists, and gets it back by receipt, ids or deleted-within', async () => {
    const { world, about, policy } = make()
    const simulator = await simulate(world)
    const before = world.snapshot()
    const inputs = { ...about, ...policy }
    const dry = await well(simulator, { ...inputs, 'dry-run': 'true' })
    expect(world.snapshot()).toEqual(before)
    const listed = dry.report?.plan?.packages.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'delete' ? [step.version.id] : []))
    )
    for (const [way, ask] of ALL ? ways : ways.slice(nth, nth + 1)) {
      const pruned = await well(simulator, inputs)
      const gone = [...deletedIds(world.snapshot())]
      expect(gone.toSorted()).toEqual(listed?.toSorted())
      expect(gone).not.toHaveLength(0)
      expect(count(pruned, 'deleted-count')).toBe(gone.length)

      const asked = { operation: 'restore', ...ask(pruned, gone, about) }
      const would = await well(simulator, { ...asked, 'dry-run': 'true' })
      expect(count(would, 'planned-count')).toBe(gone.length)
      expect([...deletedIds(world.snapshot())]).toEqual(gone)
      const back = await restored(simulator, asked, name)
      expect({ way, snapshot: world.snapshot() }).toEqual({ way, snapshot: before })
      expect(count(back, 'restored-count')).toBe(gone.length)
    }
  })

  it('comes back whole when the package itself was deleted', async () => {
    const { world, about } = make()
    const simulator = await simulate(world)
    const before = world.snapshot()
    const { 'package-name': name = '', 'package-type': type } = about
    world.deletePackage({ owner: OWNER, name, type: type as PackageType })
    await well(simulator, { ...about, operation: 'restore', 'restore-package': 'true' })
    expect(world.snapshot()).toEqual(before)
  })
})

describe('by patterns', () => {
  it.each(TYPES)('versions of type %s come back by their names', async (type) => {
    const { world, about, policy } = versions(type)
    const simulator = await simulate(world)
    const before = world.snapshot()
    await well(simulator, { ...about, ...policy })
    await well(simulator, { ...about, operation: 'restore', match: '1.*' })
    expect(world.snapshot()).toEqual(before)
  })

  // A dangling referrer, a signature store and a ring have no name to ask for.
  const named = KINDS.filter((kind) => container(kind).world.resolveTag(OWNER, 'lib', 'old') !== undefined)
  it.each(named)('the tag of a %s comes back with all that it names', async (kind) => {
    const { world, about, policy } = container(kind)
    const simulator = await simulate(world)
    const before = world.checkTag(OWNER, 'lib', 'old')
    await well(simulator, { ...about, ...policy })
    expect(world.resolveTag(OWNER, 'lib', 'old')).toBeUndefined()
    await restored(simulator, { ...about, operation: 'restore', match: 'old*' }, kind)
    expect(world.checkTag(OWNER, 'lib', 'old')).toEqual(before)
  })
})

describe('a package that would be empty', () => {
  it('is deleted as a whole on explicit request only, and its receipt brings it back', async () => {
    const { world, about } = versions('npm')
    const simulator = await simulate(world)
    const before = world.snapshot()
    const all =
      "version: 1\nmin-keep: 0\nprotect: { dist-tags: false }\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]"
    await well(simulator, { ...about, policy: all })
    const [kept] = Object.values(world.snapshot())
    expect(kept?.deleted).toBe(false)
    expect(kept?.versions.filter(({ deleted }) => !deleted)).toHaveLength(1)
    await well(simulator, { ...about, operation: 'restore', 'deleted-within': '1h' })
    expect(world.snapshot()).toEqual(before)

    const emptied = await well(simulator, { ...about, policy: `${all}\non-empty: delete-package` })
    expect(Object.values(world.snapshot()).map(({ deleted }) => deleted)).toEqual([true])
    expect(count(emptied, 'deleted-count')).toBe(10)
    await well(simulator, { operation: 'restore', 'receipt-file': emptied.outputs['receipt-file'] ?? '' })
    expect(world.snapshot()).toEqual(before)
  })
})
