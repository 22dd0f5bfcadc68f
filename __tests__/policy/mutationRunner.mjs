/**
 * Stryker's test runner for the engine. Jest loads every module anew for each mutant, which takes seconds; here a process
 * loads the tests once, and a mutant costs what its tests cost, mostly milliseconds.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { DryRunStatus, determineHitLimitReached, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner'
import { transformSync } from '@swc/core'
import { expect } from 'expect'
import { bind } from 'jest-each'

/** What holds the engine and is quick: whole runs would find a few mutants more, an hour later. */
const TESTS =
  /^__tests__\/(policy|invariants|scenarios\/(?:selection|containers(?=\/replacedFallback)))\/(?!graphReads|realLists).*\.test\.ts$/
/** With few runs the first two find nothing; the others take as long as all other tests, and find what those find. */
const NOT_THESE =
  /the search finds a planted fault|deletes less now and then|names changes that together delete|delete no more with one more keep/
/** Enough random graphs to find a mutant; the suite itself runs many more. */
process.env.PROPERTY_RUNS ??= '8'

const tests = []
const path = []
/** Run after each test: what tests share was made under one mutant and must not meet another. */
const hooks = []

const describe = (title, define) => {
  path.push(title)
  define()
  path.pop()
}
const it = (title, run) => {
  const id = [...path, title].join(' > ')
  if (!NOT_THESE.test(id)) tests.push({ id, run, ms: 0 })
}
describe.each = bind(describe, false)
it.each = bind(it, false)
globalThis.jestGlobals = { afterAll: (hook) => hooks.push(hook), describe, expect, it }

/** Where Stryker's instrumented code looks for the mutant that is on, and notes what it covers. */
const stryker = {}
globalThis.__stryker__ = stryker

/** The process has run no mutant yet. */
let fresh = true
/** A mutant has changed what modules share. */
let spoilt = false

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'in-process', () => ({
    capabilities: () => ({ reloadEnvironment: false }),
    init: compile,
    dryRun,
    mutantRun
  }))
]

/** Writes JavaScript beside the TypeScript; the working directory is Stryker's own copy of the project. */
function compile() {
  for (const source of ['src', 'simulator', '__tests__'].flatMap(typeScriptIn)) {
    const { code } = transformSync(readFileSync(source, 'utf8'), {
      filename: source,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' }
    })
    const script = code.replace(/^import (\{.*\}) from ["']@jest\/globals["']/m, 'const $1 = globalThis.jestGlobals')
    writeFileSync(source.replace(/\.ts$/, '.js'), script)
  }
}

const typeScriptIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`)

async function load() {
  if (tests.length > 0) return
  for (const file of typeScriptIn('__tests__').filter((each) => TESTS.test(each))) {
    path.push(file)
    await import(pathToFileURL(join(process.cwd(), file.replace(/\.ts$/, '.js'))))
    path.pop()
  }
}

async function dryRun() {
  await load()
  const results = await runAll(tests, false)
  return { status: DryRunStatus.Complete, tests: results, mutantCoverage: stryker.mutantCoverage }
}

async function mutantRun({ activeMutant, testFilter, disableBail, hitLimit }) {
  if (spoilt) startOver()
  await load()
  const covering = testFilter === undefined ? tests : tests.filter(({ id }) => testFilter.includes(id))
  Object.assign(stryker, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit === undefined ? undefined : 0 })
  const results = await runAll(
    covering.toSorted((a, b) => a.ms - b.ms),
    !disableBail
  )
  const endless = determineHitLimitReached(stryker.hitCount, hitLimit)
  Object.assign(stryker, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined })

  const failed = new Set(results.filter(({ status }) => status === TestStatus.Failed).map(({ id }) => id))
  const again = await runAll(
    covering.filter(({ id }) => failed.has(id)),
    false
  )
  spoilt = again.some(({ status }) => status === TestStatus.Failed)
  // What fails without the mutant too says nothing of it, unless no other can have been the cause.
  if (spoilt && !fresh) startOver()
  fresh = false
  return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests: results }, disableBail)
}

/** Stryker starts another process when this one ends, and gives it the same mutant. */
function startOver() {
  process.exit(1)
}

async function runAll(wanted, bail) {
  const results = []
  for (const test of wanted) {
    stryker.currentTestId = test.id
    const result = await runOne(test)
    results.push(result)
    if (bail && result.status === TestStatus.Failed) break
  }
  stryker.currentTestId = undefined
  return results
}

async function runOne(test) {
  const about = { id: test.id, name: test.id }
  const start = performance.now()
  try {
    await test.run()
    test.ms = performance.now() - start
    return { ...about, status: TestStatus.Success, timeSpentMs: test.ms }
  } catch (error) {
    return { ...about, status: TestStatus.Failed, timeSpentMs: 0, failureMessage: String(error) }
  } finally {
    for (const hook of hooks) hook()
  }
}
