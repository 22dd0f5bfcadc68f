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

export default { ...fc, assert }
