import type { ParsedVersion } from '../../pattern/versionOrder.js'
import type { Unit } from '../graph/units.js'
import { type CompiledRule, groupOf, type NameReading } from './compiledRule.js'

/** Which releases exist in the package, whatever rule owns them: they supersede their prereleases. */
export interface Releases {
  /** Milliseconds: when the release of this prerelease was pushed, infinite if unknown; `undefined` if there is no release. */
  since(reading: NameReading, prerelease: ParsedVersion): number | undefined
}

/** Builds the table of a rule when it is needed. */
export function findReleases(units: readonly Unit[]): Releases {
  const tables = new Map<CompiledRule, Map<string, number>>()
  return {
    since({ rule, group }, { release }) {
      const table = tables.get(rule) ?? tabulate(units, rule)
      tables.set(rule, table)
      return table.get(entry(rule.version === undefined ? '' : group, release))
    }
  }
}

function tabulate(units: readonly Unit[], rule: CompiledRule): Map<string, number> {
  const table = new Map<string, number>()
  for (const unit of units) {
    for (const name of unit.names) {
      const captures = rule.version === undefined ? { version: name } : rule.version.exec(name)
      const parsed = captures?.version === undefined ? undefined : rule.scheme.parse(captures.version)
      if (parsed === undefined || parsed.prerelease) continue
      const fromNames = rule.version && rule.names?.match(name, unit.root.version.name)?.captures
      const group = rule.version === undefined ? '' : groupOf(rule.rule, { ...fromNames, ...captures })
      const at = entry(group, parsed.release)
      // The latest push of a release counts, and an unknown time is later than any: that keeps more.
      table.set(at, Math.max(table.get(at) ?? 0, unit.time ?? Number.POSITIVE_INFINITY))
    }
  }
  return table
}

const entry = (group: string, release: string): string => `${group}\u0001${release}`
