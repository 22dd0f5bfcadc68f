import type { Node } from './graph.js'

/**
 * Bytes that go with these versions, each blob counted once and never if a staying version has it too.
 * Only of manifests that were read: an estimate, and a low one. `undefined` where none was read.
 */
export function freedBytes(nodes: readonly Node[], gone: ReadonlySet<Node>): number | undefined {
  const staying = new Set<string>()
  const going = new Map<string, number>()
  let known = false
  for (const node of nodes) {
    const { manifest, descriptor } = node
    if (!gone.has(node)) {
      for (const { digest } of manifest?.blobs ?? []) staying.add(digest)
      continue
    }
    if (manifest === undefined && descriptor === undefined) continue
    known = true
    going.set(node.version.name, manifest?.size ?? descriptor?.size ?? 0)
    for (const { digest, size } of manifest?.blobs ?? []) going.set(digest, size)
  }
  if (!known) return undefined
  let bytes = 0
  for (const [digest, size] of going) if (!staying.has(digest)) bytes += size
  return bytes
}
