import { Failure } from '../domain/failure.js'
import { linkedPages } from './answer.js'
import type { Client, Query } from './client.js'
import { refusal } from './failures.js'

/** The most that GitHub gives at once. */
export const PER_PAGE = 100

export interface Page<T> {
  readonly items: readonly T[]
  readonly headers: Readonly<Record<string, string>>
  readonly next?: number
  readonly last?: number
}

/** Reads a page of a list; it must be a list of things that `read` understands. Throws `Failure`. */
export async function readPage<T>(
  client: Client,
  query: Query,
  page: number,
  read: (item: unknown) => T | undefined
): Promise<Page<T>> {
  const answer = await client.send({
    ...query,
    parameters: { ...query.parameters, per_page: PER_PAGE, page },
    usable: (data) => Array.isArray(data) && data.every((item) => read(item) !== undefined)
  })
  if (answer.status !== 200 || !Array.isArray(answer.data)) throw refusal(query.asked, answer, client.token)
  const items = answer.data.map(read).filter((item) => item !== undefined)
  return { items, headers: answer.headers, ...linkedPages(answer.headers) }
}

/** All pages of a list: the first, then those up to `rel="last"` in parallel, then whatever `rel="next"` still names. */
export async function readPages<T>(
  client: Client,
  query: Query,
  read: (item: unknown) => T | undefined
): Promise<readonly Page<T>[]> {
  const first = await readPage(client, query, 1, read)
  const numbers = Array.from({ length: Math.max(0, (first.last ?? 1) - 1) }, (_, index) => index + 2)
  const pages = [first, ...(await Promise.all(numbers.map((page) => readPage(client, query, page, read))))]
  for (let next = following(pages); next !== undefined; next = following(pages)) {
    if (next !== pages.length + 1) throw new Failure('api', `GitHub's list skips from page ${pages.length} to ${next}.`)
    pages.push(await readPage(client, query, next, read))
  }
  return pages
}

/** A full page without any `Link` (a proxy may drop it) does not prove that nothing follows: one more page does. */
function following<T>(pages: readonly Page<T>[]): number | undefined {
  const last = pages.at(-1)
  if (last === undefined || last.next !== undefined) return last?.next
  return last.items.length === PER_PAGE && last.headers.link === undefined ? pages.length + 1 : undefined
}
