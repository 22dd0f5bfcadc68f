import type { Inventory } from '../../domain/inventory.js'
import { DETACHED_TYPE } from '../../domain/manifest.js'
import { INDEX_TYPES } from '../../domain/mediaType.js'
import { isAttestationEntry, type Node } from './graph.js'

const BY_TAG: Readonly<Record<string, string>> = {
  referrers: 'referrers',
  sig: 'signature',
  att: 'attestation',
  sbom: 'sbom'
}

/** What a version is, in a word, for people. */
export function kindOf(node: Node, inventory: Inventory): string {
  if (inventory.package.type !== 'container') return 'version'
  if (node.tagKind !== undefined) return BY_TAG[node.tagKind] ?? node.tagKind
  const { manifest, descriptor } = node
  if (manifest === undefined) {
    if (descriptor === undefined) return 'manifest'
    if (isAttestationEntry(descriptor)) return 'attestation'
    return INDEX_TYPES.has(descriptor.mediaType) ? 'index' : 'image'
  }
  const type = manifest.artifactType ?? manifest.configMediaType ?? ''
  if (type === DETACHED_TYPE) return 'leftover'
  if (type.includes('cacheconfig') || manifest.entries.some(({ mediaType }) => mediaType.includes('cacheconfig'))) {
    return 'cache'
  }
  if (type.includes('helm.config')) return 'chart'
  if (type.includes('attestation')) return 'attestation'
  if (type.includes('sigstore.bundle') || type.includes('signature')) return 'signature'
  if (descriptor !== undefined && isAttestationEntry(descriptor)) return 'attestation'
  if (manifest.subject !== undefined) return 'referrer'
  return manifest.kind
}
