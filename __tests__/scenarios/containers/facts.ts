import type { StoredPackage } from '../../../simulator/world/package.js'
import type { World } from '../../../simulator/world/world.js'
import type { Gap, Inventory } from '../../../src/domain/inventory.js'
import type { Manifest } from '../../../src/domain/manifest.js'
import type { PackageInfo } from '../../../src/domain/package.js'
import type { Version } from '../../../src/domain/version.js'
import { parseManifest } from '../../../src/registry/parseManifest.js'

export const OWNER = 'octo-org'

export function storedAt(world: World, name = 'app'): StoredPackage {
  return world.packageAt({ owner: OWNER, type: 'container', name })
}

export function infoOf({ facts, activeCount }: StoredPackage): PackageInfo {
  return {
    owner: facts.owner,
    type: 'container',
    name: facts.name,
    id: facts.id,
    visibility: 'private',
    htmlUrl: '',
    versionCount: activeCount
  }
}

/** The active versions as the REST API tells them. */
export function versionsOf(stored: StoredPackage): readonly Version[] {
  return stored.versions.list('active').map(({ id, name, tags, createdAt, updatedAt }) => ({
    id,
    name,
    tags: [...tags],
    createdAt,
    updatedAt
  }))
}

export type Reading = { readonly manifest: Manifest } | { readonly why: string }

/** What a client makes of one manifest as the registry stores it. */
export function readStored(stored: StoredPackage, digest: string): Reading {
  const content = stored.byName.has(digest) ? stored.manifests.get(digest) : undefined
  if (content === undefined) return { why: 'the registry answered 404' }
  const body = typeof content.body === 'string' ? new TextEncoder().encode(content.body) : content.body
  const manifest = parseManifest(content.mediaType, body)
  return manifest.digest === digest ? { manifest } : { why: `its content hashes to ${manifest.digest}` }
}

/** Everything that can be known of a package: each manifest read, none derived. */
export function everythingAbout(stored: StoredPackage): Inventory {
  const versions = versionsOf(stored)
  const manifests = new Map<string, Manifest>()
  const gaps: Gap[] = []
  for (const { name } of versions) {
    const found = readStored(stored, name)
    if ('manifest' in found) manifests.set(name, found.manifest)
    else gaps.push({ kind: 'manifest', digest: name, why: found.why })
  }
  return { package: infoOf(stored), versions, manifests, inUse: {}, gaps }
}
