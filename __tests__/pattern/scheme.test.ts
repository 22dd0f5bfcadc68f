import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compare as compareSemver } from 'semver'
import type { PackageType } from '../../src/domain/package.js'
import { aliasTarget, SCHEMES_BY_NAME, versionScheme } from '../../src/pattern/scheme.js'
import type { ParsedVersion } from '../../src/pattern/versionOrder.js'
import { fits, problemOf } from './ranges.js'

function parsed(type: PackageType, text: string): ParsedVersion {
  const version = versionScheme(type).parse(text)
  if (version === undefined) throw new Error(`${text} is no version of type ${type}`)
  return version
}

function order(type: PackageType, a: string, b: string): number {
  // + 0: -0 is a rank of its own to expect.
  return Math.sign(versionScheme(type).compare(parsed(type, a), parsed(type, b))) + 0
}

function expectAscending(type: PackageType, versions: readonly string[]): void {
  for (const [index, low] of versions.entries()) {
    for (const high of versions.slice(index + 1)) {
      expect({ low, high, order: order(type, low, high) }).toEqual({ low, high, order: -1 })
      expect({ high, low, order: order(type, high, low) }).toEqual({ high, low, order: 1 })
    }
  }
}

function expectEqual(type: PackageType, versions: readonly string[]): void {
  for (const a of versions) {
    for (const b of versions) expect({ a, b, order: order(type, a, b) }).toEqual({ a, b, order: 0 })
    expect(parsed(type, a).release).toBe(parsed(type, versions[0] ?? '').release)
  }
}

describe('SemVer (container, docker, npm)', () => {
  it('orders as semver.org §11 does', () => {
    expectAscending('npm', ['1.0.0', '2.0.0', '2.1.0', '2.1.1'])
    expectAscending('container', [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0'
    ])
  })

  it('ranks build metadata and spellings alike', () => {
    expectEqual('container', ['1.2.3', 'v1.2.3', '1.2.3+build5', '1.2.3_build5', '1.2.3+exp.sha.5114f85'])
    expectEqual('npm', ['1.0.0-rc.1', '1.0.0-rc.1+7'])
  })

  it('orders as node-semver does', () => {
    const version = fc
      .tuple(
        fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
        fc.array(fc.oneof(fc.constantFrom('alpha', 'beta', 'Beta', 'rc1', '-'), fc.nat(20).map(String)), {
          maxLength: 3
        })
      )
      .map(([numbers, labels]) => `${numbers.join('.')}${labels.length > 0 ? `-${labels.join('.')}` : ''}`)
    fc.assert(
      fc.property(version, version, (a, b) => expect(order('npm', a, b)).toBe(compareSemver(a, b))),
      { numRuns: 20_000 }
    )
  })

  it('takes a number that no double holds for no version, so that what bears it stays', () => {
    expect(versionScheme('npm').parse('0.9007199254740993.0')).toBeUndefined()
  })
  it.each([
    '1',
    '1.2',
    'v1.2',
    'V1.2.3',
    'latest',
    '2024.01.05',
    '01.2.3',
    '1.2.3-01',
    '1.2.3-',
    '1.2.3-a..b',
    '1.2.3+',
    '1.2.3.4',
    'x1.2.3',
    ' 1.2.3',
    '1.2.3\n',
    '1.2.3+a+b',
    ''
  ])('“%s” is not a version', (text) => {
    expect(versionScheme('container').parse(text)).toBeUndefined()
  })

  it('tells the lines of a version', () => {
    expect(parsed('npm', 'v1.2.3-beta.4+5')).toMatchObject({
      text: 'v1.2.3-beta.4+5',
      prerelease: true,
      major: '1',
      minor: '2',
      patch: '3',
      label: 'beta',
      release: '1.2.3'
    })
    expect(parsed('npm', '1.3.0+build5').prerelease).toBe(false)
    expect(parsed('npm', '1.2.3-20240105.1')).not.toHaveProperty('label')
  })
})

