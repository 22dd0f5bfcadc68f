import { Failure } from '../../domain/failure.js'
import type { Manifest } from '../../domain/manifest.js'
import type { Owner, PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { failureOf } from '../failureOf.js'
import type { Ports } from '../ports.js'

/** The first page is read again after so many deletions: it shows what was pushed meanwhile. */
const LOOK_EVERY = 16

/**
 * Watches for pushes while deletions go on: a new index may list old versions that are about to go. Costs one list page for
 * every 16 deletions, and a manifest read for each new version.
 */
export interface NewPushes {
  /** Why this digest must stay: something pushed since needs it, or may need it, as it cannot be read. */
  needs(digest: string): Promise<string | undefined>
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
  /** What was pushed and could not be read: it may need anything, until a later look reads it. */
  let unread: string | undefined

  async function look(): Promise<void> {
    for (let page = 1; ; page++) {
      const { versions } = await ports.packages.listVersionsPage(owner, ref, 'active', page, ports.stop.signal)
      const fresh = versions.filter(({ id }) => !ids.has(id))
      await Promise.all(fresh.map(learn))
      // A page of nothing but news may have more of them behind it.
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
    const found = await readPushed(ports, owner, ref, version)
    if (found.kind === 'unreadable') throw new Failure('api', unreadText(version, found.why))
    ids.add(version.id)
    if (found.kind === 'gone') return
    read.set(version.name, found.manifest)
    reach(found.manifest)
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
      if (ref.type !== 'container') return undefined
      asked++
      if (looking === undefined && asked % LOOK_EVERY === 0) {
        looking = lookAgain().finally(() => {
          looking = undefined
        })
      }
      await looking
      return unread ?? (needed.has(digest) ? 'something pushed meanwhile refers to it' : undefined)
    }
  }
}

/** The manifest of what was pushed during the run. Listed and not in the registry, it is unreadable unless it is gone again. */
export async function readPushed(
  { manifests, packages }: Pick<Ports, 'manifests' | 'packages'>,
  owner: Owner,
  ref: PackageRef,
  { id, name }: Version
): Promise<
  | { readonly kind: 'found'; readonly manifest: Manifest }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly why: string }
> {
  const read = await manifests.read(ref, name)
  if (read.kind !== 'missing') return read
  return (await packages.getVersion(owner, ref, id)) === undefined
    ? { kind: 'gone' }
    : { kind: 'unreadable', why: read.why }
}

export const unreadText = ({ name, tags }: Version, why: string): string =>
  `${tags[0] ?? name} was pushed meanwhile and cannot be read (${why}): it may list anything`
