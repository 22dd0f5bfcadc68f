/** A name that is a version by the rules of its package type. */
export interface ParsedVersion {
  readonly text: string
  readonly prerelease: boolean
  /** Without leading zeros. Versions that differ only in what a type ignores have the same major, minor and patch. */
  readonly major: string
  readonly minor: string
  /** All that tells releases of one minor line apart: `3`, or `3.4` with NuGet's fourth number. */
  readonly patch: string
  /** First label of a prerelease: `beta` of `beta.1`. Absent for releases, and where a bare number comes first. */
  readonly label?: string
  /** Key of the release that this leads to (a prerelease) or is; equal for versions that mean the same release. */
  readonly release: string
  /** That release itself; absent for a release. */
  readonly base?: ParsedVersion
}

/** The version order of a package type. Versions of one scheme must not be handed to another. */
export interface VersionScheme {
  /** `undefined`: not a version. A leading `v` is dropped. */
  parse(text: string): ParsedVersion | undefined
  /** Below 0 when `a` is older. 0 for versions that have equal rank, such as `1.0` and `1.0.0` of a gem. */
  compare(a: ParsedVersion, b: ParsedVersion): number
  /**
   * The order of another release of the package manager, where that differs. What one order would delete and the other
   * would keep is kept.
   */
  compareOtherwise?(a: ParsedVersion, b: ParsedVersion): number
  /** The problem says why the range is refused and what to write instead. */
  range(text: string): VersionRange | { readonly problem: string }
}

/**
 * Ranges as node-semver writes and means them (`>=1.2 <2`, `^1.2.3`, `~1.2`, `1.x`, `1.2 - 1.4`, `||`), over the order
 * of any package type.
 */
export interface VersionRange {
  /**
   * Without `includePrerelease`, a prerelease fits only where the range names a prerelease of the same release. Where two
   * orders disagree, one of them is enough for what `keeps`, and both must agree to what may be deleted.
   */
  test(version: ParsedVersion, includePrerelease: boolean, keeps: boolean): boolean
}
