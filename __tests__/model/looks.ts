import type { Transport } from '../../src/http/transport.js'

/** A deletion of a container or docker version that was sent, and the last look at that version before it. */
export interface SentDeletion {
  readonly id: number
  /** Milliseconds since somebody asked for the last answer that shows the version; infinite if none does. */
  readonly age: number
  /** The tags that this answer showed. */
  readonly tags: readonly string[]
}

export interface Watched {
  readonly transport: Transport
  readonly deletions: readonly SentDeletion[]
}

interface Look {
  readonly at: number
  readonly tags: readonly string[]
}

interface Shown {
  readonly id: number
  readonly metadata: { readonly [type: string]: { readonly tags: readonly string[] } }
}

const VERSIONS = /\/packages\/(container|docker)\/[^/]+\/versions(?:\/(\d+))?$/
const NEVER: Look = { at: Number.NEGATIVE_INFINITY, tags: [] }

/** The transport, and what the last look showed before each deletion that was sent. */
export function watchLooks(transport: Transport, clock: { now(): number }): Watched {
  const deletions: SentDeletion[] = []
  const looks = new Map<number, Look>()
  return {
    deletions,
    transport: {
      ...transport,
      async send(request) {
        const at = clock.now()
        const { pathname, searchParams } = new URL(request.url)
        const [, type, id] = VERSIONS.exec(pathname) ?? []
        if (id !== undefined && request.method === 'DELETE') {
          const look = looks.get(Number(id)) ?? NEVER
          deletions.push({ id: Number(id), age: at - look.at, tags: look.tags })
        }
        const response = await transport.send(request)
        if (type === undefined || request.method !== 'GET' || searchParams.get('state') === 'deleted') return response
        if (response.status !== 200) return response
        for (const { id: shown, metadata } of versionsIn(response.body)) {
          if (at >= (looks.get(shown) ?? NEVER).at) looks.set(shown, { at, tags: metadata[type]?.tags ?? [] })
        }
        return response
      }
    }
  }
}

/** None where the body is not what was asked for. */
function versionsIn(body: Uint8Array): readonly Shown[] {
  try {
    const shown: Shown | readonly Shown[] = JSON.parse(Buffer.from(body).toString('utf8'))
    return [shown].flat().filter(({ metadata }) => metadata !== undefined)
  } catch {
    return []
  }
}
