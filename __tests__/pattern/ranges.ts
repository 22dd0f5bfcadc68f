import type { ParsedVersion, VersionScheme } from '../../src/pattern/versionOrder.js'

export function problemOf(scheme: VersionScheme, range: string): string | undefined {
  const read = scheme.range(range)
  return 'problem' in read ? read.problem : undefined
}

/** With `kept`, as for what is kept: prereleases are included, and one of two orders is enough. */
export function fits(scheme: VersionScheme, version: ParsedVersion | undefined, range: string, kept: boolean): boolean {
  const read = scheme.range(range)
  return version !== undefined && !('problem' in read) && read.test(version, kept, kept)
}
