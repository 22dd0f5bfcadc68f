import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { summaryRoom, writeOutputs, writeSummary } from '../../src/action/results.js'
import { HOSTILE } from '../report/fixture.js'

let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'results-'))
})
afterEach(() => {
  rmSync(base, { recursive: true, force: true })
  delete process.env.GITHUB_OUTPUT
})

describe('writeOutputs', () => {
  it('writes each value so that none can pass for another output', () => {
    const outputFile = join(base, 'output')
    writeFileSync(outputFile, '')
    process.env.GITHUB_OUTPUT = outputFile
    const values = Object.fromEntries(
      HOSTILE.filter((name) => !/\p{Cs}/u.test(name)).map((name, i) => [`name-${i}`, name])
    )
    writeOutputs(values, { outputFile })
    expect(readOutputs(readFileSync(outputFile, 'utf8'))).toEqual(values)
  })

  it('writes nothing where nobody reads', () => {
    expect(() => writeOutputs({ a: 'b' }, {})).not.toThrow()
  })
})

describe('writeSummary', () => {
  it('appends, and says how much room is left', () => {
    const summaryFile = join(base, 'summary')
    expect(summaryRoom({ summaryFile })).toBe(1_048_576)
    writeFileSync(summaryFile, 'ü')
    expect(summaryRoom({ summaryFile })).toBe(1_048_574)
    expect(writeSummary('# text', { summaryFile })).toBe(true)
    expect(readFileSync(summaryFile, 'utf8')).toBe('ü# text')
  })

  it('writes nothing rather than what would cost the whole summary', () => {
    const summaryFile = join(base, 'summary')
    writeFileSync(summaryFile, 'x')
    expect(writeSummary('ü'.repeat(524_288), { summaryFile })).toBe(false)
    expect(readFileSync(summaryFile, 'utf8')).toBe('x')
  })

  it('is skipped outside of a runner', () => {
    expect(summaryRoom({})).toBeUndefined()
    expect(writeSummary('text', {})).toBe(false)
  })
})

/** As the runner reads the file: `name<<delimiter`, lines, the delimiter. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i += 1) {
    const head = /^(.+?)<<(.+)$/.exec(lines[i] ?? '')
    if (head === null) continue
    const end = lines.indexOf(head[2] ?? '', i + 1)
    outputs[head[1] ?? ''] = lines.slice(i + 1, end).join('\n')
    i = end
  }
  return outputs
}
