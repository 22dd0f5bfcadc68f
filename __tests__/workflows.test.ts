import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>> | string
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
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
    const loose = uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
    expect(loose).toEqual([])
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length)
  })

  it('gives jobs read access to the contents at most, unless a job asks for more', () => {
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions)
  })

  it('leaves no token behind in a checkout', () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false))
  })

  it('puts no expression into a script, where what it yields would be run', () => {
    expect(steps.filter((step) => step.run?.includes('${{')).map((step) => step.run)).toEqual([])
  })

  it('ends every job in time', () => {
    expect(jobs.every((job) => (job['timeout-minutes'] ?? Number.POSITIVE_INFINITY) <= 30)).toBe(true)
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
  it('attests and publishes the bundle of the tag, whatever the job that runs dependencies hands on', () => {
    const { verify, publish } = (parse(readFileSync(join(folder, 'release.yml'), 'utf8')) as Workflow).jobs
    const using = (job: Job | undefined, action: string) =>
      (job?.steps ?? []).filter(({ uses }) => uses?.startsWith(`actions/${action}@`)).map((step) => step.with ?? {})
    expect(using(verify, 'upload-artifact').map(({ path }) => path)).toEqual(['sbom.spdx.json\nrelease-notes.md\n'])
    // Of the commit that the tag names: the state that this run is for.
    expect(using(publish, 'checkout')).toEqual([{ 'persist-credentials': false }])
    expect(using(publish, 'download-artifact').map(({ path }) => path)).toEqual(['verified'])
    expect(using(publish, 'attest-build-provenance')).toEqual([{ 'subject-path': 'dist/*\nverified/sbom.spdx.json\n' }])
    const create = publish?.steps?.find(({ run }) => run?.includes('gh release create'))?.run ?? ''
    expect(create.match(/\S*dist\/\S+/g)).toEqual(['dist/index.js', 'dist/LICENSES.txt'])
  })
})

describe('the gate of CI', () => {
  it('waits for every other job', () => {
    const ci = parse(readFileSync(join(folder, 'ci.yml'), 'utf8')) as Workflow
    const { gate, ...others } = ci.jobs
    expect([...(gate?.needs ?? [])].sort()).toEqual(Object.keys(others).sort())
  })
})
