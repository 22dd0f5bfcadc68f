import { Failure, failureOf } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import { type Manifest, ownedBy } from '../../domain/manifest.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import type { ExecutionContext } from '../executionContext.js'
import { provenGone } from '../provenGone.js'
import { lookUntil } from '../staleLists.js'
import type { DeletionGuard, LastLook } from './lastLook.js'

/** The first page is read again each time this many deletions were sent: it shows new pushes. */
export const LOOK_EVERY = 16

/**
 * Watches for pushes while deletions go on: a new index may list old versions that are to be deleted, and one that cannot be
 * read may list anything. Costs one list page for every 16 deletions, and a manifest read for each new version.
 */
export function watchPushes(
  run: ExecutionContext,
  ref: PackageRef,
  { versions: known, manifests }: Pick<Inventory, 'versions' | 'manifests'>,
  { readPage }: Pick<LastLook, 'readPage'>
): DeletionGuard {
  const ids = new Set(known.map(({ id }) => id))
  const read = new Map(manifests)
  const needed = new Set<string>()
  let asked = 0
  let looking: Promise<void> | undefined
  /** Names a push that could not be read, until a later look reads it. */
  let unread: string | undefined

  async function look(): Promise<void> {
    for (let page = 1; ; page++) {
      const versions = await readPage(page)
      const fresh = versions.filter(({ id }) => !ids.has(id))
      await Promise.all(fresh.map(learn))
      // If the whole page is new, the next one may have more new versions.
      if (fresh.length === 0 || fresh.length < versions.length) return
    }
  }

  async function lookAgain(): Promise<void> {
    try {
      await look()
      unread = undefined
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code !== 'api') throw failure
      unread = failure.message
    }
  }

  async function learn(version: Version): Promise<void> {
    const found = await readPushed(run, ref, version, known)
    if (found.kind === 'unreadable') throw new Failure('api', unreadText(version, found.why))
    ids.add(version.id)
    if (found.kind === 'gone') return
    read.set(version.name, found.manifest)
    reach(found.manifest)
  }

  function reach(manifest: Manifest): void {
    for (const digest of ownedBy(manifest)) {
      if (needed.has(digest)) continue
      needed.add(digest)
      const below = read.get(digest)
      if (below !== undefined) reach(below)
    }
  }

  return {
    async reasonToKeep({ name }) {
      if (ref.type !== 'container') return undefined
      asked++
      if (looking === undefined && asked % LOOK_EVERY === 0) {
        looking = lookAgain().finally(() => {
          looking = undefined
        })
      }
      await looking
      return unread ?? (needed.has(name) ? 'an image that was pushed since refers to it' : undefined)
    }
  }
}

export type PushedManifest =
  | { readonly kind: 'found'; readonly manifest: Manifest }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly why: string }

/**
 * The manifest of a version that was pushed during the run. Right after a push the registry may answer 404 for seconds, so
 * it is asked again before the version counts as unreadable. Without an `id`, only the registry knows of the version.
 * `active`: other versions that are there.
 */
export async function readPushed(
  { ports, owner }: ExecutionContext,
  ref: PackageRef,
  { id, name }: Pick<Version, 'name'> & { readonly id?: number },
  active: readonly Version[]
): Promise<PushedManifest> {
  return lookUntil<PushedManifest>(
    ports,
    async () => {
      const read = await ports.manifests.read(ref, name)
      if (read.kind !== 'missing') return read
      const gone = id !== undefined && (await provenGone(ports, owner, ref, [{ id }], active)).has(id)
      return gone ? { kind: 'gone' } : { kind: 'unreadable', why: read.why }
    },
    ({ kind }) => kind !== 'unreadable'
  )
}

/** Why a push that cannot be read holds everything back, as a part of a sentence. */
export const unreadText = ({ name, tags }: Pick<Version, 'name' | 'tags'>, why: string): string =>
  `${tags[0] ?? name} was pushed during the run and cannot be read (${why}): it may list anything`
