import { AsyncLocalStorage } from 'node:async_hooks'
import vm from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

const { compileFunction, createContext, SourceTextModule } = vm

/** What V8 made of each module in this process, and of which text. */
const compiled = new Map()

/** Jest compiles each module again for each test file. Here V8 parses it once in a process. */
vm.SourceTextModule = class extends SourceTextModule {
  constructor(code, options) {
    const known = compiled.get(options.identifier)
    super(code, known?.code === code ? { ...options, cachedData: known.data } : options)
    if (known?.code !== code) compiled.set(options.identifier, { code, data: this.createCachedData() })
  }
}
vm.compileFunction = (code, parameters, options) => {
  const known = compiled.get(options.filename)
  if (known?.code === code) return compileFunction(code, parameters, { ...options, cachedData: known.data })
  const made = compileFunction(code, parameters, { ...options, produceCachedData: true })
  compiled.set(options.filename, { code, data: made.cachedData })
  return made
}

/**
 * Jest keeps for each promise the test that made it, which slows all promises down in Node 20. A rejection that nobody handles now
 * fails the test file, not the test.
 */
AsyncLocalStorage.prototype.run = (_store, callback, ...given) => callback(...given)

/** In Jest's own realm each use of a global, such as `Math` or `JSON`, goes through two proxies, and takes a microsecond. */
export default class PlainRealm extends TestEnvironment {
  constructor(...given) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    super(...given)
    vm.createContext = createContext
  }
}
