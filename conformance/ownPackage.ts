import { CannotTell } from './cannotTell.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { Manifest } from './manifests.ts'
import { Registry } from './registry.ts'

/** A version as the REST API shows it: as much of it as is looked at. */
export interface Version {
  readonly id: number
  readonly name: string
  readonly created_at: string
  readonly updated_at: string
  readonly deleted_at?: string
  readonly metadata?: { readonly container?: { readonly tags?: readonly string[] } }
}

export interface Place {
  readonly apiUrl: string
  readonly registryUrl: string
  readonly token: string
  readonly owner: string
  readonly exchange: Exchange
}

/** Addresses of an owner's packages: `/orgs/{org}`, `/users/{username}` or `/user`. */
export type Family = 'orgs' | 'users' | 'user'

const OWN_NAME = /^retention-conformance-[\w-]+(\/[a-z]+)?$/

/** A container package that the checks themselves make. No other is ever changed: the name says so. */
export class OwnPackage {
  readonly name: string
  readonly registry: Registry
  readonly #place: Place
  readonly #family: Family
  #hasBlob = false

  constructor(place: Place, family: Family, name: string) {
    if (!OWN_NAME.test(name)) throw new Error(`${name} is no package of the conformance checks`)
    this.name = name
    this.#place = place
    this.#family = family
    this.registry = new Registry(place.exchange, place.registryUrl, `${place.owner.toLowerCase()}/${name}`, place.token)
  }

  get(): Promise<Answer> {
    return this.#rest('GET', '')
  }

  delete(): Promise<Answer> {
    return this.#rest('DELETE', '')
  }

  restore(): Promise<Answer> {
    return this.#rest('POST', '/restore')
  }

  list(query = '', family: Family = this.#family, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#rest('GET', `/versions${query}`, family, headers)
  }

  version(id: number): Promise<Answer> {
    return this.#rest('GET', `/versions/${id}`)
  }

  deleteVersion(id: number): Promise<Answer> {
    return this.#rest('DELETE', `/versions/${id}`)
  }

  restoreVersion(id: number): Promise<Answer> {
    return this.#rest('POST', `/versions/${id}/restore`)
  }

  /** Asks for the package with its name as it is, without encoding a slash. */
  getUnencoded(): Promise<Answer> {
    return this.#rest('GET', '', this.#family, {}, this.name)
  }

  async versions(state: 'active' | 'deleted' = 'active', family: Family = this.#family): Promise<readonly Version[]> {
    const answer = await this.list(`?per_page=100&state=${state}`, family)
    if (!Array.isArray(answer.json)) throw new CannotTell(`the list of versions is answered with ${answer.status}`)
    return answer.json as Version[]
  }

  /** Pushes under the tags, or by digest where there are none. */
  async push(manifest: Manifest, ...tags: readonly string[]): Promise<Answer> {
    if (!this.#hasBlob) await this.registry.uploadBlob()
    this.#hasBlob = true
    let last: Answer | undefined
    for (const reference of tags.length > 0 ? tags : [manifest.digest]) {
      last = await this.registry.put(manifest, reference)
      if (last.status !== 201)
        throw new CannotTell(`a push to ${this.name}:${reference} is answered with ${last.status}`)
    }
    return last as Answer
  }

  #rest(
    method: string,
    below: string,
    family: Family = this.#family,
    headers: Record<string, string> = {},
    name = encodeURIComponent(this.name)
  ): Promise<Answer> {
    const { apiUrl, owner, token, exchange } = this.#place
    const base = family === 'user' ? '/user' : `/${family}/${owner}`
    return exchange.send({
      method,
      url: `${apiUrl}${base}/packages/container/${name}${below}`,
      headers: { ...restHeaders(token), ...headers }
    })
  }
}

export function restHeaders(token: string): Record<string, string> {
  return {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28'
  }
}
