import type { StoredPackage } from '../../simulator/world/package.js'

/**
 * A second, slow reading of the same package, for tests to compare with: it takes every manifest as the JSON that it is, also
 * those that the registry does not serve, believes no descriptor, knows nothing of units, and asks only who needs whom. Nothing
 * of `src` is used.
 */
export interface Oracle {
  readonly versions: readonly OracleVersion[]
  /** Everything below: what indexes list and what refers to it, at any depth, itself left out. */
  needs(digest: string): ReadonlySet<string>
  /** Directly below: its entries, and what refers to it. */
  below(digest: string): ReadonlySet<string>
  /** The version that an untagged fallback index speaks about, which a newer one has replaced. */
  follows(digest: string): string | undefined
  /**
   * Untagged versions that own something although every index that lists them says alike that they are images: nobody can see
   * it who does not read every manifest.
   */
  readonly hidden: ReadonlySet<string>
}

export interface OracleVersion {
  readonly id: number
  readonly digest: string
  /** Tags that people gave it. */
  readonly names: readonly string[]
  readonly tags: readonly string[]
  readonly time: number
  /** The registry serves its manifest. */
  readonly served: boolean
}

/** What one manifest says, as far as it names digests. */
interface Says {
  /** `undefined`: nobody can tell. */
  readonly index: boolean | undefined
  readonly owns: readonly string[]
  readonly refersTo: readonly string[]
  readonly entries: readonly Entry[]
}

type Entry = Readonly<Record<string, unknown>>

const SILENT: Says = { index: undefined, owns: [], refersTo: [], entries: [] }

export function oracleOf(stored: StoredPackage): Oracle {
  const active = [...stored.versions.list('active')]
  const present = new Set(active.map(({ name }) => name))
  const says = new Map(active.map(({ name }) => [name, saysOf(stored, name)]))
  const below = new Map<string, Set<string>>(active.map(({ name }) => [name, new Set()]))
  for (const { name, tags } of active) {
    const { owns, refersTo, index } = says.get(name) ?? SILENT
    for (const digest of owns) if (present.has(digest) && digest !== name) below.get(name)?.add(digest)
    const subjects = [...refersTo, ...tags.flatMap((tag) => subjectOf(tag, name, index, present) ?? [])]
    for (const subject of subjects) if (subject !== name) below.get(subject)?.add(name)
  }
  const isOwned = (digest: string): boolean => [...below.values()].some((owned) => owned.has(digest))
  const namesOf = ({ name, tags }: (typeof active)[number]): readonly string[] => {
    const index = says.get(name)?.index
    const own = tags.filter((tag) => isOwn(tag, name))
    const names = tags.filter((tag) => !own.includes(tag) && subjectOf(tag, name, index, present) === undefined)
    return names.length > 0 || isOwned(name) ? names : own
  }
  const all = new Map<string, ReadonlySet<string>>()
  return {
    versions: active.map((version) => ({
      id: version.id,
      digest: version.name,
      names: namesOf(version),
      tags: [...version.tags],
      time: Math.max(version.createdAt, version.updatedAt),
      served: stored.manifests.has(version.name)
    })),
    needs(digest) {
      const known = all.get(digest)
      if (known !== undefined) return known
      const found = new Set(below.get(digest))
      for (const each of found) for (const deeper of below.get(each) ?? []) found.add(deeper)
      all.set(digest, found)
      return found
    },
    below: (digest) => below.get(digest) ?? new Set(),
    follows(digest) {
      const tagged = active.some(({ name, tags }) => name === digest && tags.length > 0)
      const said = says.get(digest)
      if (tagged || said?.index !== true || isOwned(digest)) return undefined
      const subjects = said.owns
        .filter((each) => each !== digest && present.has(each))
        .map((each) => says.get(each)?.refersTo)
      const [first] = subjects
      const one = first?.length === 1 ? first[0] : undefined
      const same = subjects.every((each) => each?.length === 1 && each[0] === one)
      return one !== undefined && one !== digest && present.has(one) && same ? one : undefined
    },
    hidden: new Set(
      active
        .filter(({ name, tags }) => tags.length === 0 && (below.get(name)?.size ?? 0) > 0)
        .filter(({ name }) => {
          const listings = [...says.values()].flatMap(({ entries }) => entries.filter(({ digest }) => digest === name))
          const described = new Set(listings.map(descriptionOf))
          return described.size === 1 && listings.every(({ mediaType }) => !/index|list/.test(String(mediaType)))
        })
        .map(({ name }) => name)
    )
  }
}

/** `sha256-<own hex>`, with nothing or a suffix behind it. */
const isOwn = (tag: string, digest: string): boolean =>
  tag === digest.replace(':', '-') || new RegExp(`^${digest.replace(':', '-')}\\.\\w[\\w.-]*$`).test(tag)

/** The digest that a tag speaks about; `undefined` if it is a name, or made of the version's own digest. */
function subjectOf(
  tag: string,
  own: string,
  index: boolean | undefined,
  present: ReadonlySet<string>
): string | undefined {
  if (isOwn(tag, own)) return undefined
  const [, hexes = ''] = /sha256-([0-9a-f]{64})/.exec(tag) ?? []
  if (hexes === '') return undefined
  const digests = [...tag.matchAll(/sha256-([0-9a-f]{64})/g)].map(([, hex]) => `sha256:${hex}`)
  if (/sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/.test(tag)) return digests.at(-1)
  if (/^sha256-[0-9a-f]{64}$/.test(tag) && index !== false) return index === true ? digests[0] : undefined
  return digests.find((digest) => digest !== own && present.has(digest))
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

function saysOf(stored: StoredPackage, digest: string): Says {
  const content = stored.manifests.get(digest)
  if (content === undefined) return SILENT
  const text = String(content.body)
  const mentions = [...new Set(text.match(/sha256:[0-9a-f]{64}/g) ?? [])]
  const anything: Says = { index: undefined, owns: mentions, refersTo: mentions, entries: [] }
  let document: Entry
  try {
    document = JSON.parse(text)
  } catch {
    return anything
  }
  const spelt = (key: string): readonly unknown[] =>
    Object.keys(document)
      .filter((each) => each.toLowerCase() === key.toLowerCase())
      .map((each) => document[each])
      .filter((value) => value !== null)
  const [lists, subjects] = [spelt('manifests'), spelt('subject')]
  const image = spelt('config').length + spelt('layers').length > 0
  const type = JSON.stringify(document.mediaType) ?? ''
  if (type !== '' && !/index|list|manifest/.test(type)) return anything
  if (type.includes('example') || (image && lists.length > 0)) return anything
  const entries = lists.flat() as readonly Entry[]
  const digestsOf = (each: Entry): readonly string[] =>
    Object.keys(each)
      .filter((key) => key.toLowerCase() === 'digest')
      .map((key) => String(each[key]))
  if (!entries.every((entry) => typeof entry === 'object' && digestsOf(entry).length > 0)) return anything
  return {
    index: lists.length > 0 || (!image && /index|list/.test(type)),
    owns: entries.flatMap(digestsOf),
    refersTo: [...new Set(subjects.flatMap((subject) => digestsOf(subject as Entry)))],
    entries: entries.flatMap((entry) => digestsOf(entry).map((each) => ({ ...entry, digest: each })))
  }
}
