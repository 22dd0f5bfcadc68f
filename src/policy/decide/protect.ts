import type { Gap, Inventory } from '../../domain/inventory.js'
import { isImage } from '../../domain/package.js'
import type { ProtectedBy, ProtectionCount, Reason } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { readContainerPattern } from '../../pattern/containerPattern.js'
import { type ImageReference, namesPackage } from '../../pattern/imageReference.js'
import { compilePatterns, type Patterns } from '../../pattern/patterns.js'
import type { VersionScheme } from '../../pattern/versionOrder.js'
import type { Unit } from '../graph/units.js'
import { namesInUse } from './inUse.js'
import { type ListedNames, readListed } from './listed.js'
import { pullRequestNumbers } from './pullRequests.js'

type ProtectReason = Extract<Reason, { code: 'protected' | 'unreadable' }>

/** Why `protect` keeps a unit. `digest`: by a digest, an annotation or in doubt, which also keeps all its tags. */
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
  /** How many of these units each protection that is asked for holds. */
  count(units: readonly Unit[]): readonly ProtectionCount[]
  readonly patterns: Patterns
  /** Image references among `names` that name this package. */
  readonly references: readonly NamedReference[]
  readonly listed: ListedNames
}

export type NamedReference = ImageReference & { readonly written: string }

/** One protection by names: `isName` is false for a tag that only says what belongs to a digest. */
interface NameProtector {
  readonly by: ProtectedBy
  find(name: string, isName: boolean): ProtectReason | undefined
  digest?(digest: string): ProtectReason | undefined
}

