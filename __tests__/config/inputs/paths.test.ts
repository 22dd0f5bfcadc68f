import { describe, expect, it } from '@jest/globals'
import { resolvePath } from '../../../src/config/inputs/paths.js'

const linux = { workspace: '/home/runner/work/app/app', temp: '/home/runner/work/_temp' }
const windows = { workspace: 'D:\\a\\app\\app', temp: 'D:\\a\\_temp' }

describe('a file that an input names', () => {
  it.each([
    [linux, 'policy.yml', '/home/runner/work/app/app/policy.yml'],
    [linux, './.github//policy.yml', '/home/runner/work/app/app/.github/policy.yml'],
    [linux, 'a/../b', '/home/runner/work/app/app/b'],
    [linux, 'a\\b', '/home/runner/work/app/app/a/b'],
    [linux, '..hidden', '/home/runner/work/app/app/..hidden'],
    [linux, '/home/runner/work/app/app/x', '/home/runner/work/app/app/x'],
    [
      linux,
      '/home/runner/work/_temp/package-retention/plan.json',
      '/home/runner/work/_temp/package-retention/plan.json'
    ],
    [{ ...linux, workspace: '/home/runner/work/app/app/' }, 'x', '/home/runner/work/app/app/x'],
    [{ ...linux, workspace: '/' }, 'x', '/x'],
    [windows, 'policy.yml', 'D:/a/app/app/policy.yml'],
    [windows, '.github\\policy.yml', 'D:/a/app/app/.github/policy.yml'],
    [windows, 'd:/A/App/app/x', 'd:/A/App/app/x'],
    [windows, 'D:\\a\\_temp\\plan.json', 'D:/a/_temp/plan.json']
  ])('is found in %j: %s', (roots, text, path) => {
    expect(resolvePath(text, roots)).toEqual({ path })
  })

  it.each([
    [linux, '../secrets'],
    [linux, 'a/../../secrets'],
    [linux, '..\\..\\secrets'],
    [linux, '/etc/passwd'],
    [linux, '/home/runner/work/app/app/../../../.ssh/id'],
    [linux, '/home/runner/work/app/application'],
    [linux, '/home/runner/work/_temp/../_actions/x'],
    [linux, '/HOME/runner/work/app/app/x'],
    [linux, '//server/share/x'],
    [linux, '../../_temp/x'],
    [linux, 'a\nb'],
    [linux, 'a\0b'],
    [{ workspace: '', temp: '' }, '/etc/passwd'],
    [windows, 'C:\\Windows\\x'],
    [windows, 'D:secrets'],
    [windows, '\\\\server\\share\\x'],
    [windows, '\\a\\app\\app\\x'],
    [windows, 'D:\\a\\app\\..\\x']
  ])('is refused outside of %j: %j', (roots, text) => {
    expect(resolvePath(text, roots)).toEqual({ problem: expect.any(String) })
  })
})
