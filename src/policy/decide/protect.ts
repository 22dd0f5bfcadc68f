import type { Inventory } from '../../domain/inventory.js'
import { annotationOf } from '../../domain/manifest.js'
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
import { unreadableNames } from './unreadableNames.js'

export type ProtectReason = Extract<Reason, { code: 'protected' | 'unreadable' }>

/** Why `protect` keeps a unit. */
export interface Protected {
  readonly reason: ProtectReason
  /** It keeps all tags of the unit, too: by a digest, an annotation, a hold, or as something could not be read. */
  readonly keepsTags: boolean
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

/** What protects versions of this package: the protections of the policy, and holds. `scheme`: the order of its versions. */
export function protectors(
  inventory: Inventory,
  policy: Policy,
  units: readonly Unit[],
  scheme: VersionScheme
): Protectors {
  const { package: info } = inventory
  const { type } = info
  const { names, references } = splitNames(policy.protect.names, inventory)
  const listed = readListed(policy.protect.listed, info)
  const annotations = Object.entries(policy.protect.annotations ?? {}).map(([key, pattern]) => ({
    key,
    value: compilePatterns([pattern], { type })
  }))
  const unreadable = unreadableNames(inventory, units, scheme, policy.protect.openPullRequests)
  const byListed = (by: 'names-from' | 'references'): NameProtector => {
    const lines = policy.protect.listed.filter((line) => (line.by ?? 'names-from') === by)
    return listProtector(by, readListed(lines, info))
  }
  const byNames = nameProtector(compilePatterns(names, { type }), references)
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

  /** By a digest of any member; only images have some. */
  const byDigest = (all: readonly NameProtector[], versions: readonly Version[]): ProtectReason | undefined =>
    isImage(type) ? first(versions, ({ name }) => first(all, (protector) => protector.digest?.(name))) : undefined

  /** Protects by a tag of any member that is not a name: its image must be kept with it. */
  const byTag = (all: readonly NameProtector[], { members }: Unit): ProtectReason | undefined =>
    first(members, ({ version, names }) =>
      first(version.tags, (tag) =>
        names.includes(tag) ? undefined : first(all, (protector) => protector.find(tag, false))
      )
    )

  const byName = (name: string): ProtectReason | undefined =>
    first([...written, ...used], (protector) => protector.find(name, true)) ?? unreadable(name)

  /** Asks every member: an annotation of an image protects its index too. */
  const byAnnotation = ({ members }: Unit): ProtectReason | undefined =>
    first(members, ({ manifest }) =>
      first(annotations, ({ key, value }) => {
        const text = annotationOf(manifest, key)
        return value.match(text) && { code: 'protected', by: 'annotation', what: `${key}=${text}` }
      })
    )

  const isProtectedBy = (protector: NameProtector, unit: Unit): boolean =>
    byDigest([protector], versionsOf(unit)) !== undefined ||
    unit.names.some((name) => protector.find(name, true) !== undefined) ||
    (written.includes(protector) && byTag([protector], unit) !== undefined)

  return {
    references,
    listed,
    protectsDigest: (version) =>
      byHold([version], inventory) !== undefined || byDigest(written, [version]) !== undefined,
    protectsName: (name) => byName(name) !== undefined,
    protects(unit) {
      const digest = byHold(versionsOf(unit), inventory) ?? byDigest(written, versionsOf(unit))
      if (digest !== undefined) return { reason: digest, keepsTags: true }
      const name = first(unit.names, byName)
      if (name !== undefined) return { reason: name, keepsTags: name.code === 'unreadable' }
      const tag = byTag(written, unit)
      if (tag !== undefined) return { reason: tag, keepsTags: false }
      const other = byAnnotation(unit) ?? isBaseLayer(inventory, unit)
      return other && { reason: other, keepsTags: true }
    },
    count(all) {
      const counts = new Map<ProtectedBy, Set<Unit>>()
      const add = (by: ProtectedBy, holds: (unit: Unit) => boolean): void => {
        const held = counts.get(by) ?? new Set()
        counts.set(by, held)
        for (const unit of all) if (holds(unit)) held.add(unit)
      }
      for (const protector of [...written.filter(({ by }) => isWritten(by, policy)), ...used])
        add(protector.by, (unit) => isProtectedBy(protector, unit))
      if (annotations.length > 0) add('annotation', (unit) => byAnnotation(unit) !== undefined)
      if ((inventory.holds?.size ?? 0) > 0) add('hold', (unit) => byHold(versionsOf(unit), inventory) !== undefined)
      return [...counts].map(([by, held]) => ({ by, units: held.size }))
    }
  }
}

/** The first answer that is not `undefined`. */
function first<T, R>(items: Iterable<T>, ask: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const answer = ask(item)
    if (answer !== undefined) return answer
  }
  return undefined
}

function nameProtector(patterns: Patterns, references: readonly NamedReference[]): NameProtector {
  // A list of exclusions alone is about names; any other pattern sees every tag as it is written.
  const inclusions = patterns.all.filter(({ exclusion }) => !exclusion)
  return {
    by: 'names',
    find(name, isName) {
      const pattern = isName || inclusions.length > 0 ? patterns.match(name)?.pattern : undefined
      const what = pattern ?? references.find(({ tag }) => tag === name)?.written
      return what === undefined ? undefined : { code: 'protected', name, by: 'names', what }
    },
    digest(digest) {
      const pattern = inclusions.find(({ test }) => test(undefined, digest))?.pattern
      const what = pattern ?? references.find((reference) => reference.digest === digest)?.written
      return what === undefined ? undefined : { code: 'protected', by: 'names', what }
    }
  }
}

function listProtector(by: 'names-from' | 'references', lines: ListedNames): NameProtector {
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
  const names: string[] = []
  const references: NamedReference[] = []
  for (const name of written) {
    const pattern = readContainerPattern(name, 'keep')
    if (pattern.kind !== 'reference') names.push(name)
    else if (namesPackage(pattern.reference, info)) references.push({ ...pattern.reference, written: name })
  }
  return { names, references }
}

const versionsOf = ({ members }: Unit): readonly Version[] => [...members].map(({ version }) => version)

function byHold(versions: readonly Version[], { holds }: Inventory): ProtectReason | undefined {
  return first(versions, ({ id }) => {
    const until = holds?.get(id)
    return until === undefined ? undefined : { code: 'protected', by: 'hold', what: until }
  })
}

/** Deleting it breaks pulls of every image in the package (actions/delete-package-versions#24). */
function isBaseLayer(inventory: Inventory, unit: Unit): ProtectReason | undefined {
  if (inventory.package.type !== 'docker') return undefined
  const { name, tags } = unit.root.version
  const base = 'docker-base-layer'
  return name === base || tags.includes(base) ? { code: 'protected', by: 'base-layer', what: base } : undefined
}
