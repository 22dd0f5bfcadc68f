import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>> | string
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
  readonly name?: string
  readonly environment?: string
  readonly if?: string
  readonly needs?: readonly string[]
  readonly permissions?: Readonly<Record<string, string>> | string
  readonly 'timeout-minutes'?: number
  readonly steps?: readonly Step[]
}

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

const folder = '.github/workflows'
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
const workflows = files.map(({ name, text }) => ({ name, text, workflow: parse(text) as Workflow }))

describe.each(workflows)('$name', ({ text, workflow }) => {
  const jobs = Object.values(workflow.jobs)
  const steps = jobs.flatMap((job) => job.steps ?? [])

  it('pins every action by a full commit and says which version that is', () => {
    const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line))
    // A reusable workflow checks the action out at its own commit, and uses that.
    const own = /uses: \.\/\.package-retention(\/\w+)?$/
    const loose = uses.filter((line) => !own.test(line) && !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
    expect(loose).toEqual([])
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length)
  })

  it('pins the image of every builder by digest', () => {
    for (const [, options] of text.matchAll(/docker buildx create((?:.*\\\n)*.*)/g)) {
      expect(options).toMatch(/--driver-opt image=\S+@sha256:[0-9a-f]{64}\b/)
    }
  })

  it('gives jobs read access to the contents at most, unless a job asks for more', () => {
    // One that others call has the permissions that its caller gives it.
    const called = /^ {2}workflow_call:/m.test(text)
    expect(called ? [undefined] : [{}, { contents: 'read' }]).toContainEqual(workflow.permissions)
  })

  it('leaves no token behind in a checkout', () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false))
  })

  it('puts no expression into a script, where what it yields would be run', () => {
    expect(steps.filter((step) => step.run?.includes('${{')).map((step) => step.run)).toEqual([])
  })

  it('ends every job in time', () => {
    // Those that others call may delete for as long as a job lives, and nobody waits for those of the night.
    const most = (job: Job): number =>
      /^\s+workflow_call:/m.test(text) ? 360 : job.if === "github.event_name == 'schedule'" ? 60 : 30
    expect(jobs.filter((job) => (job['timeout-minutes'] ?? Number.POSITIVE_INFINITY) > most(job))).toEqual([])
  })

  it('never runs a package script or a build in a job that can write', () => {
    const writes = (job: Job) => Object.entries(job.permissions ?? {}).some(([, right]) => right === 'write')
    const scripts = jobs.filter(writes).flatMap((job) => (job.steps ?? []).map((step) => step.run ?? ''))
    // Node runs these checks as they are, and they import nothing but Node: see architecture.test.ts.
    const others = scripts.filter((script) => !/^node conformance\/main\.ts [^;&|`\n]*$/.test(script))
    expect(others.filter((script) => /\b(npm|npx|node)\b/.test(script))).toEqual([])
  })
})

describe('all workflows', () => {
  it('use one version of each action', () => {
    const versions = new Map<string, Set<string>>()
    for (const { text } of files) {
      for (const [, action = '', commit = ''] of text.matchAll(/uses: ([\w-]+\/[\w-]+)[\w./-]*@([0-9a-f]+)/g)) {
        versions.set(action, (versions.get(action) ?? new Set()).add(commit))
      }
    }
    expect([...versions].filter(([, commits]) => commits.size > 1)).toEqual([])
    expect(versions.size).toBeGreaterThan(5)
  })
})

describe('a release', () => {
  const {
    source,
    verify,
    describe: notes,
    publish
  } = (parse(readFileSync(join(folder, 'release.yml'), 'utf8')) as Workflow).jobs
  const using = (job: Job | undefined, action: string) =>
    (job?.steps ?? []).filter(({ uses }) => uses?.startsWith(`actions/${action}@`)).map((step) => step.with ?? {})
  const scripts = (job: Job | undefined) => (job?.steps ?? []).map(({ run }) => run ?? '').join('\n')

  it('attests and publishes the bundle of the tag, whatever the jobs before it hand on', () => {
    // Without `ref`, checkout takes the commit that the tag names.
    expect(using(publish, 'checkout')).toEqual([{ 'persist-credentials': false }])
    expect(using(publish, 'download-artifact').map(({ path }) => path)).toEqual(['described'])
    expect(using(publish, 'attest-build-provenance')).toEqual([
      { 'subject-path': 'dist/*\ndescribed/sbom.spdx.json\n' }
    ])
    expect(scripts(publish).match(/\S*dist\/\S+/g)).toEqual(['dist/index.js', 'dist/LICENSES.txt'])
  })

  it('takes notes and bill of materials from a job that runs no code of a dependency', () => {
    expect(using(verify, 'upload-artifact')).toEqual([])
    expect(using(notes, 'upload-artifact').map(({ path }) => path)).toEqual(['sbom.spdx.json\nrelease-notes.md\n'])
    expect(scripts(notes)).not.toMatch(/npm (ci|install|run|test)|npx/)
  })

  it('waits for a person, and refuses a commit that is not on main or has not passed CI', () => {
    expect(publish?.environment).toBe('release')
    expect(publish?.needs).toEqual(['verify', 'describe'])
    expect([verify?.needs, notes?.needs]).toEqual([['source'], ['source']])
    expect(scripts(source)).toContain('compare/main...$GITHUB_SHA')
    const ci = parse(readFileSync(join(folder, 'ci.yml'), 'utf8')) as Workflow
    expect(scripts(source)).toContain(`check_name=${encodeURIComponent(ci.jobs.gate?.name ?? '')}`)
  })
})

describe('the gate of CI', () => {
  it('waits for every job of a pull request', () => {
    const ci = parse(readFileSync(join(folder, 'ci.yml'), 'utf8')) as Workflow
    const { gate, search, ...others } = ci.jobs
    expect(search?.if).toBe("github.event_name == 'schedule'")
    expect([...(gate?.needs ?? [])].sort()).toEqual(Object.keys(others).sort())
  })
})
