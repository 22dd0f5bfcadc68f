import type { ManifestRead, Manifests } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import { DIGEST, type Manifest } from '../domain/manifest.js'
import { type PackageRef, packageKey } from '../domain/package.js'
import { TAG } from '../pattern/imageReference.js'
import { createAuthorization } from './authorization.js'
import type { ManifestCache } from './cache.js'
import { createPace } from './pace.js'
import { parseManifest } from './parseManifest.js'
import { describeRefusal, saysMissing } from './refusal.js'
import { createSender, type SenderOptions } from './sender.js'
import { createSession } from './session.js'
import { createTagging, digestRequest } from './tagging.js'
import { listTags } from './tagList.js'

export interface ManifestsOptions extends Omit<SenderOptions, 'pace'> {
  /** Origin of the registry, such as `https://ghcr.io`. */
  readonly registryUrl: string
  readonly token: string
  readonly cache?: ManifestCache
  /** Hosts (with port, if any) beside the registry that may give out its tokens: the GitHub server's own. */
  readonly trustedHosts?: readonly string[]
  readonly pace?: 'fast' | 'gentle'
}

/**
 * ghcr.io names its limit in refusals: 44,000 reads a minute, with waits of about one interval of that rate, so it seems
 * to count evenly. In any minute `burst` + `perMinute` go out at most.
 */
const LIMITS = {
  fast: { concurrency: 64, perMinute: 40_000, burst: 600 },
  gentle: { concurrency: 48, perMinute: 20_000, burst: 300 }
} as const

/** The container registry over HTTP. No manifest that was found is asked for twice. */
export function createManifests(options: ManifestsOptions): Manifests {
  const { token, clock, signal, cache, trustedHosts = [] } = options
  const registryUrl = options.registryUrl.replace(/\/+$/, '')
  const limits = LIMITS[options.pace ?? 'fast']
  const send = createSender({ ...options, pace: createPace({ clock, signal, ...limits }) })
  const authorization = createAuthorization({ registryUrl, token, trustedHosts, send, clock })
  const session = createSession(registryUrl, authorization, send)
  const tagging = createTagging(registryUrl, session)
  /** By repository and digest. Anything but `found` is forgotten: it may change. */
  const reads = new Map<string, Map<string, Promise<ManifestRead>>>()

  async function read(ref: PackageRef, digest: string): Promise<ManifestRead> {
    const repository = repositoryPath(ref)
    if (typeof repository !== 'string') return { kind: 'unreadable', why: repository.why }
    if (!DIGEST.test(digest)) return { kind: 'unreadable', why: 'its name is not a SHA-256 digest' }
    const ofRepository = reads.get(repository) ?? new Map<string, Promise<ManifestRead>>()
    reads.set(repository, ofRepository)
    const known = ofRepository.get(digest)
    if (known !== undefined) return known
    const pending = readOnce(repository, digest)
    ofRepository.set(digest, pending)
    try {
      const result = await pending
      if (result.kind !== 'found') ofRepository.delete(digest)
      return result
    } catch (error) {
      ofRepository.delete(digest)
      throw error
    }
  }

  async function readOnce(repository: string, digest: string): Promise<ManifestRead> {
    const stored = await cached(repository, digest)
    if (stored !== undefined) return { kind: 'found', manifest: stored }
    const reply = await session(digestRequest(repository, digest))
    if (reply.kind === 'trouble') return { kind: 'unreadable', why: reply.why }
    const { response } = reply
    if (response.status !== 200) {
      const why = `the registry answered ${describeRefusal(response)}`
      return { kind: saysMissing(response) ? 'missing' : 'unreadable', why }
    }
    const manifest = parseManifest(response.headers['content-type'], response.body)
    await cache?.put(shelfOf(repository), digest, { mediaType: manifest.mediaType, body: response.body })
    return { kind: 'found', manifest }
  }

  const shelfOf = (repository: string): string => `${registryUrl}/${repository}`

  async function cached(repository: string, digest: string): Promise<Manifest | undefined> {
    const stored = await cache?.get(shelfOf(repository), digest)
    if (stored === undefined) return undefined
    const manifest = parseManifest(stored.mediaType, stored.body)
    return manifest.digest === digest ? manifest : undefined
  }

  function repositoryOf(ref: PackageRef): string {
    const repository = repositoryPath(ref)
    if (typeof repository !== 'string') throw new Failure('config', `${repository.why}.`)
    return repository
  }

  function addressed(ref: PackageRef, tag: string): string {
    const repository = repositoryOf(ref)
    if (!TAG.test(tag)) throw new Failure('config', `${JSON.stringify(tag)} cannot be a tag of a container image.`)
    return repository
  }

  return {
    read,
    async recall(ref, digests) {
      const found = new Map<string, Manifest>()
      const repository = repositoryPath(ref)
      if (cache === undefined || typeof repository !== 'string') return found
      for (const digest of digests) {
        const manifest = await cached(repository, digest)
        if (manifest !== undefined) found.set(digest, manifest)
      }
      return found
    },
    async tags(ref) {
      return listTags(repositoryOf(ref), session)
    },
    async resolve(ref, tag) {
      return tagging.resolve(addressed(ref, tag), tag)
    },
    async detach(ref, tag, from) {
      return tagging.detach(addressed(ref, tag), tag, from)
    },
    async retag(ref, digest, tag, over) {
      if (!DIGEST.test(digest)) throw new Failure('config', `${JSON.stringify(digest)} is not a SHA-256 digest.`)
      return tagging.retag(addressed(ref, tag), digest, tag, over)
    },
    concurrency: limits.concurrency,
    async release(ref) {
      const repository = repositoryPath(ref)
      if (typeof repository !== 'string') return
      reads.delete(repository)
      await cache?.release(shelfOf(repository))
    },
    async close() {
      await cache?.save()
    }
  }
}

/** OCI distribution-spec names, somewhat wider (logins may end in a hyphen); no segment can be `.` or `..`. */
const PATH = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)+$/
const LONGEST_PATH = 255

/** `owner/name` as the registry writes it: plain slashes, lower case. `why`: it cannot be a repository. */
export function repositoryPath(ref: PackageRef): string | { readonly why: string } {
  const path = `${ref.owner}/${ref.name}`.toLowerCase()
  return path.length <= LONGEST_PATH && PATH.test(path)
    ? path
    : { why: `${packageKey(ref)} cannot be the name of a container repository` }
}
