import type { StoredPackage } from '../../simulator/world/package.js'
import type { Ports } from '../../src/app/ports.js'
import type { Manifest } from '../../src/domain/manifest.js'
import type { Owner } from '../../src/domain/package.js'
import { readStored, versionsOf } from '../scenarios/containers/facts.js'

export const OWNER_OF_ALL: Owner = { login: 'octo-org', kind: 'organization' }

export interface Reads {
  /** Digests in the order in which the registry gave their manifests. */
  readonly digests: string[]
  /** What an earlier run left: digests that cost no read. */
  readonly cache: Map<string, Manifest>
}

export const noReads = (cache: Map<string, Manifest> = new Map()): Reads => ({ digests: [], cache })

const silent = (): void => undefined

/**
 * The ports of a survey, straight on a stored package: thousands of graphs are surveyed by the real code without a
 * connection. `unreadable`: the registry fails for these. Anything that a survey of a container does not need is not there.
 */
export function surveyPorts(
  stored: StoredPackage,
  reads: Reads,
  concurrency: number,
  unreadable: ReadonlySet<string> = new Set()
): Ports {
  const ports: Pick<Ports, 'clock' | 'stop' | 'console'> & {
    packages: Partial<Ports['packages']>
    manifests: Partial<Ports['manifests']>
  } = {
    packages: {
      budget: () => undefined,
      listVersions: async () => versionsOf(stored),
      stateOf: async (_owner, _ref, id) =>
        versionsOf(stored).some((version) => version.id === id) ? 'active' : undefined
    },
    manifests: {
      concurrency,
      recall: async (_ref, digests) =>
        new Map(
          digests.flatMap((digest) => {
            const kept = reads.cache.get(digest)
            return kept === undefined ? [] : [[digest, kept] as const]
          })
        ),
      async read(_ref, digest) {
        const kept = reads.cache.get(digest)
        if (kept !== undefined) return { kind: 'found', manifest: kept }
        if (unreadable.has(digest)) return { kind: 'unreadable', why: 'the registry answered 500' }
        const found = readStored(stored, digest)
        if ('why' in found) return { kind: found.why.includes('404') ? 'missing' : 'unreadable', why: found.why }
        reads.digests.push(digest)
        reads.cache.set(digest, found.manifest)
        return { kind: 'found', manifest: found.manifest }
      }
    },
    clock: { now: () => 0, sleep: async () => undefined },
    stop: { signal: new AbortController().signal, reason: undefined, cancelled: new AbortController().signal },
    console: {
      info: silent,
      debug: silent,
      notice: silent,
      warning: silent,
      error: silent,
      progress: silent,
      group: (_title, body) => body()
    }
  }
  return ports as Ports
}
