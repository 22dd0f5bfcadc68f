import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { importCircles } from './architecture/importCircles.js'
import { type SourceFacts, sourceFacts } from './architecture/sourceFacts.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

interface Layer {
  readonly folders: readonly string[]
  readonly libraries: readonly string[]
}

/**
 * Which folders of `src` and which libraries the files of a folder may import; itself always. `app/ports` is one file.
 * The core may hash (`node:crypto`), which is a function of its input like any other.
 */
const folders: Readonly<Record<string, Layer>> = {
  domain: { folders: [], libraries: ['node:crypto'] },
  pattern: { folders: ['domain'], libraries: ['minimatch', 're2js', 'semver/*'] },
  config: {
    folders: ['domain', 'pattern', 'formats', 'references'],
    libraries: ['valibot', 'yaml']
  },
  policy: { folders: ['domain', 'pattern', 'references'], libraries: ['node:crypto'] },
  references: { folders: ['domain', 'pattern'], libraries: ['yaml'] },
  // valibot: policies, plan files and receipts may come from strangers.
  formats: { folders: ['domain', 'pattern'], libraries: ['node:crypto', 'valibot'] },
  report: { folders: ['domain', 'pattern', 'formats'], libraries: ['node:crypto'] },
  app: { folders: ['domain', 'pattern', 'config', 'policy', 'formats', 'report'], libraries: ['node:crypto'] },
  // Below both edges that speak HTTP, so that neither imports the other.
  http: { folders: ['domain'], libraries: ['undici', 'node:*'] },
  github: {
    folders: ['domain', 'pattern', 'app/ports', 'http'],
    libraries: ['@actions/*', '@octokit/types', 'node:*']
  },
  registry: { folders: ['domain', 'pattern', 'app/ports', 'http'], libraries: ['@actions/*', 'node:*'] },
  action: { folders: ['domain', 'pattern', 'app/ports', 'references'], libraries: ['@actions/*', 'node:*'] },
  cli: { folders: ['domain', 'config'], libraries: ['node:*'] }
}

const layers: Readonly<Record<string, Layer>> = {
  ...folders,
  // Files directly in `src` put the parts together.
  '.': { folders: Object.keys(folders), libraries: ['@actions/*', 'undici', 'node:*'] }
}

const core = ['domain', 'pattern', 'references', 'config', 'policy', 'formats', 'report']
const maxLines = 300
const maxParameters = 5

/** A file of 25 lines or fewer belongs to the file that uses it, unless there is a reason. */
const fewLines = 25
const smallFiles: Readonly<Record<string, string>> = {
  'src/index.ts': 'the start of the process',
  'src/action/proxyVariables.ts': 'has to be loaded before anything else',
  'src/domain/json.ts': 'twelve files use it',
  'src/domain/grouped.ts': 'eight files use it; Map.groupBy needs Node 21',
  'src/app/inScope.ts': 'explain and restore share it',
  'src/app/inParallel.ts': 'five files use it, and it knows nothing of them',
  'src/cli/renderJson.ts': 'the shape that --json promises',
  'src/report/text/outcomeText.ts': 'page and summary share it',
  'src/report/text/protections.ts': 'log, page and summary share it'
}

interface Source {
  /** From the project's root, with forward slashes: `src/policy/plan/plan.ts`. */
  readonly path: string
  readonly lines: number
  readonly text: string
  readonly facts: SourceFacts
}

function sourceOf(path: string, text: string): Source {
  return { path, text, lines: text.trimEnd().split('\n').length, facts: sourceFacts(text) }
}

function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => sourceOf(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')))
}

function folderOf(path: string): string {
  const [, folder, ...rest] = path.split('/')
  return folder === undefined || rest.length === 0 ? '.' : folder
}

/** The module that a relative import names, from the root and without ending; nothing for a library. */
function target(source: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return posix.join(posix.dirname(source.path), specifier).replace(/\.[jt]s$/, '')
}

