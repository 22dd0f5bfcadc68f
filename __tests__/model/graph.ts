import type { StoredPackage } from '../../simulator/world/package.js'

/**
 * Who needs whom in one package, read off the raw manifests as plain JSON and the raw tags; nothing of `src` is used.
 * Everything is by digest or, for other types than container, by version name.
 */
export interface Graph {
  readonly names: readonly string[]
  /** Entries of its index, and what refers to it, as far as present. */
  readonly below: ReadonlyMap<string, ReadonlySet<string>>
  /**
   * Edges that only the manifest of a version tells which an index describes as something else. No tool pushes that, and a
   * client that believes indexes cannot see it.
   */
  readonly hidden: ReadonlyMap<string, ReadonlySet<string>>
  /** Versions whose manifest the registry does not serve. */
  readonly unserved: ReadonlySet<string>
  readonly ghosts: ReadonlySet<string>
  /** It speaks about something, none of which is there. */
  readonly orphans: ReadonlySet<string>
}

interface Entry {
  readonly digest: string
  readonly mediaType?: string
  readonly platform?: { readonly architecture?: string; readonly os?: string }
  readonly annotations?: Readonly<Record<string, string>>
}

interface Document {
  readonly manifests?: readonly Entry[]
  readonly subject?: { readonly digest: string }
}

const HEX = '[0-9a-f]{64}'
const FALLBACK = new RegExp(`^sha256-(${HEX})$`)
const COSIGN = new RegExp(`sha256-(${HEX})[.][A-Za-z0-9_][A-Za-z0-9_.-]*$`)

/** The digest that a tag speaks about; nothing for the names that people give. */
export function spokenOf(tag: string): string | undefined {
  const hex = FALLBACK.exec(tag)?.[1] ?? COSIGN.exec(tag)?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}

export function graphOf(stored: StoredPackage): Graph {
  const active = [...stored.versions.list('active')]
  const names = active.map(({ name }) => name)
  const below = new Map(names.map((name) => [name, new Set<string>()]))
  const hidden = new Map(names.map((name) => [name, new Set<string>()]))
  const unserved = new Set<string>()
  const ghosts = new Set<string>()
  const orphans = new Set<string>()
  if (stored.facts.type !== 'container') return { names, below, hidden, unserved, ghosts, orphans }

  const documents = new Map<string, Document>()
  for (const name of names) {
    const content = stored.manifests.get(name)
    if (content === undefined) unserved.add(name)
    documents.set(name, content === undefined ? {} : JSON.parse(String(content.body)))
  }
  const listed = new Set([...documents.values()].flatMap(({ manifests = [] }) => manifests.map(({ digest }) => digest)))
  for (const { name, tags } of active) {
    const { manifests = [], subject } = documents.get(name) ?? {}
    for (const { digest } of manifests) if (digest !== name) add(below, name, digest)
    const spoken = tags.flatMap((tag) => spokenOf(tag) ?? [])
    for (const digest of spoken) if (digest !== name) add(below, digest, name)
    if (subject !== undefined && subject.digest !== name) {
      add(listed.has(name) && isHidden(name, subject.digest) ? hidden : below, subject.digest, name)
    }
    const all = [...spoken, ...(subject ? [subject.digest] : [])]
    if (all.length > 0 && !all.some((digest) => digest !== name && documents.has(digest))) orphans.add(name)
    const images = manifests.filter(isImage)
    if (images.length > 0 && images.every(({ digest }) => !documents.has(digest))) ghosts.add(name)
  }
  return { names, below, hidden, unserved, ghosts, orphans }

  function add(edges: ReadonlyMap<string, Set<string>>, from: string, to: string): void {
    if (documents.has(to)) edges.get(from)?.add(to)
  }

  /** An index lists it, and not as something that speaks about this subject. */
  function isHidden(name: string, subject: string): boolean {
    return active.some(({ name: index, tags }) =>
      (documents.get(index)?.manifests ?? []).some((entry) => {
        if (entry.digest !== name) return false
        const said = entry.annotations?.['vnd.docker.reference.digest']
        const spoken = tags.flatMap((tag) => spokenOf(tag) ?? [])
        return said !== subject && !spoken.includes(subject)
      })
    )
  }
}

function isImage({ mediaType = '', platform, annotations }: Entry): boolean {
  if (annotations?.['vnd.docker.reference.type'] !== undefined) return false
  if (platform?.os === 'unknown' && platform.architecture === 'unknown') return false
  return /manifest|index/.test(mediaType)
}

/** What all of these need, themselves included; `maybe` follows hidden edges too. */
export function reach(graph: Graph, starts: Iterable<string>, maybe = false): ReadonlySet<string> {
  const seen = new Set(starts)
  for (const name of seen) {
    for (const next of graph.below.get(name) ?? []) seen.add(next)
    if (maybe) for (const next of graph.hidden.get(name) ?? []) seen.add(next)
  }
  return seen
}
