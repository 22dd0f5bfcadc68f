import type { Inventory } from '../../domain/inventory.js'
import type { Reason } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { compilePatterns, type Patterns } from '../../pattern/patterns.js'
import type { VersionScheme } from '../../pattern/versionOrder.js'
import type { Unit } from '../graph/units.js'
import { type ListedNames, readListed } from './listed.js'
import { pullRequestNumbers } from './pullRequests.js'

type ProtectReason = Extract<Reason, { code: 'protected' | 'unreadable' }>
type InUseBy = Pick<Extract<Reason, { code: 'protected' }>, 'by' | 'what'>

/** Why `protect` keeps a unit; `digest` where a digest says so, or doubt, which also keeps all its tags. */
export interface Protected {
  readonly reason: ProtectReason
  readonly digest: boolean
}

export interface Protectors {
  /** The first protection that fits the unit: by its names, its digest, or the digest or a digest tag of a member. */
  protects(unit: Unit): Protected | undefined
  /** Whether a digest or a hold names this very version. */
  protectsDigest(version: Version): boolean
  /** Whether this very name is protected: `partial-tags: untag` never takes it off. */
  protectsName(name: string): boolean
  readonly patterns: Patterns
  readonly listed: ListedNames
}

export function protectors(
  inventory: Inventory,
  policy: Policy,
  units: readonly Unit[],
  scheme: VersionScheme
): Protectors {
  const { type } = inventory.package
  const patterns = compilePatterns(policy.protect.names, { type, prereleases: 'included' })
  const listed = readListed(policy.protect.listed, type)
  const isImage = type === 'container' || type === 'docker'
  const names = namesInUse(inventory)
  const template = policy.protect.openPullRequests
  const pullNumbers = template === undefined ? undefined : pullRequestNumbers(template, type)
  const open = new Set(inventory.inUse.openPullRequests)
  const unknown = unreadableNames(inventory, units, scheme, pullNumbers)

  // "Everything but these" speaks of names; what says what it protects sees every tag as it is written.
  const seesTags = patterns.all.some(({ exclusion }) => !exclusion)

  function byPattern(name: string, isName = true): ProtectReason | undefined {
    const pattern = isName || seesTags ? patterns.match(name)?.pattern : undefined
    if (pattern !== undefined) return { code: 'protected', name, by: 'names', what: pattern }
    const line = listed.match(name)
    return line === undefined ? undefined : { code: 'protected', name, by: 'names-from', ...line }
  }

  /** By a tag that is no name, of any member: it may not lose what it belongs to. */
  function byTag(unit: Unit): ProtectReason | undefined {
    for (const { version, names } of unit.members) {
      if (version.tags.length === names.length) continue
      for (const tag of version.tags) {
        const reason = names.includes(tag) ? undefined : byPattern(tag, false)
        if (reason !== undefined) return reason
      }
    }
    return undefined
  }

  function byName(name: string): ProtectReason | undefined {
    const found = byPattern(name)
    if (found !== undefined) return found
    const used = names.get(name)
    if (used !== undefined) return { code: 'protected', name, ...used }
    const pull = pullNumbers?.(name).find((number) => open.has(number))
    if (pull !== undefined) return { code: 'protected', name, by: 'pull-request', what: String(pull) }
    return unknown(name)
  }

  return {
    patterns,
    listed,
    protectsDigest: (version) =>
      byHold([version], inventory) !== undefined || (isImage && byDigest([version], patterns, listed) !== undefined),
    protectsName: (name) => byName(name) !== undefined,
    protects(unit) {
      const held = byHold(membersOf(unit), inventory)
      if (held !== undefined) return { reason: held, digest: true }
      const digest = isImage ? byDigest(membersOf(unit), patterns, listed) : undefined
      if (digest !== undefined) return { reason: digest, digest: true }
      for (const name of unit.names) {
        const reason = byName(name)
        if (reason !== undefined) return { reason, digest: reason.code === 'unreadable' }
      }
      const tag = isImage ? byTag(unit) : undefined
      if (tag !== undefined) return { reason: tag, digest: false }
      const base = isBaseLayer(inventory, unit)
      return base === undefined ? undefined : { reason: base, digest: true }
    }
  }
}

const membersOf = ({ members }: Unit): readonly Version[] => [...members].map(({ version }) => version)

