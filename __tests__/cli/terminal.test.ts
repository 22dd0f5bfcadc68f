import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { createTerminal, type Stream } from '../../src/cli/terminal.js'

function stream(isTTY: boolean): Stream & { text: string; fail(): void } {
  const listeners: ((error: unknown) => void)[] = []
  return {
    text: '',
    isTTY,
    columns: 30,
    write(text) {
      this.text += text
    },
    on(_event, listener) {
      listeners.push(listener)
    },
    fail() {
      if (listeners.length === 0) throw new Error('nobody listens')
      for (const listener of listeners) listener(new Error('EPIPE'))
    }
  }
}

describe('createTerminal', () => {
  it('keeps standard output for the result when that is JSON', () => {
    const [out, err] = [stream(false), stream(false)]
    const terminal = createTerminal(out, err, true)
    terminal.info('a line')
    terminal.result('{}')
    expect([out.text, err.text]).toEqual(['{}\n', 'a line\n'])
  })

  it('colours lines for a person by their first word, never for a file', () => {
    const noColor = process.env.NO_COLOR
    delete process.env.NO_COLOR
    const [tty, file] = [stream(true), stream(false)]
    createTerminal(tty, stream(true), false).info('Failed container/o/app: no')
    createTerminal(file, stream(false), false).info('Failed container/o/app: no')
    expect([tty.text, file.text]).toEqual([
      '\u001b[31mFailed container/o/app: no\u001b[0m\n',
      'Failed container/o/app: no\n'
    ])
    if (noColor !== undefined) process.env.NO_COLOR = noColor
  })

  it.each([
    ['y\n', true],
    ['YES\n', true],
    ['n\n', false],
    ['\n', false],
    ['', false]
  ])('takes the answer %j for %s', async (answer, agreed) => {
    const err = stream(true)
    const input = Object.assign(new PassThrough(), { isTTY: true })
    const asked = createTerminal(stream(true), err, false, input).ask?.('Carry out this plan?')
    input.end(answer)
    expect(await asked).toBe(agreed)
    expect(err.text).toBe('Carry out this plan? [y/N] ')
  })

  it('asks nothing where nobody can answer', () => {
    const input = Object.assign(new PassThrough(), { isTTY: false })
    expect(createTerminal(stream(true), stream(true), false, input).ask).toBeUndefined()
    expect(
      createTerminal(stream(true), stream(false), false, Object.assign(new PassThrough(), { isTTY: true })).ask
    ).toBeUndefined()
  })

  it('writes lines to standard output otherwise, and failures to standard error', () => {
    const [out, err] = [stream(false), stream(false)]
    const terminal = createTerminal(out, err, false)
    terminal.info('a line')
    terminal.setFailed('it broke')
    expect([out.text, err.text]).toEqual(['a line\n', 'Error: it broke\n'])
  })

  it('shows progress on one line of a terminal, cut to its width, and takes it away before the next line', () => {
    const [out, err] = [stream(true), stream(true)]
    const terminal = createTerminal(out, err, false)
    terminal.progress?.('app: 1 of 9 deleted')
    terminal.progress?.(`app: 2 of 9 deleted ${'x'.repeat(50)}`)
    terminal.info('done')
    const clear = '\r\u001b[2K'
    expect(err.text).toBe(`${clear}app: 1 of 9 deleted${clear}app: 2 of 9 deleted xxxxxxxxx${clear}`)
    expect(out.text).toBe('done\n')
  })

  it('has no such line where nobody looks', () => {
    expect(createTerminal(stream(false), stream(false), false).progress).toBeUndefined()
  })

  it('outlives a reader that has gone', () => {
    const [out, err] = [stream(false), stream(false)]
    createTerminal(out, err, false)
    expect(() => {
      out.fail()
      err.fail()
    }).not.toThrow()
  })
})
