import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from '@jest/globals'
import { singleImage } from '../../simulator/images/singleImage.js'
import { DAY, type Inputs, newWorld, OWNER, type Ran, runHere, simulate, workspace } from './harness.js'

const ABOUT: Inputs = { 'package-name': 'app', 'package-type': 'container' }
const REPOSITORY = { GITHUB_REPOSITORY: `${OWNER}/app` }
const TAGS = ['1.0.0', '1.1.0', 'feature-x', 'feature-x-0a1b2c3', 'main', 'sha-1111111']

/** Prunes a package with one image for each tag; the tags that are left. */
async function prune(inputs: Inputs): Promise<Ran & { readonly left: readonly string[] }> {
  const world = newWorld()
  for (const [index, tag] of TAGS.entries()) {
    world.push(OWNER, 'app', [singleImage(tag, { tags: [tag] })], [], Date.now() - (60 + index) * DAY)
  }
  world.addRepository(`${OWNER}/app`, {
    branches: ['main', 'Release/1.0.0'],
    tags: ['v1.1.0'],
    deployments: [{ environment: 'production', ref: 'main', sha: '1'.repeat(40), statuses: ['success'] }]
  })
  const simulator = await simulate(world)
  const inRepository = { ...simulator, environment: { ...simulator.environment, ...REPOSITORY } }
  const ran = await runHere(inRepository, { ...ABOUT, 'min-keep': '0', 'max-delete': '100%', ...inputs })
  const versions = Object.values(world.snapshot()).flatMap((each) => (each.deleted ? [] : each.versions))
  return { ...ran, left: versions.flatMap(({ tags, deleted }) => (deleted ? [] : tags)).sort() }
}

const policy = (protect: string): Inputs => ({
  policy: `version: 1\nmin-keep: 0\nmax-delete: 100%\nprotect: ${protect}\nrules: [{ match: { names: ['*'] }, keep: [] }]`,
  'min-keep': '',
  'max-delete': ''
})

function write(name: string, text: string | Buffer): void {
  const path = join(workspace, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

it('keep takes an image reference', async () => {
  const ran = await prune({ match: '*', keep: 'ghcr.io/octo-org/app:1.0.0' })
  expect(ran.left).toEqual(['1.0.0'])
})

it('names-from takes what kubectl prints, in the encoding of PowerShell too', async () => {
  write('pods.txt', Buffer.from('\ufeffghcr.io/octo-org/app:1.0.0\r\nnginx:1.27\r\n', 'utf16le'))
  const ran = await prune({ match: '*', 'names-from': 'pods.txt' })
  expect(ran.left).toEqual(['1.0.0'])
})

it('a names-from of which no line fits ends the run before anything is deleted', async () => {
  write('pods.txt', 'ghcr.io/acme/app:1.0.0\n')
  const ran = await prune({ match: '*', 'names-from': 'pods.txt' })
  expect([ran.status, ran.left.length]).toEqual([1, TAGS.length])
  expect(ran.log).toContain('pods.txt (names-from): not one line fits')
})

it('files of the workspace keep what they refer to, and the plan says where', async () => {
  write('deploy/a/app.yaml', 'kind: Pod\nspec:\n  image: ghcr.io/octo-org/app:1.0.0\n')
  const ran = await prune(policy("{ references: 'deploy/**' }"))
  expect([ran.status, ran.left]).toEqual([0, ['1.0.0']])
  expect(ran.log).toContain('1.0.0 in deploy/a/app.yaml line 3')
})

it.each([
  ['fits no file', 'nowhere/**', 'it fits no file of the workspace'],
  ['names a folder', 'folder', 'write folder/**'],
  ['leads out of the workspace', 'out/**', 'outside of the workspace'],
  ['climbs', '../**', 'relative to the workspace']
])('a glob that %s is refused', async (_what, glob, said) => {
  write('folder/app.yaml', 'image: ghcr.io/octo-org/app:1.0.0\n')
  mkdirSync(join(workspace, 'out'), { recursive: true })
  const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'))
  writeFileSync(join(elsewhere, 'secret.yaml'), 'x')
  rmSync(join(workspace, 'out', 'link.yaml'), { force: true })
  symlinkSync(join(elsewhere, 'secret.yaml'), join(workspace, 'out', 'link.yaml'))
  const ran = await prune(policy(`{ references: '${glob}' }`))
  rmSync(elsewhere, { recursive: true })
  expect([ran.status, ran.left.length]).toEqual([1, TAGS.length])
  expect(ran.log).toContain(said)
})

it('match-branch deletes what belongs to a branch that is gone', async () => {
  const ran = await prune({ 'match-branch': 'feature/x' })
  expect(ran.left).toEqual(['1.0.0', '1.1.0', 'main', 'sha-1111111'])
})

it('match-branch is refused for the default branch', async () => {
  const ran = await prune({ 'match-branch': 'main' })
  expect([ran.status, ran.left.length]).toEqual([1, TAGS.length])
  expect(ran.log).toContain('it spells what is usually the default branch')
})

it('git tags, branch patterns and deployments of the linked repository keep what they name', async () => {
  const ran = await prune(
    policy("{ git-tags: true, branches: ['{branch}'], deployments: { environments: [production] } }")
  )
  expect([ran.status, ran.left]).toEqual([0, ['1.1.0', 'main', 'sha-1111111']])
})

it('an environment without a deployment is an error', async () => {
  const ran = await prune(policy('{ deployments: { environments: [prod] } }'))
  expect([ran.status, ran.left.length]).toEqual([1, TAGS.length])
  expect(ran.log).toContain('no deployment to the environment prod')
})

it('on-empty: delete-package needs no other setting', async () => {
  const ran = await prune({ match: '*', 'on-empty': 'delete-package', 'min-keep': '' })
  expect([ran.status, ran.left]).toEqual([0, []])
})
