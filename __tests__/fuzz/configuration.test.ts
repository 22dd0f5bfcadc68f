import { posix, win32 } from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { renderSchema } from '../../scripts/configDocs.js'
import { INPUTS } from '../../src/config/inputs/inputs.js'
import { resolvePath } from '../../src/config/inputs/paths.js'
import { readConfig } from '../../src/config/inputs/read.js'
import { readNames } from '../../src/config/policy/listedFiles.js'
import { parseYaml } from '../../src/config/policy/parseYaml.js'
import { readPolicy } from '../../src/config/policy/readPolicy.js'
import type { TreeNode } from '../../src/config/policy/tree.js'
import { renderProblems } from '../../src/config/problem.js'
import { PACKAGE_TYPES } from '../../src/domain/package.js'
import { parseDuration } from '../../src/pattern/duration.js'
import { checkPattern, compilePatterns } from '../../src/pattern/patterns.js'
import { anyText, shards, spoiled, torn } from './spoil.js'

jest.setTimeout(120_000)

const type = fc.constantFrom(...PACKAGE_TYPES)

describe('durations', () => {
  const LONGEST_YEARS = 1000

  it('are read as numbers that dates can be reckoned with, or refused', () => {
    const texts = shards(
      '1',
      '30',
      'd',
      'h',
      'mo',
      'y',
      'm',
      ' ',
      '-',
      '.',
      'P',
      'T',
      '999999999999',
      '99999999999999999999'
    )
    fc.assert(
      fc.property(texts, (text) => {
        const read = parseDuration(text)
        if ('problem' in read) expect(read.problem).not.toBe('')
        else {
          expect([read.ms, read.months].every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true)
          expect(read.months).toBeLessThanOrEqual(LONGEST_YEARS * 12)
        }
      }),
      { numRuns: 3000 }
    )
  })

  it('mean the sum of their parts, each unit once', () => {
    const units = { s: 1, min: 60, h: 3600, d: 86_400, w: 604_800, mo: 0, months: 0, y: 0 } as const
    const months = { mo: 1, months: 1, y: 12 } as Readonly<Record<string, number>>
    const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]))
    const part = fc.tuple(fc.nat(40), unit, fc.constantFrom('', ' '))
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const read = parseDuration(parts.map(([count, name, gap]) => `${count}${gap}${name}`).join(' '))
        const named = parts.map(([, name]) => (name === 'months' ? 'mo' : name))
        expect('problem' in read).toBe(new Set(named).size < named.length)
        if ('problem' in read) return
        expect(read.ms).toBe(parts.reduce((sum, [count, name]) => sum + count * units[name] * 1000, 0))
        expect(read.months).toBe(parts.reduce((sum, [count, name]) => sum + count * (months[name] ?? 0), 0))
      }),
      { numRuns: 1000 }
    )
  })
})

describe('patterns', () => {
  // The last ones take a matcher that goes back and tries again longer than anybody waits.
  const syntax = [
    '*',
    '**',
    '?',
    '[a-z]',
    '[',
    ']',
    '{a,b}',
    '{',
    '}',
    '/',
    '^',
    '$',
    '(',
    ')',
    '+',
    '\\',
    '!',
    '.',
    '|'
  ]
  const slow = ['(a+)+', '(a|a)*', '(a*)*b', '(.*a){12}', '*a*a*a*a']
  const patterns = fc.oneof(
    shards(...syntax, ...slow, 'semver:', '>=1.2', '~1', '||', 'v1', 'sha256:'),
    fc.tuple(fc.constantFrom(...slow), shards(...slow, ...syntax)).map(([one, more]) => `/^${one}${more}$/`),
    fc.constantFrom(...slow).map((one) => `/^${one}$/`)
  )
  const names = fc.oneof(
    anyText,
    fc.nat(120).map((length) => `${'a'.repeat(length)}!`)
  )

  it('are compiled or refused, and then match any name, however long that would take by trying', () => {
    fc.assert(
      fc.property(patterns, type, names, (pattern, of, name) => {
        if (checkPattern(pattern, of) !== undefined) return
        expect(() =>
          compilePatterns([pattern], { type: of, namedPrereleases: true, selects: true }).match(name)
        ).not.toThrow()
      }),
      { numRuns: 2000 }
    )
  })

  it('never let a name go that an exclusion fits', () => {
    fc.assert(
      fc.property(patterns, type, names, (pattern, of, name) => {
        const bare = pattern.replace(/^!+/, '')
        if (checkPattern(bare, of) !== undefined) return
        const options = { type: of, namedPrereleases: true, selects: true } as const
        if (compilePatterns([bare], options).match(name) === undefined) return
        expect(compilePatterns(['*', bare, `!${bare}`], options).match(name)).toBeUndefined()
      }),
      { numRuns: 1000 }
    )
  })
})

