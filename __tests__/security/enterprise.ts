import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Simulator } from '../../simulator/simulator.js'

export interface Certificate {
  readonly file: string
  readonly cert: Buffer
  readonly key: Buffer
}

/** Signed by itself, for these names; `undefined` where there is no openssl. */
export function selfSigned(folder: string, names: readonly string[]): Certificate | undefined {
  const [file, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', file, ...subject]
  try {
    execFileSync('openssl', args, { stdio: 'ignore' })
  } catch {
    return undefined
  }
  return { file, cert: readFileSync(file), key: readFileSync(key) }
}

export interface Front {
  readonly port: number
  stop(): void
}

/** HTTPS before the simulator, by the name that is asked for: `containers.` and `npm.` are its registries. */
export async function startFront(simulator: Simulator, { cert, key }: Certificate): Promise<Front> {
  const origins = {
    api: new URL(simulator.url).origin,
    registry: simulator.registryUrl,
    npm: simulator.npmUrl
  }
  const sockets = new Set<Socket>()
  const server = createTlsServer({ cert, key }, (incoming, outgoing) => {
    const { host = '' } = incoming.headers
    const part = host.startsWith('containers.') ? 'registry' : host.startsWith('npm.') ? 'npm' : 'api'
    const { method, headers, url } = incoming
    const target = new URL(origins[part])
    const forwarded = request({ host: target.hostname, port: target.port, path: url, method, headers }, (answer) => {
      const said = Object.entries(answer.headers).map(([name, value]) => [
        name,
        String(value).replaceAll(origins[part], `https://${host}`)
      ])
      outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(said))
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  server.on('connection', (socket: Socket) => sockets.add(socket))
  return { port: await listen(server), stop: () => end(server, sockets) }
}

export interface ConnectProxy {
  readonly url: string
  /** `host:port` of each CONNECT. */
  readonly asked: readonly string[]
  stop(): void
}

/** A CONNECT proxy that leads every name to one port of this machine. */
export async function startProxy(port: number): Promise<ConnectProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_, response) => response.writeHead(405).end())
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('connect', ({ url = '' }, client: Socket) => {
    asked.push(url)
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    sockets.add(upstream)
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy())
  })
  return { url: `http://127.0.0.1:${await listen(server)}`, asked, stop: () => end(server, sockets) }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

function end(server: Server, sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy()
  server.close()
}
