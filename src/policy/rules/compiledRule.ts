import type { PackageInfo } from '../../domain/package.js'
import type { Rule } from '../../domain/policy.js'
import { namesOfBranch } from '../../pattern/branchNames.js'
import { compilePatterns, compileRegex, type Patterns } from '../../pattern/patterns.js'
import type { NamedRegex } from '../../pattern/regex.js'
import { SCHEMES_BY_NAME, versionScheme } from '../../pattern/scheme.js'
import type { ParsedVersion, VersionScheme } from '../../pattern/versionOrder.js'
import { tellsPrereleases } from './variants.js'

const NONE: ReadonlySet<string> = new Set()

export interface CompiledRule {
  readonly rule: Rule
  readonly names: Patterns | undefined
  readonly ofBranch: ((name: string) => boolean) | undefined
  readonly version: NamedRegex | undefined
  readonly scheme: VersionScheme
  /** Suffixes that make a name no version to this rule. */
  readonly variants: ReadonlySet<string>
  readonly artifactTypes: Patterns | undefined
  readonly annotations: readonly { readonly key: string; readonly value: Patterns }[]
}

/** Whether the rule speaks about this package. */
export function appliesTo(rule: Rule, { type, name }: PackageInfo): boolean {
  if (rule.types !== undefined && !rule.types.includes(type)) return false
  if (rule.packages === undefined) return true
  return compilePatterns(rule.packages, { type, paths: true }).match(name) !== undefined
}

/** Rules that speak about this package, in the order of the policy. */
export function rulesFor(
  rules: readonly Rule[],
  info: PackageInfo,
  variants: ReadonlySet<string>
): readonly CompiledRule[] {
  const { type } = info
  return rules.filter((rule) => appliesTo(rule, info)).map(compile)

  function compile(rule: Rule): CompiledRule {
    const { match } = rule
    // Where the rule itself speaks of prereleases, its ranges need not name them.
    const namedPrereleases = match.prerelease === undefined
    const scheme = rule.versionScheme === undefined ? versionScheme(type) : SCHEMES_BY_NAME[rule.versionScheme]
    const regex = rule.versionPattern === undefined ? undefined : compileRegex(rule.versionPattern)
    return {
      rule,
      names: match.names && compilePatterns(match.names, { type, scheme, namedPrereleases, selects: true }),
      ofBranch: match.branch === undefined ? undefined : namesOfBranch(match.branch),
      version: regex !== undefined && 'exec' in regex ? regex : undefined,
      scheme,
      variants: tellsPrereleases(rule) ? variants : NONE,
      artifactTypes: match.artifactType && compilePatterns(match.artifactType, { type }),
      annotations: Object.entries(match.annotations ?? {}).map(([key, pattern]) => ({
        key,
        value: compilePatterns([pattern], { type })
      }))
    }
  }
}

/** What a rule reads in a name. */
export interface NameReading {
  readonly rule: CompiledRule
  readonly parsed: ParsedVersion | undefined
  /** As `groupOf` joins it. */
  readonly group: string
}

/** Values of `group-by`, joined; a capture that is absent counts as empty. */
export function groupOf({ groupBy }: Rule, captures: Readonly<Record<string, string>>): string {
  return groupBy.map((key) => (Object.hasOwn(captures, key) ? captures[key] : '')).join('\u0000')
}