const workspace = '/home/runner/work/app/app'
const temp = '/home/runner/work/_temp'

describe('inputs', () => {
  const raw = { apiUrl: 'https://api.github.com', serverUrl: 'https://github.com', workspace, temp }
  const good: readonly Readonly<Record<string, string>>[] = [
    { 'package-name': 'web', 'package-type': 'npm', match: '*', 'keep-last': '3' },
    { 'package-name': 'app', 'package-type': 'container', 'delete-untagged': 'true', keep: 'v*' },
    { operation: 'apply', 'plan-file': 'plan.json' },
    { operation: 'restore', 'receipt-file': 'receipt.jsonl' },
    { operation: 'packages', 'package-name': '**', 'package-type': 'npm' }
  ]
  const values = [
    '',
    ' ',
    'true',
    'false',
    'TRUE',
    'False',
    'yes',
    '0',
    '1',
    '-1',
    '25%',
    '7d',
    '1e9',
    'prune',
    'apply',
    'restore'
  ]
  const paths = ['x', '../x', '/etc/passwd', `${workspace}-old/x`, `${temp}/../x`, 'a\\..\\..\\x', `${temp}/x`]
  const addresses = ['https://x.example', 'https://me:secret@x.example', 'file:///etc/passwd', 'javascript:0', '//x']
  const value = fc.oneof(
    fc.constantFrom(...values, ...paths, ...addresses, 'container', 'npm', 'web', '*', '!*', 'version: 1\nrules: []'),
    anyText
  )
  const fitting: Readonly<Record<string, readonly string[]>> = {
    path: paths,
    url: addresses,
    boolean: values.slice(0, 6)
  }
  const change = fc.constantFrom(...INPUTS).chain((input) => {
    const own = fc.constantFrom(...(fitting[input.kind] ?? values))
    return fc.tuple(fc.constant(input.name), fc.oneof({ weight: 3, arbitrary: own }, { weight: 1, arbitrary: value }))
  })
  const some = fc.tuple(
    fc.constantFrom(...good),
    fc.array(change, { maxLength: 3 }).map((changes) => Object.fromEntries(changes)),
    fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
  )

  it('become a configuration that says what they say, or problems', () => {
    fc.assert(
      fc.property(some, fc.array(anyText, { maxLength: 1 }), ([base, changed, dryRun], unknown) => {
        const inputs: Readonly<Record<string, string>> = {
          token: 't',
          owner: 'acme',
          ...base,
          ...changed,
          ...(dryRun !== undefined && { 'dry-run': dryRun })
        }
        const read = readConfig({ ...raw, inputs, unknown }, { texts: new Map(), fitting: new Map() })
        if ('problems' in read) {
          expect(renderProblems(read.problems)).not.toBe('')
          return
        }
        const { config } = read
        expect(unknown).toEqual([])
        const dry = ['true', 'True', 'TRUE']
        const real = ['false', 'False', 'FALSE', undefined]
        expect(config.dryRun ? dry : real).toContain(inputs['dry-run']?.trim())
        // A plan or a receipt may say it in its place.
        if (config.owner === undefined) expect(['apply', 'restore']).toContain(config.operation)
        else expect(config.owner).toMatch(/^[\w-]+$/)
        for (const address of [config.apiUrl, config.registryUrl, config.npmRegistryUrl]) {
          const { protocol, username, password } = new URL(address)
          expect([protocol, username, password]).toEqual([expect.stringMatching(/^https?:$/), '', ''])
        }
        const files = [
          config.cachePath,
          config.holdFile,
          config.operation === 'apply' ? config.planFile : undefined,
          config.operation === 'restore' && config.selection.by === 'receipt' ? config.selection.file : undefined
        ]
        for (const file of files) if (file !== undefined) expect([workspace, temp].some(holds(posix, file))).toBe(true)
        if (config.operation !== 'prune' || inputs.keep === undefined || inputs.policy?.trim()) return
        // What stays by name stays in the policy too.
        const kept = inputs.keep.split(/[\n,]/).map((item) => item.trim())
        for (const item of kept) if (/^[a-z*]+$/.test(item)) expect(config.policy.protect.names).toContain(item)
      }),
      { numRuns: 1200 }
    )
  })
})

