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

/** The kind of a version in one word, for people: from its own manifest where that was read, else from an index that lists it. */
export function kindOf(node: Node, inventory: Inventory): string {
  if (inventory.package.type !== 'container') return 'version'
  if (node.tagKind !== undefined) return BY_TAG[node.tagKind] ?? node.tagKind
  const { manifest, descriptor } = node
  const attests = descriptor !== undefined && isAttestationEntry(descriptor)
  if (manifest === undefined) {
    if (descriptor === undefined) return 'manifest'
    if (attests) return 'attestation'
    if (INDEX_TYPES.has(descriptor.mediaType)) return 'index'
    const { artifactType } = descriptor
    return artifactType === undefined ? 'image' : (kindOfType(artifactType) ?? 'artifact')
  }
  const type = manifest.artifactType ?? manifest.configMediaType ?? ''
  if (type === DETACHED_TYPE) return 'leftover'
  if (manifest.entries.some(({ mediaType }) => mediaType.includes('cacheconfig'))) return 'cache'
  const kind = kindOfType(type)
  if (kind !== undefined) return kind
  if (attests) return 'attestation'
  if (manifest.subject !== undefined) return 'referrer'
  return manifest.kind === 'unknown' ? 'manifest' : manifest.kind
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/cacheconfig/, 'cache'],
  [/helm\.config/, 'chart'],
  [/attestation|in-toto/, 'attestation'],
  [/sigstore\.bundle|signature|cosign\.artifact\.sig/, 'signature'],
  [/spdx|cyclonedx|sbom/, 'sbom'],
  [/sarif|scan|vulnerab/, 'scan']
]

const kindOfType = (type: string): string | undefined => KINDS.find(([pattern]) => pattern.test(type))?.[1]
