import { AsyncLocalStorage } from 'node:async_hooks'
import vm from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

const { compileFunction, createContext, SourceTextModule } = vm

/** What V8 made of each module in this process, and of which text. */
const compiled = new Map()
/** Modules that know nothing of tests, by their paths: they keep no state, so all test files of this process share them. */
const shared = new Map()
const OF_TESTS = /[/\\]__tests__[/\\]/
let importModuleDynamically

/** Jest makes each module again for each test file. Here V8 parses it once in a process, and runs the product's once. */
vm.SourceTextModule = function SharedModule(code, options) {
  // Of the test file that runs now: those of past files refuse.
  importModuleDynamically = options.importModuleDynamically
  const { identifier } = options
  const old = shared.get(identifier)
  if (old?.status === 'evaluated') return old
  const known = compiled.get(identifier)
  const module = new SourceTextModule(code, {
    ...options,
    importModuleDynamically: (...given) => importModuleDynamically(...given),
    ...(known?.code === code && { cachedData: known.data })
  })
  if (known?.code !== code) compiled.set(identifier, { code, data: module.createCachedData() })
  if (!OF_TESTS.test(identifier)) shared.set(identifier, module)
  return module
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
vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)

class SharedRealm extends TestEnvironment {
  #own = new Set([...Reflect.ownKeys(this.global), '__coverage__'])

  /** In place of Jest's own, which ends the realm: takes away what a test file left in it. */
  async teardown() {
    this.fakeTimersModern.useRealTimers()
    for (const name of Reflect.ownKeys(this.global)) if (!this.#own.has(name)) Reflect.deleteProperty(this.global, name)
  }
}

let realm

/** All test files of this process have one realm. */
export default function realmOf(config, context) {
  // Sources change while Jest watches them.
  if (config.globalConfig.watch || config.globalConfig.watchAll) shared.clear()
  realm ??= new SharedRealm(config, context)
  return realm
}
