import { describe, expect, it } from '@jest/globals'
import { deployedNames } from '../../src/pattern/deploymentNames.js'
import { compilePlaceholders } from '../../src/pattern/placeholder.js'

const sha = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567'
const production = { sha, ref: 'Release/1.2', environment: 'production' }
const staging = { sha: sha.replaceAll('0', 'f'), ref: 'refs/tags/v1.0.0', environment: 'staging' }

describe('a name of a deployed commit', () => {
  it.each([
    ['{sha}', sha, 'production'],
    ['sha-{short-sha}', 'sha-0a1b2c3', 'production'],
    ['sha-{short-sha}', 'sha-0a1b2c3d4e', 'production'],
    ['sha-{short-sha}', `sha-${sha}`, 'production'],
    ['sha{short-sha}', 'sha0a1b2c3', 'production'],
    ['{ref}', 'release-1.2', 'production'],
    ['{ref}', 'release_1.2', 'production'],
    ['{ref}', 'v1.0.0', 'staging'],
    ['{ref}-{short-sha}', 'release-1.2-0a1b2c3', 'production'],
    ['*-{short-sha}', '20260101-fa1b2c3', 'staging'],
    ['/^build-\\d+-{short-sha}$/', 'build-12-0a1b2c3', 'production']
  ])('with %s, %s runs in %s', (template, name, environment) => {
    const deployed = deployedNames(['other-{sha}', template], [production, staging], 'container')(name)
    expect(deployed?.environment).toBe(environment)
  })

  it.each([
    ['{sha}', '0a1b2c3'],
    ['sha-{short-sha}', 'sha-0a1b2c'],
    ['sha-{short-sha}', 'sha-0a1b2c4'],
    ['sha-{short-sha}', `sha-${sha}0`],
    ['sha-{short-sha}', '0a1b2c3'],
    ['{ref}', 'release-1.2.1'],
    ['{ref}-{short-sha}', 'release-1.2-fa1b2c3'],
    ['{branch}', 'v1.0.0']
  ])('with %s, %s does not run', (template, name) => {
    expect(deployedNames([template], [production, staging], 'container')(name)).toBeUndefined()
  })

  it('is not taken for one where a deployment has neither commit nor ref', () => {
    const deployment = { environment: 'production', sha: '', ref: '/' }
    const templates = ['{sha}', '{short-sha}', '{ref}', 'x{ref}']
    expect(deployedNames(templates, [deployment], 'container')('x-')).toBeUndefined()
  })

  it('is found without trying each part of a long name with each other part', () => {
    const fits = compilePlaceholders('{ref}-{short-sha}', 'container', ['ref', 'short-sha'])
    let tried = 0
    const like = (pattern: RegExp) => (text: string) => {
      tried += 1
      return pattern.test(text)
    }
    const accepts = { ref: like(/^a-*$/), 'short-sha': like(/^0a1b2c3$/) }
    expect(fits(`a${'-'.repeat(60)}0a1b2c3${'-'.repeat(60)}`, accepts)).toBe(false)
    expect(tried).toBeLessThan(20_000)
    expect(fits(`a${'-'.repeat(100)}0a1b2c3`, accepts)).toBe(true)
  })
})
