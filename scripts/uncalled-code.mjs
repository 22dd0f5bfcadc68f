import { parse } from '@babel/parser'
import babelTraverse from '@babel/traverse'

const traverse = babelTraverse.default ?? babelTraverse

/**
 * What the modules of dependencies load or build when they start, although no path of ours comes there. All of it together
 * would take a quarter of the start. If a path does come there, the program throws an error with the name.
 */
const UNCALLED = {
  // undici: HTTP/2 is never allowed.
  connectH2: leftOut,
  // undici: Octokit sends its requests by our own transport.
  fetchImpl: leftOut,
  // Octokit: methods for all routes; our code names the route.
  Endpoints: () => '{}'
}

function leftOut(name) {
  return `() => {\n  throw new Error('${name} is not part of this bundle')\n}`
}

/** The bundle with replacements for the values of these constants. Throws where there is not exactly one of a name. */
export function withoutUncalledCode(bundle, uncalled = UNCALLED) {
  const found = new Map()
  traverse(parse(bundle, { sourceType: 'module' }), {
    VariableDeclarator({ node: { id, init } }) {
      if (!Object.hasOwn(uncalled, id.name ?? '')) return
      if (found.has(id.name)) throw new Error(`There are two constants ${id.name}.`)
      found.set(id.name, init)
    }
  })
  const missing = Object.keys(uncalled).filter((name) => !found.has(name))
  if (missing.length > 0) throw new Error(`There is no constant ${missing.join(', ')}.`)
  return [...found]
    .sort(([, a], [, b]) => b.start - a.start)
    .reduce((text, [name, { start, end }]) => text.slice(0, start) + uncalled[name](name) + text.slice(end), bundle)
}
