import type { Inventory } from '../../domain/inventory.js'
import type { Version } from '../../domain/version.js'
import type { DeleteStep } from '../execute/stepQueue.js'

/** Part of an image that is there, but the part is not. */
export interface Loss {
  /** A tag or the digest of the image. */
  readonly owner: string
  readonly digest: string
}

/** How many are named one by one. */
const MOST = 5

/**
 * What kept indexes list, was there before the run, is not there now, and was not deleted by this run: somebody else deleted
 * it, or GitHub did together with an index. Costs no request.
 */
export function missingParts(
  fresh: Inventory,
  active: readonly Version[],
  missing: readonly DeleteStep[]
): readonly Loss[] {
  const there = new Set([...active.map(({ name }) => name), ...missing.map(({ version }) => version.name)])
  const lost = new Set(fresh.versions.map(({ name }) => name).filter((name) => !there.has(name)))
  if (lost.size === 0) return []
  const losses = active.flatMap(({ name, tags }) =>
    (fresh.manifests.get(name)?.entries ?? [])
      .filter(({ digest }) => lost.has(digest))
      .map(({ digest }): Loss => ({ owner: tags[0] ?? name, digest }))
  )
  return losses.slice(0, MOST)
}
