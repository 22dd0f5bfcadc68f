import { describe, expect, it } from '@jest/globals'
import { type Commands, type ConsoleOptions, createConsole, redact, secretForms } from '../../src/action/console.js'
import { HOSTILE } from '../report/fixture.js'

function recorder(): { readonly calls: string[]; readonly commands: Commands } {
  const calls: string[] = []
  const write = (kind: string) => (text: string | Error) => {
    calls.push(`${kind} ${String(text)}`)
  }
  return {
    calls,
    commands: {
      info: write('info'),
      debug: write('debug'),
      notice: write('notice'),
      warning: write('warning'),
      error: write('error'),
      startGroup: write('group'),
      endGroup: () => {
        calls.push('endgroup')
      },
      setFailed: write('failed')
    }
  }
}

function make(options: Partial<Omit<ConsoleOptions, 'commands'>> = {}) {
  const { calls, commands } = recorder()
  const own = createConsole({ runner: true, debug: false, secrets: [], now: () => 0, commands, ...options })
  return { calls, own }
}

describe('createConsole', () => {
  it('annotates ten times at most of each kind and leaves the last error to the end of the run', () => {
    const { calls, own } = make()
    for (let i = 0; i < 12; i += 1) {
      own.notice(`n${i}`)
      own.warning(`w${i}`)
      own.error(`e${i}`)
    }
    const count = (kind: string): number => calls.filter((call) => call.startsWith(`${kind} `)).length
    expect([count('notice'), count('warning'), count('error')]).toEqual([10, 10, 9])
    expect(calls).toContain('info Warning: w11')
    expect(calls).toContain('info Error: e9')
  })

  it('ends a step with one annotation of its own, whatever came before', () => {
    const { calls, own } = make({ secrets: ['secret-token'] })
    for (let i = 0; i < 20; i += 1) own.error('e')
    own.fail(`::error::secret-token ${'x'.repeat(9000)}`)
    expect(calls.at(-1)).toMatch(/^failed ⟨U\+003A⟩:error::\*\*\* x+…$/)
    expect(calls.at(-1)?.length).toBeLessThan(4096)
  })

  it('cuts an annotation where the runner would', () => {
    const { calls, own } = make()
    own.warning('x'.repeat(9000))
    expect(calls[0]?.length).toBeLessThan(4096)
  })

  it('keeps what the runner or a terminal would obey from being obeyed', () => {
    const { calls, own } = make()
    for (const name of HOSTILE) own.info(name)
    own.info('first\n  ::add-mask::second\n##[endgroup]')
    const lines = calls.flatMap((call) => call.replace(/^info /, '').split('\n'))
    expect(lines.filter((line) => line.trimStart().startsWith('::') || line.includes('##['))).toEqual([])
    expect(lines.filter((line) => /[^\P{Cc}\t]/u.test(line))).toEqual([])
    expect(lines).toContain('  ⟨U+003A⟩:add-mask::second')
  })

  it('masks a token in every form in which it travels', () => {
    const token = 'ghp_abcDEF0123456789'
    const { calls, own } = make({ secrets: [token] })
    const basic = (user: string): string => Buffer.from(`${user}:${token}`).toString('base64')
    own.info(`plain ${token}`)
    for (const user of ['a', 'ab', 'abc']) own.info(`basic ${basic(user)}`)
    const text = calls.filter((call) => call.startsWith('info')).join('\n')
    expect(text).not.toContain(token)
    for (const user of ['a', 'ab', 'abc']) expect(text).not.toContain(basic(user))
    expect(text.match(/\*\*\*/g)).toHaveLength(4)
  })

  it('hides nothing for an empty secret', () => {
    const { calls, own } = make({ secrets: [''] })
    own.info('text')
    expect(calls).toEqual(['info text'])
  })

  it('uses no command outside of a runner', async () => {
    const { calls, own } = make({ runner: false, secrets: ['secret-token'], debug: true })
    own.warning('careful')
    own.debug('detail')
    await own.group('Group', async () => own.info('inside'))
    expect(calls).toEqual(['info Warning: careful', 'info Debug: detail', 'info Group', 'info inside'])
  })

  it('shows debug lines only where they were asked for', () => {
    const quiet = make()
    quiet.own.debug('x')
    expect(quiet.calls).toEqual([])
    const loud = make({ debug: true })
    loud.own.debug('x')
    expect(loud.calls).toEqual(['debug x'])
  })

  it('shows progress at most once in five seconds', () => {
    let at = 1_000_000
    const { calls, own } = make({ now: () => at })
    for (let i = 0; i <= 100; i += 1) {
      own.progress(`${i}`)
      at += 100
    }
    expect(calls).toEqual(['info 0', 'info 50', 'info 100'])
  })

  it('ends a group that fails, and does not nest groups', async () => {
    const { calls, own } = make()
    const outer = own.group('outer', () =>
      own.group('inner', async () => {
        throw new Error('broken')
      })
    )
    await expect(outer).rejects.toThrow('broken')
    await own.group('next', async () => undefined)
    expect(calls).toEqual(['group outer', 'info inner', 'endgroup', 'group next', 'endgroup'])
  })
})

it('a secret that was given with blanks around it is hidden without them', () => {
  expect(redact('the token is ghp_secret.', secretForms(' ghp_secret\n'))).toBe('the token is ***.')
})
