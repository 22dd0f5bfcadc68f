import type { Inventory } from '../../domain/inventory.js'
import type { Descriptor, Manifest } from '../../domain/manifest.js'
import { isManifestType } from '../../domain/mediaType.js'
import type { Version } from '../../domain/version.js'
import { digestTagKind, digestTagSubject, isDigestTag } from '../../pattern/names.js'

/** One version with what it owns: the entries of its index, and whatever refers to it. */
export interface Node {
  readonly version: Version
  readonly manifest: Manifest | undefined
  /** The entry of the newest index that lists this version: all that is known of it where its own manifest was not read. */
  descriptor: Descriptor | undefined
  /** What people call it: never a digest-derived tag. */
  readonly names: readonly string[]
  /** Index entries present in the package. */
  children: ReadonlySet<Node>
  /** Present versions that refer to this one, by `subject` or by tag. */
  referrers: ReadonlySet<Node>
  owners: ReadonlySet<Node>
  /** Digests that it refers to, present or not. */
  readonly subjects: readonly string[]
  /** How its tag says that it refers to something: `referrers` (fallback index), `sig`, `att`, ... */
  readonly tagKind: string | undefined
}

const BUILDKIT_REFERENCE = 'vnd.docker.reference.type'

/** BuildKit marks its attestations by annotation, older ones by the platform alone (moby/buildkit docs, attestation-storage). */
export function isAttestationEntry(entry: Descriptor): boolean {
  return entry.annotations?.[BUILDKIT_REFERENCE] !== undefined || entry.platform === 'unknown/unknown'
}

/**
 * Who owns whom among the present versions, newest first. Types other than container have no edges.
 * An entry that names a present version is an edge whatever its media type says: protecting too much does no harm.
 */
export function buildGraph(inventory: Inventory): readonly Node[] {
  const container = inventory.package.type === 'container'
  const nodes = inventory.versions.map((version) => toNode(version, inventory, container))
  nodes.sort(newestFirst)
  if (!container) return nodes
  const byDigest = new Map(nodes.map((node) => [node.version.name, node]))
  for (const node of nodes) {
    for (const entry of node.manifest?.entries ?? []) {
      const child = byDigest.get(entry.digest)
      if (child === undefined || child === node) continue
      node.children = joined(node.children, child)
      child.owners = joined(child.owners, node)
      child.descriptor ??= entry
    }
    for (const digest of node.subjects) {
      const subject = byDigest.get(digest)
      if (subject === undefined || subject === node) continue
      subject.referrers = joined(subject.referrers, node)
      node.owners = joined(node.owners, subject)
    }
  }
  return nodes
}

/** Most versions own nothing and share this one: of three sets each, a large package would fill its memory. */
const NONE: ReadonlySet<Node> = new Set()

function joined(nodes: ReadonlySet<Node>, node: Node): ReadonlySet<Node> {
  return nodes === NONE ? new Set([node]) : (nodes as Set<Node>).add(node)
}

function toNode(version: Version, inventory: Inventory, container: boolean): Node {
  const manifest = container ? inventory.manifests.get(version.name) : undefined
  const digestTags = container ? version.tags.filter(isDigestTag).sort() : []
  const subjects = digestTags.map(digestTagSubject).filter((digest) => digest !== undefined)
  if (manifest?.subject !== undefined) subjects.push(manifest.subject)
  return {
    version,
    manifest,
    descriptor: undefined,
    // Sorted: nothing may depend on the order in which GitHub lists tags.
    names: [...namesOf(version, inventory)].sort(),
    children: NONE,
    referrers: NONE,
    owners: NONE,
    subjects,
    tagKind: digestTags[0] === undefined ? undefined : digestTagKind(digestTags[0])
  }
}

/** A docker image's tags are its names as a container's are; a docker version that shows none is called by its version name. */
function namesOf(version: Version, inventory: Inventory): readonly string[] {
  const type = inventory.package.type
  if (type === 'container') return version.tags.filter((tag) => !isDigestTag(tag))
  if (type !== 'docker') return [version.name]
  if (version.tags.length > 0) return version.tags.filter((tag) => !isDigestTag(tag))
  return version.name.startsWith('sha256:') ? [] : [version.name]
}

/** Everything that a node owns, however far down, itself first. Safe on cycles. */
export function reach(starts: Iterable<Node>): Set<Node> {
  const seen = new Set<Node>(starts)
  for (const node of seen) {
    // A set's iterator visits what is added while it runs.
    for (const child of node.children) seen.add(child)
    for (const referrer of node.referrers) seen.add(referrer)
  }
  return seen
}

const BUILDKIT_SUBJECT = 'vnd.docker.reference.digest'

/** The image of an attestation that is known from its index alone, as the index says it; its own manifest may say it too. */
export function attestedDigest({ manifest, descriptor }: Node): string | undefined {
  if (manifest !== undefined || descriptor === undefined || !isAttestationEntry(descriptor)) return undefined
  return descriptor.annotations?.[BUILDKIT_SUBJECT]
}

/** Image entries of an index: neither attestations nor blobs (old BuildKit caches list blobs). */
export function imageEntries(manifest: Manifest): readonly Descriptor[] {
  return manifest.entries.filter((entry) => isManifestType(entry.mediaType) && !isAttestationEntry(entry))
}

/** Later push first; equal times fall back to the version id, so that the order never depends on a listing. */
export function newestFirst(a: Node, b: Node): number {
  return pushed(b.version) - pushed(a.version) || b.version.id - a.version.id
}

const pushed = (version: Version): number => version.createdAt ?? version.updatedAt ?? 0
