import { describe, expect, it } from '@jest/globals'
import type { PackageType } from '../../src/domain/package.js'
import { checkPattern, compilePatterns, compileRegex, type PatternOptions } from '../../src/pattern/patterns.js'

const MATCH: PatternOptions = { type: 'container', namedPrereleases: true, selects: true }
const KEEP: PatternOptions = { type: 'container' }
const DIGEST = `sha256:${'1a'.repeat(32)}`
const OTHER = `sha256:${'2b'.repeat(32)}`

function fitting(patterns: readonly string[], names: readonly string[], options: PatternOptions = MATCH): string[] {
  for (const pattern of patterns) expect(checkPattern(pattern, options.type)).toBeUndefined()
  const compiled = compilePatterns(patterns, options)
  return names.filter((name) => compiled.match(name) !== undefined)
}

describe('each form of pattern', () => {
  it('glob: the whole name, with case', () => {
    expect(fitting(['pr-*'], ['pr-1', 'PR-1', 'xpr-1', 'pr-'])).toEqual(['pr-1', 'pr-'])
  })

  it('regular expression: unanchored, with captures', () => {
    expect(fitting(['/^pr-\\d+$/'], ['pr-1', 'pr-1x', 'xpr-1'])).toEqual(['pr-1'])
    expect(fitting(['/rc/i'], ['1.0-RC1', '1.0'])).toEqual(['1.0-RC1'])
    expect(compilePatterns(['x', '/^pr-(?<pr>\\d+)(?<sha>-[0-9a-f]+)?$/'], MATCH).match('pr-7')).toEqual({
      pattern: '/^pr-(?<pr>\\d+)(?<sha>-[0-9a-f]+)?$/',
      captures: { pr: '7', sha: '' }
    })
  })

  it('semver: prereleases where the range names them, or always', () => {
    const names = ['v1.0.0', '1.5.0-rc.1', '1.9.9', '2.0.0', 'latest', '1.5']
    expect(fitting(['semver:>=1.0.0 <2'], names)).toEqual(['v1.0.0', '1.9.9'])
    expect(fitting(['semver:>=1.5.0-0 <2'], names)).toEqual(['1.5.0-rc.1', '1.9.9'])
    expect(fitting(['semver:>=1.0.0 <2'], names, KEEP)).toEqual(['v1.0.0', '1.5.0-rc.1', '1.9.9'])
  })

  it('semver by the order of the type', () => {
    expect(fitting(['semver:<=1.2.3'], ['1.2.3.0', '1.2.3.1'], { type: 'nuget', namedPrereleases: true })).toEqual([
      '1.2.3.0'
    ])
    expect(fitting(['semver:>=1.2'], ['1.2.0.Final', '1.2-rc1'], { type: 'maven', namedPrereleases: true })).toEqual([
      '1.2.0.Final'
    ])
  })

  it('digest: exactly that version, with or without a name', () => {
    const patterns = compilePatterns([DIGEST], MATCH)
    expect(patterns.match('v1', DIGEST)).toEqual({ pattern: DIGEST, captures: {} })
    expect(patterns.match(undefined, DIGEST)).toEqual({ pattern: DIGEST, captures: {} })
    expect(patterns.match('v1', OTHER)).toBeUndefined()
    expect(patterns.match(undefined, undefined)).toBeUndefined()
    expect(patterns.match(DIGEST)).toBeUndefined()
  })

  it('no other pattern sees digests, nor what has no name', () => {
    for (const pattern of ['sha*', '*', '/sha/', 'semver:*']) {
      expect(compilePatterns([pattern], MATCH).match(undefined, DIGEST)).toBeUndefined()
      expect(compilePatterns([pattern], MATCH).match('main', DIGEST) !== undefined).toBe(pattern === '*')
    }
  })
})

describe('exclusions', () => {
  const names = ['v1.0.0', 'v2.0.0', 'main', 'v1.5.0-rc.1']

  it('win in any order', () => {
    expect(fitting(['v*', '!v2*'], names)).toEqual(['v1.0.0', 'v1.5.0-rc.1'])
    expect(fitting(['!v2*', 'v*'], names)).toEqual(['v1.0.0', 'v1.5.0-rc.1'])
    expect(fitting(['v*', '!/rc/', '!v2*'], names)).toEqual(['v1.0.0'])
  })

  it('alone mean everything but', () => {
    expect(fitting(['!v*'], names)).toEqual(['main'])
    expect(fitting(['!v1*', '!main'], names)).toEqual(['v2.0.0'])
    expect(compilePatterns(['!v*'], MATCH).match('main')?.pattern).toBe('!v*')
  })

  it('alone do not reach what has no name', () => {
    expect(compilePatterns(['!v*'], MATCH).match(undefined, DIGEST)).toBeUndefined()
    expect(compilePatterns([`!${OTHER}`], MATCH).match(undefined, DIGEST)).toBeUndefined()
  })

  it('by digest hold for every name of the version', () => {
    const patterns = compilePatterns(['v*', `!${DIGEST}`], MATCH)
    expect(patterns.match('v1', DIGEST)).toBeUndefined()
    expect(patterns.match('v1', OTHER)).toBeDefined()
  })

  it('by range include prereleases, and leave out what is no version', () => {
    expect(fitting(['*', '!semver:<1.5.0'], names)).toEqual(['v2.0.0'])
    expect(fitting(['!semver:>=2'], names)).toEqual(['v1.0.0', 'v1.5.0-rc.1'])
    const digest = compilePatterns([DIGEST, '!semver:>=2'], MATCH)
    expect(digest.match('main', DIGEST)).toBeUndefined()
    expect(digest.match(undefined, DIGEST)).toBeDefined()
  })
})