export function protectors(
  inventory: Inventory,
  policy: Policy,
  units: readonly Unit[],
  scheme: VersionScheme
): Protectors {
  const { package: info } = inventory
  const { type } = info
  const { names, references } = splitNames(policy.protect.names, inventory)
  const patterns = compilePatterns(names, { type })
  const listed = readListed(policy.protect.listed, info)
  const annotations = Object.entries(policy.protect.annotations ?? {}).map(([key, pattern]) => ({
    key,
    value: compilePatterns([pattern], { type })
  }))
  const template = policy.protect.openPullRequests
  const pullNumbers = template === undefined ? undefined : pullRequestNumbers(template, type)
  const unknown = unreadableNames(inventory, units, scheme, pullNumbers)

  // A list of exclusions alone is about names; any other pattern sees every tag as it is written.
  const inclusions = patterns.all.filter(({ exclusion }) => !exclusion)

  const byNames: NameProtector = {
    by: 'names',
    find(name, isName) {
      const pattern = isName || inclusions.length > 0 ? patterns.match(name)?.pattern : undefined
      const what = pattern ?? references.find(({ tag }) => tag === name)?.written
      return what === undefined ? undefined : { code: 'protected', name, by: 'names', what }
    },
    digest(digest) {
      const pattern = inclusions.find(({ test }) => test(undefined, digest))?.pattern
      const what = pattern ?? references.find((each) => each.digest === digest)?.written
      return what === undefined ? undefined : { code: 'protected', by: 'names', what }
    }
  }
  const byListed = (by: 'names-from' | 'references'): NameProtector => {
    const lines = readListed(
      policy.protect.listed.filter((line) => (line.by ?? 'names-from') === by),
      info
    )
    return {
      by,
      find(name) {
        const line = lines.match(name)
        return line && { code: 'protected', name, ...line }
      },
      digest(digest) {
        const line = lines.digest(digest)
        return line && { code: 'protected', ...line }
      }
    }
  }
  const written = [byNames, byListed('names-from'), byListed('references')]
  const used = namesInUse(inventory, policy).map(
    ({ by, find }): NameProtector => ({
      by,
      find(name) {
        const what = find(name)
        return what === undefined ? undefined : { code: 'protected', name, by, what }
      }
    })
  )

  function first<T>(all: readonly NameProtector[], ask: (each: NameProtector) => T | undefined): T | undefined {
    for (const each of all) {
      const found = ask(each)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** By a digest of any member; only images have some. */
  function byDigest(all: readonly NameProtector[], versions: readonly Version[]): ProtectReason | undefined {
    if (!isImage(type)) return undefined
    for (const { name } of versions) {
      const found = first(all, (each) => each.digest?.(name))
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Protects by a tag of any member that is not a name: its image must be kept with it. */
  function byTag(all: readonly NameProtector[], unit: Unit): ProtectReason | undefined {
    for (const { version, names } of unit.members) {
      for (const tag of version.tags) {
        const reason = names.includes(tag) ? undefined : first(all, (each) => each.find(tag, false))
        if (reason !== undefined) return reason
      }
    }
    return undefined
  }

  const byName = (all: readonly NameProtector[], name: string): ProtectReason | undefined =>
    first(all, (each) => each.find(name, true))

  /** Asks every member: an annotation of an image protects its index too. */
  function byAnnotation({ members }: Unit): ProtectReason | undefined {
    for (const { manifest } of members) {
      const own = manifest?.annotations ?? {}
      const found = annotations.find(({ key, value }) => Object.hasOwn(own, key) && value.match(own[key]) !== undefined)
      if (found !== undefined) return { code: 'protected', by: 'annotation', what: `${found.key}=${own[found.key]}` }
    }
    return undefined
  }

  const holdsUnit = (each: NameProtector, unit: Unit): boolean =>
    byDigest([each], membersOf(unit)) !== undefined ||
    unit.names.some((name) => each.find(name, true) !== undefined) ||
    (written.includes(each) && byTag([each], unit) !== undefined)

  return {
    patterns,
    references,
    listed,
    protectsDigest: (version) =>
      byHold([version], inventory) !== undefined || byDigest(written, [version]) !== undefined,
    protectsName: (name) => (byName([...written, ...used], name) ?? unknown(name)) !== undefined,
    protects(unit) {
      const held = byHold(membersOf(unit), inventory)
      if (held !== undefined) return { reason: held, digest: true }
      const digest = byDigest(written, membersOf(unit))
      if (digest !== undefined) return { reason: digest, digest: true }
      for (const name of unit.names) {
        const reason = byName([...written, ...used], name) ?? unknown(name)
        if (reason !== undefined) return { reason, digest: reason.code === 'unreadable' }
      }
      const tag = byTag(written, unit)
      if (tag !== undefined) return { reason: tag, digest: false }
      const annotated = byAnnotation(unit) ?? isBaseLayer(inventory, unit)
      return annotated === undefined ? undefined : { reason: annotated, digest: true }
    },
    count(all) {
      const counts = new Map<ProtectedBy, Set<Unit>>()
      const add = (by: ProtectedBy, holds: (unit: Unit) => boolean): void => {
        const held = counts.get(by) ?? new Set()
        counts.set(by, held)
        for (const unit of all) if (holds(unit)) held.add(unit)
      }
      for (const each of [...written.filter(({ by }) => isWritten(by, policy)), ...used])
        add(each.by, (unit) => holdsUnit(each, unit))
      if (annotations.length > 0) add('annotation', (unit) => byAnnotation(unit) !== undefined)
      if ((inventory.holds?.size ?? 0) > 0) add('hold', (unit) => byHold(membersOf(unit), inventory) !== undefined)
      return [...counts].map(([by, held]) => ({ by, units: held.size }))
    }
  }
}

function isWritten(by: ProtectedBy, { protect }: Policy): boolean {
  if (by === 'names') return protect.names.length > 0
  return by === 'names-from' ? (protect.namesFrom?.length ?? 0) > 0 : (protect.references?.length ?? 0) > 0
}

/** Separates image references from patterns: references are literal, and no exclusion among the patterns applies to them. */
function splitNames(
  written: readonly string[],
  { package: info }: Inventory
): { readonly names: readonly string[]; readonly references: readonly NamedReference[] } {
  if (!isImage(info.type)) return { names: written, references: [] }
  const read = written.map((name) => ({ name, read: readContainerPattern(name, 'keep') }))
  return {
    names: read.flatMap((each) => (each.read.kind === 'reference' ? [] : [each.name])),
    references: read.flatMap((each) =>
      each.read.kind === 'reference' && namesPackage(each.read.reference, info)
        ? [{ ...each.read.reference, written: each.name }]
        : []
    )
  }
}

const membersOf = ({ members }: Unit): readonly Version[] => [...members].map(({ version }) => version)

function byHold(versions: readonly Version[], { holds }: Inventory): ProtectReason | undefined {
  if (holds === undefined) return undefined
  for (const { id } of versions) {
    const until = holds.get(id)
    if (until !== undefined) return { code: 'protected', by: 'hold', what: until }
  }
  return undefined
}

/** Kinds of gaps that may protect any name. */
const isWhole = (kind: Gap['kind']): kind is 'releases' | 'git-tags' | 'branches' | 'deployments' =>
  ['releases', 'git-tags', 'branches', 'deployments'].includes(kind)

/** Fail closed: what could not be read protects every name that it might have protected. */
function unreadableNames(
  inventory: Inventory,
  units: readonly Unit[],
  scheme: VersionScheme,
  pullNumbers: ((name: string) => readonly number[]) | undefined
): (name: string) => ProtectReason | undefined {
  const gaps = inventory.gaps
  const whole = gaps.flatMap(({ kind }) => (isWhole(kind) ? [kind] : []))[0]
  const pulls = gaps.some(({ kind }) => kind === 'open-pull-requests')
  const standIns = gaps.some(({ kind }) => kind === 'dist-tags') ? distTagStandIns(units, scheme) : undefined
  return (name) => {
    if (whole !== undefined) return { code: 'unreadable', name, what: whole }
    if (pulls && (pullNumbers?.(name).length ?? 0) > 0) return { code: 'unreadable', name, what: 'open-pull-requests' }
    if (standIns?.has(name)) return { code: 'unreadable', name, what: 'dist-tags' }
    return undefined
  }
}

/** The highest release and the newest version: the likeliest dist-tags if the packument cannot be read. */
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
