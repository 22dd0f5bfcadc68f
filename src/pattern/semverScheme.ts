import SemVer from 'semver/classes/semver.js'
import parseStrictly from 'semver/functions/parse.js'
import type { ParsedVersion, VersionScheme } from './versionOrder.js'
import { firstLabel } from './versionParts.js'
import { rangeReader } from './versionRange.js'

interface SemverVersion extends ParsedVersion {
  readonly semver: SemVer
}

/** What node-semver would be lenient about: blanks around a version, and a `=` before it. */
const STARTS = /^v?\d/
const ENDS = /\S$/

/** semver.org 2.0.0 by node-semver, and two conventions: a leading `v`, and Helm's `_` for the `+` that image tags cannot hold. */
export const semverScheme: VersionScheme = { parse, compare, range: rangeReader({ parse, compare }) }

function parse(text: string): SemverVersion | undefined {
  if (!STARTS.test(text) || !ENDS.test(text)) return undefined
  const semver = parseStrictly(text.replace('_', '+'))
  if (semver === null) return undefined
  const { major, minor, patch, prerelease } = semver
  const numbers = { major: String(major), minor: String(minor), patch: String(patch) }
  const release = `${major}.${minor}.${patch}`
  const common = { text, ...numbers, release, semver }
  if (prerelease.length === 0) return { ...common, prerelease: false }
  return {
    ...common,
    prerelease: true,
    ...firstLabel(prerelease.map(String)),
    /** Computed on demand: few versions are compared with a range. */
    get base() {
      return { text: release, prerelease: false, ...numbers, release, semver: new SemVer(release) }
    }
  }
}

function compare(a: SemverVersion, b: SemverVersion): number {
  return a.semver.compare(b.semver)
}
