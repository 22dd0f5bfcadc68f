import { PER_PAGE } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import { linkedPages } from './answer.js'
import { type Client, type Query, sendRead } from './client.js'

/** A million items: twice what a plan may hold. A server that claims more is not read to its end. */
const MOST_PAGES = 10_000

/** Pages of a list from which on its reading shows progress; shorter lists are read too quickly. */
const LONG = 10

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
  const parameters = { ...query.parameters, per_page: PER_PAGE, page }
  const { value: items, headers } = await sendRead(client, { ...query, parameters }, listOf(read))
  return { items, headers, ...linkedPages(headers) }
}

/** Reads a list all of whose items `read` understands. */
export function listOf<T>(read: (item: unknown) => T | undefined): (data: unknown) => readonly T[] | undefined {
  return (data) => {
    if (!Array.isArray(data)) return undefined
    const items = data.map(read).filter((item) => item !== undefined)
    return items.length === data.length ? items : undefined
  }
}

/**
 * All pages of a list: the first, then those up to `rel="last"` in parallel, then whatever `rel="next"` still names. Throws
 * `Failure`, `api` for a list that skips pages or has no end. `progress` is called for a long list; what it returns is called with how many pages are read.
 */
export async function readPages<T>(
  client: Client,
  query: Query,
  read: (item: unknown) => T | undefined,
  progress?: (pages: number) => ((done: number) => void) | undefined
): Promise<readonly Page<T>[]> {
  const first = await readPage(client, query, 1, read)
  const { last = 1 } = first
  if (last > MOST_PAGES) throw endless(last)
  const report = last < LONG ? undefined : progress?.(last)
  let done = 1
  report?.(done)
  const readNumber = async (page: number): Promise<Page<T>> => {
    const one = await readPage(client, query, page, read)
    done += 1
    report?.(done)
    return one
  }
  const numbers = Array.from({ length: last - 1 }, (_, index) => index + 2)
  const pages = [first, ...(await Promise.all(numbers.map(readNumber)))]
  for (let next = following(pages); next !== undefined; next = following(pages)) {
    if (next !== pages.length + 1) throw new Failure('api', `GitHub's list skips from page ${pages.length} to ${next}.`)
    if (next > MOST_PAGES) throw endless(next)
    pages.push(await readPage(client, query, next, read))
  }
  return pages
}

function endless(pages: number): Failure {
  return new Failure('api', `GitHub's list claims ${pages} pages; more than ${MOST_PAGES} are not read.`)
}

/** A full page without any `Link` (a proxy may drop it) does not prove that nothing follows: one more page does. */
function following<T>(pages: readonly Page<T>[]): number | undefined {
  const last = pages.at(-1)
  if (last === undefined || last.next !== undefined) return last?.next
  return last.items.length === PER_PAGE && last.headers.link === undefined ? pages.length + 1 : undefined
}
