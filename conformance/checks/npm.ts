import { createHash } from 'node:crypto'
import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'
import type { Answer } from '../exchange.ts'
import { restHeaders } from '../ownPackage.ts'
import type { Scene } from '../scene.ts'

export const distTags: Check = {
  id: 35,
  title: 'An npm version with a dist-tag is deleted',
  assumptions: [
    {
      key: 'dist-tag of a deleted version',
      says: 'the dist-tag is gone too',
      assumed: 'removed',
      switch: 'distTagsOnDelete'
    },
    { key: 'dist-tag after restore', says: 'it is back after a restore', assumed: true },
    { key: 'second publication', says: 'a version that is there cannot be published again', assumed: true }
  ],
  async run(scene, observe) {
    const own = new NpmPackage(scene)
    await own.publish('1.0.0', 'latest')
    await own.publish('1.1.0', 'next')
    await scene.calm()
    const { id } = await own.version('1.0.0')
    const removed = await own.rest('DELETE', `/versions/${id}`)
    if (removed.status !== 204) throw new CannotTell(`DELETE of 1.0.0 is answered with ${removed.status}`)
    await scene.calm()
    const latest = await own.latest()
    observe(
      'dist-tag of a deleted version',
      latest === undefined ? 'removed' : latest === '1.0.0' ? 'dangling' : 'newest'
    )
    await own.rest('POST', `/versions/${id}/restore`)
    await scene.calm()
    observe('dist-tag after restore', (await own.latest()) === '1.0.0')
    observe('second publication', (await own.publishAnswer('1.0.0', 'latest')).status >= 400)
  }
}

/** The npm package of the checks, as small as it can be. */
export class NpmPackage {
  readonly name: string
  readonly #scene: Scene
  readonly #npmUrl: string

  constructor(scene: Scene) {
    const { npmUrl, name } = scene.settings
    if (npmUrl === undefined) throw new CannotTell('there is no address of an npm registry')
    this.#scene = scene
    this.#npmUrl = npmUrl
    this.name = name
  }

  get fullName(): string {
    return `@${this.#scene.settings.owner.toLowerCase()}/${this.name}`
  }

  rest(method: string, below: string): Promise<Answer> {
    const { apiUrl, owner, token, exchange } = this.#scene.settings
    const url = `${apiUrl}/${this.#scene.family}/${owner}/packages/npm/${this.name}${below}`
    return exchange.send({ method, url, headers: restHeaders(token) })
  }

  async version(name: string): Promise<{ readonly id: number }> {
    const { json } = await this.rest('GET', '/versions?per_page=100')
    const all = Array.isArray(json) ? (json as { id: number; name: string }[]) : []
    const found = all.find((version) => version.name === name)
    if (found === undefined) throw new CannotTell(`${name} is not listed`)
    return found
  }

  async latest(): Promise<string | undefined> {
    const { exchange } = this.#scene.settings
    const { status, json } = await exchange.send({ url: this.#url(), headers: this.#headers() })
    if (status !== 200) throw new CannotTell(`the packument is answered with ${status}`)
    return (json as { 'dist-tags'?: Record<string, string> })['dist-tags']?.latest
  }

  async publish(version: string, tag: string): Promise<void> {
    const { status } = await this.publishAnswer(version, tag)
    if (status !== 200 && status !== 201) throw new CannotTell(`npm publish of ${version} is answered with ${status}`)
  }

  publishAnswer(version: string, tag: string): Promise<Answer> {
    const { exchange, repository } = this.#scene.settings
    const name = this.fullName
    // No real archive: nobody installs it.
    const archive = Buffer.from(`${name} ${version}`)
    const file = `${this.name}-${version}.tgz`
    const manifest = {
      name,
      version,
      ...(repository !== undefined && { repository: { type: 'git', url: repository } }),
      dist: { shasum: createHash('sha1').update(archive).digest('hex'), tarball: `${this.#npmUrl}/${name}/-/${file}` }
    }
    const attachment = {
      content_type: 'application/octet-stream',
      data: archive.toString('base64'),
      length: archive.length
    }
    const body = JSON.stringify({
      _id: name,
      name,
      'dist-tags': { [tag]: version },
      versions: { [version]: manifest },
      _attachments: { [file]: attachment }
    })
    const headers = { ...this.#headers(), 'content-type': 'application/json' }
    return exchange.send({ method: 'PUT', url: this.#url(), headers, body })
  }

  #url(): string {
    return `${this.#npmUrl}/${encodeURIComponent(this.fullName).replace('%40', '@')}`
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#scene.settings.token}` }
  }
}
