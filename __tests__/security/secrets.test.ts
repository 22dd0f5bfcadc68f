import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { ScenarioPackage } from '../../simulator/scenario/scenario.js'
import type { RequestKind } from '../../simulator/server/kinds.js'
import { DAY, HASTY, type Inputs, OWNER, type Ran, simulate, start, workspace } from '../e2e/harness.js'
import { ABOUT_BOTH, worldOf } from '../e2e/registry.js'

/** As long as GitHub's own, and with characters that look different when they are encoded. */
const token = `ghp_${'aB3/+x~9'.repeat(5)}`

/** What a token looks like in an Authorization header, in an address and where a server quotes either. */
const forms = [
  token,
  encodeURIComponent(token),
  Buffer.from(token).toString('base64'),
  Buffer.from(`x:${token}`).toString('base64'),
  Buffer.from(`octocat:${token}`).toString('base64')
]
const echo = `you sent ${forms.join(' and ')}, which is wrong`

const age = (days: number): string => `${days * 10}d`
const packages: readonly ScenarioPackage[] = [
  {
    owner: OWNER,
    type: 'npm',
    name: 'web',
    repository: `${OWNER}/web`,
    versions: Object.fromEntries([1, 2, 3, 4].map((n) => [`1.${n}.0`, age(9 - n)]))
  },
  {
    owner: OWNER,
    type: 'container',
    name: 'app',
    versions: [1, 2, 3].map((n) => ({ image: 'multi-arch', tags: [`v1.${n}`], at: age(9 - n) }))
  }
]

/** A server that answers requests of this kind by quoting what it was sent. */
async function stage(kind: RequestKind, status: number) {
  const simulator = await simulate(worldOf(packages, token))
  const body = JSON.stringify({ message: echo, errors: [{ code: 'DENIED', message: echo }] })
  simulator.addFault({ kind }, { status, body, headers: { 'x-oauth-scopes': echo, 'x-github-sso': echo } })
  return simulator
}

const inputs: Inputs = { token, ...ABOUT_BOTH, match: '*', 'keep-last': '1' }

/** Every file below a folder, as text. */
function everything(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

describe('a token that a server repeats in its answers', () => {
  const kinds: readonly (readonly [RequestKind, number])[] = [
    ['account', 403],
    ['registry-token', 403],
    ['get-manifest', 403],
    ['packument', 403],
    ['get-package', 404],
    ['list-versions', 403],
    ['delete-version', 403],
    ['delete-version', 422],
    ['delete-version', 301]
  ]
  it.each(kinds)('is in nothing that a run shows or writes (%s %i)', async (kind, status) => {
    const simulator = await stage(kind, status)
    const { log, outputs, summary } = await start(simulator, inputs, HASTY).ended
    // The rest of what the server said is shown: it says what is wrong.
    expect(log).toMatch(/you sent \*\*\*|the npm registry answers 403/)
    expectNone(forms, { log, outputs, summary })
  })

  it('is in nothing that a run shows or writes where it is a tag or a version', async () => {
    const name = `ghp_${'aB3x9'.repeat(8)}`
    const encoded = Buffer.from(name).toString('base64')
    const world = worldOf(packages, name)
    for (const [type, part] of [
      ['npm', 'web'],
      ['container', 'app']
    ] as const) {
      const ref = { owner: OWNER, type, name: part }
      for (const text of [name, encoded.replaceAll('=', '')]) {
        world.addVersion(ref, { name: `1.0.0-${text}`, tags: [`t-${text}`], createdAt: Date.now() - 90 * DAY })
      }
    }
    const { log, outputs, summary } = await start(await simulate(world), { ...inputs, token: name }, HASTY).ended
    expect(log).toContain('1.0.0-***')
    expect(outputs['plan-file']).toBeDefined()
    expectNone([name, encoded.replaceAll('=', '')], { log, outputs, summary })
  })
})

function expectNone(secrets: readonly string[], { log, outputs, summary }: Pick<Ran, 'log' | 'outputs' | 'summary'>) {
  const written = [
    { path: 'log', text: log },
    { path: 'outputs', text: JSON.stringify(outputs) },
    { path: 'summary', text: summary },
    ...everything(workspace)
  ]
  for (const { path, text } of written)
    expect({ path, found: secrets.filter((secret) => text.includes(secret)) }).toEqual({ path, found: [] })
}
