import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Range, SemVer, satisfies } from 'semver'
import type { PackageType } from '../../src/domain/package.js'
import { versionScheme } from '../../src/pattern/scheme.js'
import { fits, problemOf } from './ranges.js'

const small = fc.integer({ min: 0, max: 3 }).map(String)
const prerelease = fc.constantFrom('0', 'alpha', 'alpha.1', 'beta.2', 'rc.1', 'rc.11')
const release = fc.tuple(small, small, small).map((numbers) => numbers.join('.'))
const version = fc.oneof(
  release,
  fc.tuple(release, prerelease).map(([core, label]) => `${core}-${label}`)
)
const wildcard = fc.constantFrom('x', 'X', '*')
const partial = fc.oneof(
  wildcard,
  small,
  fc.tuple(small, small).map((numbers) => numbers.join('.')),
  fc.tuple(small, wildcard).map((parts) => parts.join('.')),
  fc.tuple(small, small, wildcard).map((parts) => parts.join('.')),
  fc.tuple(small, wildcard, wildcard).map((parts) => parts.join('.'))
)
const operand = fc.tuple(fc.constantFrom('', '', 'v'), fc.oneof(version, partial)).map((parts) => parts.join(''))
const operator = fc.constantFrom('', '', '=', '>', '>=', '<', '<=', '^', '~', '>= ', '< ')
const comparators = fc
  .array(
    fc.tuple(operator, operand).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 }
  )
  .map((parts) => parts.join(' '))
const hyphen = fc.tuple(operand, operand).map((ends) => ends.join(' - '))
const range = fc
  .array(fc.oneof({ weight: 3, arbitrary: comparators }, { weight: 1, arbitrary: hyphen }), {
    minLength: 1,
    maxLength: 3
  })
  .map((alternatives) => alternatives.join(' || '))

describe('ranges', () => {
  // Part by part: where one part of `a || *` is everything, node-semver forgets the prereleases that the others name.
  it('mean what node-semver means by them', () => {
    const npm = versionScheme('npm')
    fc.assert(
      fc.property(range, version, fc.boolean(), (text, candidate, includePrerelease) => {
        // node-semver drops `>=0.0.0` as saying nothing, so that 0.0.0-rc.1 may fit a range that asks for 0.0.0 or newer.
        fc.pre(!candidate.startsWith('0.0.0-'))
        const parsed = npm.parse(candidate)
        expect(problemOf(npm, text)).toBeUndefined()
        expect(fits(npm, parsed, text, includePrerelease)).toBe(
          text.split('||').some((part) => new Range(part, { includePrerelease }).test(new SemVer(candidate)))
        )
      }),
      { numRuns: 3_000 }
    )
  })

  it('refuse what node-semver refuses', () => {
    const piece = fc.constantFrom(
      '1',
      '2.0',
      '1.2.3',
      'x',
      '>',
      '<=',
      '^',
      '~',
      ' ',
      '.',
      '-',
      'beta',
      'v',
      '01',
      ',',
      '+b'
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('')
        let valid = true
        try {
          new Range(text)
        } catch {
          valid = false
        }
        if (!valid) expect(problemOf(versionScheme('npm'), text)).toBeDefined()
      }),
      { numRuns: 3_000 }
    )
  })

  const refused: [PackageType, string, RegExp][] = [
    ['npm', '', /empty part/],
    ['npm', '>=1 ||', /empty part/],
    ['npm', '>=1.0.0, <2', /no commas/],
    ['npm', '~> 1.2', /~>/],
    ['npm', 'latest', /“latest” is neither a version/],
    ['npm', '1.2.3.4', /“1.2.3.4”/],
    ['npm', '>=', /operator has no version/],
    ['container', '01.2', /“01.2”/],
    ['container', '1.x.3', /“1.x.3”/],
    ['rubygems', '~> 2.2', /~>/],
    ['nuget', '[1.0,2.0)', /no commas/]
  ]
  it.each(refused)('%s: “%s” is refused with the reason', (type, text, reason) => {
    expect(problemOf(versionScheme(type), text)).toMatch(reason)
  })

  const rows: [PackageType, string, string, boolean, boolean][] = [
    // type, range, version, fits where only named prereleases do, fits where all do
    ['container', '>=1.0.0 <2', 'v1.5.0', true, true],
    ['container', '>=1.0.0 <2', '2.0.0-rc.1', false, false],
    ['container', '>=1.0.0 <2', '1.5.0-rc.1', false, true],
    ['container', '>=1.5.0-alpha <2', '1.5.0-rc.1', true, true],
    ['container', '1.x', '1.2.3_build5', true, true],
    ['nuget', '1.2.3', '1.2.3.0', true, true],
    ['nuget', '>=1.2.3', '1.2.3.4', true, true],
    ['nuget', '<=1.2.3', '1.2.3.4', false, false],
    ['nuget', '1.2', '1.2.9.9', true, true],
    ['nuget', '^1.2.3.4', '1.2.3.3', false, false],
    ['nuget', '~1.2.3.4', '1.3', false, false],
    ['nuget', '1.0.0.x', '1.0.0.7', true, true],
    ['nuget', '>=1.0.0-BETA', '1.0.0-beta', true, true],
    ['maven', '>=1.2', '1.2.0.Final', true, true],
    ['maven', '=1.2.0.Final', '1.2', true, true],
    ['maven', '>=1.2 <2', '2.0-SNAPSHOT', false, false],
    ['maven', '>=1.2 <2', '1.3-SNAPSHOT', false, true],
    ['maven', '>=1.3-alpha-1', '1.3-SNAPSHOT', true, true],
    ['maven', '1.x', '1.9-jre', true, true],
    ['maven', '1.0 - 1.3', '1.3.7', true, true],
    ['rubygems', '^2.1', '2.9.9', true, true],
    ['rubygems', '^2.1', '3.0.0.rc1', false, false],
    ['rubygems', '~2.1', '2.1.7', true, true],
    ['rubygems', '>=2.1.0.rc1', '2.1.0.rc2', true, true],
    ['rubygems', '>=2.1.0', '2.1.0.rc2', false, false],
    ['npm', '>=0.20240101000000.1', '0.20240101000001.0', true, true]
  ]
  it.each(rows)('%s: %s and %s', (type, text, candidate, named, included) => {
    const scheme = versionScheme(type)
    const parsed = scheme.parse(candidate)
    expect(problemOf(scheme, text)).toBeUndefined()
    expect([false, true].map((kept) => fits(scheme, parsed, text, kept))).toEqual([named, included])
  })

  it('are as npm documents them', () => {
    expect(satisfies('1.2.3', '1.x || >=2.5.0 || 5.0.0 - 7.2.3')).toBe(true)
    expect(problemOf(versionScheme('npm'), '1.x || >=2.5.0 || 5.0.0 - 7.2.3')).toBeUndefined()
  })
})
