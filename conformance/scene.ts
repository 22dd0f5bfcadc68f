import { CannotTell } from './cannotTell.ts'
import type { Clock } from './clock.ts'
import type { Answer } from './exchange.ts'
import { LOOKS, type Look, NEVER, watch } from './looks.ts'
import { imageOf, type Manifest } from './manifests.ts'
import { type Family, OwnPackage, type Place, restHeaders, type Version } from './ownPackage.ts'

export interface Settings extends Place {
  readonly clock: Clock
  readonly ownerType: 'Organization' | 'User'
  /** Without it, what needs npm cannot be told. */
  readonly npmUrl: string | undefined
  /** Address of the repository that an npm package is linked to. */
  readonly repository: string | undefined
  /** Prefix of the names of all packages: `retention-conformance-` and the run's number. */
  readonly name: string
}

/** An index with what it lists and what speaks about it, as check 12 pushes it. */
export interface IndexScene {
  readonly index: Manifest
  readonly alone: Manifest
  readonly tagged: Manifest
  readonly id: number
}

/** What all checks share: the packages that they make, the time, and the lag that was seen so far. */
export class Scene {
  readonly settings: Settings
  readonly clock: Clock
  readonly family: Family
  readonly main: OwnPackage
  /** With one version whose tag is a name, and one whose tag is a digest. */
  readonly tagged: OwnPackage
  /** With one version that has no tag. */
  readonly untagged: OwnPackage
  /** What check 12 pushed. */
  index: IndexScene | undefined
  /** A family of addresses that lists deleted versions, as check 16 found. */
  deletedFamily: Family | undefined
  #longestLag = 0
  #names = 0

  constructor(settings: Settings) {
    this.settings = settings
    this.clock = settings.clock
    this.family = settings.ownerType === 'Organization' ? 'orgs' : 'users'
    this.main = new OwnPackage(settings, this.family, settings.name)
    this.tagged = new OwnPackage(settings, this.family, `${settings.name}/tagged`)
    this.untagged = new OwnPackage(settings, this.family, `${settings.name}/untagged`)
  }

  get packages(): readonly OwnPackage[] {
    return [this.main, this.tagged, this.untagged]
  }

  /** A job's token, which may do less than a person's. */
  get isJob(): boolean {
    return this.settings.token.startsWith('ghs_')
  }

  /** An image that is not there yet. */
  image(): Manifest {
    this.#names += 1
    return imageOf(`${this.settings.name} ${this.#names}`)
  }

  rest(path: string, method = 'GET'): Promise<Answer> {
    const { apiUrl, token, exchange } = this.settings
    return exchange.send({ method, url: `${apiUrl}${path}`, headers: restHeaders(token) })
  }

  /** As `watch`, and remembers the longest lag. */
  async watch<Name extends string>(
    questions: Readonly<Record<Name, () => Promise<boolean>>>
  ): Promise<Record<Name, Look>> {
    const looks = await watch(this.clock, questions)
    for (const look of Object.values<Look>(looks)) {
      if (look !== NEVER) this.#longestLag = Math.max(this.#longestLag, look)
    }
    return looks
  }

  /** Waits until what was done has had the time to show, as far as the lag is known. */
  settle(): Promise<void> {
    return this.clock.sleep(this.#longestLag * 1000)
  }

  /** Waits longer than any lag that can be told. */
  calm(): Promise<void> {
    return this.clock.sleep((Math.max(...LOOKS) + 1) * 1000)
  }

  /** The active version with this digest, once the list shows it. */
  async find(own: OwnPackage, digest: string): Promise<Version> {
    let found: Version | undefined
    await this.settle()
    await this.watch({
      list: async () => {
        found = (await own.versions()).find((version) => version.name === digest)
        return found !== undefined
      }
    })
    if (found === undefined) throw new CannotTell(`the list of versions does not show ${digest} within 30 s`)
    return found
  }

  /** Pushes a new image and finds its version. */
  async pushed(own: OwnPackage, ...tags: readonly string[]): Promise<{ manifest: Manifest; version: Version }> {
    const manifest = this.image()
    await own.push(manifest, ...tags)
    return { manifest, version: await this.find(own, manifest.digest) }
  }

  /** The version as it is now, when all has had the time to show. */
  async read(own: OwnPackage, id: number): Promise<Version> {
    await this.settle()
    const answer = await own.version(id)
    if (answer.status !== 200) throw new CannotTell(`GET of version ${id} is answered with ${answer.status}`)
    return answer.json as Version
  }

  async remove(own: OwnPackage, id: number): Promise<void> {
    const answer = await own.deleteVersion(id)
    if (answer.status !== 204) throw new CannotTell(`DELETE of version ${id} is answered with ${answer.status}`)
  }

  /** Families of addresses that this token may use for this owner, the usual one first. */
  families(): readonly Family[] {
    const isUser = this.settings.ownerType === 'User'
    return [this.family, ...(isUser ? [] : ['users' as const]), ...(isUser && !this.isJob ? ['user' as const] : [])]
  }
}

export function tagsOf(version: Version): readonly string[] {
  return version.metadata?.container?.tags ?? []
}