function byHold(versions: readonly Version[], { holds }: Inventory): ProtectReason | undefined {
  if (holds === undefined || holds.size === 0) return undefined
  for (const { id } of versions) {
    const until = holds.get(id)
    if (until !== undefined) return { code: 'protected', by: 'hold', what: until }
  }
  return undefined
}

function byDigest(versions: readonly Version[], patterns: Patterns, listed: ListedNames): ProtectReason | undefined {
  const digests = patterns.all.filter(({ kind, exclusion }) => kind === 'digest' && !exclusion)
  for (const { name } of versions) {
    const found = digests.find((pattern) => pattern.test(undefined, name))?.pattern
    if (found !== undefined) return { code: 'protected', by: 'names', what: found }
    const line = listed.digest(name)
    if (line !== undefined) return { code: 'protected', by: 'names-from', ...line }
  }
  return undefined
}

/** dist-tags, releases and branches: names that are in use somewhere, with where. */
function namesInUse({ inUse }: Inventory): ReadonlyMap<string, InUseBy> {
  const names = new Map<string, InUseBy>()
  for (const branch of inUse.branches ?? []) {
    names.set(branch, { by: 'branch', what: branch })
    // docker/metadata-action and most workflows write a branch's slashes as dashes; a tag cannot hold one.
    names.set(asTag(branch), { by: 'branch', what: branch })
  }
  for (const tag of inUse.releases ?? []) {
    const plain = tag.replace(/^v(?=\d)/, '')
    for (const form of [
      tag,
      plain,
      `v${plain}`,
      asTag(tag),
      plain.replaceAll('+', '_'),
      `v${plain.replaceAll('+', '_')}`
    ]) {
      names.set(form, { by: 'release', what: tag })
    }
  }
  for (const [tag, version] of Object.entries(inUse.distTags ?? {})) names.set(version, { by: 'dist-tag', what: tag })
  return names
}

/** What an image tag may hold; everything else becomes a dash, as docker/metadata-action writes it. */
const asTag = (name: string): string => name.replace(/[^\w.-]+/g, '-')

/** Fail closed: what could not be read protects every name that it might have protected. */
function unreadableNames(
  inventory: Inventory,
  units: readonly Unit[],
  scheme: VersionScheme,
  pullNumbers: ((name: string) => readonly number[]) | undefined
): (name: string) => ProtectReason | undefined {
  const gaps = inventory.gaps
  const whole = gaps.flatMap(({ kind }) => (kind === 'releases' || kind === 'branches' ? [kind] : []))[0]
  const pulls = gaps.some(({ kind }) => kind === 'open-pull-requests')
  const standIns = gaps.some(({ kind }) => kind === 'dist-tags') ? distTagStandIns(units, scheme) : undefined
  return (name) => {
    if (whole !== undefined) return { code: 'unreadable', name, what: whole }
    if (pulls && (pullNumbers?.(name).length ?? 0) > 0) return { code: 'unreadable', name, what: 'open-pull-requests' }
    if (standIns?.has(name)) return { code: 'unreadable', name, what: 'dist-tags' }
    return undefined
  }
}

/** Without the packument: the highest release and the newest version, the likeliest dist-tags. */
function distTagStandIns(units: readonly Unit[], scheme: VersionScheme): ReadonlySet<string> {
  const names = new Set<string>()
  const newest = units.reduce<Unit | undefined>((a, b) => (a && (a.time ?? 0) >= (b.time ?? 0) ? a : b), undefined)
  for (const name of newest?.names ?? []) names.add(name)
  const releases = units.flatMap((unit) => unit.names).flatMap((name) => scheme.parse(name) ?? [])
  const highest = releases
    .filter((version) => !version.prerelease)
    .reduce<(typeof releases)[number] | undefined>((a, b) => (a && scheme.compare(a, b) >= 0 ? a : b), undefined)
  if (highest !== undefined) names.add(highest.text)
  return names
}

/** Deleting it breaks pulls of every image in the package (actions/delete-package-versions#24). */
function isBaseLayer(inventory: Inventory, unit: Unit): ProtectReason | undefined {
  if (inventory.package.type !== 'docker') return undefined
  const { name, tags } = unit.root.version
  const base = 'docker-base-layer'
  return name === base || tags.includes(base) ? { code: 'protected', by: 'base-layer', what: base } : undefined
}
