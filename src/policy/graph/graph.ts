import type { Inventory } from '../../domain/inventory.js'
import type { Descriptor, Manifest } from '../../domain/manifest.js'
import { isManifestType } from '../../domain/mediaType.js'
import type { PackageType } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { isDigestTag } from '../../pattern/names.js'
import { readTags } from './digestTags.js'

/** One version with what it owns: the entries of its index, and whatever refers to it. */
export interface Node {
  readonly version: Version
  readonly manifest: Manifest | undefined
  /** The entry of the newest index that lists this version: a hint at its kind where its own manifest was not read. */
  descriptor: Descriptor | undefined
  /** What people call it: never a tag that refers to another version. */
  names: readonly string[]
  /** Index entries present in the package. */
  children: ReadonlySet<Node>
  /** Present versions that refer to this one, by `subject` or by tag. */
  referrers: ReadonlySet<Node>
  owners: ReadonlySet<Node>
  /** Digests that it refers to, present or not. */
  readonly subjects: readonly string[]
  /** How its tag says that it refers to something: `referrers` (fallback index), `sig`, `att`, ... */
  readonly tagKind: string | undefined
  /**
   * An untagged index that nothing lists and whose present entries all have one present subject: a fallback index that a newer
   * one has replaced. That subject owns it, but it is still a root and may be deleted earlier; it keeps nothing.
   */
  follows: boolean
}

const BUILDKIT_REFERENCE = 'vnd.docker.reference.type'

/** BuildKit marks its attestations by annotation, older ones by the platform alone (moby/buildkit docs, attestation-storage). */
export function isAttestationEntry(entry: Descriptor): boolean {
  return entry.annotations?.[BUILDKIT_REFERENCE] !== undefined || entry.platform === 'unknown/unknown'
}

/**
 * Who owns whom among the present versions. Types other than container have no edges.
 * An entry that names a present version is an edge whatever its media type says: protecting too much does no harm.
 */
export function buildGraph(inventory: Inventory): readonly Node[] {
  const { type } = inventory.package
  if (type !== 'container') return inventory.versions.map((version) => nodeOf(version, namesOf(version, type)))
  const present = new Set(inventory.versions.map(({ name }) => name))
  const ownDigestTags = new Map<Node, readonly string[]>()
  const nodes = inventory.versions.map((version) => {
    const manifest = inventory.manifests.get(version.name)
    const tags = readTags(version, manifest, (digest) => present.has(digest))
    const subjects = manifest?.subject === undefined ? tags.subjects : [...tags.subjects, manifest.subject]
    const node = { ...nodeOf(version, tags.names), manifest, subjects, tagKind: tags.kind }
    if (tags.names.length === 0) ownDigestTags.set(node, tags.ofOwnDigest)
    return node
  })
  nodes.sort(newestFirst)
  const byDigest = new Map(nodes.map((node) => [node.version.name, node]))
  for (const node of nodes) {
    const { entries = [], mentions = [] } = node.manifest ?? {}
    for (const entry of entries) ownsEntry(node, byDigest.get(entry.digest), entry)
    for (const digest of mentions) ownsEntry(node, byDigest.get(digest))
    for (const digest of [...node.subjects, ...mentions]) refersTo(node, byDigest.get(digest))
  }
  for (const [node, tags] of ownDigestTags) if (node.owners.size === 0) node.names = tags
  for (const node of nodes) {
    const subject = commonSubject(node)
    if (subject === undefined) continue
    node.follows = true
    refersTo(node, subject)
  }
  return nodes
}

function ownsEntry(node: Node, child: Node | undefined, entry?: Descriptor): void {
  if (child === undefined || child === node) return
  child.descriptor ??= entry
  node.children = joined(node.children, child)
  child.owners = joined(child.owners, node)
}

function refersTo(node: Node, subject: Node | undefined): void {
  if (subject === undefined || subject === node) return
  subject.referrers = joined(subject.referrers, node)
  node.owners = joined(node.owners, subject)
}

/** What all present entries of an untagged index that nothing owns refer to, if that is one present version. */
function commonSubject({ version, manifest, owners, children }: Node): Node | undefined {
  if (version.tags.length > 0 || manifest?.kind !== 'index' || owners.size > 0) return undefined
  const digests = new Set([...children].map((child) => child.manifest?.subject))
  const [digest] = digests
  if (digests.size !== 1 || digest === version.name) return undefined
  for (const child of children) {
    for (const owner of child.owners) if (owner.version.name === digest) return owner
  }
  return undefined
}

/** Most versions own nothing and share this one: of three sets each, a large package would fill its memory. */
const NONE: ReadonlySet<Node> = new Set()

function joined(nodes: ReadonlySet<Node>, node: Node): ReadonlySet<Node> {
  return nodes === NONE ? new Set([node]) : (nodes as Set<Node>).add(node)
}

function nodeOf(version: Version, names: readonly string[]): Node {
  const edges = { children: NONE, referrers: NONE, owners: NONE }
  return {
    version,
    names,
    ...edges,
    manifest: undefined,
    descriptor: undefined,
    subjects: [],
    tagKind: undefined,
    follows: false
  }
}

/** A docker image's tags are its names as a container's are; a docker version that shows none is called by its version name. */
function namesOf({ name, tags }: Version, type: PackageType): readonly string[] {
  if (type !== 'docker') return [name]
  if (tags.length > 0) return tags.filter((tag) => !isDigestTag(tag)).sort()
  return name.startsWith('sha256:') ? [] : [name]
}

/** Everything that a node owns, however far down, itself first. Safe on cycles. `except`: referrers that are not entered. */
export function reach(starts: Iterable<Node>, except: ReadonlySet<Node> = NONE): Set<Node> {
  const seen = new Set<Node>(starts)
  for (const node of seen) {
    // A set's iterator visits what is added while it runs.
    for (const child of node.children) seen.add(child)
    for (const referrer of node.referrers) if (!except.has(referrer)) seen.add(referrer)
  }
  return seen
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
