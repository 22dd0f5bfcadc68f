import { isImage, type PackageType } from '../../domain/package.js'
import type { KeepItem, Rule } from '../../domain/policy.js'
import { isPrereleaseLabel } from '../../pattern/scheme.js'
import type { Unit } from '../graph/units.js'

const SUFFIXED = /^v?(\d+\.\d+\.\d+)-(([A-Za-z]+)[\w.-]*)$/

/**
 * Suffixes of releases. By SemVer `1.2.3-alpine` is a prerelease of 1.2.3, but its maker meant a release. A first label that is
 * not the label of a prerelease and stands behind two or more releases counts as such a variant.
 */
export function variantsOf(units: readonly Unit[], type: PackageType): ReadonlySet<string> {
  if (!isImage(type)) return new Set()
  const releases = new Map<string, Set<string>>()
  for (const unit of units) {
    for (const name of unit.names) {
      const [, release = '', suffix = '', label] = SUFFIXED.exec(name) ?? []
      if (label === undefined || isPrereleaseLabel(suffix)) continue
      releases.set(label, (releases.get(label) ?? new Set()).add(release))
    }
  }
  return new Set([...releases].filter(([, behind]) => behind.size > 1).map(([label]) => label))
}

/** Whether the name bears one of the suffixes. */
export function isVariant(name: string, variants: ReadonlySet<string>): boolean {
  return variants.has(SUFFIXED.exec(name)?.[3] ?? '')
}

/** Whether a rule tells prereleases from releases and has no `version-pattern` that says which part of a name is the version. */
export function tellsPrereleases({ match, keep, versionPattern }: Rule): boolean {
  if (versionPattern !== undefined) return false
  return match.prerelease !== undefined || keep.some(asksForVersion)
}

/** Whether the item compares versions. It cannot judge names that are not versions, so those are kept. */
export function asksForVersion({ semver, prerelease }: KeepItem): boolean {
  return semver !== undefined || prerelease !== undefined
}
