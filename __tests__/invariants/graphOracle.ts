import type { StoredPackage } from '../../simulator/world/package.js'

/**
 * A second, slow reading of the same package, for tests to compare with: it reads every manifest as plain JSON, knows
 * nothing of units, and asks only who needs whom. Nothing of `src` is used.
 */
export interface Oracle {
  readonly versions: readonly OracleVersion[]
  /** Everything below: what indexes list and what refers to it, at any depth, itself left out. */
  needs(digest: string): ReadonlySet<string>
  /**
   * Versions that an index, or the tag of a fallback index, describes as something else than their manifest says: as an
   * image, or as referring to another image. No tool pushes that, and a client that believes indexes cannot see it.
   */
  readonly misdescribed: ReadonlySet<string>
  /** Directly below: its entries, and what refers to it. */
  below(digest: string): ReadonlySet<string>
}

export interface OracleVersion {
  readonly id: number
  readonly digest: string
  /** Tags that people gave it. */
  readonly names: readonly string[]
  readonly time: number
  /** The registry serves its manifest. */
  readonly served: boolean
}

const DERIVED = /(?:^|.*)sha256-([0-9a-f]{64})(\.[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/

/** The digest that a tag speaks about: `sha256-<hex>` alone, or with anything before and a suffix behind. */
function spokenOf(tag: string): string | undefined {
  const [, hex, suffix] = DERIVED.exec(tag) ?? []
  if (hex === undefined) return undefined
  return suffix !== undefined || tag === `sha256-${hex}` ? `sha256:${hex}` : undefined
}

interface Entry {
  readonly digest: string
  readonly platform?: { readonly architecture: string }
  readonly annotations?: Readonly<Record<string, string>>
}

interface Document {
  readonly manifests?: readonly Entry[]
  readonly subject?: { readonly digest: string }
}

export function oracleOf(stored: StoredPackage): Oracle {
  const active = [...stored.versions.list('active')]
  const present = new Set(active.map(({ name }) => name))
  const below = new Map<string, Set<string>>(active.map(({ name }) => [name, new Set()]))
  for (const { name, tags } of active) {
    const document = documentOf(stored, name)
    const subjects = [document.subject?.digest, ...tags.map(spokenOf)]
    for (const { digest } of document.manifests ?? []) if (present.has(digest)) below.get(name)?.add(digest)
    for (const subject of subjects) if (subject !== undefined && subject !== name) below.get(subject)?.add(name)
    below.get(name)?.delete(name)
  }
  const documents = new Map(active.map(({ name }) => [name, documentOf(stored, name)]))
  const misdescribed = new Set<string>()
  for (const { name, tags } of active) {
    const spoken = tags.filter((tag) => /^sha256-[0-9a-f]{64}$/.test(tag)).map(spokenOf)
    for (const entry of documents.get(name)?.manifests ?? []) {
      const subject = documents.get(entry.digest)?.subject?.digest
      const said = entry.annotations?.['vnd.docker.reference.digest'] ?? (entry.platform && 'no subject')
      if (subject === undefined) continue
      if ((said !== undefined && said !== subject) || spoken.some((digest) => digest !== subject)) {
        misdescribed.add(entry.digest)
      }
    }
  }
  const all = new Map<string, ReadonlySet<string>>()
  function needs(digest: string): ReadonlySet<string> {
    const known = all.get(digest)
    if (known !== undefined) return known
    const found = new Set(below.get(digest))
    for (const each of found) for (const deeper of below.get(each) ?? []) found.add(deeper)
    all.set(digest, found)
    return found
  }
  return {
    versions: active.map(({ id, name, tags, createdAt, updatedAt }) => ({
      id,
      digest: name,
      names: tags.filter((tag) => spokenOf(tag) === undefined),
      time: Math.max(createdAt, updatedAt),
      served: stored.manifests.has(name)
    })),
    misdescribed,
    needs,
    below: (digest) => below.get(digest) ?? new Set()
  }
}

function documentOf(stored: StoredPackage, digest: string): Document {
  const content = stored.manifests.get(digest)
  return content === undefined ? {} : JSON.parse(String(content.body))
}
