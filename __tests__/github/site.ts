import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
}

export interface Told {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server that says exactly what the test wants it to say. */
export async function site(answer: (asked: Asked, origin: string) => Told): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://site')
    const { method = '', headers } = request
    const one = { method, path: url.pathname, query: url.searchParams, authorization: headers.authorization }
    asked.push(one)
    const told = answer(one, `http://${headers.host}`)
    const body = typeof told.body === 'string' ? told.body : JSON.stringify(told.body ?? null)
    response.writeHead(told.status ?? 200, { 'content-type': 'application/json', ...told.headers })
    response.end(told.status === 204 ? undefined : body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
