import type { Clock, DistTags } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import { isObject, parseJson } from '../domain/json.js'
import type { PackageRef } from '../domain/package.js'
import type { HttpResponse, Transport } from '../http/transport.js'
import { named } from './address.js'
import { messageOf } from './answer.js'
import { waitFor } from './client.js'
import { decideRetry, type RetryDecision } from './retryDecision.js'

export interface DistTagsOptions {
  readonly token: string
  /** Such as `https://npm.pkg.github.com`; may have a path. */
  readonly npmRegistryUrl: string
  readonly transport: Transport
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  /** Is called at each request. */
  readonly onRequest?: () => void
}

/** A longer wait is a failure: without dist-tags the newest versions are kept. */
const MAX_WAIT_MS = 30_000

/** Reads packuments. The npm registry is not a part of the REST API, and has limits of its own. The scope is the owner's login. */
export function createDistTags(options: DistTagsOptions): DistTags {
  const { transport, clock, signal } = options

  async function once(url: string, attempt: number): Promise<{ decision: RetryDecision; response?: HttpResponse }> {
    options.onRequest?.()
    const facts = { attempt, refusals: attempt, now: clock.now(), random: 0, minute: 60_000, tokenWorked: false }
    try {
      const headers = { accept: 'application/vnd.npm.install-v1+json', authorization: `Bearer ${options.token}` }
      const response = await transport.send({ method: 'GET', url, headers, signal })
      const message = messageOf(parseJson(response.body))
      return {
        response,
        decision: decideRetry({ ...facts, status: response.status, headers: response.headers, message })
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'network') throw error
      return { decision: decideRetry({ ...facts, headers: {}, message: error.message }) }
    }
  }

  return {
    async read(ref) {
      const url = packumentUrl(options.npmRegistryUrl, ref)
      const doing = `read the dist-tags of the ${named(ref)}`
      for (let attempt = 1; ; attempt += 1) {
        const { decision, response } = await once(url, attempt)
        switch (decision.kind) {
          case 'settled':
          case 'halt':
            return tagsOf(doing, response)
          case 'give-up':
            throw new Failure('network', `Could not ${doing}: ${decision.reason}.`)
          case 'pause':
          case 'retry':
            if (decision.ms > MAX_WAIT_MS) throw new Failure('rate-limit', `Could not ${doing}: ${decision.reason}.`)
            await waitFor(clock, decision.ms, signal)
        }
      }
    }
  }
}

/** The REST API leaves the scope out of npm names; the registry wants it, in lower case. */
function packumentUrl(base: string, ref: PackageRef): string {
  const name = ref.name.replace(/^@[^/]+\//, '')
  return `${base.replace(/\/+$/, '')}/@${encodeURIComponent(ref.owner.toLowerCase())}%2F${encodeURIComponent(name)}`
}

function tagsOf(doing: string, response: HttpResponse | undefined): Readonly<Record<string, string>> {
  if (response?.status !== 200) {
    const status = response?.status ?? 0
    const code = status === 404 ? 'not-found' : status === 401 || status === 403 ? 'auth' : 'api'
    throw new Failure(
      code,
      `Could not ${doing}: the npm registry answers ${status}.`,
      'The token needs read:packages or `packages: read`.'
    )
  }
  const body = parseJson(response.body)
  const tags = isObject(body) ? body['dist-tags'] : undefined
  if (!isTags(tags)) {
    throw new Failure('api', `Could not ${doing}: the answer of the npm registry is malformed.`)
  }
  return tags
}

function isTags(data: unknown): data is Readonly<Record<string, string>> {
  return isObject(data) && Object.values(data).every((version) => typeof version === 'string')
}
