import { expect, it } from '@jest/globals'
import type { HttpResponse } from '../../src/http/transport.js'
import type { Reply } from '../../src/registry/sender.js'
import type { Exchange } from '../../src/registry/session.js'
import { listTags } from '../../src/registry/tagList.js'

const url = 'https://registry.test/v2/octo-org/app/tags/list'

function answer(body: unknown, link?: string, status = 200): Reply {
  const headers: Record<string, string> = link === undefined ? {} : { link }
  const response: HttpResponse = { status, headers, url, body: new TextEncoder().encode(JSON.stringify(body)) }
  return { kind: 'answer', response }
}

function registry(...answers: readonly Reply[]) {
  const asked: string[] = []
  const session = async ({ path }: Exchange): Promise<Reply> => {
    asked.push(path)
    return answers[asked.length - 1] ?? answer({ tags: [] })
  }
  return { asked, tags: listTags('octo-org/app', session) }
}

const next = '</v2/octo-org/app/tags/list?last=b>; rel="next"'

it('the list of tags has every page that the registry links to', async () => {
  const { asked, tags } = registry(answer({ tags: ['a', 'b'] }, next), answer({ tags: ['c'] }))
  expect(await tags).toEqual(['a', 'b', 'c'])
  expect(asked).toEqual(['tags/list?n=10000', 'tags/list?n=10000&last=b'])
})

it('the list of tags is empty where the registry says null, and ends at a page that brings nothing new', async () => {
  expect(await registry(answer({ tags: null })).tags).toEqual([])
  const endless = registry(answer({ tags: ['b'] }, next), answer({ tags: ['b'] }, next))
  expect([await endless.tags, endless.asked.length]).toEqual([['b'], 2])
})

it('the list of tags is not read to its end where it has none', async () => {
  let pages = 0
  const session = async (): Promise<Reply> => {
    pages += 1
    return answer({ tags: [`t${pages}`] }, next)
  }
  await expect(listTags('octo-org/app', session)).rejects.toThrow('has more than 10000 pages')
  expect(pages).toBe(10_000)
})

it('the list of tags throws where the registry refuses it or gives something else', async () => {
  await expect(registry(answer({ errors: [] }, undefined, 404)).tags).rejects.toThrow(
    'could not be listed: the registry answered 404'
  )
  const trouble: Reply = { kind: 'trouble', code: 'network', why: 'its list of tags is damaged (4 tries)' }
  await expect(registry(trouble).tags).rejects.toThrow('its list of tags is damaged')
})
