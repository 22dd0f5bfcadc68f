import { describe, expect, it } from '@jest/globals'
import { linkedPages } from '../../src/github/answer.js'
import { readPackage, readVersion } from '../../src/github/wire.js'

const at = '2026-11-22T00:00:00Z'
const ms = Date.parse(at)
const container = {
  id: 1,
  name: 'sha256:1',
  metadata: { package_type: 'container', container: { tags: ['a', 'b', 'a'] } }
}

describe('readVersion', () => {
  it('reads times, tags and address', () => {
    const data = {
      ...container,
      created_at: at,
      updated_at: at,
      deleted_at: at,
      html_url: 'https://u',
      package_html_url: 'https://p'
    }
    expect(readVersion(data, 'container')).toEqual({
      id: 1,
      name: 'sha256:1',
      tags: ['a', 'b'],
      createdAt: ms,
      updatedAt: ms,
      deletedAt: ms,
      htmlUrl: 'https://u'
    })
  })

  it('leaves out what is missing or odd', () => {
    const data = { id: 1, name: '1.0.0', created_at: 'yesterday', updated_at: 5, package_html_url: 'https://p' }
    expect(readVersion(data, 'npm')).toEqual({ id: 1, name: '1.0.0', tags: [], htmlUrl: 'https://p' })
  })

  it.each(['u', '/octo-org/app', 'javascript:alert(1)', 5])('knows no address in %j', (html_url) => {
    expect(readVersion({ id: 1, name: '1.0.0', html_url }, 'npm')).toEqual({ id: 1, name: '1.0.0', tags: [] })
    expect(readPackage({ id: 1, name: 'lib', html_url }, 'o', 'npm')?.htmlUrl).toBe('')
  })

  it.each([
    ['nothing', null],
    ['a list', []],
    ['no id', { name: 'a' }],
    ['an id that is text', { id: '1', name: 'a' }],
    ['no name', { id: 1 }],
    ['an empty name', { id: 1, name: '' }]
  ])('refuses %s', (_, data) => {
    expect(readVersion(data, 'npm')).toBeUndefined()
  })

  it.each([
    ['metadata', { id: 1, name: 'sha256:1' }],
    ['container', { id: 1, name: 'sha256:1', metadata: {} }],
    ['tags', { id: 1, name: 'sha256:1', metadata: { container: {} } }],
    ['readable tags', { id: 1, name: 'sha256:1', metadata: { container: { tags: [1] } } }]
  ])('does not take a container without %s for untagged', (_, data) => {
    expect(readVersion(data, 'container')).toBeUndefined()
  })

  it.each([
    ['tags', { tags: ['a'] }, ['a']],
    ['tag', { tag: ['a'] }, ['a']],
    ['neither', {}, []]
  ])('reads docker: %s', (_, docker, tags) => {
    expect(readVersion({ id: 1, name: 'a', metadata: { docker } }, 'docker')?.tags).toEqual(tags)
  })
})

describe('readPackage', () => {
  it('reads what names it and what it is linked to', () => {
    const data = {
      id: 5,
      name: 'lib',
      version_count: 3,
      visibility: 'internal',
      html_url: 'https://u',
      repository: { full_name: 'o/r' }
    }
    expect(readPackage(data, 'o', 'npm')).toEqual({
      owner: 'o',
      type: 'npm',
      name: 'lib',
      id: 5,
      versionCount: 3,
      visibility: 'internal',
      htmlUrl: 'https://u',
      repository: 'o/r'
    })
  })

  it('does without a count and a repository', () => {
    const info = readPackage({ id: 5, name: 'lib', version_count: null, repository: null }, 'o', 'npm')
    expect(info).toEqual({ owner: 'o', type: 'npm', name: 'lib', id: 5, visibility: 'unknown', htmlUrl: '' })
  })
})

describe('linkedPages', () => {
  it.each([
    [
      '<https://h/x?per_page=100&page=2>; rel="next", <https://h/x?per_page=100&page=9>; rel="last"',
      { next: 2, last: 9 }
    ],
    ['<https://h/x?page=3&per_page=100>; rel="next"', { next: 3 }],
    ['<https://h/x?page=1>; rel="prev", <https://h/x?page=1>; rel="first"', {}],
    ['<https://h/x>; rel="next"', {}],
    ['nonsense', {}],
    [undefined, {}]
  ])('reads the header %s', (link, expected) => {
    expect(linkedPages(link === undefined ? {} : { link })).toEqual(expected)
  })
})
