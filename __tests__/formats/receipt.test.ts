import { describe, expect, it } from '@jest/globals'
import type { ReceiptHeader, ReceiptIntent, ReceiptLine, ReceiptOutcome } from '../../src/formats/receipt.js'
import { parseReceipt, serializeReceiptLine } from '../../src/formats/receipt.js'
import { digest, HOSTILE } from '../report/fixture.js'

const HEADER: ReceiptHeader = {
  kind: 'header',
  format: 'package-retention-receipt',
  version: 1,
  apiUrl: 'https://api.github.com',
  owner: 'octo-org',
  policyHash: 'f'.repeat(64),
  startedAt: '2026-11-22T12:00:00.000Z'
}
const intent = (step: number, more: Partial<ReceiptIntent> = {}): ReceiptIntent => ({
  kind: 'intent',
  step,
  action: 'delete',
  at: '2026-11-22T12:00:01.000Z',
  owner: 'octo-org',
  type: 'container',
  package: 'app',
  id: step,
  name: digest(step),
  tags: ['v1'],
  children: [digest(100)],
  subject: digest(101),
  reason: 'not kept',
  restoreBefore: '2026-12-22T12:00:01.000Z',
  ...more
})
const outcome = (step: number, result: ReceiptOutcome['result'] = 'done'): ReceiptOutcome => ({
  kind: 'outcome',
  step,
  at: '2026-11-22T12:00:02.000Z',
  result,
  ...(result !== 'done' && { message: 'why' })
})
const text = (...lines: readonly ReceiptLine[]): string =>
  lines.map((line) => `${serializeReceiptLine(line)}\n`).join('')
const problems = (source: string): string => {
  const parsed = parseReceipt(source)
  return 'problems' in parsed ? parsed.problems.join('\n') : ''
}

describe('a receipt', () => {
  it('gives back every intent with its outcome', () => {
    const untag = intent(2, { action: 'untag', tag: 'pr-1', digest: digest(2) })
    expect(parseReceipt(text(HEADER, intent(1), untag, outcome(2, 'changed'), outcome(1)))).toEqual({
      header: HEADER,
      entries: [
        { intent: intent(1), outcome: outcome(1) },
        { intent: untag, outcome: outcome(2, 'changed') }
      ],
      cut: false,
      problems: []
    })
  })

  it('keeps hostile names exactly, on one line each', () => {
    for (const name of HOSTILE) {
      const own = intent(1, { package: name, name, tags: [name], reason: name })
      expect(serializeReceiptLine(own)).not.toMatch(/\p{C}/u)
      expect(parseReceipt(text(HEADER, own))).toMatchObject({ entries: [{ intent: own }] })
    }
  })

  it('can be read after a kill at any moment', () => {
    const whole = text(HEADER, intent(1), outcome(1), intent(2, { action: 'delete-package' }), outcome(2, 'failed'))
    const first = text(HEADER).length
    for (let end = first; end <= whole.length; end += 1) {
      const parsed = parseReceipt(whole.slice(0, end))
      expect('problems' in parsed ? parsed.problems : []).toEqual([])
    }
  })

  it('leaves an intent without outcome where the run was killed in between', () => {
    const parsed = parseReceipt(`${text(HEADER, intent(1))}{"kind":"outc`)
    expect(parsed).toEqual({ header: HEADER, entries: [{ intent: intent(1) }], cut: true, problems: [] })
  })

  it('does not mind line breaks of Windows', () => {
    expect(parseReceipt(text(HEADER, intent(1), outcome(1)).replaceAll('\n', '\r\n'))).toMatchObject({ cut: false })
  })
})

describe('a receipt from a stranger', () => {
  it.each([
    ['nothing', '', 'not a receipt'],
    ['no header', text(intent(1)), 'not a receipt'],
    ['a later version', text({ ...HEADER, version: 2 } as unknown as ReceiptLine), 'reads version 1']
  ])('is refused: %s', (_, source, message) => {
    expect(parseReceipt(source).header).toBeUndefined()
    expect(problems(source)).toContain(message)
  })

  it.each([
    ['a broken line in the middle', `${text(HEADER)}{"kind":\n${text(intent(1))}`, 'line 2 is not JSON'],
    ['a second header', text(HEADER, HEADER), 'second header'],
    ['a step twice', text(HEADER, intent(1), intent(1)), 'twice'],
    ['an outcome without intent', text(HEADER, outcome(1)), 'no intent'],
    ['two outcomes', text(HEADER, intent(1), outcome(1), outcome(1, 'restored')), 'two outcomes'],
    ['another owner', text(HEADER, intent(1, { owner: 'someone-else' })), 'another owner'],
    ['a deletion of nothing', text(HEADER, { ...intent(1), id: undefined } as unknown as ReceiptLine), 'lacks id'],
    ['an untag without tag', text(HEADER, intent(1, { action: 'untag' })), 'lacks tag'],
    ['a digest of another form', text(HEADER, intent(1, { children: ['../x'] })), 'children.0'],
    ['an unknown key', `${text(HEADER)}${serializeReceiptLine(intent(1)).replace('{', '{"extra":1,')}\n`, 'extra']
  ])('loses a line that is wrong, and no other: %s', (_, source, message) => {
    expect(problems(source)).toContain(message)
    const more = parseReceipt(source + text(intent(9)))
    expect(more).toMatchObject({ header: HEADER, cut: false })
    expect('entries' in more && more.entries.at(-1)).toEqual({ intent: intent(9) })
  })

  it('is read whatever its size: many lines, many children, many tags, long names', () => {
    const wide = intent(1, {
      children: Array.from({ length: 26_000 }, (_, n) => digest(n)),
      tags: Array.from({ length: 21_000 }, (_, n) => `tag-${n}`),
      name: 'x'.repeat(30_000)
    })
    const read = parseReceipt(text(HEADER, wide) + '{}\n'.repeat(150_000) + text(outcome(1)))
    expect('entries' in read && read.entries).toEqual([{ intent: wide, outcome: outcome(1) }])
  })

  it('has a bounded list of problems', () => {
    const parsed = parseReceipt(text(HEADER) + 'x\n'.repeat(1000))
    expect('problems' in parsed && parsed.problems.length).toBe(20)
  })
})