describe('a list', () => {
  it('that is empty fits nothing', () => {
    expect(compilePatterns([], MATCH).match('a')).toBeUndefined()
  })

  it('names the first pattern that fits', () => {
    expect(compilePatterns(['b*', 'a*', '*'], MATCH).match('ab')?.pattern).toBe('a*')
  })

  it('tells for each pattern what it fits by itself', () => {
    const { all } = compilePatterns(['v*', '!v2', '/x/', 'semver:1', DIGEST], MATCH)
    expect(all.map(({ pattern, exclusion, kind }) => [pattern, exclusion, kind])).toEqual([
      ['v*', false, 'glob'],
      ['!v2', true, 'glob'],
      ['/x/', false, 'regex'],
      ['semver:1', false, 'semver'],
      [DIGEST, false, 'digest']
    ])
    expect(all.map((each) => each.test('v2', DIGEST))).toEqual([true, true, false, false, true])
  })

  it('with a pattern that was refused goes on without it', () => {
    expect(compilePatterns(['a b', 'c'], MATCH).match('c')).toBeDefined()
    expect(compilePatterns(['(', '/(/', 'semver:x.1'], MATCH).match('(')).toBeUndefined()
  })

  it('with an exclusion that was refused matches nothing, and keeps all that it would keep', () => {
    expect(compilePatterns(['*', '!semver:>=1.2.3.4'], MATCH).match('main')).toBeUndefined()
    expect(compilePatterns(['*', '!/(/'], MATCH).match('main')).toBeUndefined()
    expect(compilePatterns(['*', '!/(/'], KEEP).match('main')).toBeDefined()
  })
})

describe('checkPattern', () => {
  it.each([
    'v*',
    '!v*',
    '/^v/',
    '!/^v/iu',
    'semver:>=1 <2 || 3.x',
    '!semver:*',
    DIGEST,
    '{a,b}',
    'latest',
    '1.*',
    '1.[0-9]+build*',
    '.github*',
    '/[/]/',
    '/a\\/b/'
  ])('takes %s', (pattern) => {
    expect(checkPattern(pattern, 'container')).toBeUndefined()
    expect(checkPattern(pattern)).toBeUndefined()
  })

  const refused: [string, RegExp, PackageType?][] = [
    ['', /empty/],
    ['!', /empty/],
    ['!!a', /excluded twice/],
    ['/a', /does not end with \/.*line of its own/],
    ['/^a/, /^b/', /lines of their own/],
    ['/a/b/', /written \\\//],
    ['/a/g', /flags “g”/],
    ['//', /empty/],
    ['/(?=a)/', /lookahead/],
    ['.*main-ci.*', /between slashes/],
    ['pr-.*', /between slashes/],
    ['.+-rc', /between slashes/],
    ['v\\d*', /between slashes/],
    ['1\\.2*', /between slashes/],
    ['pr-[0-9]+', /between slashes/],
    ['semver:', /empty part/],
    ['semver:>=1.0.0, <2', /no commas/],
    ['semver:1.2.3.4', /neither a version/, 'container'],
    ['sha256:*', /in full/, 'container'],
    ['sha256:1a2b', /in full/],
    [DIGEST.toUpperCase().replace('SHA', 'sha'), /lower-case/],
    [DIGEST, /type npm have no digests/, 'npm'],
    ['a'.repeat(1_001), /longer than 1000/],
    [`/${'a'.repeat(1_000)}/`, /longer than 1000/]
  ]
  it.each(refused)('refuses %.40s', (...[pattern, reason, type]) => {
    expect(checkPattern(pattern, type)).toMatch(reason)
  })

  it('without a type takes what one of the types takes', () => {
    expect(checkPattern('semver:>=1.2.3.4')).toBeUndefined()
    expect(checkPattern('semver:>=1.2.3.4', 'npm')).toBeDefined()
    expect(checkPattern('semver:>=1.2.3.4', 'nuget')).toBeUndefined()
    expect(checkPattern(DIGEST)).toBeUndefined()
  })

  it('names the pattern, the reason and the remedy in one sentence', () => {
    expect(checkPattern('{1..2000}')).toBe(
      'Pattern “{1..2000}” is refused: its braces stand for more than 1000 patterns: use *, [] or a regular expression instead.'
    )
  })
})

describe('compileRegex', () => {
  it('takes a source alone, or between slashes', () => {
    for (const source of ['(?<version>\\d+)-x', '/(?<version>\\d+)-X/i']) {
      const regex = compileRegex(source)
      expect('problem' in regex ? regex.problem : [regex.groups, regex.exec('12-x')]).toEqual([
        ['version'],
        { version: '12' }
      ])
    }
  })

  it.each(['(', '/(/', '/a', '', 'a'.repeat(1_001)])('refuses “%.10s” with the problem', (source) => {
    expect(compileRegex(source)).toHaveProperty('problem')
  })
})
