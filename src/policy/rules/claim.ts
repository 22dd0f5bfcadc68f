import { annotationOf } from '../../domain/manifest.js'
import type { Pattern, Patterns } from '../../pattern/patterns.js'
import type { Unit } from '../graph/units.js'
import { type CompiledRule, groupOf, type NameReading } from './compiledRule.js'
import type { Releases } from './releases.js'
import { isVariant } from './variants.js'

/** A name that a rule owns. `name` is absent for the pseudo-name of an untagged unit. */
export interface Claim extends NameReading {
  readonly unit: Unit
  readonly name: string | undefined
  readonly captures: Readonly<Record<string, string>>
}

/** The first rule whose `match` fits the name; `undefined` if no rule does, so the name is kept. */
export function claim(
  unit: Unit,
  name: string | undefined,
  rules: readonly CompiledRule[],
  releases: Releases
): Claim | undefined {
  for (const rule of rules) {
    const captures = fits(unit, name, rule)
    if (captures === undefined) continue
    const claimed = toClaim(unit, name, rule, captures)
    if (passesPrerelease(claimed, releases)) return claimed
  }
  return undefined
}

/** The same for a floating tag. A range matches it through the full version that it stands for. */
export function claimAlias(
  unit: Unit,
  { name, target }: { readonly name: string; readonly target: string },
  rules: readonly CompiledRule[],
  releases: Releases
): Claim | undefined {
  for (const rule of rules) {
    const direct = claim(unit, name, [rule], releases)
    if (direct !== undefined) return direct
    const full = fitsThrough(rule.names, name, target) ? claim(unit, target, [rule], releases) : undefined
    if (full !== undefined) return { ...full, name }
  }
  return undefined
}

function fitsThrough(names: Patterns | undefined, name: string, target: string): boolean {
  const all = names?.all ?? []
  const matches = ({ kind, test }: Pattern): boolean => test(kind === 'semver' ? target : name)
  const inclusions = all.filter(({ exclusion }) => !exclusion)
  return (
    all.some(({ kind }) => kind === 'semver') &&
    (inclusions.length === 0 || inclusions.some(matches)) &&
    !all.some((pattern) => pattern.exclusion && matches(pattern))
  )
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
  if (compiled.ofBranch !== undefined && !(tagged && compiled.ofBranch(name))) return undefined
  if (match.state !== undefined && !match.state.includes(unit.state)) return undefined
  if (compiled.artifactTypes !== undefined && !fitsArtifactType(unit, compiled.artifactTypes)) return undefined
  for (const { key, value } of compiled.annotations) {
    if (value.match(annotationOf(root.manifest, key)) === undefined) return undefined
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
  const isExcluded = types.some((type) => patterns.all.some(({ exclusion, test }) => exclusion && test(type)))
  return !isExcluded && types.some((type) => patterns.match(type) !== undefined)
}

/** An old BuildKit cache is an index; the entry that describes it has its type. */
function cacheTypeOf(unit: Unit): string | undefined {
  const entries = unit.root.manifest?.entries ?? []
  return entries.find((entry) => entry.mediaType.startsWith('application/vnd.buildkit.cacheconfig'))?.mediaType
}

function toClaim(
  unit: Unit,
  name: string | undefined,
  rule: CompiledRule,
  fromNames: Readonly<Record<string, string>>
): Claim {
  const fromVersion = name === undefined ? undefined : rule.version?.exec(name)
  const captures = { ...fromNames, ...fromVersion }
  const group = groupOf(rule.rule, captures)
  const text = rule.version === undefined ? name : fromVersion?.version
  const parsed = text === undefined || isVariant(text, rule.variants) ? undefined : rule.scheme.parse(text)
  return { unit, name, rule, captures, parsed, group }
}

function passesPrerelease(claimed: Claim, releases: Releases): boolean {
  const wanted = claimed.rule.rule.match.prerelease
  return wanted === undefined || isPrerelease(claimed, wanted, releases)
}

/** A name that is not a version is neither a prerelease nor a release: it does not fit, so it is kept. */
export function isPrerelease(claimed: Claim, wanted: boolean | 'superseded', releases: Releases): boolean {
  if (claimed.parsed === undefined) return false
  if (wanted === 'superseded') return claimed.parsed.prerelease && releases.since(claimed, claimed.parsed) !== undefined
  return claimed.parsed.prerelease === wanted
}
