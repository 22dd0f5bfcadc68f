// Stands in for fast-check in every test (jest.config.js), so that no property can draw a seed of its own.
import fc from '../node_modules/fast-check/lib/fast-check.js'
import { amount } from './amount.js'
import { SEED } from './seed.js'

fc.configureGlobal({ seed: SEED })

/** A property names the runs of a search; of more than 40 `npm test` makes a tenth, and at least 40. */
const assert = ((property: never, { numRuns = 100, ...more }: { readonly numRuns?: number } = {}) =>
  fc.assert(property, {
    ...more,
    numRuns: amount(Math.min(numRuns, Math.max(40, Math.ceil(numRuns / 10))), numRuns)
  })) as typeof fc.assert

/** What fast-check calls `binary`, and draws alike, without its table of a million entries that takes a second. */
const character = fc
  .nat({ max: 0x10ffff - 0x800 })
  .map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800), numberOf)

function numberOf(text: unknown): number {
  if (typeof text !== 'string' || !/^\P{Surrogate}$/su.test(text)) throw new Error('not one character')
  const code = text.codePointAt(0) ?? 0
  return code < 0xd800 ? code : code - 0x800
}

const string: typeof fc.string = (constraints = {}) =>
  fc.string(constraints.unit === 'binary' ? { ...constraints, unit: character } : constraints)

export default { ...fc, assert, string }