/** By Node's own reckoning, which knows nothing of ours; Windows does not tell upper from lower case. */
const holds =
  (system: Pick<typeof posix, 'resolve' | 'sep'>, file: string) =>
  (root: string): boolean => {
    const fold = (path: string): string => (system.sep === '/' ? path : path.toLowerCase())
    const [inner, outer] = [fold(system.resolve(file)), fold(system.resolve(root))]
    return inner === outer || inner.startsWith(outer.endsWith(system.sep) ? outer : outer + system.sep)
  }

describe('paths', () => {
  const segments = [
    '..',
    '.',
    '/',
    '//',
    '\\',
    'a',
    'app',
    '-old',
    ' ',
    '~',
    '%2e%2e',
    '...',
    ':',
    'C:',
    'D:',
    'd:',
    '\u0000',
    '?'
  ]

  it.each([
    ['Linux', posix, { workspace, temp }],
    ['Linux, in the root', posix, { workspace: '/', temp: '/tmp' }],
    ['Windows', win32, { workspace: 'D:\\a\\app\\app', temp: 'D:\\a\\_temp' }],
    ['Windows, on a share', win32, { workspace: '\\\\server\\share\\app', temp: 'C:\\temp' }]
  ] as const)('lie in the workspace or in the temporary folder, on %s', (_system, system, roots) => {
    const places = [roots.workspace, roots.temp, roots.workspace.toUpperCase(), roots.workspace.slice(0, -1)]
    const texts = fc.oneof(
      shards(...segments),
      fc.tuple(fc.constantFrom(...places), shards(...segments)).map((all) => all.join(''))
    )
    fc.assert(
      fc.property(texts, (text) => {
        const found = resolvePath(text, roots)
        if ('problem' in found) return
        expect(system.isAbsolute(found.path)).toBe(true)
        expect([roots.workspace, roots.temp].some(holds(system, found.path))).toBe(true)
        // What Node makes of it is the same place: nothing is left to be resolved.
        expect(system.resolve(found.path)).toBe(system.normalize(found.path))
      }),
      { numRuns: 2000 }
    )
  })
})

