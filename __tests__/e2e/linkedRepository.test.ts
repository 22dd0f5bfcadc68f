import { expect, it } from '@jest/globals'
import type { Simulator } from '../../simulator/simulator.js'
import { DAY, type Inputs, newWorld, OWNER, runHere, runInMemory, simulate } from './harness.js'

const MONO = `${OWNER}/mono`
const linkedTo = (repository?: string) => (repository === undefined ? {} : { repository })

/** npm packages, each with three old versions, by the repository that GitHub links them to. */
async function served(packages: Readonly<Record<string, string | undefined>>): Promise<Simulator> {
  const world = newWorld()
  world.addRepository(MONO, {
    branches: ['trunk'],
    defaultBranch: 'trunk',
    releases: ['v1.0.2'],
    tags: ['v1.0.2'],
    pulls: [7],
    deployments: [{ environment: 'production', ref: 'v1.0.2', statuses: ['success'] }]
  })
  world.addRepository(`${OWNER}/other`)
  for (const [name, repository] of Object.entries(packages)) {
    const ref = { owner: OWNER, type: 'npm', name } as const
    world.addPackage({ ...ref, createdAt: Date.now() - 90 * DAY, ...linkedTo(repository) })
    for (const version of [0, 1, 2]) {
      world.addVersion(ref, { name: `1.0.${version}`, createdAt: Date.now() - (80 - version) * DAY })
    }
  }
  return simulate(world)
}

const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`lib-${index}`, MONO]))
const npm: Inputs = { 'package-name': '*', 'package-type': 'npm' }
const asked = ({ log }: Simulator, path: RegExp) => log.filter((entry) => path.test(entry.path)).length

it('a repository that fifty packages are linked to is read once in a run', async () => {
  const simulator = await served(fifty)
  const protect = `releases: true, git-tags: true, branches: true, open-pull-requests: 'x-{number}', deployments: { environments: [production] }`
  const ran = await runInMemory(simulator, {
    ...npm,
    policy: `version: 1\nprotect: { ${protect} }\nrules: [{ match: { names: ['*'] }, keep: [] }]`
  })
  expect([ran.status, ran.outputs['deleted-count']]).toEqual([0, '100'])
  const parts = ['releases', 'tags', 'branches', 'pulls', 'deployments', 'deployments/\\d+/statuses']
  expect(parts.map((part) => asked(simulator, new RegExp(`/repos/${MONO}/${part}$`)))).toEqual([1, 1, 1, 1, 1, 1])
})

it('match-branch that spells the default branch fails the whole run before a list of versions is read', async () => {
  const simulator = await served({ app: MONO, web: undefined })
  const ran = await runHere(simulator, { ...npm, 'match-branch': 'Trunk' })
  expect([ran.status, ran.report?.failure?.code]).toEqual([1, 'config'])
  expect(ran.report?.failure?.message).toBe(
    `match-branch (or branch in a rule) is refused: it spells the default branch of ${MONO}.`
  )
  expect(asked(simulator, /\/versions/)).toBe(0)
  expect(asked(simulator, new RegExp(`/repos/${MONO}$`))).toBe(1)
})

const mixed = { 'lib-a': MONO, 'lib-b': `${OWNER}/other`, 'lib-c': undefined, 'lib-d': MONO }
const everything = "rules: [{ match: { names: ['*'] }, keep: [] }]"
const listed = ({ log }: Simulator) =>
  [...new Set(log.flatMap(({ path }) => /packages\/npm\/([^/]+)\/versions$/.exec(path)?.[1] ?? []))].sort()

it.each<[string, Inputs]>([
  ['the input', { match: '*', 'linked-to': MONO.toUpperCase() }],
  ['a policy', { policy: `version: 1\nlinked-to: ${MONO}\n${everything}` }]
])(
  'linked-to of %s selects the packages that GitHub links to the repository, and reads no other',
  async (_, inputs) => {
    const simulator = await served(mixed)
    const ran = await runHere(simulator, { ...npm, ...inputs })
    expect([ran.status, ran.outputs['deleted-count']]).toEqual([0, '4'])
    expect(listed(simulator)).toEqual(['lib-a', 'lib-d'])
    expect(ran.log).toContain(
      'notice: GitHub does not show which repository these packages are linked to, so linked-to selects none of them: lib-c'
    )
  }
)

it('linked-to leaves a package alone that is named and linked to another repository', async () => {
  const simulator = await served(mixed)
  const about = { 'package-name': 'lib-b', 'package-type': 'npm', match: '*' }
  const ran = await runHere(simulator, { ...about, 'linked-to': MONO })
  expect([ran.status, ran.outputs['planned-count'], listed(simulator)]).toEqual([0, '0', []])
  expect(ran.log).toContain(`notice: GitHub links none of the 1 packages to ${MONO} (linked-to)`)
})

it('the matrix lists the packages that linked-to selects', async () => {
  const ran = await runHere(await served(mixed), { ...npm, operation: 'packages', 'linked-to': MONO })
  expect(JSON.parse(ran.outputs.matrix ?? '').include).toEqual([
    expect.objectContaining({ 'package-name': 'lib-a' }),
    expect.objectContaining({ 'package-name': 'lib-d' })
  ])
})
