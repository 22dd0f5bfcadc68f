import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { isCommand } from '../../src/cli/commands.js'
import { readArguments } from '../../src/cli/readArguments.js'
import { OUTPUTS } from '../../src/config/inputs/outputs.js'
import { readConfig } from '../../src/config/inputs/read.js'
import { anchorsOf, linksOf, PAGES, type Snippet, snippetsOf } from './markdown.js'
import { callOf, declaredBy, OWN_ACTION, OWN_WORKFLOW, type Step, type Workflow } from './runWorkflow.js'

const snippets = PAGES.flatMap(snippetsOf)
const yaml = snippets.filter(({ language }) => language === 'yaml' || language === 'yml')
const shell = snippets.filter(({ language }) => language === 'sh' || language === 'bash')
const at = ({ page, line }: Snippet) => `${page}:${line}`

/** Steps of this action in a snippet: a whole workflow, or a list of steps. */
function stepsOf({ text }: Snippet): readonly Step[] {
  const content: unknown = parse(text)
  if (Array.isArray(content)) return content as Step[]
  return Object.values((content as Partial<Workflow>).jobs ?? {}).flatMap(({ steps = [] }) => steps)
}
/** The action in a folder is told by its input `operation`. */
function operationOf({ uses = '' }: Step): { readonly operation?: string } {
  const [, folder] = OWN_ACTION.exec(uses) ?? []
  return folder === undefined ? {} : { operation: folder.slice(1) }
}
const own = yaml.flatMap((snippet) =>
  snippet.text.includes('uses:')
    ? stepsOf(snippet)
        .filter(({ uses = '' }) => OWN_ACTION.test(uses))
        .map((step) => [at(snippet), step] as const)
    : []
)

describe('links', () => {
  it.each(PAGES)('of %s lead to files and headings that are there', (page) => {
    const dead = linksOf(page).filter((target) => {
      if (/^(https?|mailto):/.test(target)) return false
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : posix.join(posix.dirname(page), decodeURI(path))
      if (!existsSync(file)) return true
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor)
    })
    expect(dead).toEqual([])
  })
})

