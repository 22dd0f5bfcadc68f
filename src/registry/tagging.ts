import { randomUUID } from 'node:crypto'
import { Failure } from '../domain/failure.js'
import { READABLE_TYPES } from '../domain/mediaType.js'
import type { HttpResponse } from '../http/transport.js'
import type { RepositoryScope } from './authorization.js'
import { detachedManifest, EMPTY_BLOB, EMPTY_DIGEST } from './detachedManifest.js'
import { digestOf, OCI_IMAGE, parseManifest } from './parseManifest.js'
import { describeRefusal, saysMissing } from './refusal.js'
import type { Trouble } from './sender.js'
import type { Exchange, Session } from './session.js'

/** All of them: without one of them a registry answers 404 for what it has. */
const ACCEPT = [...READABLE_TYPES].join(', ')

/** Reads and moves the tags of repositories that are given by path. Every method throws `Failure`; see `Manifests`. */
export function createTagging(registryUrl: string, session: Session) {
  /** Repositories that hold the empty blob for certain. */
  const prepared = new Map<string, Promise<void>>()

  async function ask(exchange: Exchange): Promise<HttpResponse> {
    const reply = await session(exchange)
    if (reply.kind === 'trouble') throw failure(exchange, reply)
    return reply.response
  }

  async function resolve(repository: string, tag: string): Promise<string | undefined> {
    const exchange: Exchange = { ...manifestRequest(repository, tag), check: damageOf }
    const response = await ask(exchange)
    if (saysMissing(response)) return undefined
    if (response.status !== 200) throw unexpected(exchange, response)
    return digestOf(response.body)
  }

  async function detach(repository: string, tag: string, from: string): Promise<{ readonly digest: string }> {
    await prepare(repository)
    const manifest = { mediaType: OCI_IMAGE, ...detachedManifest(tag, randomUUID()) }
    await putTag(repository, tag, manifest, (now) => now === from)
    return { digest: manifest.digest }
  }

  async function retag(repository: string, digest: string, tag: string, over?: string): Promise<void> {
    const exchange = digestRequest(repository, digest)
    const response = await ask(exchange)
    if (response.status !== 200) throw unexpected(exchange, response)
    const { body } = response
    const { mediaType } = parseManifest(response.headers['content-type'], body)
    await putTag(repository, tag, { mediaType, body, digest }, (now) => now === undefined || now === over)
  }

  /**
   * Puts a manifest under the tag. Looks before each sending where the tag is: while a limit makes the request wait, or when
   * it is sent again, somebody may have pushed.
   */
  async function putTag(
    repository: string,
    tag: string,
    { mediaType, body, digest }: { readonly mediaType: string; readonly body: Uint8Array; readonly digest: string },
    mayTake: (now: string | undefined) => boolean
  ): Promise<void> {
    const exchange: Exchange = {
      kind: 'push',
      scope: push(repository),
      method: 'PUT',
      path: `manifests/${tag}`,
      headers: { 'content-type': mediaType },
      body,
      async beforehand() {
        const now = await resolve(repository, tag)
        if (now === digest || mayTake(now)) return
        throw new Failure('refused', `${tag} is ${now === undefined ? 'gone' : `on ${now} now`}`)
      }
    }
    const response = await ask(exchange)
    if (response.status < 200 || response.status > 299) throw unexpected(exchange, response)
    // The header is required of registries (distribution-spec), but what has no answer is looked up, not believed.
    const named = response.headers['docker-content-digest'] ?? (await resolve(repository, tag))
    if (named === digest) return
    throw new Failure(
      'api',
      `${repository}:${tag} should name ${digest} now, but the registry says ${named ?? 'that it is not there'}.`
    )
  }

  function prepare(repository: string): Promise<void> {
    const known = prepared.get(repository)
    if (known !== undefined) return known
    const pending = uploadEmptyBlob(repository)
    prepared.set(repository, pending)
    pending.catch(() => prepared.delete(repository))
    return pending
  }

  /** Registries refuse a manifest whose blobs they do not hold. Sending the two bytes again does no harm. */
  async function uploadEmptyBlob(repository: string): Promise<void> {
    const scope = push(repository)
    const begin: Exchange = { kind: 'push', scope, method: 'POST', path: 'blobs/uploads/' }
    const begun = await ask(begin)
    if (begun.status === 201) return
    const location = begun.headers.location
    if (begun.status !== 202 || location === undefined) throw unexpected(begin, begun)
    const address = URL.canParse(location, begun.url) ? new URL(location, begun.url) : undefined
    if (address === undefined) throw new Failure('api', 'The registry names no usable address for an upload.')
    if (address.origin !== new URL(registryUrl).origin) {
      throw new Failure(
        'api',
        `The registry wants uploads at ${address.origin}, another origin; the token is not sent there.`
      )
    }
    address.searchParams.set('digest', EMPTY_DIGEST)
    const headers = { 'content-type': 'application/octet-stream' }
    const finish: Exchange = { kind: 'push', scope, method: 'PUT', path: address.href, headers, body: EMPTY_BLOB }
    const finished = await ask(finish)
    if (finished.status !== 201) throw unexpected(finish, finished)
  }

  return { resolve, detach, retag }
}

/** A request for the manifest with this digest: an answer with another one is asked for again. */
export function digestRequest(repository: string, digest: string): Exchange {
  return { ...manifestRequest(repository, digest), check: (response) => mismatch(response, digest) }
}

/** A request for one manifest, by tag or digest. Never HEAD: many servers and clients close the connection after it. */
function manifestRequest(repository: string, reference: string): Exchange {
  const scope: RepositoryScope = { repository, actions: 'pull' }
  return { kind: 'manifest', scope, method: 'GET', path: `manifests/${reference}`, headers: { accept: ACCEPT } }
}

/** Says which digest a body has instead of this one; `undefined` if it is this one. */
function mismatch(response: HttpResponse, digest: string): string | undefined {
  const actual = digestOf(response.body)
  return actual === digest ? undefined : `its content hashes to ${actual}`
}

const push = (repository: string): RepositoryScope => ({ repository, actions: 'pull,push' })

/** A body without a digest to hold it against must at least be a whole manifest. */
function damageOf(response: HttpResponse): string | undefined {
  const named = response.headers['docker-content-digest']
  if (named !== undefined) return mismatch(response, named)
  const { kind } = parseManifest(response.headers['content-type'], response.body)
  return kind === 'unknown' ? 'it is not a manifest' : undefined
}

function failure(exchange: Exchange, { code, why, remedy }: Trouble): Failure {
  return new Failure(code, `${nameOf(exchange)}: ${why}.`, remedy)
}

function unexpected(exchange: Exchange, response: HttpResponse): Failure {
  const code = response.status === 404 ? 'not-found' : 'api'
  return new Failure(code, `${nameOf(exchange)}: ${describeRefusal(response)}.`)
}

/** Without the query of an upload's address: it may hold the state of the upload. */
const nameOf = ({ method, scope, path }: Exchange): string => `${method} ${scope.repository} ${path.split('?')[0]}`
