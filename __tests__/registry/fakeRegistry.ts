import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Stored {
  readonly mediaType: string
  readonly body: Buffer
}

/** Answers instead of the registry, or lets it answer by returning false. */
export type Hook = (request: IncomingMessage, response: ServerResponse) => boolean

/** Just enough of a registry with a token service to be asked over HTTP, and to misbehave. */
export interface FakeRegistry {
  readonly url: string
  /** `METHOD path`, in the order of arrival. */
  readonly log: string[]
  /** Every `authorization` header that arrived, by path. */
  readonly credentials: { readonly path: string; readonly value: string | undefined }[]
  /** By digest and by tag. */
  readonly manifests: Map<string, Stored>
  readonly blobs: Set<string>
  /** One for each manifest read, the first first; the last stays. */
  readonly onManifest: Hook[]
  readonly onToken: Hook[]
  readonly onTags: Hook[]
  /** Tokens that let in. */
  readonly valid: Set<string>
  /** What the token answer says beside the token. */
  grant: Readonly<Record<string, unknown>>
  /** `WWW-Authenticate` of a 401; empty: no token is asked for. */
  challenge: string
  /** Stores a manifest and returns its digest. */
  add(document: unknown, mediaType?: string, tag?: string): string
  close(): Promise<void>
}

export const INDEX = 'application/vnd.oci.image.index.v1+json'
export const IMAGE = 'application/vnd.oci.image.manifest.v1+json'

export const sha256 = (body: string | Uint8Array): string => `sha256:${createHash('sha256').update(body).digest('hex')}`

export function imageDocument(seed: string): Readonly<Record<string, unknown>> {
  const blob = (name: string) => ({ digest: sha256(`${seed} ${name}`), size: 10 })
  return {
    schemaVersion: 2,
    mediaType: IMAGE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...blob('config') },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...blob('layer') }]
  }
}

export async function startFakeRegistry(): Promise<FakeRegistry> {
  let issued = 0
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    registry.log.push(`${request.method} ${path}`)
    registry.credentials.push({ path, value: request.headers.authorization })
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(path, request, response, Buffer.concat(chunks)))
  })

  function answer(path: string, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    if (path.startsWith('/token')) {
      if (next(registry.onToken)?.(request, response)) return
      issued += 1
      const token = `token-${issued}`
      registry.valid.add(token)
      json(response, 200, { token, ...registry.grant })
      return
    }
    if (path.includes('/tags/list') && next(registry.onTags)?.(request, response)) return
    const bearer = request.headers.authorization?.replace(/^Bearer /, '')
    if (registry.challenge !== '' && !registry.valid.has(bearer ?? '')) {
      response.setHeader('www-authenticate', registry.challenge)
      refuse(response, 401, 'UNAUTHORIZED', 'authentication required')
      return
    }
    const reference = /\/manifests\/(.+)$/.exec(path)?.[1]
    if (path.includes('/blobs/uploads/')) upload(path, request, response)
    else if (reference === undefined) json(response, 200, { tags: [] })
    else if (request.method === 'PUT') put(reference, request, response, body)
    else if (!next(registry.onManifest)?.(request, response)) get(reference, response)
  }

  function upload(path: string, request: IncomingMessage, response: ServerResponse): void {
    const digest = new URL(path, registry.url).searchParams.get('digest')
    if (request.method === 'PUT' && digest !== null) {
      registry.blobs.add(digest)
      response.writeHead(201).end()
    } else response.writeHead(202, { location: `${path}one?state=x` }).end()
  }

  function put(reference: string, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const stored = { mediaType: request.headers['content-type'] ?? '', body }
    registry.manifests.set(sha256(body), stored).set(reference, stored)
    response.writeHead(201, { 'docker-content-digest': sha256(body) }).end()
  }

  function get(reference: string, response: ServerResponse): void {
    const found = registry.manifests.get(reference)
    if (found === undefined) refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    else response.writeHead(200, { 'content-type': found.mediaType }).end(found.body)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const registry: FakeRegistry = {
    url,
    log: [],
    credentials: [],
    manifests: new Map(),
    blobs: new Set(),
    onManifest: [],
    onToken: [],
    onTags: [],
    valid: new Set(),
    grant: {},
    challenge: `Bearer realm="${url}/token",service="fake",scope="repository:octo/app:pull"`,
    add(document, mediaType = IMAGE, tag) {
      const body = Buffer.from(JSON.stringify(document))
      const stored = { mediaType, body }
      registry.manifests.set(sha256(body), stored)
      if (tag !== undefined) registry.manifests.set(tag, stored)
      return sha256(body)
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
  return registry
}

export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  json(response, status, { errors: [{ code, message }] })
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function next(hooks: Hook[]): Hook | undefined {
  return hooks.length > 1 ? hooks.shift() : hooks[0]
}
