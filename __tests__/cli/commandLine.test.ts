import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Simulator, startSimulator } from '../../simulator/simulator.js'
import { commandLine } from '../../src/commandLine.js'

const bundle = resolve(process.env.BUNDLE ?? 'dist/index.js')
const token = 'ghp_token_of_mona_1234567890'

let simulator: Simulator
let directory: string

beforeEach(async () => {
  simulator = await startSimulator({
    owners: { acme: { type: 'Organization' } },
    tokens: { [token]: { scopes: ['read:packages', 'write:packages', 'delete:packages'] } },
    packages: [
      {
        owner: 'acme',
        type: 'npm',
        name: 'web',
        repository: 'acme/web',
        distTags: { latest: '1.4.0' },
        versions: { '1.0.0': '50d', '1.1.0': '40d', '1.2.0': '30d', '1.3.0': '20d', '1.4.0': '10d' }
      }
    ]
  })
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'command-line-')))
})

afterEach(async () => {
  await simulator.stop()
  rmSync(directory, { recursive: true, force: true })
})

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

type Variables = Readonly<Record<string, string>>

function environment(more: Variables): NodeJS.ProcessEnv {
  const foreign = /^(INPUT|GITHUB|RUNNER|ACTIONS)_|_PROXY$|^GH_TOKEN$/i
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return { ...Object.fromEntries(own), GH_TOKEN: token, GITHUB_API_URL: simulator.url, ...more }
}

/** The command line in this process, which starts a hundred times as fast. */
async function run(args: readonly string[], more: Variables = {}): Promise<Ended> {
  const names = ['env', 'stdin', 'stdout', 'stderr'] as const
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(process, name) ?? {}] as const)
  const home = process.cwd()
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const instead = { env: environment(more), stdin, stdout, stderr }
  for (const name of names) Object.defineProperty(process, name, { configurable: true, value: instead[name] })
  process.chdir(directory)
  try {
    const status = await commandLine(args)
    const [out, err] = [stdout, stderr].map((stream) => String(stream.read() ?? ''))
    return { status, out: out ?? '', err: err ?? '' }
  } finally {
    process.chdir(home)
    for (const [name, descriptor] of before) Object.defineProperty(process, name, descriptor)
  }
}

function runBundle(args: readonly string[], more: Variables = {}): Promise<Ended> {
  const env = environment(more)
  return new Promise((settle, reject) => {
    const child = spawn(process.execPath, [bundle, ...args], { cwd: directory, env })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.on('error', reject)
    child.on('close', (status) => settle({ status, out, err }))
  })
}

const servers = () => ['--registry-url', simulator.registryUrl, '--npm-registry-url', simulator.npmUrl]
const web = () => ['--owner', 'acme', '--package-name', 'web', '--package-type', 'npm', ...servers()]
const names = () => [...simulator.world.packages()].flatMap(({ byName }) => [...byName.keys()])

interface Result {
  readonly 'planned-count': number
  readonly 'receipt-file': string
  readonly 'plan-file': string
  readonly failure: string | null
}

