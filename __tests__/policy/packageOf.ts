import type { Inventory } from '../../src/domain/inventory.js'
import type { Descriptor, Manifest } from '../../src/domain/manifest.js'
import type { PackageType } from '../../src/domain/package.js'
import { digestOf } from '../scenarios/selection/scenario.js'

export const NOW = Date.UTC(2026, 10, 22, 12)
export const DAY = 86_400_000

export interface Piece {
  readonly tags?: readonly string[]
  /** 9 if absent. */
  readonly daysAgo?: number
  /** Absent: it was not read. */
  readonly manifest?: Partial<Manifest>
}

/** A package of labelled versions, ids in their order from 1 on. */
export function packageOf(pieces: Readonly<Record<string, Piece>>, type: PackageType = 'container'): Inventory {
  const image = type === 'container'
  const versions = Object.entries(pieces).map(([label, { tags = [], daysAgo = 9 }], i) => {
    const at = NOW - daysAgo * DAY
    return { id: i + 1, name: image ? digestOf(label) : label, tags, createdAt: at, updatedAt: at }
  })
  const manifests = Object.entries(pieces).flatMap(([label, { manifest }]) =>
    manifest === undefined ? [] : [[digestOf(label), { ...IMAGE, digest: digestOf(label), ...manifest }] as const]
  )
  return {
    package: { owner: 'octo-org', type, name: 'app', id: 1, visibility: 'private', htmlUrl: '' },
    versions,
    manifests: new Map(manifests),
    inUse: {},
    gaps: []
  }
}

const IMAGE: Manifest = {
  digest: '',
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  kind: 'image',
  entries: [],
  blobs: [],
  annotations: {},
  size: 400
}

export const image = (more: Partial<Manifest> = {}): Partial<Manifest> => more

export const index = (...entries: readonly Descriptor[]): Partial<Manifest> => ({
  mediaType: 'application/vnd.oci.image.index.v1+json',
  kind: 'index',
  entries
})

export function entry(label: string, more: Partial<Descriptor> = {}): Descriptor {
  return { mediaType: IMAGE.mediaType, digest: digestOf(label), size: 400, ...more }
}

export const platform = (label: string): Descriptor => entry(label, { platform: 'linux/amd64' })

/** As BuildKit lists an attestation, by annotation; `of` is the image that it names. */
export const attestation = (label: string, of?: string): Descriptor =>
  entry(label, {
    platform: 'unknown/unknown',
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      ...(of !== undefined && { 'vnd.docker.reference.digest': digestOf(of) })
    }
  })
