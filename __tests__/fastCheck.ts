// Stands in for fast-check in every test (jest.config.js), so that no property can draw a seed of its own.
import fc from '../node_modules/fast-check/lib/fast-check.js'
import { SEED } from './seed.js'

fc.configureGlobal({ seed: SEED })

export default fc
