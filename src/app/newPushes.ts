import { Failure } from '../domain/failure.js'
import type { Manifest } from '../domain/manifest.js'
import type { Owner, PackageRef } from '../domain/package.js'
import type { Version } from '../domain/version.js'
import { failureOf } from './failureOf.js'
import type { Ports } from './ports.js'

/** The first page is read again after so many deletions: it shows what was pushed meanwhile. */
const LOOK_EVERY = 16

/**
 * Watches for pushes while deletions go on: a new index may list old versions that are about to go. Costs one list page for
 * every 16 deletions, and a manifest read for each new version.
 */
export interface NewPushes {
  /** Whether something pushed since needs this digest. */
  needs(digest: string): Promise<boolean>
}

export function watchPushes(
  ports: Ports,
  owner: Owner,
  ref: PackageRef,
  known: readonly Version[],
  manifests: ReadonlyMap<string, Manifest>
): NewPushes {
  const ids = new Set(known.map(({ id }) => id))
  const read = new Map(manifests)
  const needed = new Set<string>()
  let asked = 0
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    for (let page = 1; ; page++) {
      const { versions } = await ports.packages.listVersionsPage(owner, ref, 'active', page, ports.stop.signal)
      const fresh = versions.filter(({ id }) => !ids.has(id))
      await Promise.all(fresh.map(learn))
      // A page of nothing but news may have more of them behind it.
      if (fresh.length === 0 || fresh.length < versions.length) return
    }
  }

  async function learn(version: Version): Promise<void> {
    const found = await ports.manifests.read(ref, version.name)
    if (found.kind === 'unreadable') {
      throw new Failure('api', `${version.name} was pushed meanwhile and cannot be read (${found.why})`)
    }
    ids.add(version.id)
    if (found.kind === 'found') {
      read.set(version.name, found.manifest)
      reach(found.manifest)
    }
  }

  function reach(manifest: Manifest): void {
    for (const { digest } of manifest.entries) {
      if (needed.has(digest)) continue
      needed.add(digest)
      const below = read.get(digest)
      if (below !== undefined) reach(below)
    }
  }

  return {
    async needs(digest) {
      if (ref.type !== 'container') return false
      asked++
      if (looking === undefined && asked % LOOK_EVERY === 0) {
        looking = look().finally(() => {
          looking = undefined
        })
      }
      try {
        await looking
      } catch (error) {
        const failure = failureOf(error)
        if (failure.code !== 'api') throw failure
        // What was pushed may need anything: nothing more goes here.
        return true
      }
      return needed.has(digest)
    }
  }
}