describe('policy documents', () => {
  const good = `version: 1\r\nowner: acme\r\nprotect:\r\n  names: [latest, 'v*']\r\nrules:\r\n  - name: a\r\n    packages: [web]\r\n    types: [npm]\r\n    match: { names: ['*'] }\r\n    keep: [{ last: 3 }, { within: 7d }]\r\n`
  const read = (text: string) =>
    readPolicy({ name: 'p.yml', text }, { types: [], namesFile: () => ({ problem: 'none' }) })

  it('become a policy or problems', () => {
    const syntax = [
      'version: 1\n',
      'rules:\n',
      '  - ',
      'match: ',
      'keep: ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '!!',
      '|\n'
    ]
    const documents = fc.oneof(torn(good), shards(...syntax, '\t', ': ', ', ', "'", '"', '#', '<<: '), anyText)
    fc.assert(
      fc.property(documents, (text) => {
        const found = read(text)
        if ('problems' in found) expect(renderProblems(found.problems)).not.toBe('')
        else expect(found.policy.rules.length).toBeLessThan(10)
      }),
      { numRuns: 600 }
    )
  })

  it('that the published schema refuses are refused, keys that every object has among them', () => {
    const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(renderSchema()))
    const whole = {
      version: 1,
      owner: 'acme',
      'min-keep': 2,
      'max-delete': '50%',
      protect: { names: ['latest', 'v*'], releases: true },
      rules: [
        {
          name: 'a',
          packages: ['web'],
          types: ['container'],
          match: { names: ['*'], annotations: { 'org.x': 'y' } },
          keep: [{ last: 3 }, { weekly: 8, within: '7d' }, { semver: { majors: 2, minors: 'all' } }]
        }
      ]
    }
    expect(read(JSON.stringify(whole))).not.toHaveProperty('problems')
    fc.assert(
      fc.property(spoiled(whole), (document) => {
        const found = read(JSON.stringify(document) ?? '')
        if (!fits(document)) expect('problems' in found).toBe(true)
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      }),
      { numRuns: 600 }
    )
  })

  it('grow by their aliases to a bound and no further', () => {
    const bomb = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 9 }), fc.boolean())
    fc.assert(
      fc.property(bomb, ([depth, width, inMaps]) => {
        const list = (items: readonly string[]): string =>
          inMaps ? `{${items.map((item, at) => `k${at}: ${item}`).join(', ')}}` : `[${items.join(', ')}]`
        const levels = Array.from({ length: depth }, (_, level) => {
          return `l${level}: &l${level} ${list(Array(width).fill(level === 0 ? 'x' : `*l${level - 1}`))}`
        })
        const { tree } = parseYaml({ name: 'bomb.yml', text: levels.join('\n') })
        const size = levels.reduce((sum, _, level) => sum + grownSize(width, level), 1)
        if (tree === undefined) expect(size).toBeGreaterThan(MOST_VALUES)
        else expect(sizeOf(tree, new Map())).toBeLessThanOrEqual(MOST_VALUES)
      }),
      { numRuns: 100 }
    )
  })

  const MOST_VALUES = 50_000
  /** Values that a list of lists stands for, itself among them. */
  const grownSize = (width: number, level: number): number => (level < 0 ? 1 : 1 + width * grownSize(width, level - 1))

  /** With aliases followed, as often as they are named. */
  function sizeOf(node: TreeNode, known: Map<TreeNode, number>): number {
    const before = known.get(node)
    if (before !== undefined) return before
    const children =
      node.kind === 'list' ? node.items : node.kind === 'map' ? node.entries.map(({ value }) => value) : []
    const size = children.reduce((sum, child) => sum + sizeOf(child, known), 1)
    known.set(node, size)
    return size
  }
})

describe('lists of names', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/)
  const reason = fc.option(fc.stringMatching(/^[a-z][a-z ]{0,10}[a-z]$/), { nil: undefined })

  it('give every name with its reason, whatever ends the lines', () => {
    const file = fc.tuple(
      fc.uniqueArray(fc.tuple(name, reason), { minLength: 1, selector: ([entry]) => entry }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom('', '\ufeff')
    )
    fc.assert(
      fc.property(file, ([entries, end, mark]) => {
        const lines = entries.map(([entry, why]) => (why === undefined ? entry : `${entry} # ${why}`))
        const { listed, problems } = readNames({ name: 'names', text: `${mark}${lines.join(end)}${end}` })
        expect(problems).toEqual([])
        expect(listed).toEqual(
          entries.map(([pattern, why], index) => ({
            pattern,
            file: 'names',
            line: index + 1,
            ...(why !== undefined && { reason: why })
          }))
        )
      }),
      { numRuns: 300 }
    )
  })

  it('lose no line without a word', () => {
    const lines = fc.array(
      fc.oneof(name, shards('*', '!', '/', '(', ')', ',', '[', '{', '#', ' # ', 'sha256:', 'semver:>1'))
    )
    fc.assert(
      fc.property(lines, (all) => {
        const { listed, problems } = readNames({ name: 'names', text: all.join('\n') })
        for (const { pattern } of listed) expect(checkPattern(pattern)).toBeUndefined()
        const speaking = all.flatMap((line) => line.split('\n')).filter((line) => /^[a-z0-9._-]+$/.test(line))
        const told = new Set(listed.map(({ pattern }) => pattern))
        expect(speaking.filter((line) => !told.has(line))).toEqual([])
        if (listed.length + problems.length === 0) expect(all.join('').replaceAll(/[\s,]|#.*/gs, '')).toBe('')
      }),
      { numRuns: 500 }
    )
  })
})
