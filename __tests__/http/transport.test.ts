import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createTransport, type Transport, type TransportOptions } from '../../src/http/transport.js'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

interface Site {
  readonly origin: string
  readonly server: Server
  readonly sockets: Set<Socket>
  handler: Handler
}

const sites: Site[] = []
const transports: Transport[] = []

async function site(handler: Handler): Promise<Site> {
  const server = createServer((request, response) => made.handler(request, response))
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const made = { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, sockets, handler }
  sites.push(made)
  return made
}

function transport(options: Partial<TransportOptions> = {}): Transport {
  const made = createTransport({ connections: 4, userAgent: 'tester/1', ...options })
  transports.push(made)
  return made
}

function text(body: Uint8Array): string {
  return Buffer.from(body).toString()
}

let here: Site
beforeEach(async () => {
  here = await site((_, response) => response.end('hello'))
})

afterEach(async () => {
  await Promise.all(transports.splice(0).map((one) => one.close()))
  for (const { server } of sites.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

describe('an answer', () => {
  it('comes back whole, whatever its status', async () => {
    here.handler = (_, response) => response.writeHead(404, { 'X-Thing': 'yes' }).end('{"message":"Not Found"}')
    const answer = await transport().send({ method: 'GET', url: `${here.origin}/a?b=c` })
    expect(answer).toMatchObject({ status: 404, url: `${here.origin}/a?b=c`, headers: { 'x-thing': 'yes' } })
    expect(text(answer.body)).toBe('{"message":"Not Found"}')
  })

  it('does not repeat what it was asked with, in its headers or in its body', async () => {
    const secret = 'ghp_secret_secret'
    here.handler = ({ headers, url }, response) =>
      response
        .writeHead(Number(url?.slice(1)), { 'X-Scopes': `repo, ${headers.authorization} ${secret}` })
        .end(`${headers.authorization} ${secret}`)
    const one = transport({ secrets: [secret] })
    const headers = { authorization: 'Bearer of-the-registry' }
    for (const status of [200, 202, 300, 301, 403, 500]) {
      const answer = await one.send({ method: 'GET', url: `${here.origin}/${status}`, headers })
      expect([text(answer.body), answer.headers['x-scopes']]).toEqual(['Bearer *** ***', 'repo, Bearer *** ***'])
    }
    // A token service may give out the very token that it was asked with.
    const ok = await one.send({ method: 'GET', url: `${here.origin}/200`, headers, asksForCredential: true })
    expect([text(ok.body), ok.headers['x-scopes']]).toEqual([
      `Bearer of-the-registry ${secret}`,
      'repo, Bearer *** ***'
    ])
  })

  it('leaves words of the protocol alone, where a token is as short as one', async () => {
    here.handler = (_, response) => response.writeHead(401, { 'WWW-Authenticate': 'Bearer realm="/token"' }).end('')
    const answer = await transport({ secrets: ['token'] }).send({ method: 'GET', url: here.origin })
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="/token"')
  })

  it('is decompressed', async () => {
    here.handler = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'))
    expect(text((await transport().send({ method: 'GET', url: here.origin })).body)).toBe('packed')
  })

  it('carries what was sent: method, body, headers, user agent', async () => {
    here.handler = (request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        const { 'user-agent': agent, 'x-one': one } = request.headers
        response.end(JSON.stringify({ method: request.method, body, agent, one }))
      })
    }
    const answer = await transport().send({
      method: 'PUT',
      url: here.origin,
      body: 'content',
      headers: { 'x-one': '1' }
    })
    expect(JSON.parse(text(answer.body))).toEqual({ method: 'PUT', body: 'content', agent: 'tester/1', one: '1' })
  })
})

describe('an answer that never comes right', () => {
  it.each<[string, Handler, Partial<TransportOptions>, object]>([
    [
      'hangs before the headers',
      () => {},
      { headersTimeout: 20 },
      { code: 'network', message: /no answer within 0.02 s/ }
    ],
    [
      'hangs in the body',
      (_, response) => response.writeHead(200, { 'content-length': 10 }).write('half'),
      { bodyTimeout: 20 },
      { code: 'network', message: /not complete within 0.02 s/ }
    ],
    [
      'is cut off by its length',
      (request, response) =>
        response.writeHead(200, { 'content-length': 10 }).write('half', () => request.socket.destroy()),
      {},
      { code: 'network' }
    ],
    [
      'is cut off in chunks',
      (request, response) => response.writeHead(200).write('half', () => request.socket.destroy()),
      {},
      { code: 'network' }
    ],
    ['is reset', (request) => request.socket.destroy(), {}, { code: 'network' }],
    [
      'is damaged gzip',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
      {},
      { code: 'network', message: /damaged/ }
    ],
    [
      'is too large',
      (_, response) => response.end('x'.repeat(2000)),
      { maxBytes: 1000 },
      { code: 'api', message: /larger/ }
    ],
    [
      'is a gzip bomb',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000))),
      { maxBytes: 1000 },
      { code: 'api', message: /larger/ }
    ]
  ])(
    '%s: a coded failure',
    async (_, handler, options, { message, ...expected }: { message?: RegExp; code?: string }) => {
      here.handler = handler
      const failure = transport(options).send({ method: 'GET', url: here.origin })
      await expect(failure).rejects.toMatchObject({ name: 'Failure', ...expected })
      if (message) await expect(failure).rejects.toThrow(message)
    }
  )

  it('is a network failure where nothing listens, and names the code', async () => {
    here.server.close()
    await expect(transport().send({ method: 'GET', url: here.origin })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('ECONNREFUSED')
    })
  })

  it('ends as cancelled when the signal says so', async () => {
    const stop = new AbortController()
    here.handler = () => stop.abort()
    const sent = transport().send({ method: 'GET', url: here.origin, signal: stop.signal })
    await expect(sent).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('redirects', () => {
  it.each([301, 302, 307, 308])('%i on the same origin is followed by a read, with credentials', async (status) => {
    here.handler = (request, response) =>
      request.url === '/old'
        ? response.writeHead(status, { location: '/new' }).end()
        : response.end(`${request.url} ${request.headers.authorization}`)
    const answer = await transport().send({
      method: 'GET',
      url: `${here.origin}/old`,
      headers: { authorization: 'token t' }
    })
    expect(text(answer.body)).toBe('/new token t')
    expect(answer.url).toBe(`${here.origin}/new`)
  })

  it.each(['GET', 'DELETE', 'POST'] as const)('to another origin: %s does not go there', async (method) => {
    let reached = 0
    const there = await site((_, response) => {
      reached += 1
      response.end()
    })
    here.handler = (_, response) => response.writeHead(307, { location: `${there.origin}/x` }).end()
    await expect(transport().send({ method, url: here.origin })).rejects.toMatchObject({ code: 'api' })
    expect(reached).toBe(0)
  })

  it('a write follows 307, which keeps the method, and hands 301 back', async () => {
    const seen: string[] = []
    here.handler = (request, response) => {
      seen.push(`${request.method} ${request.url}`)
      const status = request.url === '/307' ? 307 : request.url === '/301' ? 301 : 204
      response.writeHead(status, { location: '/new' }).end()
    }
    const one = transport()
    expect((await one.send({ method: 'DELETE', url: `${here.origin}/307` })).status).toBe(204)
    expect((await one.send({ method: 'DELETE', url: `${here.origin}/301` })).status).toBe(301)
    expect(seen).toEqual(['DELETE /307', 'DELETE /new', 'DELETE /301'])
  })

  it('in a ring end in a failure', async () => {
    here.handler = (_, response) => response.writeHead(302, { location: '/again' }).end()
    await expect(transport().send({ method: 'GET', url: here.origin })).rejects.toThrow('more than 5 redirects')
  })
})

describe('connections', () => {
  it('are bounded and used again', async () => {
    let inFlight = 0
    let peak = 0
    here.handler = (_, response) => {
      inFlight += 1
      peak = Math.max(peak, inFlight)
      setImmediate(() => {
        inFlight -= 1
        response.end()
      })
    }
    const one = transport({ connections: 4 })
    await Promise.all(Array.from({ length: 40 }, () => one.send({ method: 'GET', url: here.origin })))
    expect(peak).toBeLessThanOrEqual(4)
    expect(here.sockets.size).toBeLessThanOrEqual(4)
  })

  it('go through the proxy, with its password and without the request credentials', async () => {
    const asked: { target: string | undefined; credentials: string | undefined; forwarded: string | undefined }[] = []
    const proxy = await site(() => {})
    proxy.server.on('connect', (request: IncomingMessage, socket: Socket) => {
      const { 'proxy-authorization': credentials, authorization: forwarded } = request.headers
      asked.push({ target: request.url, credentials, forwarded })
      const upstream = connect(Number(new URL(here.origin).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        upstream.pipe(socket).pipe(upstream)
      })
    })
    const one = transport({ proxy: { http: proxy.origin.replace('http://', 'http://me:secret@') } })
    const answer = await one.send({
      method: 'GET',
      url: 'http://ghes.invalid/x',
      headers: { authorization: 'token t' }
    })
    expect(text(answer.body)).toBe('hello')
    expect(asked).toEqual([
      {
        target: 'ghes.invalid:80',
        credentials: `Basic ${Buffer.from('me:secret').toString('base64')}`,
        forwarded: undefined
      }
    ])
  })
})
