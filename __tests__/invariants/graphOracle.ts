import type { StoredPackage } from '../../simulator/world/package.js'
import type { StoredVersion } from '../../simulator/world/version.js'
import { type Entry, SILENT, saysOf } from './rawManifest.js'

/**
 * A second, slow reading of the same package, for tests to compare with: it takes every manifest as the JSON that it is, also
 * those that the registry does not serve, believes no descriptor, and asks who needs whom. Nothing of `src` is used.
 * Versions go by their digest, those of other types than container by their name.
 */
export interface Oracle {
  readonly versions: readonly OracleVersion[]
  /** Everything below: what indexes list and what refers to it, at any depth, itself left out. */
  needs(digest: string): ReadonlySet<string>
  /** These and all below them, as far as somebody can see it who does not read what is `hidden`. */
  seen(digests: Iterable<string>): ReadonlySet<string>
  /** The same for somebody who does not read what is `described` either. */
  evident(digests: Iterable<string>): ReadonlySet<string>
  /** Directly below: its entries, and what refers to it. */
  below(digest: string): ReadonlySet<string>
  /** The version that an untagged fallback index speaks about, which a newer one has replaced. */
  follows(digest: string): string | undefined
  /** Untagged indexes that every index which lists them, and is read, calls an image. */
  readonly hidden: ReadonlySet<string>
  /** What no client may need to read: untagged, and described alike, as an image, by all indexes that are read and list it. */
  readonly described: ReadonlySet<string>
  /** Roots of units. */
  readonly roots: ReadonlySet<string>
  stateOf(digest: string): 'complete' | 'partial' | 'ghost' | 'orphan'
}

export interface OracleVersion {
  readonly id: number
  readonly digest: string
  /** Tags that people gave it. */
  readonly names: readonly string[]
  readonly tags: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
  /** The later of the two. */
  readonly time: number
  /** The registry serves its manifest. */
  readonly served: boolean
}

/** A package, or what of it can be seen. */
export type Seen = Pick<StoredPackage, 'facts' | 'manifests' | 'distTags'> & {
  readonly versions: Pick<StoredPackage['versions'], 'list'>
}

export function oracleOf(stored: Seen): Oracle {
  const active = [...stored.versions.list('active')]
  const present = new Set(active.map(({ name }) => name))
  const isContainer = stored.facts.type === 'container'
  const says = new Map(active.map(({ name }) => [name, saysOf(isContainer ? stored.manifests.get(name) : undefined)]))
  const below = new Map<string, Set<string>>(active.map(({ name }) => [name, new Set()]))
  const owners = new Map<string, Set<string>>(active.map(({ name }) => [name, new Set()]))
  const subjects = new Map<string, readonly string[]>()
  for (const { name, tags } of isContainer ? active : []) {
    const { owns, refersTo, index } = says.get(name) ?? SILENT
    const spoken = [...refersTo, ...tags.flatMap((tag) => subjectOf(tag, name, index, present) ?? [])]
    subjects.set(name, index === undefined ? spoken.filter((each) => !refersTo.includes(each)) : spoken)
    for (const digest of owns) join(name, digest)
    for (const subject of spoken) join(subject, name)
  }
  const versions = active.map((version) => ({
    id: version.id,
    digest: version.name,
    names: namesOf(version),
    tags: [...version.tags],
    createdAt: version.createdAt,
    updatedAt: version.updatedAt,
    time: Math.max(version.createdAt, version.updatedAt),
    served: !isContainer || stored.manifests.has(version.name)
  }))
  const unread = new Map<string, boolean>()
  const described = new Set(active.filter(isDescribed).map(({ name }) => name))
  const hidden = new Set([...described].filter((name) => says.get(name)?.index !== false && ownsAny(name)))
  const all = new Map<string, ReadonlySet<string>>()
  const oracle = { versions, needs, seen, evident, below: (digest: string) => below.get(digest) ?? new Set<string>() }
  return { ...oracle, follows, described, hidden, roots: roots(), stateOf }

  function join(owner: string, owned: string): void {
    if (owner === owned || !present.has(owner) || !present.has(owned)) return
    below.get(owner)?.add(owned)
    owners.get(owned)?.add(owner)
  }

  function ownsAny(name: string): boolean {
    return says.get(name)?.owns.some((digest) => digest !== name && present.has(digest)) === true
  }

  function namesOf({ name, tags }: StoredVersion): readonly string[] {
    if (stored.facts.type === 'docker') return tags
    if (!isContainer) return [name]
    const index = says.get(name)?.index
    const own = tags.filter((tag) => isOwn(tag, name))
    const names = tags.filter((tag) => !own.includes(tag) && subjectOf(tag, name, index, present) === undefined)
    return names.length > 0 || owners.get(name)?.size !== 0 ? names : own
  }

  function needs(digest: string): ReadonlySet<string> {
    const known = all.get(digest)
    if (known !== undefined) return known
    const found = new Set(below.get(digest))
    for (const each of found) for (const deeper of below.get(each) ?? []) found.add(deeper)
    all.set(digest, found)
    return found
  }

  function seen(digests: Iterable<string>): ReadonlySet<string> {
    const found = new Set(digests)
    for (const each of found) for (const next of visible(each)) found.add(next)
    return found
  }

  function visible(digest: string): readonly string[] {
    const listed = hidden.has(digest) ? (says.get(digest)?.owns ?? []) : []
    return [...(below.get(digest) ?? [])].filter((next) => !listed.includes(next))
  }

  function evident(digests: Iterable<string>): ReadonlySet<string> {
    const found = new Set(digests)
    for (const each of found) {
      const listed = says.get(each)?.owns ?? []
      for (const next of visible(each)) if (listed.includes(next) || !described.has(next)) found.add(next)
    }
    return found
  }

  function follows(digest: string): string | undefined {
    const tagged = active.some(({ name, tags }) => name === digest && tags.length > 0)
    const said = says.get(digest)
    if (tagged || said?.index !== true || owners.get(digest)?.size !== 0) return undefined
    const about = said.owns
      .filter((each) => each !== digest && present.has(each))
      .map((each) => (says.get(each)?.index === undefined ? undefined : says.get(each)?.refersTo[0]))
    const [one] = about
    const same = about.every((each) => each === one)
    return one !== undefined && one !== digest && present.has(one) && same ? one : undefined
  }

  /** Only what somebody reads is known to list anything; no index can list what lists it. */
  function isDescribed({ name, tags }: StoredVersion): boolean {
    const before = unread.get(name)
    if (before !== undefined) return before
    const listers = tags.length > 0 ? [] : active.filter((each) => listed(each, name).length > 0 && !isDescribed(each))
    const listings = listers.flatMap((each) => listed(each, name))
    const isIndex = listings.some(({ mediaType }) => /index|list/.test(String(mediaType)))
    const described = listings.length > 0 && !isIndex && new Set(listings.map(descriptionOf)).size === 1
    unread.set(name, described)
    return described
  }

  function listed({ name }: StoredVersion, digest: string): readonly Entry[] {
    return says.get(name)?.entries.filter((entry) => entry.digest === digest && digest !== name) ?? []
  }

  /** What is named, or nobody owns; of those that own each other in a ring which nothing else owns, the newest. */
  function roots(): ReadonlySet<string> {
    const found = new Set(
      versions
        .filter(({ digest, names }) => names.length > 0 || owners.get(digest)?.size === 0)
        .map(({ digest }) => digest)
    )
    const reached = new Set([...found].flatMap((digest) => [digest, ...needs(digest)]))
    const left = versions.filter(({ digest }) => !reached.has(digest))
    for (const version of left) {
      const ring = left.filter(
        ({ digest }) =>
          digest === version.digest || (needs(digest).has(version.digest) && needs(version.digest).has(digest))
      )
      const inside = new Set(ring.map(({ digest }) => digest))
      if (ring.some(({ digest }) => [...(owners.get(digest) ?? [])].some((owner) => !inside.has(owner)))) continue
      const newest = ring.toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)[0]
      if (newest?.digest === version.digest) found.add(version.digest)
    }
    return found
  }

  function stateOf(digest: string): 'complete' | 'partial' | 'ghost' | 'orphan' {
    const about = (subjects.get(digest) ?? []).filter((each) => each !== digest)
    if (about.length > 0 && !about.some((each) => present.has(each))) return 'orphan'
    const images = (says.get(digest)?.entries ?? []).filter(isImage)
    const gone = images.filter((entry) => !present.has(String(entry.digest))).length
    if (gone === 0) return 'complete'
    return gone === images.length ? 'ghost' : 'partial'
  }
}

