import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire, isBuiltin } from 'node:module'
import vm from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

const { compileFunction, createContext, SourceTextModule } = vm

/** Jest makes all modules again for each test file. Here V8 parses these once; all others run once, as they keep nothing but caches. */
const OF_TESTS = /[/\\](__tests__|jest-circus)[/\\]/
/** What V8 made of a module of tests, and of which text. */
const compiled = new Map()
/** All other modules, and what those with `require` export, by their paths. */
const shared = new Map()
const exported = new Map()
/** Of the test file that runs now: those of past files refuse. A module may import another one only when it needs it. */
let importModuleDynamically
let liveRequire

vm.SourceTextModule = function SharedModule(code, options) {
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
  if (!OF_TESTS.test(identifier)) shared.set(identifier, module)
  else if (known?.code !== code) compiled.set(identifier, { code, data: module.createCachedData() })
  return module
}

vm.compileFunction = (code, parameters, options) => {
  const { filename } = options
  if (!OF_TESTS.test(filename)) return once(filename, () => compileFunction(code, parameters, options))
  const known = compiled.get(filename)
  if (known?.code === code) return compileFunction(code, parameters, { ...options, cachedData: known.data })
  const made = compileFunction(code, parameters, { ...options, produceCachedData: true })
  compiled.set(filename, { code, data: made.cachedData })
  return made
}

function once(filename, compile) {
  const made = exported.has(filename) ? undefined : compile()
  const { resolve } = createRequire(filename)
  return (module, exports, require, ...given) => {
    liveRequire = require
    if (made === undefined) {
      module.exports = exported.get(filename)
      return
    }
    const requireNow = (name) => liveRequire(isBuiltin(name) ? name : resolve(name))
    made.call(exports, module, exports, Object.assign(requireNow, require), ...given)
    exported.set(filename, module.exports)
  }
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
