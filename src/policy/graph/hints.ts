import type { Descriptor, Manifest } from '../../domain/manifest.js'
import { INDEX_TYPES } from '../../domain/mediaType.js'
import type { Version } from '../../domain/version.js'

/** How indexes describe the versions that they list: hints that save reads, never facts. */
export interface Hints {
  /** Learns from an index that was read. */
  add(manifest: Manifest): void
  /**
   * Whether the version's own manifest must be read whatever is deleted: it has a tag, or no index lists it, or one lists it
   * as an index, or two describe it differently.
   */
  mustRead(version: Version): boolean
}

/** Hints from these manifests; more can be added as they are read. */
export function createHints(manifests: Iterable<Manifest>): Hints {
  const listed = new Map<string, Descriptor | 'read'>()
  const hints: Hints = {
    add({ entries }) {
      for (const entry of entries) {
        const before = listed.get(entry.digest)
        const same = before === undefined || (before !== 'read' && describeAlike(before, entry))
        listed.set(entry.digest, same && !INDEX_TYPES.has(entry.mediaType) ? entry : 'read')
      }
    },
    mustRead: ({ name, tags }) => tags.length > 0 || (listed.get(name) ?? 'read') === 'read'
  }
  for (const manifest of manifests) hints.add(manifest)
  return hints
}

const MARKS = ['vnd.docker.reference.type', 'vnd.docker.reference.digest']

function describeAlike(a: Descriptor, b: Descriptor): boolean {
  return (
    a.mediaType === b.mediaType &&
    a.platform === b.platform &&
    a.artifactType === b.artifactType &&
    MARKS.every((key) => a.annotations?.[key] === b.annotations?.[key])
  )
}
