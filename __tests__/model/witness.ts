import type { Request } from '../../simulator/server/exchange.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import type { World } from '../../simulator/world/world.js'
import { belowWithFollowers, type Oracle, oracleOf } from '../invariants/graphOracle.js'

/** A version that the product deleted. */
export interface Death {
  readonly id: number
  readonly name: string
  readonly stored: StoredPackage
  /** Made by the product itself, to take a tag off another version. */
  readonly throwAway: boolean
  /** Number of the request. */
  readonly n: number
  /** Tags when the request was worked on. */
  readonly tags: readonly string[]
  /** Versions that were there and needed it (what it needs itself is left out: rings have no better order). */
  readonly needers: readonly string[]
}

/** Watches every request, and knows what the product really did, whatever it was told. */
export class Witness {
  readonly deaths: Death[] = []
  readonly revived = new Set<number>()
  /** Each package as it was looked at last. */
  readonly #graphs = new Map<StoredPackage, { readonly state: string; readonly graph: Oracle }>()
  readonly #pending = new Map<number, Death>()
  /** Each package before its first deletion. */
  readonly #first = new Map<string, Oracle>()
  /**
   * What hangs, whenever versions are listed, below an untagged index that all who list it call an image: docs/security.md says
   * that it is not held.
   */
  readonly unseen = new Set<string>()
  deletions = 0

  before(request: Request, world: World): void {
    if (request.kind === 'list-versions') this.#look(world)
    const id = versionOf(request)
    if (id === undefined || request.kind !== 'delete-version') return
    const stored = [...world.packages()].find(({ versions }) => versions.get(id) !== undefined)
    const version = stored?.versions.get(id)
    this.deletions += 1
    if (stored === undefined || version === undefined || version.deletedAt !== undefined) return
    const graph = this.#graphOf(stored)
    // What an index hides stays hidden to a client after that index is deleted, and a ring has no better order once it is broken.
    const first = this.#first.get(stored.key) ?? graph
    this.#first.set(stored.key, first)
    const needers = graph.versions
      .map(({ digest }) => digest)
      .filter((digest) => graph.below(digest).has(version.name) && !mayBeHidden(first, digest))
      .filter((digest) => ![first, graph].some((each) => belowWithFollowers(each, version.name).has(digest)))
    const throwAway = String(stored.manifests.get(version.name)?.body).includes('package-retention.detached')
    this.#pending.set(id, { id, name: version.name, stored, throwAway, n: request.n, tags: version.tags, needers })
  }

  #look(world: World): void {
    for (const stored of world.packages()) {
      const { hidden, needs } = this.#graphOf(stored)
      for (const index of hidden) for (const digest of needs(index)) this.unseen.add(`${stored.key} ${digest}`)
    }
  }

  #graphOf(stored: StoredPackage): Oracle {
    const state = [...stored.versions.list('active')].map(({ id, tags }) => `${id} ${[...tags].join()}`).join('\n')
    const known = this.#graphs.get(stored)
    if (known?.state === state) return known.graph
    const graph = oracleOf(stored)
    this.#graphs.set(stored, { state, graph })
    return graph
  }

  after(request: Request, world: World): void {
    const id = versionOf(request)
    if (id === undefined) return
    if (request.kind === 'delete-version') {
      const pending = this.#pending.get(id)
      this.#pending.delete(id)
      if (pending?.stored.versions.get(id)?.deletedAt !== undefined) this.deaths.push(pending)
    }
    // GitHub may refuse a restore.
    const versions = [...world.packages()]
      .map((stored) => stored.versions.get(id))
      .filter((version) => version !== undefined)
    const isBack = versions.some(({ deletedAt }) => deletedAt === undefined)
    if (request.kind === 'restore-version' && isBack) this.revived.add(id)
  }
}

/** A hidden index may be read all the same, and then describe what it lists: another index as an image, too. */
const mayBeHidden = ({ hidden, versions, below }: Oracle, digest: string): boolean =>
  hidden.has(digest) ||
  (versions.some((version) => version.digest === digest && version.tags.length === 0) &&
    [...hidden].some((index) => below(index).has(digest)))

function versionOf({ path }: Request): number | undefined {
  const id = /\/versions\/(\d+)/.exec(path)?.[1]
  return id === undefined ? undefined : Number(id)
}
