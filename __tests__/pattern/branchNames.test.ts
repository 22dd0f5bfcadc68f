import { describe, expect, it } from '@jest/globals'
import { branchProblem, namesOfBranch, protectedBranch } from '../../src/pattern/branchNames.js'

const sha = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567'

describe('what is selected of a branch', () => {
  it.each([
    ['feature/x', 'feature/x'],
    ['feature/x', 'feature-x'],
    ['feature/x', 'feature_x'],
    ['Feature/X', 'Feature-X'],
    ['Feature/X', 'feature-x'],
    ['a//b c', 'a-b-c'],
    ['a//b c', 'a_b_c'],
    ['x', 'x-0a1b2c3'],
    ['x', 'x_0a1b2c3'],
    ['x', `x.${sha}`],
    ['x', `x-${'1'.repeat(40)}`],
    ['x,main', 'x-main'],
    ['pr-*', 'pr--'],
    ['12/merge', '12-merge']
  ])('of %s is %s', (branch, name) => {
    expect(namesOfBranch(branch)(name)).toBe(true)
  })

  it.each([
    ['x', 'x-1.2'],
    ['x', 'x-1234567'],
    ['x', 'x-20260101'],
    ['x', 'x-0A1B2C3'],
    ['x', 'x-0a1b2c'],
    ['x', `x-${sha}0`],
    ['x', 'x0a1b2c3'],
    ['x', 'x-y'],
    ['x', 'y-x'],
    ['x', 'X'],
    ['pr-1', 'pr-12'],
    ['a//b c', 'a-b_c'],
    ['x,main', 'main'],
    ['x,main', 'x'],
    ['pr-*', 'pr-1'],
    ['.*', 'abc'],
    ['feature-x', 'feature_x']
  ])('of %s is not %s', (branch, name) => {
    expect(namesOfBranch(branch)(name)).toBe(false)
  })
})

describe('a text that cannot be selected as a branch', () => {
  it.each([
    ['latest', 'trunk', 'latest'],
    ['Latest', 'trunk', 'latest'],
    ['trunk', 'trunk', 'default branch'],
    ['TRUNK', 'trunk', 'default branch'],
    ['feature_x', 'feature/x', 'default branch'],
    ['main', undefined, 'default branch'],
    ['main', 'trunk', 'usually the default branch'],
    ['master', undefined, 'default branch'],
    ['v1.2.3', 'trunk', 'version'],
    ['1.2', 'trunk', 'version'],
    ['1', 'trunk', 'version'],
    ['1.2.x', 'trunk', 'version'],
    ['1.2/rc', 'trunk', 'version'],
    ['refs/heads/x', 'trunk', 'whole ref'],
    ['///', 'trunk', 'no letter'],
    ['ü', 'trunk', 'no letter']
  ])('%s, where the default branch is %s: it spells %s', (branch, defaultBranch, problem) => {
    expect(branchProblem(branch, defaultBranch)).toContain(problem)
  })

  it.each(['feature/x', '1234-fix-login', 'release/1.2', 'main-2', 'latest-x', 'x,main', 'v8-upgrade'])(
    '%s is fine',
    (branch) => {
      expect(branchProblem(branch, 'trunk')).toBeUndefined()
    }
  )
})

describe('what is protected of a branch', () => {
  const branches = ['feature/my-fix', 'Fix-Upper', 'main', '1.x']
  it.each([
    ['{branch}', 'feature_my-fix', 'feature/my-fix'],
    ['{branch}', 'FEATURE.my_fix', 'feature/my-fix'],
    ['{branch}', 'fix-upper', 'Fix-Upper'],
    ['{branch}', '1-x', '1.x'],
    ['{branch}-*', 'feature_my-fix-12', 'feature/my-fix'],
    ['{branch}-*', 'main-1', 'main'],
    ['build-{branch}', 'build-fix_upper', 'Fix-Upper'],
    ['b{branch}x', 'bmainx', 'main'],
    ['/^{branch}-\\d+$/', 'main-12', 'main'],
    ['{a,b}-{branch}', 'b-main', 'main'],
    ['{branch}-of-{branch}', 'main-of-main', 'main']
  ])('with the pattern %s, %s is of %s', (template, name, branch) => {
    expect(protectedBranch(branches, 'container', template)(name)).toBe(branch)
  })

  it.each([
    ['{branch}', 'main-1'],
    ['{branch}', 'mai'],
    ['{branch}', '-'],
    ['{branch}-*', 'main'],
    ['{branch}-*', 'xmain-1'],
    ['{branch}-*', 'x-main-1'],
    ['*{branch}', 'xmain'],
    ['/^{branch}-\\d+$/', 'main-x']
  ])('with the pattern %s, %s is of none', (template, name) => {
    expect(protectedBranch([...branches, '/'], 'container', template)(name)).toBeUndefined()
  })
})
