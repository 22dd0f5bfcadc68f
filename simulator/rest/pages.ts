import type { Request } from '../server/exchange.js'

export interface Page<T> {
  readonly items: readonly T[]
  readonly headers: Readonly<Record<string, string>>
}

export interface Paging {
  readonly page: number
  readonly perPage: number
}

/** `per_page` is 30 if left out, and 100 at most, whatever is asked for. */
export function pagingOf(request: Request): Paging {
  const number = (name: string, missing: number) => {
    const value = Number.parseInt(request.query.get(name) ?? '', 10)
    return Number.isInteger(value) && value > 0 ? value : missing
  }
  return { page: number('page', 1), perPage: Math.min(100, number('per_page', 30)) }
}

/** `origin` is scheme and host: the Link header repeats the path as it was asked for. */
export function pageOf<T>(request: Request, origin: string, all: readonly T[]): Page<T> {
  const { page, perPage } = pagingOf(request)
  const last = Math.max(1, Math.ceil(all.length / perPage))
  const items = all.slice((page - 1) * perPage, page * perPage)
  const link = (rel: string, to: number) => {
    const query = new URLSearchParams(request.query)
    query.set('page', String(to))
    return `<${origin}${request.path}?${query}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link('prev', Math.min(page - 1, last))] : []),
    ...(page < last ? [link('next', page + 1), link('last', last)] : []),
    ...(page > 1 ? [link('first', 1)] : [])
  ]
  return { items, headers: links.length > 0 ? { link: links.join(', ') } : {} }
}