function importViolations(source: Source): readonly string[] {
  const own = folderOf(source.path)
  const layer = layers[own]
  if (layer === undefined) return [`${source.path} is in a folder that no layer names`]
  return source.facts.imports
    .filter((specifier) => {
      const path = target(source, specifier)
      if (path === undefined) return !layer.libraries.some((library) => matchesLibrary(specifier, library))
      if (!path.startsWith('src/')) return true
      const folder = folderOf(path)
      return folder !== own && !layer.folders.some((allowed) => allowed === folder || `src/${allowed}` === path)
    })
    .map((specifier) => `${source.path} must not import ${specifier}`)
}

function matchesLibrary(specifier: string, library: string): boolean {
  return library.endsWith('*') ? specifier.startsWith(library.slice(0, -1)) : specifier === library
}

function purityViolations(source: Source): readonly string[] {
  if (!core.includes(folderOf(source.path))) return []
  return source.facts.impurities.map((impurity) => `${source.path} must not use ${impurity}`)
}

function shapeViolations(source: Source): readonly string[] {
  const { lines, facts } = source
  const vague = /(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.ts$)/i.test(source.path)
  return [
    ...(facts.hasDefaultExport ? [`${source.path} has a default export`] : []),
    ...(lines > maxLines ? [`${source.path} has ${lines} lines, more than ${maxLines}: is it about one thing?`] : []),
    ...(vague ? [`${source.path} is not named for what it is about`] : [])
  ]
}

function parameterViolations({ path, facts }: Source): readonly string[] {
  const { mostParameters } = facts
  return mostParameters > maxParameters ? [`${path} has a function of ${mostParameters} parameters`] : []
}

/** A list of any length among the arguments of a call: JavaScript takes some ten thousand, and then throws. */
function spreadViolations({ path, facts }: Source): readonly string[] {
  return facts.spreads > 0 ? [`${path} spreads ${facts.spreads} lists into arguments`] : []
}

function smallFileViolations(sources: readonly Source[]): readonly string[] {
  const small = sources.filter(({ lines }) => lines <= fewLines).map(({ path }) => path)
  const idle = Object.keys(smallFiles).filter((path) => !small.includes(path))
  return [...small.filter((path) => smallFiles[path] === undefined), ...idle]
}

/** One name, one thing: types that several files declare, with these files. */
function sharedTypeNames(sources: readonly Source[]): readonly string[] {
  const files = new Map<string, string[]>()
  for (const { path, facts } of sources)
    for (const type of new Set(facts.types)) files.set(type, [...(files.get(type) ?? []), path])
  return [...files].filter(([, paths]) => paths.length > 1).map(([type, paths]) => `${type}: ${paths.join(', ')}`)
}

/** A file is named for what it exports or tests, as the code writes it. */
function nameViolations({ path }: Source): readonly string[] {
  return /^[a-z][A-Za-z0-9]*(\.test)?\.ts$/.test(posix.basename(path)) ? [] : [`${path} is not named in camelCase`]
}

function circlesOf(sources: readonly Source[]): readonly string[] {
  const imports = sources.map((source): [string, readonly string[]] => [
    source.path.replace(/\.ts$/, ''),
    source.facts.imports.flatMap((specifier) => target(source, specifier) ?? [])
  ])
  return importCircles(new Map(imports))
}

const src = sourcesIn('src')
const simulator = sourcesIn('simulator')
const conformance = sourcesIn('conformance')
const all = [...src, ...simulator, ...conformance, ...['bench', 'demo', '__tests__'].flatMap(sourcesIn)]

