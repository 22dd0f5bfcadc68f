import base from './jest.config.js'

/** Enough random graphs to find a mutant; the suite itself runs many more. */
process.env.PROPERTY_RUNS ??= '24'

/** What holds the engine, as far as it is fast: whole runs would find the same mutants, an hour later. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['**/__tests__/{scenarios,invariants,policy}/**/*.test.ts'],
  testPathIgnorePatterns: ['failClosed', 'realLists', 'graphReads', 'invariants/selection']
}
