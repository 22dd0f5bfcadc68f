import type { PackageInfo } from '../domain/package.js'
import type { Rule } from '../domain/policy.js'
import { compilePatterns, compileRegex, type Patterns } from '../pattern/patterns.js'
import type { NamedRegex } from '../pattern/regex.js'
import type { ParsedVersion, VersionScheme } from '../pattern/versionOrder.js'
import type { Releases } from './releases.js'
import type { Unit } from './units.js'
import { isVariant, tellsPrereleases } from './variants.js'

const NONE: ReadonlySet<string> = new Set()

/** A name that a rule owns. `name` is absent for the pseudo-name of an untagged unit. */
export interface Claim {
  readonly unit: Unit
  readonly name: string | undefined
  readonly rule: CompiledRule
  readonly captures: Readonly<Record<string, string>>
  readonly parsed: ParsedVersion | undefined
  /** Values of `group-by`, joined; a capture that is absent counts as empty. */
  readonly group: string
}

export interface CompiledRule {
  readonly rule: Rule
  readonly names: Patterns | undefined
  readonly version: NamedRegex | undefined
  /** Suffixes that make a name no version to this rule. */
  readonly variants: ReadonlySet<string>
  readonly artifactTypes: Patterns | undefined
  readonly annotations: readonly { readonly key: string; readonly value: Patterns }[]
}

/** Rules that speak about this package, in the order of the policy. */
export function rulesFor(
  rules: readonly Rule[],
  info: PackageInfo,
  variants: ReadonlySet<string>
): readonly CompiledRule[] {
  const { type, name } = info
  return rules.filter(appliesTo).map(compile)

  function appliesTo(rule: Rule): boolean {
    if (rule.types !== undefined && !rule.types.includes(type)) return false
    if (rule.packages === undefined) return true
    return compilePatterns(rule.packages, { type, prereleases: 'included', paths: true }).match(name) !== undefined
  }

  function compile(rule: Rule): CompiledRule {
    const { match } = rule
    // Where the rule itself speaks of prereleases, its ranges need not name them.
    const prereleases = match.prerelease === undefined ? 'named' : 'included'
    const regex = rule.versionPattern === undefined ? undefined : compileRegex(rule.versionPattern)
    return {
      rule,
      names: match.names && compilePatterns(match.names, { type, prereleases }),
      version: regex !== undefined && 'exec' in regex ? regex : undefined,
      variants: tellsPrereleases(rule) ? variants : NONE,
      artifactTypes: match.artifactType && compilePatterns(match.artifactType, { type, prereleases: 'included' }),
      annotations: Object.entries(match.annotations ?? {}).map(([key, pattern]) => ({
        key,
        value: compilePatterns([pattern], { type, prereleases: 'included' })
      }))
    }
  }
}

/** The first rule whose `match` fits the name; `undefined`: no rule speaks of it, so it stays. */
export function claim(
  unit: Unit,
  name: string | undefined,
  rules: readonly CompiledRule[],
  scheme: VersionScheme,
  releases: Releases
): Claim | undefined {
  for (const rule of rules) {
    const captures = fits(unit, name, rule)
    if (captures === undefined) continue
    const claimed = toClaim(unit, name, rule, captures, scheme)
    if (passesPrerelease(claimed, releases)) return claimed
  }
  return undefined
}

/** Captures of the names pattern if all keys but `prerelease` fit. */
function fits(
  unit: Unit,
  name: string | undefined,
  compiled: CompiledRule
): Readonly<Record<string, string>> | undefined {
  const { match } = compiled.rule
  const root = unit.root
  if (match.versions !== undefined && !match.versions.some((listed) => isVersion(root, listed))) return undefined
  const tagged = name !== undefined
  if (match.tagged !== undefined && match.tagged !== tagged) return undefined
  if (match.state !== undefined && !match.state.includes(unit.state)) return undefined
  if (compiled.artifactTypes !== undefined && !fitsArtifactType(unit, compiled.artifactTypes)) return undefined
  for (const { key, value } of compiled.annotations) {
    const annotations = root.manifest?.annotations
    const text = annotations !== undefined && Object.hasOwn(annotations, key) ? annotations[key] : undefined
    if (text === undefined || value.match(text) === undefined) return undefined
  }
  if (compiled.names === undefined) return {}
  return compiled.names.match(name, root.version.name)?.captures
}

function isVersion(root: Unit['root'], listed: string): boolean {
  return listed === String(root.version.id) || listed === root.version.name
}

function fitsArtifactType(unit: Unit, patterns: Patterns): boolean {
  const manifest = unit.root.manifest
  const types = [manifest?.artifactType, manifest?.configMediaType, cacheTypeOf(unit)]
  return types.some((type) => type !== undefined && patterns.match(type) !== undefined)
}

/** An old BuildKit cache is an index; what it is stands in the entry that describes it. */
function cacheTypeOf(unit: Unit): string | undefined {
  const entries = unit.root.manifest?.entries ?? []
  return entries.find((entry) => entry.mediaType.startsWith('application/vnd.buildkit.cacheconfig'))?.mediaType
}

function toClaim(
  unit: Unit,
  name: string | undefined,
  rule: CompiledRule,
  fromNames: Readonly<Record<string, string>>,
  scheme: VersionScheme
): Claim {
  const fromVersion = name === undefined ? undefined : rule.version?.exec(name)
  const captures = { ...fromNames, ...fromVersion }
  const group = groupOf(rule.rule, captures)
  const text = rule.version === undefined ? name : fromVersion?.version
  const parsed = text === undefined || isVariant(text, rule.variants) ? undefined : scheme.parse(text)
  return { unit, name, rule, captures, parsed, group }
}

/** Values of `group-by`, joined; a capture that is absent counts as empty. */
export function groupOf({ groupBy }: Rule, captures: Readonly<Record<string, string>>): string {
  return groupBy.map((key) => (Object.hasOwn(captures, key) ? captures[key] : '')).join('\u0000')
}

function passesPrerelease(claimed: Claim, releases: Releases): boolean {
  const wanted = claimed.rule.rule.match.prerelease
  return wanted === undefined || isPrerelease(claimed, wanted, releases)
}

/** What is no version is neither: it does not fit, and so it stays. */
export function isPrerelease(claimed: Claim, wanted: boolean | 'superseded', releases: Releases): boolean {
  if (claimed.parsed === undefined) return false
  if (wanted === 'superseded') return claimed.parsed.prerelease && releases.since(claimed) !== undefined
  return claimed.parsed.prerelease === wanted
}
