import { isImage, type PackageType } from '../domain/package.js'
import type { VersionSchemeName } from '../domain/policy.js'
import { calverScheme } from './calverScheme.js'
import { mavenScheme } from './mavenScheme.js'
import { nugetScheme } from './nugetScheme.js'
import { rubygemsScheme } from './rubygemsScheme.js'
import { semverScheme } from './semverScheme.js'
import type { VersionScheme } from './versionOrder.js'

const SCHEMES: Readonly<Record<PackageType, VersionScheme>> = {
  container: semverScheme,
  docker: semverScheme,
  npm: semverScheme,
  nuget: nugetScheme,
  maven: mavenScheme,
  rubygems: rubygemsScheme
}

export const SCHEMES_BY_NAME: Readonly<Record<VersionSchemeName, VersionScheme>> = {
  semver: semverScheme,
  maven: mavenScheme,
  rubygems: rubygemsScheme,
  nuget: nugetScheme,
  calver: calverScheme
}

/** The version order of a package type. */
export function versionScheme(type: PackageType): VersionScheme {
  return SCHEMES[type]
}

const FLOATING = /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?$/

/**
 * The name that a floating tag (`1`, `1.2`, `v1.2`) follows: the highest release `x.y.z` of its line among the names of
 * the same unit. `undefined`: the name follows no other name. Only images have tags; a prerelease has no floating tags.
 */
export function aliasTarget(name: string, namesOfUnit: readonly string[], type: PackageType): string | undefined {
  if (!isImage(type)) return undefined
  const floating = FLOATING.exec(name)
  if (floating === null) return undefined
  const [, major, minor] = floating
  return namesOfUnit
    .map((each) => semverScheme.parse(each))
    .filter((version) => version !== undefined)
    .filter(({ prerelease }) => !prerelease)
    .filter((version) => version.major === major && (minor === undefined || version.minor === minor))
    .sort((a, b) => semverScheme.compare(b, a) || (a.text < b.text ? -1 : 1))[0]?.text
}

/** First labels of prereleases, in the words of the package types and of the tools that number builds of branches. */
const LABEL =
  /^(?:a|alpha|b|beta|branch|build|c|canary|ci|cr|dependabot|dev|development|ea|edge|eap|exp|experimental|feat|feature|fix|git|hotfix|insiders?|m|main|master|milestone|next|nightly|p|pr|pre|preview|prerelease|pull|pullrequest|rc|renovate|sha|snapshot|test|unstable|wip)(?:[.\d-]|$)/i

/** True if the suffix of a version says "prerelease". Any other suffix, such as `alpine`, is a variant. */
export function isPrereleaseLabel(suffix: string): boolean {
  return LABEL.test(suffix)
}