describe('NuGet', () => {
  it('orders as its documentation does', () => {
    expectAscending('nuget', [
      '1.0.1-alpha',
      '1.0.1-alpha.2',
      '1.0.1-alpha.10',
      '1.0.1-beta',
      '1.0.1-open',
      '1.0.1-rc',
      '1.0.1-zzz',
      '1.0.1'
    ])
    expectAscending('nuget', ['1.0.0-alpha1', '1.0.0', '1.0.0.1-rc', '1.0.0.1', '1.0.1', '1.1', '2'])
    expectAscending('nuget', ['1.0.0-alpha10', '1.0.0-alpha2'])
  })

  it('normalizes as its documentation does', () => {
    expectEqual('nuget', ['1.00', '1.0', '1', '1.0.0', '1.0.0.0', 'v1.0'])
    expectEqual('nuget', ['1.01.1', '1.1.1', '1.1.1.0'])
    expectEqual('nuget', ['1.00.0.1', '1.0.0.1'])
    expectEqual('nuget', ['1.0.7+r3456', '1.0.7'])
    expectEqual('nuget', ['1.0.7-BETA', '1.0.7-beta', '1.0.7-Beta+x'])
    expectEqual('nuget', ['1.0.7-rc.01', '1.0.7-rc.1'])
  })

  it('takes a label for text if it is a number beyond 32 bits', () => {
    expectAscending('nuget', ['1.0.0-2147483647', '1.0.0-20260105120000', '1.0.0-3000000000', '1.0.0-a'])
    expectAscending('nuget', ['1.0.0-ci.9', '1.0.0-ci.10', '1.0.0-ci.10000000000', '1.0.0-ci.9000000000'])
  })

  it.each(['1.2.3.4.5', 'a.b', '1.0-', '1.0-a..b', '1.0+', '[1.0]', '1.*', ''])('“%s” is not a version', (text) => {
    expect(versionScheme('nuget').parse(text)).toBeUndefined()
  })

  it('counts the fourth number with the patch', () => {
    expect(parsed('nuget', '1.02.3.4-Beta.1')).toMatchObject({
      prerelease: true,
      major: '1',
      minor: '2',
      patch: '3.4',
      label: 'beta',
      release: '1.2.3.4'
    })
    expect(parsed('nuget', '1.2.3.0').patch).toBe('3')
  })
})