/** `sha256-<own hex>`, with nothing or a suffix behind it. */
function isOwn(tag: string, digest: string): boolean {
  const own = digest.replace(':', '-')
  return tag.startsWith(own) && (tag === own || /^\.\w[\w.-]*$/.test(tag.slice(own.length)))
}

/** The digest that a tag speaks about; `undefined` if it is a name, or made of the version's own digest. */
function subjectOf(
  tag: string,
  own: string,
  index: boolean | undefined,
  present: ReadonlySet<string>
): string | undefined {
  if (isOwn(tag, own)) return undefined
  const digests = [...tag.matchAll(/sha256-([0-9a-f]{64})/g)].map(([, hex]) => `sha256:${hex}`)
  if (/sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/.test(tag)) return digests.at(-1)
  if (/^sha256-[0-9a-f]{64}$/.test(tag) && index !== false) return index === true ? digests[0] : undefined
  return digests.find((digest) => digest !== own && present.has(digest))
}

function isImage({ mediaType, platform, annotations }: Entry): boolean {
  const { os, architecture } = (platform ?? {}) as Entry
  if ((annotations as Entry | undefined)?.['vnd.docker.reference.type'] !== undefined) return false
  if (os === 'unknown' && architecture === 'unknown') return false
  return (
    /manifest\.(v1|v2|list\.v2)\+json$|image\.index\.v1\+json$/.test(String(mediaType)) &&
    !/artifact/.test(String(mediaType))
  )
}

function descriptionOf(entry: Entry): string {
  const platform = (entry.platform ?? {}) as Entry
  const annotations = (entry.annotations ?? {}) as Entry
  const type = entry.artifactType
  return JSON.stringify([
    entry.mediaType,
    [platform.os, platform.architecture, platform.variant],
    type === 'application/vnd.oci.image.config.v1+json' ? undefined : type,
    annotations['vnd.docker.reference.type'],
    annotations['vnd.docker.reference.digest']
  ])
}

/** Everything below, with the replaced fallback indexes that are deleted after what they follow. */
export function belowWithFollowers({ versions, needs, follows }: Oracle, digest: string): ReadonlySet<string> {
  const found = new Set([digest])
  const indexes = versions.map((version) => version.digest).filter((index) => follows(index) !== undefined)
  for (const each of found) {
    for (const next of needs(each)) found.add(next)
    for (const index of indexes) if (follows(index) === each) found.add(index)
  }
  return found
}
