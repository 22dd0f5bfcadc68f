import type { Assumptions } from './assumptions.js'
import { indexEntries } from './graph.js'
import type { StoredPackage } from './package.js'
import type { StoredVersion } from './version.js'

/** The active versions that the deletion of this one takes along. */
export function cascadeOf(
  stored: StoredPackage,
  { name }: StoredVersion,
  { cascade }: Assumptions
): readonly StoredVersion[] {
  if (cascade === 'none') return []
  const entries = entriesOf(stored, name).flatMap((digest) => stored.byName.get(digest) ?? [])
  if (cascade === 'all') return entries
  const listed = new Set([...stored.byName.keys()].flatMap((other) => (other === name ? [] : entriesOf(stored, other))))
  return entries.filter((entry) => entry.tags.length === 0 && !listed.has(entry.name))
}

function entriesOf(stored: StoredPackage, digest: string): readonly string[] {
  const content = stored.manifests.get(digest)
  return content === undefined ? [] : indexEntries(content)
}