describe('Maven', () => {
  it('orders qualifiers as ComparableVersion does', () => {
    expectAscending('maven', [
      '1-alpha2snapshot',
      '1-alpha2',
      '1-alpha-123',
      '1-beta-2',
      '1-beta123',
      '1-m2',
      '1-m11',
      '1-rc',
      '1-cr2',
      '1-rc123',
      '1-SNAPSHOT',
      '1',
      '1-sp',
      '1-sp2',
      '1-sp123',
      '1-abc',
      '1-def',
      '1-pom-1',
      '1-1-snapshot',
      '1-1',
      '1-2',
      '1-123'
    ])
  })

  it('orders numbers as ComparableVersion does', () => {
    expectAscending('maven', [
      '2.0',
      '2.0.a',
      '2-1',
      '2.0.2',
      '2.0.123',
      '2.1.0',
      '2.1-a',
      '2.1b',
      '2.1-c',
      '2.1-1',
      '2.1.0.1',
      '2.2',
      '2.123',
      '11.a2',
      '11.a11',
      '11.b2',
      '11.b11',
      '11.m2',
      '11.m11',
      '11',
      '11.a',
      '11b',
      '11c',
      '11m'
    ])
  })

  it.each([
    [['1', '1.0', '1.0.0', '1-0', '1.0-0']],
    [['1a', '1-a', '1.0-a', '1.0.0-a', '1.0a', '1.a']],
    [['1x', '1-x', '1.0-x', '1.0.0-x', '1.0.x', '1X']],
    [['1cr', '1rc', '1Rc']],
    [['0.x', '0-x', '0.0.x']],
    [['1a1', '1-alpha-1', '1alpha1']],
    [['1b2', '1-beta-2']],
    [['1m3', '1-milestone-3', '1MileStone3']],
    [['1', '1ga', '1release', '1.final', '1-FINAL', '1.0.0.Final', '1.RELEASE']],
    [['01', '1', '0000000000000000001']]
  ])('ranks %j alike', (versions) => {
    expectEqual('maven', versions)
  })

  it.each([
    [['1.0-alpha-1', '1.0-alpha-2', '1.0-beta-1', '1.0-SNAPSHOT', '1.0', '1.0-1', '1.0-2']],
    [['1.0-alpha-1-SNAPSHOT', '1.0-alpha-1']],
    [['2.0-1', '2.0.1', '2.0.1-klm', '2.0.1-lmn', '2.0.1-xyz', '2.0.1-123']],
    [['6.1.0rc3', '6.1.0', '6.1H.5-beta']],
    [['20190126.230843', '1234567890.12345', '123456789012345.1H.5-beta', '12345678901234567890.1H.5-beta']],
    [['1-0.alpha', '1-0.beta', '1']],
    [['1.0.0.RC1', '1.0.0-RC2']],
    [['0.0.x', '0-0.rc', '0-0.x']],
    [['1.0-sp1-redhat', '1.0.final-redhat']],
    [['1.0', '1.0-ga1', '1.0-ga2']]
  ])('orders %j', (versions) => {
    expectAscending('maven', versions)
  })

  it.each([
    ['1.2.0-SNAPSHOT', true],
    ['1.2.0-alpha-1', true],
    ['1.2.0-beta', true],
    ['1.2.0-M1', true],
    ['1.2.0.RC1', true],
    ['1.2.0-cr2', true],
    ['1.0-jre-rc1', true],
    ['1.2b3', true],
    ['1.2.0.Final', false],
    ['2024.01.05', false],
    ['1.3.0+build5', false],
    ['1.0-jre', false],
    ['1.0.GA', false],
    ['1.0-sp1', false],
    ['1.0-1', false],
    ['1.0.a', false]
  ])('%s: a prerelease? %s', (text, prerelease) => {
    expect(parsed('maven', text).prerelease).toBe(prerelease)
  })

  it.each(['RELEASE', 'main-SNAPSHOT', '', '-1', `1${'.0'.repeat(200)}`])('“%s” is not a version', (text) => {
    expect(versionScheme('maven').parse(text)).toBeUndefined()
  })

  it('leads a prerelease to its release', () => {
    expect(parsed('maven', '1.2.0-rc1-SNAPSHOT').release).toBe(parsed('maven', '1.2.0.Final').release)
    expect(parsed('maven', '33.0.1-jre-SNAPSHOT').release).toBe(parsed('maven', '33.0.1-jre').release)
    expect(parsed('maven', '1.0.0.BUILD-SNAPSHOT').release).toBe(parsed('maven', '1.0.0.RELEASE').release)
    expect(parsed('maven', '33.0.1-jre').release).not.toBe(parsed('maven', '33.0.1-android').release)
    expect(parsed('maven', '1.2.3-M4')).toMatchObject({
      major: '1',
      minor: '2',
      patch: '3',
      label: 'milestone',
      release: '1.2.3'
    })
    expect(parsed('maven', '1.2-SNAPSHOT')).toMatchObject({
      minor: '2',
      patch: '0',
      label: 'snapshot',
      release: '1.2.0'
    })
  })
})