describe('YAML in the pages', () => {
  it('is there to be checked', () => {
    expect(own.length).toBeGreaterThan(5)
  })

  it.each(yaml.map((snippet) => [at(snippet), snippet] as const))('parses: %s', (_, { text }) => {
    expect(parseAllDocuments(text).flatMap((document) => ('errors' in document ? document.errors : []))).toEqual([])
  })

  it.each(own)('names inputs that the action declares, with values that they take: %s', (_, step) => {
    const given = Object.entries(step.with ?? {}).map(([name, value]) => [name, String(value)] as const)
    expect(declaredBy(operationOf(step).operation ?? '.')).toEqual(expect.arrayContaining(given.map(([name]) => name)))
    const fixed = given.filter(([name, value]) => !value.includes('${{') && !name.endsWith('-file'))
    const files = given.some(([name]) => name === 'policy-file' || name === 'receipt-file')
    const found = readConfig(
      {
        inputs: {
          token: 't',
          ...operationOf(step),
          ...(files && { 'receipt-file': 'r.jsonl' }),
          ...Object.fromEntries(fixed)
        },
        unknown: [],
        apiUrl: 'https://api.github.com',
        serverUrl: 'https://github.com',
        repository: 'octo-org/shop',
        workspace: '/w',
        temp: '/t'
      },
      { texts: new Map(), fitting: new Map() }
    )
    // A step that shows one input only leaves the packages out; a policy file is not at hand here.
    const open = /package-(name|type)|receipt-file|nothing says what may be deleted/
    const problems = 'problems' in found ? found.problems.map(({ where, what }) => `${where}: ${what}`) : []
    expect(problems.filter((problem) => !open.test(problem))).toEqual([])
  })

  it('gives the reusable workflows inputs that they declare', () => {
    const jobs = yaml.flatMap(({ text }) =>
      Object.values(text.includes('uses:') ? ((parse(text) as Partial<Workflow>).jobs ?? {}) : {})
    )
    const calls = jobs.flatMap((job) => {
      const [, path] = OWN_WORKFLOW.exec(job.uses ?? '') ?? []
      return path === undefined ? [] : [{ path, given: Object.keys(job.with ?? {}) }]
    })
    const unknown = calls.flatMap(({ path, given }) => {
      const { inputs = {} } = callOf(parse(readFileSync(path, 'utf8')) as Workflow)
      return given.filter((name) => !Object.hasOwn(inputs, name))
    })
    expect(unknown).toEqual([])
    expect(calls.length).toBeGreaterThan(1)
  })

  it('passes the linters of workflows', () => {
    const folder = mkdtempSync(join(tmpdir(), 'snippets-'))
    const files = yaml
      .filter(({ text }) => text.includes('uses:'))
      .map((snippet) => {
        const file = join(folder, `${snippet.page.replaceAll(/\W/g, '-')}-${snippet.line}.yml`)
        const content: unknown = parse(snippet.text)
        const workflow = Array.isArray(content)
          ? stringify({ on: 'pull_request', jobs: { job: { 'runs-on': 'ubuntu-latest', steps: content } } })
          : snippet.text
        writeFileSync(file, workflow)
        return file
      })
    const { status, stderr, stdout } = spawnSync(process.execPath, ['scripts/lint-workflows.mjs', ...files], {
      encoding: 'utf8'
    })
    rmSync(folder, { recursive: true })
    expect({ status, stderr, stdout }).toEqual({
      status: 0,
      stderr: '',
      stdout: `${files.length} files linted, 0 problems\n`
    })
  }, 60_000)

  it('names outputs that exist', () => {
    const known: readonly string[] = OUTPUTS.map(({ name }) => name)
    const workflows = [...readdirSync('docs/recipes'), 'prune.yml', 'restore.yml']
      .filter((name) => name.endsWith('.yml'))
      .map((name) => join(existsSync(`docs/recipes/${name}`) ? 'docs/recipes' : '.github/workflows', name))
    const texts = [...yaml.map(({ text }) => text), ...workflows.map((file) => readFileSync(file, 'utf8'))]
    const named = texts.flatMap((text) =>
      [...text.matchAll(/steps\.(prune|plan|apply|list|restore)\.outputs\.([\w-]+)/g)].flatMap(
        ([, , name]) => name ?? []
      )
    )
    expect(named.filter((name) => !known.includes(name))).toEqual([])
    expect(named.length).toBeGreaterThan(0)
  })

  it('pins the commit of one release where a job can write, and elsewhere refers to the current major version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const recipes = readdirSync('docs/recipes').filter((name) => name.endsWith('.yml'))
    const workflows = [
      ...yaml.map(({ text }) => text),
      ...recipes.map((name) => readFileSync(`docs/recipes/${name}`, 'utf8'))
    ]
    const refs = workflows.flatMap((text) => {
      const reads = text.includes('dry-run: true') || /packages: read\b/.test(text)
      return [...text.matchAll(/uses: package-retention\/package-retention[\w./-]*@(.*)/g)].map(([, ref = '']) =>
        reads && !text.includes('packages: write') ? `reads: ${ref}` : `writes: ${ref}`
      )
    })
    const pinned = refs.find((ref) => ref.startsWith('writes: ')) ?? ''
    expect(pinned).toMatch(/^writes: [0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    expect(new Set(refs)).toEqual(new Set([`reads: v${version.split('.')[0]}`, pinned]))
  })
})

describe('commands in the pages', () => {
  const lines = shell
    .flatMap((snippet) => snippet.text.split('\n').map((line) => [at(snippet), line] as const))
    .flatMap(([where, line]) => {
      const [, rest] = /(?:^|npx github:package-retention\/)package-retention ((?:\w)[^|>]*)$/.exec(line) ?? []
      return rest === undefined ? [] : [[where, rest] as const]
    })

  it('are there to be checked', () => {
    expect(lines.length).toBeGreaterThan(2)
  })

  it.each(lines)('give flags that exist: %s %s', (_, line) => {
    const argv = line.split(' ').map((word) => word.replaceAll("'", ''))
    const kind = isCommand(argv[0] ?? '') ? 'run' : 'show'
    expect(readArguments(argv, dirname(tmpdir()))).toMatchObject({ kind })
  })
})

const wordsOf = (text: string): number => text.split(/\s+/).filter(Boolean).length

describe('README.md', () => {
  const text = readFileSync('README.md', 'utf8')

  it('has at most 1,200 words', () => {
    expect(wordsOf(text)).toBeLessThanOrEqual(1200)
  })

  it('gives the two commands, each complete by itself', () => {
    const clone = 'git clone https://github.com/package-retention/package-retention && cd package-retention && npm ci'
    const commands = snippetsOf('README.md')
      .filter(({ language }) => language === 'sh')
      .map((snippet) => snippet.text.trim())
    expect(commands.slice(0, 2)).toEqual([`${clone} && npm run demo`, `${clone} && npm test`])
  })

  it('shows a dry run first', () => {
    expect(own.find(([where]) => where.startsWith('README.md'))?.[1].with).toHaveProperty('dry-run', true)
  })
})

describe('docs', () => {
  it('have at most 12,000 words', () => {
    const pages = readdirSync('docs').filter((name) => name.endsWith('.md'))
    expect(wordsOf(pages.map((name) => readFileSync(join('docs', name), 'utf8')).join('\n'))).toBeLessThanOrEqual(
      12_000
    )
  })
})

describe('CONTRIBUTING.md', () => {
  it('names every folder of src, and none that is not there', () => {
    const page = readFileSync('CONTRIBUTING.md', 'utf8')
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const named = [...page.matchAll(/`src\/(\w+)`/g)].map(([, folder]) => folder)
    expect(new Set(named)).toEqual(new Set(folders.map(({ name }) => name)))
  })
})

describe('docs/how-it-works.md', () => {
  it('walks through files that are there', () => {
    const page = readFileSync('docs/how-it-works.md', 'utf8')
    const named = [...page.matchAll(/`([\w/]+\.ts)`/g)].map(([, file = '']) => file)
    expect(named.filter((file) => !existsSync(join('src', file)))).toEqual([])
    expect(named.length).toBeGreaterThan(15)
  })
})

describe('docs/troubleshooting.md', () => {
  /** GitHub says these, and the first is put together from parts. */
  const OTHERS = [
    'a manifest could not be read',
    'resource not accessible by integration',
    'bad credentials',
    'not found',
    "'using",
    "node24' is not supported",
    'attestations remain after an image was deleted'
  ]
  const printed = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8').replaceAll(/['`] \+\s+['`]/g, ''))
    .join('\n')
    .toLowerCase()

  it('has headings that the program or GitHub prints', () => {
    const headings = [...readFileSync('docs/troubleshooting.md', 'utf8').matchAll(/^### (.*)$/gm)]
    const parts = headings.flatMap(([, heading = '']) => heading.toLowerCase().split(/\s*(?:…|, |: )\s*/))
    expect(parts.filter((part) => !printed.includes(part) && !OTHERS.includes(part))).toEqual([])
    expect(parts.length).toBeGreaterThan(40)
  })
})
