import { CannotTell } from './cannotTell.ts'
import type { Answer, Exchange } from './exchange.ts'
import { ACCEPTED, EMPTY_BLOB, EMPTY_DIGEST, type Manifest } from './manifests.ts'
import { base64 } from './secrets.ts'

/** One repository of a container registry. */
export class Registry {
  readonly #exchange: Exchange
  readonly #url: string
  readonly #repository: string
  readonly #token: string
  #bearer: string | undefined

  constructor(exchange: Exchange, url: string, repository: string, token: string) {
    this.#exchange = exchange
    this.#url = url
    this.#repository = repository
    this.#token = token
  }

  put(manifest: Manifest, reference: string): Promise<Answer> {
    const headers = { 'content-type': manifest.mediaType }
    return this.#send(`manifests/${reference}`, { method: 'PUT', headers, body: manifest.body })
  }

  manifest(reference: string, method: 'GET' | 'HEAD' | 'DELETE' = 'GET'): Promise<Answer> {
    return this.#send(`manifests/${reference}`, { method, headers: { accept: ACCEPTED } })
  }

  tags(query = ''): Promise<Answer> {
    return this.#send(`tags/list${query}`)
  }

  referrers(digest: string): Promise<Answer> {
    return this.#send(`referrers/${digest}`)
  }

  /** Uploads the blob that all manifests name. */
  async uploadBlob(): Promise<void> {
    const opened = await this.#send('blobs/uploads/', { method: 'POST' })
    const location = opened.headers.get('location')
    if (opened.status !== 202 || location === null) {
      throw new CannotTell(`the registry took no upload of a blob: ${opened.status}`)
    }
    const url = new URL(location, this.#url)
    if (url.origin !== new URL(this.#url).origin) throw new CannotTell(`an upload was sent on to ${url.origin}`)
    url.searchParams.set('digest', EMPTY_DIGEST)
    const headers = { 'content-type': 'application/octet-stream' }
    const closed = await this.#send(url, { method: 'PUT', headers, body: EMPTY_BLOB })
    if (closed.status !== 201) throw new CannotTell(`the registry did not take a blob: ${closed.status}`)
  }

  async #send(
    path: string | URL,
    question: { method?: string; headers?: Record<string, string>; body?: string } = {}
  ): Promise<Answer> {
    const url = path instanceof URL ? path.href : `${this.#url}/v2/${this.#repository}/${path}`
    const attempt = async () => {
      this.#bearer ??= await this.#authorize()
      const headers = { ...question.headers, authorization: `Bearer ${this.#bearer}` }
      return this.#exchange.send({ ...question, url, headers })
    }
    const answer = await attempt()
    if (answer.status !== 401) return answer
    // The registry's tokens live for minutes.
    this.#bearer = undefined
    return attempt()
  }

  async #authorize(): Promise<string> {
    const challenge = (await this.#exchange.send({ url: `${this.#url}/v2/` })).headers.get('www-authenticate') ?? ''
    const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1]
    const realm = new URL(part('realm') ?? `${this.#url}/token`)
    if (realm.origin !== new URL(this.#url).origin) throw new CannotTell(`the registry sends tokens to ${realm.origin}`)
    realm.searchParams.set('service', part('service') ?? realm.host)
    realm.searchParams.set('scope', `repository:${this.#repository}:pull,push`)
    const headers = { authorization: `Basic ${base64(`x:${this.#token}`)}` }
    const { status, json } = await this.#exchange.send({ url: realm.href, headers })
    const token = (json as { token?: unknown } | undefined)?.token
    if (typeof token !== 'string') throw new CannotTell(`the registry gave no token: ${status}`)
    return token
  }
}