describe('RubyGems', () => {
  it('orders as Gem::Version does', () => {
    expectAscending('rubygems', ['0.9', '1.0.a.2', '1.0.b1', '1.0'])
    expectAscending('rubygems', ['1.8.2.a', '1.8.2.a9', '1.8.2.a10', '1.8.2.b', '1.8.2', '1.8.3'])
    expectAscending('rubygems', [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0'
    ])
    expectAscending('rubygems', ['1.0.a', '1.0.0.1.a', '1.0.0.1'])
  })

  it('ranks alike what Gem::Version ranks alike', () => {
    expectEqual('rubygems', ['1', '1.0', '1.0.0'])
    expectEqual('rubygems', ['1.2.b1', '1.2.b.1', '1.2.0.b1'])
    expectEqual('rubygems', ['1.0-a', '1.0.pre.a'])
  })

  it.each([
    ['1.2.0.a', true, '1.2.0'],
    ['2.9.b', true, '2.9'],
    ['22.1.50.0.d', true, '22.1.50.0'],
    ['1.2.d.42', true, '1.2'],
    ['1.A', true, '1'],
    ['1.1.rc10', true, '1.1'],
    ['1.9.3.alpha.5', true, '1.9.3'],
    ['1.2-1', true, '1.2'],
    ['1.2.0', false, '1.2'],
    ['22.1.50.0', false, '22.1.50']
  ])('%s: a prerelease? %s, of %s', (text, prerelease, release) => {
    expect(parsed('rubygems', text)).toMatchObject({ prerelease, release: parsed('rubygems', release).release })
  })

  it('reads the platform of a gem as no part of its version', () => {
    expectEqual('rubygems', [
      '1.16.0',
      '1.16.0-java',
      '1.16.0-arm64-darwin',
      '1.16.0-x86_64-linux',
      '1.16.0-aarch64-linux-musl',
      '1.16.0-x86_64-darwin-21',
      '1.16.0-x64-mingw-ucrt',
      '1.16.0-x86-mingw32'
    ])
    expect(parsed('rubygems', '1.16.0-x86_64-linux').prerelease).toBe(false)
    expect(parsed('rubygems', '1.16.0.rc1-java')).toMatchObject({ prerelease: true, label: 'rc', release: '1.16.0' })
    expect(parsed('rubygems', '1.16.0-javac').prerelease).toBe(true)
  })

  it.each(['junk', '1.0\n2.0', '', '1..2', '.1', '1.0+build', '1.0_1'])('“%s” is not a version', (text) => {
    expect(versionScheme('rubygems').parse(text)).toBeUndefined()
  })

  it('tells the lines of a version', () => {
    expect(parsed('rubygems', '1.2.3.4.beta2')).toMatchObject({
      major: '1',
      minor: '2',
      patch: '3.4',
      label: 'beta',
      release: '1.2.3.4'
    })
  })
})

describe('every order', () => {
  const shapes: Record<'npm' | 'nuget' | 'maven' | 'rubygems', RegExp> = {
    npm: /^[0-2]\.[0-2]\.[0-2](-(alpha|beta|0|10)(\.[0-2])?)?$/,
    nuget: /^[0-2](\.[0-2]){0,3}(-(Alpha|alpha|b|0|10)(\.[0-2])?)?$/,
    maven: /^[0-2](\.[0-2]){0,2}([-.]?(alpha|b|rc|snapshot|final|sp|x)([-.]?[0-2])?)?(-snapshot|-[0-2])?$/,
    rubygems: /^[0-2](\.[0-2]){0,2}(\.(a|b|rc)[0-2]?)?(-[0-2])?$/
  }
  // To Maven, 1.x-SNAPSHOT is newer than 1.x: only the latter means 1-x.
  const regular = { ...shapes, maven: /^[0-2](\.[0-2]){0,2}(-(b|sp|x))?([-.]?(alpha|rc|snapshot)[0-2]?)?(-snapshot)?$/ }
  // Maven itself has the ring 0.1 < 0.1.sp-0 < 0.1-snapshot < 0.1: a qualifier behind a dot is older than all behind a hyphen.
  const mayBeInRing = (type: PackageType, ...versions: readonly string[]): boolean =>
    type === 'maven' && !versions.every((version) => /^[0-2](\.[0-2])*(-|$)/.test(version))
  it.each(Object.entries(shapes) as [PackageType, RegExp][])('of %s is one: no ring, no two answers', (type, shape) => {
    const version = fc.stringMatching(shape)
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(order(type, a, b)).toBe(-order(type, b, a) + 0)
        const ascends = order(type, a, b) <= 0 && order(type, b, c) <= 0
        if (ascends && !mayBeInRing(type, a, b, c)) expect(order(type, a, c)).toBeLessThanOrEqual(0)
        if (order(type, a, b) === 0) expect(parsed(type, a).release).toBe(parsed(type, b).release)
      }),
      { numRuns: 2_000 }
    )
  })

  it.each(Object.entries(regular) as [PackageType, RegExp][])(
    'of %s puts a prerelease before its release',
    (type, shape) => {
      fc.assert(
        fc.property(fc.stringMatching(shape), (text) => {
          const version = parsed(type, text)
          expect(version.prerelease).toBe(version.base !== undefined)
          if (version.base === undefined) return
          expect(versionScheme(type).compare(version, version.base)).toBeLessThan(0)
          expect(version.base).toMatchObject({ prerelease: false, release: version.release })
        }),
        { numRuns: 1_000 }
      )
    }
  )
})

