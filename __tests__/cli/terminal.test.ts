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
