import { describe, expect, it } from '@jest/globals'
import { readContainerPattern } from '../../src/pattern/containerPattern.js'

const digest = `sha256:${'0a'.repeat(32)}`

describe('a pattern on the names of images', () => {
  it.each([
    'v1',
    'pr-*',
    '/^a\\/b:c$/',
    '!/x:y/',
    'semver:>=1 <2',
    '!semver:1.x',
    digest,
    `!${digest}`,
    '{a/b,c}',
    '[/:]x'
  ])('%s stays a pattern', (pattern) => {
    expect(readContainerPattern(pattern, 'select')).toEqual({ kind: 'pattern', pattern })
    expect(readContainerPattern(pattern, 'keep')).toEqual({ kind: 'pattern', pattern })
  })

  it.each(['ghcr.io/acme/app:1.0', `acme/app@${digest}`, 'app:1.0'])('%s in keep is an image reference', (pattern) => {
    expect(readContainerPattern(pattern, 'keep')).toMatchObject({ kind: 'reference' })
  })

  it.each([
    ['ghcr.io/acme/app:1.0', 'write 1.0'],
    ['!ghcr.io/acme/app:1.0', 'write !1.0'],
    [`acme/app:1.0@${digest}`, `write ${digest}`],
    ['app:latest', 'write latest'],
    ['ghcr.io/acme/app:pr-*', 'write pr-*'],
    ['refs/heads/feature/x', 'write feature-x'],
    ['refs/tags/v1.0', 'write v1.0'],
    ['feature/x', 'write feature-x'],
    ['dependabot/*', 'write dependabot-*'],
    ['feature/', 'write feature,'],
    ['a:', 'write a,']
  ])('%s in match can never fit: %s', (pattern, remedy) => {
    expect(readContainerPattern(pattern, 'select')).toEqual({
      kind: 'problem',
      problem: expect.stringContaining(remedy)
    })
  })

  it.each([
    ['ghcr.io/acme/app', 'write ghcr.io/acme/app:TAG'],
    ['host:5000/acme/app', 'write host:5000/acme/app:TAG'],
    ['acme/app', 'write acme-app'],
    ['ghcr.io/acme/app:v*', 'write v*'],
    ['!acme/app:v1', 'write !v1'],
    ['ghcr.io/acme/app@sha256:abc', '64 lower-case hexadecimal digits']
  ])('%s in keep protects nothing: %s', (pattern, remedy) => {
    expect(readContainerPattern(pattern, 'keep')).toEqual({ kind: 'problem', problem: expect.stringContaining(remedy) })
  })
})
