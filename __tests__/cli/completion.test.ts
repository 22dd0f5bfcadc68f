import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { SHELLS } from '../../src/cli/commands.js'
import { renderCompletion } from '../../src/cli/completion.js'

/** What bash offers where the last of these words is being typed. */
function offered(...words: readonly string[]): readonly string[] {
  const typed = words.map((word) => `'${word}'`).join(' ')
  const script = `${renderCompletion('bash')}\nCOMP_WORDS=(package-retention ${typed}); COMP_CWORD=${words.length}\n_package_retention; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

const bash = spawnSync('bash', ['--version']).status === 0

;(bash ? describe : describe.skip)('completion in bash', () => {
  it('offers commands, the flags of a command, and the values of a choice', () => {
    expect(offered('p')).toEqual(['plan', 'prune', 'packages'])
    expect(offered('explain', '--na')).toEqual(['--name', '--names-from'])
    expect(offered('restore', '--rec')).toEqual(['--receipt-file'])
    expect(offered('prune', '--pace', '')).toEqual(['fast', 'gentle'])
    expect(offered('diff', '--format', 'm')).toEqual(['markdown'])
    expect(offered('completion', '')).toEqual([...SHELLS])
  })
})

describe('completion', () => {
  it.each(SHELLS)('for %s names every command and only flags that exist', (shell) => {
    const script = renderCompletion(shell)
    for (const word of ['plan', 'prune', 'restore', 'explain', 'show', 'diff']) expect(script).toContain(word)
    expect(script).not.toContain('undefined')
  })

  it('for zsh loads bash completion first', () => {
    expect(renderCompletion('zsh')).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n/)
  })

  it('for fish quotes descriptions', () => {
    expect(
      renderCompletion('fish')
        .split('\n')
        .filter((line) => (line.match(/(?<!\\)'/g) ?? []).length % 2 !== 0)
    ).toEqual([])
  })
})