describe('calendar versions', () => {
  const calver = SCHEMES_BY_NAME.calver

  it.each([
    ['2026.01.05', '2026.1.6'],
    ['2026.01.05', '2026.01.05.1'],
    ['2025-12-31', '2026_01_01'],
    ['24.4', '24.10'],
    ['24.04', 'v24.4.1'],
    ['20260105', '20260106'],
    ['9', '10']
  ])('are numbers of any count: %s is older than %s', (low, high) => {
    const [a, b] = [calver.parse(low), calver.parse(high)]
    expect(a && b && [Math.sign(calver.compare(a, b)), Math.sign(calver.compare(b, a))]).toEqual([-1, 1])
  })

  it('are one release however they are written', () => {
    const all = ['2026.01.05', '2026-1-5', 'v2026_01_05', '2026.1.5.0'].map((text) => calver.parse(text))
    expect(all.map((version) => version?.release)).toEqual(all.map(() => '2026.1.5'))
    expect(calver.parse('2026.01')).toMatchObject({ prerelease: false, major: '2026', minor: '1', patch: '0' })
  })

  it.each(['', '2026.', '2026..1', '2026.01-rc1', 'latest', '1.2.x'])('“%s” is not a calendar version', (text) => {
    expect(calver.parse(text)).toBeUndefined()
  })

  it.each([
    ['>=2026.01.05', '2026.1.5', true],
    ['>=2026.01.05', '2026.01.04', false],
    ['>=2026-01-05', '2026.01.06', true],
    ['<24.4', '24.3', true],
    ['24.4', '24.04.2', true],
    ['24.x', '25.1', false],
    ['<20260105', '20260104', true],
    ['2025.1 - 2025.3', '2025.03.31', true]
  ])('fit ranges: %s and %s: %s', (range, text, expected) => {
    const version = calver.parse(text)
    expect(problemOf(calver, range)).toBeUndefined()
    expect(fits(calver, version, range, false)).toBe(expected)
  })
})

describe('aliasTarget', () => {
  it.each([
    ['1', ['1', '1.2', '1.2.3'], '1.2.3'],
    ['1.2', ['1.2', '1.2.3', 'latest'], '1.2.3'],
    ['v1.2', ['v1.2', '1.2.3'], '1.2.3'],
    ['v1', ['v1', 'v1.2.3'], 'v1.2.3'],
    ['1', ['1.2.3', '1.10.0', '2.0.0'], '1.10.0'],
    ['1.2', ['1.2', '1.3.0'], undefined],
    ['1.2', ['1.2'], undefined],
    ['1.2', ['1.2', '1.2.3-rc.1'], undefined],
    ['1.20', ['1.20', '1.2.0'], undefined],
    ['latest', ['latest', '1.2.3'], undefined],
    ['1.2.3', ['1.2.3', 'v1.2.3'], undefined],
    ['1.2-alpine', ['1.2-alpine', '1.2.3-alpine'], undefined],
    ['01', ['01', '1.2.3'], undefined]
  ])('%s among %j follows %s', (name, names, target) => {
    expect(aliasTarget(name, names, 'container')).toBe(target)
    expect(aliasTarget(name, names.toReversed(), 'container')).toBe(target)
  })

  it('does not depend on the order of tags that mean the same version', () => {
    expect(aliasTarget('1', ['v1.2.3', '1.2.3'], 'docker')).toBe(aliasTarget('1', ['1.2.3', 'v1.2.3'], 'docker'))
  })

  it('is for tags only', () => {
    expect(aliasTarget('1', ['1', '1.2.3'], 'maven')).toBeUndefined()
  })
})
