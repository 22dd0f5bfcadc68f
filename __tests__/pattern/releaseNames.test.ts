import { describe, expect, it } from '@jest/globals'
import { namesOfRelease } from '../../src/pattern/releaseNames.js'

describe('a release or a tag of git', () => {
  it.each([
    ['v1.0.0', 'lib', ['v1.0.0', '1.0.0']],
    ['1.0.0', 'lib', ['1.0.0', 'v1.0.0']],
    ['lib-v1.0.0', 'lib', ['lib-v1.0.0', '1.0.0', 'v1.0.0']],
    ['lib/v1.0.0', 'lib', ['1.0.0', 'v1.0.0', 'lib-v1.0.0']],
    ['Lib@1.1.0', 'lib', ['1.1.0']],
    ['@acme/lib@1.1.0', 'lib', ['1.1.0']],
    ['@acme/my-lib-v1.1.0', 'my-lib', ['1.1.0']],
    ['lib/lib-v1.0.0', 'lib', ['1.0.0', 'v1.0.0']],
    ['packages/lib/v1.0.0', 'lib', ['1.0.0', 'v1.0.0']],
    ['app-1.2.3', 'charts/app', ['1.2.3']],
    ['charts/app-1.2.3', 'charts/app', ['1.2.3']],
    ['my.app-1.2.3', 'charts/my.app', ['1.2.3']],
    ['lib-1.2.3', 'com.acme.lib', ['1.2.3']],
    ['v1.0.0+b', 'lib', ['v1.0.0+b', '1.0.0-b', '1.0.0_b']],
    ['release/1.2', 'lib', ['release-1.2']]
  ])('%s means for the package %s %j', (tag, name, names) => {
    expect([...namesOfRelease(tag, name)]).toEqual(expect.arrayContaining(names))
  })

  it.each([
    ['lib-v1.0.0', 'other', '1.0.0'],
    ['mylib-v1.0.0', 'lib', '1.0.0'],
    ['lib2-v1.0.0', 'lib', '1.0.0'],
    ['lib-core-v1.0.0', 'lib', '1.0.0'],
    ['lib2', 'lib', '2'],
    ['lib-v1.0.0', '', '1.0.0']
  ])('%s means nothing for the package %s: not %s', (tag, name, other) => {
    expect(namesOfRelease(tag, name).has(other)).toBe(false)
  })
})
