import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export const INDEX = 'application/vnd.oci.image.index.v1+json'
export const IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 }

export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** Debian's `docker-registry` (the distribution project's registry 2.8), if it is installed. */
export function findDockerRegistry(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'docker-registry'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

export interface RunningRegistry {
  readonly url: string
  stop(): Promise<void>
}

/** On a free loopback port, with everything in memory. With a realm it wants a token, any, from there. */
export async function startDockerRegistry(binary: string, realm?: string): Promise<RunningRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'docker-registry-'))
  const config = join(directory, 'config.yml')
  const auth = realm === undefined ? '' : `auth: { silly: { realm: "${realm}", service: contract } }\n`
  const storage = 'storage: { inmemory: {}, delete: { enabled: true } }'
  await writeFile(config, `version: 0.1\nlog: { level: info }\n${storage}\nhttp: { addr: "127.0.0.1:0" }\n${auth}`)
  const child = spawn(binary, ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'], env: {} })
  const url = `http://${await listeningAddress(child)}`
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      await rm(directory, { recursive: true, force: true })
    }
  }
}

function listeningAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const look = (chunk: Buffer) => {
      said += chunk.toString()
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}: ${said}`)))
  })
}

interface Sent {
  readonly method: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Pushes by plain HTTP, as any client does. */
export interface Pusher {
  image(seed: string, more?: { tag?: string; subject?: Descriptor; artifactType?: string }): Promise<Descriptor>
  index(manifests: readonly object[], tag?: string): Promise<Descriptor>
  remove(digest: string): Promise<void>
}

export function createPusher(url: string, repository: string, authorization?: string): Pusher {
  const base = `${url}/v2/${repository}`
  const headers = authorization === undefined ? {} : { authorization }

  async function send(address: string, init: Sent, expected: number): Promise<Response> {
    const response = await fetch(address, { ...init, headers: { ...headers, ...init.headers } })
    if (response.status === expected) return response
    throw new Error(`${init.method} ${address}: ${response.status} ${await response.text()}`)
  }

  async function blob(mediaType: string, content: string): Promise<Descriptor> {
    const begun = await send(`${base}/blobs/uploads/`, { method: 'POST' }, 202)
    await begun.arrayBuffer()
    const address = new URL(begun.headers.get('location') ?? '', url)
    address.searchParams.set('digest', sha256(content))
    await send(address.href, { method: 'PUT', body: content }, 201)
    return { mediaType, digest: sha256(content), size: content.length }
  }

  async function manifest(mediaType: string, document: object, tag?: string): Promise<Descriptor> {
    const body = JSON.stringify({ schemaVersion: 2, mediaType, ...document })
    const digest = sha256(body)
    const init = { method: 'PUT', body, headers: { 'content-type': mediaType } }
    await send(`${base}/manifests/${tag ?? digest}`, init, 201)
    return { mediaType, digest, size: body.length }
  }

  return {
    async image(seed, { tag, subject, artifactType } = {}) {
      const config = artifactType === undefined ? await blob(CONFIG, `{"seed":"${seed}"}`) : EMPTY
      if (config === EMPTY) await blob(EMPTY.mediaType, '{}')
      const layers = [await blob(LAYER, `layer of ${seed}`)]
      return manifest(
        IMAGE,
        { ...(artifactType && { artifactType }), config, layers, ...(subject && { subject }) },
        tag
      )
    },
    index: (manifests, tag) => manifest(INDEX, { manifests }, tag),
    async remove(digest) {
      await send(`${base}/manifests/${digest}`, { method: 'DELETE' }, 202)
    }
  }
}

export function sha256(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