describe('the command line', () => {
  it('of the bundle plans, prunes exactly that, and restores it from the receipt alone', async () => {
    const before = names()
    const plan = await runBundle(['plan', ...web(), '--match', '*', '--keep-last', '2'])
    expect(plan).toMatchObject({ status: 0, err: '' })
    expect(plan.out).toContain('2 of 5 versions')
    expect(names()).toEqual(before)

    const pruned = await runBundle(['prune', ...web(), '--match', '*', '--keep-last', '2', '--json'])
    const result = JSON.parse(pruned.out) as Result
    expect(result).toMatchObject({ 'planned-count': 2, 'deleted-count': 2, changed: true, failure: null })
    expect(names()).toEqual(['1.2.0', '1.3.0', '1.4.0'])
    expect(result['receipt-file'].startsWith(join(directory, '.package-retention'))).toBe(true)
    expect(existsSync(result['plan-file'])).toBe(true)

    const restored = await runBundle(['restore', '--receipt-file', result['receipt-file'], ...servers()])
    expect(restored.status).toBe(0)
    expect(names().sort()).toEqual(before.sort())
  })

  it('applies a saved plan, whose owner it takes from the plan', async () => {
    const plan = JSON.parse((await run(['plan', ...web(), '--match', '*', '--keep-last', '2', '--json'])).out) as Result
    expect(await run(['apply', '--plan-file', plan['plan-file'], ...servers()])).toMatchObject({ status: 0 })
    expect(names()).toEqual(['1.2.0', '1.3.0', '1.4.0'])
  })

  it('lists packages', async () => {
    const { status, out } = await run([
      'packages',
      '--owner',
      'acme',
      '--package-name',
      '*',
      '--package-type',
      'npm',
      ...servers()
    ])
    expect(status).toBe(0)
    expect(out).toContain('acme/web')
    const json = await run(['packages', ...web(), '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ summary: { packages: [{ name: 'web', versions: 5 }] } })
    expect(json.out).not.toContain('total')
  })

  it('explains a version from the server or from a saved plan, and suggests the nearest name', async () => {
    const live = await run(['explain', '1.3.0', ...web(), '--match', '*', '--keep-last', '2'])
    expect(live).toMatchObject({ status: 0, err: '' })
    expect(live.out).toContain('1.3.0 (version ')
    expect(live.out).toContain('It would be deleted if rule inputs had at most last: 0.')
    const plan = JSON.parse((await run(['plan', ...web(), '--match', '*', '--keep-last', '2', '--json'])).out) as Result
    const saved = await run(['explain', '1.0.0', '--plan-file', plan['plan-file']], { GH_TOKEN: '' })
    expect(saved).toMatchObject({ status: 0, err: '' })
    expect(saved.out).toContain('is deleted.')
    const elsewhere = ['--plan-file', plan['plan-file'], '--package-name', 'other']
    expect((await run(['explain', '1.0.0', ...elsewhere], { GH_TOKEN: '' })).status).toBe(2)
    const json = await run(['explain', '1.3.0', ...web(), '--match', '*', '--keep-last', '2', '--json'])
    expect(JSON.parse(json.out).summary.explained).toMatchObject([
      {
        package: { owner: 'acme', type: 'npm', name: 'web' },
        version: { name: '1.3.0', tags: [] },
        verdict: 'keep',
        reasons: [{ code: 'last', rule: 'inputs', rank: 1 }],
        chain: [],
        changes: [{ kind: 'keep-fewer', rule: 'inputs', key: 'last', count: 0 }],
        deletedAt: null,
        fromPlan: false
      }
    ])
    const none = await run(['explain', '1.0.1', ...web(), '--match', '*', '--keep-last', '2'])
    expect(none).toMatchObject({ status: 2 })
    expect(none.err).toMatch(/No version of web has the name, digest or id 1\.0\.1\. Did you mean "1\./)
  })

  it('shows and compares saved plans and receipts, without a token, with the exit codes of Terraform', async () => {
    const make = async (keep: string): Promise<string> =>
      (JSON.parse((await run(['plan', ...web(), '--match', '*', '--keep-last', keep, '--json'])).out) as Result)[
        'plan-file'
      ]
    const [two, three, all] = [await make('2'), await make('3'), await make('9')]
    const noToken = { GH_TOKEN: '' }
    expect(await run(['show', all], noToken)).toMatchObject({ status: 0, err: '' })
    const shown = await run(['show', two, '--format', 'csv'], noToken)
    expect(shown.status).toBe(2)
    expect(shown.out.split('\n')[1]).toMatch(
      /^deleted,npm\/acme\/web,1\.1\.0,,\d+,version,\d{4}-\d\d-\d\d,"not kept: rank 3 of 4, 40 days old/
    )
    expect(await run(['diff', two, two], noToken)).toMatchObject({ status: 0 })
    const different = await run(['diff', two, three, '--format', 'json'], noToken)
    expect(different.status).toBe(2)
    expect(JSON.parse(different.out).rows).toEqual([
      expect.objectContaining({ before: 'deleted', after: 'kept', names: '1.1.0' })
    ])
    const pruned = await run(['prune', ...web(), '--match', '*', '--keep-last', '2', '--json'])
    const receipt = (JSON.parse(pruned.out) as Result)['receipt-file']
    const listed = await run(['show', receipt, '--format', 'markdown'], noToken)
    expect(listed.status).toBe(2)
    expect(listed.out).toContain('| delete | done |')
    expect(await run(['diff', two, receipt], noToken)).toMatchObject({ status: 1 })
    const damaged = join(directory, 'damaged.jsonl')
    writeFileSync(damaged, readFileSync(receipt, 'utf8').replace('\n', '\nnot a line\n'))
    const told = 'Lines that cannot be read are left out: line 2 is not JSON: not a line.'
    expect((await run(['show', damaged], noToken)).out).toContain(told)
    expect((await run(['show', damaged, '--format', 'csv'], noToken)).err).toContain(told)
    writeFileSync(damaged, readFileSync(receipt, 'utf8').slice(0, -5))
    expect((await run(['show', damaged], noToken)).out).toContain('Its last line is cut off.')
    writeFileSync(damaged, readFileSync(receipt, 'utf8').replace('"version":1', '"version":9'))
    const unread = await run(['show', damaged], noToken)
    expect(unread).toMatchObject({ status: 1, out: '' })
    expect(unread.err).toContain(`${damaged}: `)
    expect(await run(['show', 'missing.json'], noToken)).toMatchObject({ status: 1, out: '' })
  })

  it('of the bundle has the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as { version: string }
    expect(await runBundle(['--version'], { GH_TOKEN: '' })).toEqual({ status: 0, out: `${version}\n`, err: '' })
  })

  it('writes where it is told, and reads a policy from anywhere', async () => {
    const policy = join(directory, '..', `policy-${process.pid}.yaml`)
    writeFileSync(policy, 'version: 1\nrules:\n  - { packages: [web], types: [npm], match: {}, keep: [{ last: 2 }] }\n')
    const { status, out } = await run([
      'plan',
      '--owner',
      'acme',
      '--policy-file',
      policy,
      '--output-directory',
      'out',
      ...servers()
    ])
    rmSync(policy)
    expect({ status, out }).toMatchObject({ status: 0 })
    expect(out).toContain(join(directory, 'out'))
  })

  it.each([
    ['a mistyped flag', ['prune', '--keep-lats', '5'], 'Did you mean "keep-last"?'],
    ['a value that is not a number', ['plan', '--keep-last', 'five'], '- --keep-last: '],
    ['a missing token', ['plan', '--keep-last', '5'], 'set GH_TOKEN'],
    ['a file that is not a receipt', ['restore', '--receipt-file', 'x.jsonl'], 'x.jsonl']
  ])(
    'says what is wrong with %s, with exit code 2, and asks the server nothing',
    async (what, [command = '', ...flags], text) => {
      const scope = command === 'restore' ? servers() : web()
      const { status, err } = await run(
        [command, ...scope, ...flags],
        what === 'a missing token' ? { GH_TOKEN: '' } : {}
      )
      expect(status).toBe(2)
      expect(err).toContain(text)
      expect(simulator.log).toEqual([])
    }
  )

  it('ends with exit code 1 where something failed, and says it in JSON too', async () => {
    simulator.world.addToken({ value: 'ghp_reader_1234567890', scopes: ['read:packages'] })
    const { status, out, err } = await run(['prune', ...web(), '--match', '*', '--keep-last', '2', '--json'], {
      GH_TOKEN: 'ghp_reader_1234567890'
    })
    expect(status).toBe(1)
    expect((JSON.parse(out) as Result).failure).toContain('delete:packages')
    expect(err).toContain('delete:packages')
    expect(names()).toHaveLength(5)
  })

  it('says of a mistake in JSON too that nothing was done', async () => {
    const { status, out } = await run(['plan', ...web(), '--match', '*', '--keep-last', 'five', '--json'])
    expect(status).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      'planned-count': 0,
      'failed-count': 0,
      changed: false,
      failure: expect.stringContaining('- --keep-last: ')
    })
  })

  it('takes GITHUB_TOKEN where GH_TOKEN is not set, and shows the token nowhere', async () => {
    const { status, out, err } = await run(['plan', ...web(), '--match', '*', '--keep-last', '2', '--debug'], {
      GH_TOKEN: '',
      GITHUB_TOKEN: token
    })
    expect(status).toBe(0)
    expect(out + err).not.toContain(token)
  })

  it('writes nothing to the files of a runner', async () => {
    const output = join(directory, 'output')
    writeFileSync(output, '')
    await run(['plan', ...web(), '--match', '*', '--keep-last', '2'], {
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: output
    })
    expect(readFileSync(output, 'utf8')).toBe('')
  })

  it('reads for a policy no file outside of the current directory, though a flag may name one', async () => {
    const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'elsewhere-')))
    try {
      const [policy, secret] = [join(elsewhere, 'policy.yml'), join(elsewhere, 'secret')]
      writeFileSync(secret, 'hunter2\n')
      symlinkSync(secret, join(directory, 'link'))
      writeFileSync(join(directory, 'own'), '1.0.0\n')
      const plan = (namesFrom: string): Promise<Ended> => {
        const rule = "{ match: { names: ['*'] }, keep: [{ last: 1 }] }"
        writeFileSync(policy, `version: 1\nprotect: { names-from: '${namesFrom}' }\nrules: [${rule}]\n`)
        return run(['plan', ...web(), '--policy-file', policy])
      }
      for (const path of [secret, 'link']) {
        const ended = await plan(path)
        expect(ended.status).toBe(2)
        expect(ended.err).toMatch(/policy\.yml:2:.*outside/)
        expect(ended.out + ended.err).not.toContain('hunter2')
      }
      expect(await plan('own')).toMatchObject({ status: 0, err: '' })
    } finally {
      rmSync(elsewhere, { recursive: true, force: true })
    }
  })

  it('of the bundle shows how it is used when it is started with nothing outside of a workflow', async () => {
    const { status, err, out } = await runBundle([])
    expect(status).toBe(2)
    expect(out + err).toContain('Usage: package-retention')
  })

  it('of the bundle fails if the run waits for what never comes', async () => {
    const preload = join(directory, 'preload.mjs')
    writeFileSync(
      preload,
      `import files from 'node:fs/promises'
       import { syncBuiltinESMExports } from 'node:module'
       files.stat = () => new Promise(() => {})
       syncBuiltinESMExports()`
    )
    const ended = await runBundle(['show', 'plan.json'], { NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` })
    expect(ended).toEqual({ status: 13, out: '', err: '' })
  })

  it('of the bundle is a step of a workflow when it is started with nothing on a runner', async () => {
    const { status, out } = await runBundle([], { GITHUB_ACTIONS: 'true' })
    expect(status).toBe(1)
    expect(out).toContain('::error')
  })
})
