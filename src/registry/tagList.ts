import { Failure } from '../domain/failure.js'
import { isObject } from './descriptor.js'
import { describeRefusal } from './refusal.js'
import type { Exchange, Session } from './session.js'

/** Of 1,000 tags at most: a list without end is not read to its end. */
const MOST_PAGES = 1_000

/** All tags of a repository (distribution-spec, "Listing Tags"). Throws `Failure`. */
export async function listTags(registryUrl: string, repository: string, session: Session): Promise<readonly string[]> {
  const tags: string[] = []
  let path: string | undefined = 'tags/list?n=1000'
  for (let page = 0; path !== undefined && page < MOST_PAGES; page++) {
    const exchange: Exchange = { kind: 'manifest', scope: { repository, actions: 'pull' }, method: 'GET', path }
    const reply = await session(exchange)
    if (reply.kind === 'trouble') throw new Failure(reply.code, `The tags could not be listed: ${reply.why}.`)
    const { response } = reply
    const found = response.status === 200 ? readTags(response.body) : undefined
    if (found === undefined) {
      throw new Failure('api', `The tags could not be listed: the registry answered ${describeRefusal(response)}.`)
    }
    tags.push(...found)
    path = nextPage(response.headers.link, response.url, registryUrl)
  }
  return tags
}

/** `null` is what Go writes for an empty list. */
function readTags(body: Uint8Array): readonly string[] | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body))
    if (!isObject(json)) return undefined
    const { tags } = json
    if (tags === null) return []
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined
  } catch {
    return undefined
  }
}

/** An address of the same registry alone: the token goes there. */
function nextPage(link: string | undefined, from: string, registryUrl: string): string | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*rel="?next"?/.exec(link ?? '') ?? []
  if (target === undefined || !URL.canParse(target, from)) return undefined
  const url = new URL(target, from)
  return url.origin === new URL(registryUrl).origin ? url.href : undefined
}
