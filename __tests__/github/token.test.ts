import { describe, expect, it } from '@jest/globals'
import { describeToken, missingScope, parseScopes, requireScope } from '../../src/github/token.js'

describe('describeToken', () => {
  it.each([
    ['ghp_abc', 'other'],
    ['ghs_abc', 'installation'],
    [`ghs_12345_${'eyJh.bGci.OiJ-_'.repeat(34)}`, 'installation'],
    ['github_pat_11AAA_bbb', 'fine-grained'],
    ['0123456789abcdef0123456789abcdef01234567', 'other']
  ])('%s is %s', (token, kind) => {
    expect(describeToken(token)).toBe(kind)
  })
})

describe('missingScope', () => {
  it.each([
    ['delete', 'read:packages, delete:packages', undefined],
    ['delete', 'repo, write:packages', 'delete:packages'],
    ['read', 'write:packages', undefined],
    ['read', 'repo', 'read:packages'],
    ['restore', 'read:packages', 'write:packages'],
    ['delete', '', 'delete:packages'],
    ['delete', undefined, undefined]
  ] as const)('to %s with "%s": %s', (need, header, expected) => {
    expect(missingScope(need, parseScopes(header))).toBe(expected)
  })
})

describe('requireScope', () => {
  it('names the scope that is missing and those that are there', () => {
    expect(() => requireScope('delete', ['repo'])).toThrow('no delete:packages scope (it has: repo)')
    expect(() => requireScope('delete', undefined)).not.toThrow()
  })
})
