import { availableParallelism } from 'node:os'

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/__tests__/environment.js',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['<rootDir>/jest.setup.js'],
  testSequencer: '<rootDir>/__tests__/longestFirst.js',
  // One more than cores: some tests wait for a browser, an engine or a signal. A worker that has grown is replaced, as modules of
  // past files stay in memory.
  maxWorkers: availableParallelism() + 1,
  // A busy machine is no fault of the code; nothing is measured here.
  testTimeout: 60_000,
  workerIdleMemoryLimit: '500MB',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    // Sources import each other with the `.js` ending that Node needs; jest runs the `.ts` files themselves.
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^fast-check$': '<rootDir>/__tests__/fastCheck.ts'
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline'
      }
    ]
  },
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageProvider: 'babel'
}