describe('the layers of src', () => {
  it('import only what lies below them', () => {
    expect(src.flatMap(importViolations)).toEqual([])
  })

  it('keep the core free of clock, process, chance and waiting', () => {
    expect(src.flatMap(purityViolations)).toEqual([])
  })

  it('do not know that there is a simulator', () => {
    expect(src.filter(({ text }) => /simulator/i.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('the simulator', () => {
  it('imports nothing from outside its folder but libraries', () => {
    const outside = simulator.flatMap((source) =>
      source.facts.imports
        .filter((specifier) => target(source, specifier)?.startsWith('simulator/') === false)
        .map((specifier) => `${source.path} must not import ${specifier}`)
    )
    expect(outside).toEqual([])
  })
})

describe('the conformance checks', () => {
  it('import nothing from outside their folder but Node, and name the files that they import', () => {
    const outside = conformance.flatMap((source) =>
      source.facts.imports.filter(
        (specifier) =>
          !specifier.startsWith('node:') &&
          !(specifier.endsWith('.ts') && target(source, specifier)?.startsWith('conformance/'))
      )
    )
    expect(conformance.length).toBeGreaterThan(10)
    expect(outside).toEqual([])
  })
})

describe('files of src, simulator and conformance', () => {
  it(`have a name that says something, no default export and at most ${maxLines} lines`, () => {
    expect([...src, ...simulator, ...conformance].flatMap(shapeViolations)).toEqual([])
  })
})

describe('files of src', () => {
  it('have more than 25 lines, or a reason that is listed here', () => {
    expect(smallFileViolations(src)).toEqual([])
  })

  it('declare no type whose name another file declares too', () => {
    expect(sharedTypeNames(src)).toEqual([])
  })

  it(`have no function of more than ${maxParameters} parameters`, () => {
    expect(src.flatMap(parameterViolations)).toEqual([])
  })

  it('spread no list into the arguments of a call', () => {
    expect(src.flatMap(spreadViolations)).toEqual([])
  })
})

describe('all files', () => {
  it('import each other in no circle', () => {
    expect(circlesOf(all)).toEqual([])
  })

  it('are named in one way', () => {
    expect(all.flatMap(nameViolations)).toEqual([])
  })
})

describe('the check itself', () => {
  it.each([
    ['src/domain/x.ts', "import { p } from '../pattern/p.js'", '../pattern/p.js'],
    ['src/policy/rules/x.ts', "export * from '../../report/r.js'", '../../report/r.js'],
    ['src/policy/x.ts', "import semver from 'semver'", 'semver'],
    ['src/report/x.ts', "import type { A } from '../app/ports.js'", '../app/ports.js'],
    ['src/app/x.ts', "import { c } from '../github/client.js'", '../github/client.js'],
    ['src/app/x.ts', "const core = await import('@actions/core')", '@actions/core'],
    ['src/github/x.ts', "import { run } from '../app/run.js'", '../app/run.js'],
    ['src/registry/x.ts', "import { c } from '../github/client.js'", '../github/client.js'],
    ['src/github/x.ts', "import { Agent } from 'undici'", 'undici'],
    ['src/index.ts', "import { s } from '../simulator/server.js'", '../simulator/server.js']
  ])('names the import that %s must not have: %s', (path, text, specifier) => {
    expect(importViolations(sourceOf(path, text))).toEqual([`${path} must not import ${specifier}`])
  })

  it.each([
    ['src/policy/rules/x.ts', "import { a } from '../units.js'\nimport type { P } from '../../pattern/p.js'"],
    ['src/github/x.ts', "import type { A } from '../app/ports.js'\nimport { send } from '../http/transport.js'"],
    ['src/index.ts', "import { run } from './app/run.js'\nimport { readFile } from 'node:fs/promises'"],
    ['src/domain/x.ts', "// import x from '../policy/x.js'\nexport const text = \"import '../policy/x.js'\""]
  ])('lets %s import what it may: %s', (path, text) => {
    expect(importViolations(sourceOf(path, text))).toEqual([])
  })

  it.each([
    ['process', 'const a = process.env.A'],
    ['Date.now', 'const a = Date.now()'],
    ['new Date()', 'const a = new Date()'],
    ['Date()', 'const a = Date()'],
    ['Math.random', 'const a = [Math.random()]'],
    ['console', 'f(() => console.log(1))'],
    ['async', 'const o = { async m() {} }'],
    ['async', 'export const f = async () => 1'],
    ['randomUUID', "import { randomUUID } from 'node:crypto'"],
    ['Promise', 'export function f(): Promise<void> { return g() }']
  ])('finds %s in a core file: %s', (impurity, text) => {
    expect(purityViolations(sourceOf('src/policy/x.ts', text))).toEqual([`src/policy/x.ts must not use ${impurity}`])
  })

  it('allows a conversion of a given time, and properties that bear the name of a global', () => {
    const text = '// console\nexport const a = (t: number) => [new Date(t), x.process, { console: 1 }, "Date.now()"]'
    expect(purityViolations(sourceOf('src/policy/x.ts', text))).toEqual([])
  })

  it('finds a default export, a file that is too long and a name that says nothing', () => {
    expect(shapeViolations(sourceOf('src/policy/x.ts', 'export default 1'))).toHaveLength(1)
    expect(shapeViolations(sourceOf('src/policy/x.ts', '//\n'.repeat(maxLines + 1)))).toHaveLength(1)
    expect(shapeViolations(sourceOf('src/policy/utils.ts', ''))).toHaveLength(1)
    expect(shapeViolations(sourceOf('src/policy/x.ts', '//\n'.repeat(maxLines)))).toEqual([])
  })

  it.each([
    ['a call', 'list.push(...found)'],
    ['a constructor', 'new Thing(...found)'],
    ['a call beside other arguments', 'Math.max(0, ...found)']
  ])('finds a list that is spread into the arguments of %s', (_, text) => {
    expect(spreadViolations(sourceOf('src/policy/x.ts', text))).toHaveLength(1)
  })

  it('lets a function hand on its own arguments, and a list be spread into a list', () => {
    const text = 'export const f = (...all: readonly number[]) => g(...all, [...h()])'
    expect(spreadViolations(sourceOf('src/policy/x.ts', text))).toEqual([])
  })

  it.each([
    ['a function', 'export function f(a: 1, b: 1, c: 1, d: 1, e: 1, f: 1) {}'],
    ['an arrow function', 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1, f: 1) => a'],
    ['a method', 'export const o = { m(a: 1, b: 1, c: 1, d: 1, e: 1, f: 1) {} }'],
    ['a method of a type', 'export interface A { m(a: 1, b: 1, c: 1, d: 1, e: 1, f: 1): void }'],
    ['a type of a function', 'export type F = (a: 1, b: 1, c: 1, d: 1, e: 1, f: 1) => void']
  ])('finds %s with six parameters', (_, text) => {
    expect(parameterViolations(sourceOf('src/policy/x.ts', text))).toHaveLength(1)
    expect(parameterViolations(sourceOf('src/policy/x.ts', text.replace(', f: 1', '')))).toEqual([])
  })

  it('finds a small file, a reason for a file that is not small, and a type name that two files declare', () => {
    const small = sourceOf('src/policy/x.ts', 'export interface A {}')
    const other = sourceOf('src/app/y.ts', `type A = 1${'\n//'.repeat(fewLines)}`)
    expect(smallFileViolations([small, other])).toEqual(['src/policy/x.ts', ...Object.keys(smallFiles)])
    expect(sharedTypeNames([small, other])).toEqual(['A: src/policy/x.ts, src/app/y.ts'])
  })

  it('finds circles, of types too, and names only the modules that are on them', () => {
    const imports = { a: './b.js', b: './rules/c.js', 'rules/c': '../b.js', d: './d.js', e: './f.js', f: 'semver' }
    const sources = Object.entries(imports).map(([name, specifier]) =>
      sourceOf(`src/${name}.ts`, `import type { X } from '${specifier}'`)
    )
    expect(circlesOf(sources)).toEqual(['src/b -> src/rules/c -> src/b', 'src/d -> src/d'])
  })

  it.each(['src/a-b.ts', 'src/Plan.ts', 'src/a.b.ts'])('finds that %s is named another way', (path) => {
    expect(nameViolations(sourceOf(path, ''))).toHaveLength(1)
  })
})
