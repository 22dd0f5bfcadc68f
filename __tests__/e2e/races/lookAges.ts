import type { Clock } from '../../../simulator/world/clock.js'
import type { Transport } from '../../../src/http/transport.js'

/** The transport, and how old the last look at a container or docker version was when each deletion was sent. */
export interface Watched {
  readonly transport: Transport
  /** Milliseconds since somebody asked for the last answer that shows the version; infinite if none does. */
  readonly ages: readonly number[]
}

const VERSIONS = /\/packages\/(?:container|docker)\/[^/]+\/versions(?:\/(\d+))?$/

export function watchLooks(transport: Transport, clock: Pick<Clock, 'now'>): Watched {
  const ages: number[] = []
  const looked = new Map<string, number>()
  return {
    ages,
    transport: {
      ...transport,
      async send(request) {
        const sent = clock.now()
        const { pathname, searchParams } = new URL(request.url)
        const [versions, id] = VERSIONS.exec(pathname) ?? []
        if (id !== undefined && request.method === 'DELETE') {
          ages.push(sent - (looked.get(id) ?? Number.NEGATIVE_INFINITY))
        }
        const response = await transport.send(request)
        const looks = versions !== undefined && request.method === 'GET' && searchParams.get('state') !== 'deleted'
        if (looks && response.status === 200) {
          for (const shown of idsIn(response.body)) looked.set(shown, Math.max(sent, looked.get(shown) ?? 0))
        }
        return response
      }
    }
  }
}

function idsIn(body: Uint8Array): readonly string[] {
  const shown = JSON.parse(Buffer.from(body).toString('utf8')) as
    | { readonly id: number }
    | readonly { readonly id: number }[]
  return [shown].flat().map(({ id }) => String(id))
}
