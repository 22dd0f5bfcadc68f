import { Failure } from '../domain/failure.js'
import { isObject, parseJson } from '../domain/json.js'
import type { HttpResponse } from '../http/transport.js'
import { describeRefusal } from './refusal.js'
import type { Trouble } from './sender.js'
import type { Exchange, Session } from './session.js'

/** ghcr.io gives 100 unless it is asked for more; others may give fewer, and link to the next page. */
const PER_PAGE = 10_000
/** A million tags at a hundred a page. A registry that links to more pages is not read to its end. */
const MOST_PAGES = 10_000

/** All tags of a repository (distribution-spec, "Listing Tags"). Throws `Failure`. */
export async function listTags(repository: string, session: Session): Promise<readonly string[]> {
  const tags = new Set<string>()
  for (let last = '', pages = 0; pages < MOST_PAGES; pages++) {
    const response = await readPage(repository, last, session)
    const page = tagsIn(response) ?? []
    const before = tags.size
    for (const tag of page) tags.add(tag)
    // A page without a new tag would be followed by itself.
    if (tags.size === before || !/rel="?next/.test(response.headers.link ?? '')) return [...tags]
    last = page.at(-1) ?? ''
  }
  throw new Failure('api', `The registry's list of tags of ${repository} has more than ${MOST_PAGES} pages.`)
}

async function readPage(repository: string, last: string, session: Session): Promise<HttpResponse> {
  const behind = last === '' ? '' : `&last=${encodeURIComponent(last)}`
  const exchange: Exchange = {
    kind: 'tags',
    scope: { repository, actions: 'pull' },
    method: 'GET',
    path: `tags/list?n=${PER_PAGE}${behind}`,
    check: (response) => (tagsIn(response) === undefined ? 'its list of tags is damaged' : undefined)
  }
  const reply = await session(exchange)
  if (reply.kind === 'answer' && reply.response.status === 200) return reply.response
  const { code, why, remedy } = reply.kind === 'trouble' ? reply : troubleOf(reply.response)
  throw new Failure(code, `The registry's tags of ${repository} could not be listed: ${why}.`, remedy)
}

const troubleOf = (response: HttpResponse): Trouble => ({
  kind: 'trouble',
  code: 'api',
  why: `the registry answered ${describeRefusal(response)}`
})

/** `undefined` for what is not such a list. A repository without tags may say `null`. */
function tagsIn(response: HttpResponse): readonly string[] | undefined {
  const data = parseJson(response.body)
  if (!isObject(data) || !('tags' in data)) return undefined
  const tags = data.tags ?? []
  return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined
}
