import { parseSync } from '@swc/core'

/** What the rules of the architecture ask of one source file, read from its syntax tree: comments and texts say nothing. */
export interface SourceFacts {
  /** Module specifiers of imports, re-exports and dynamic imports, as written. */
  readonly imports: readonly string[]
  readonly hasDefaultExport: boolean
  /** What a pure file must not do: `process`, `Date.now`, `new Date()`, `async` and kin, each once, in order of appearance. */
  readonly impurities: readonly string[]
  /** Names of the types that the file itself declares. */
  readonly types: readonly string[]
  /** The most parameters that one function, method or type of a function has. */
  readonly mostParameters: number
  /** How many arguments are spread (`push(...list)`), but for a function that hands on its own rest parameter. */
  readonly spreads: number
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

// `Promise` and `await` are here because asynchronous code needs no `async` keyword.
const impureNames = [
  ...['process', 'console', 'globalThis', 'performance', 'fetch', 'setTimeout', 'setInterval', 'Promise'],
  ...['randomBytes', 'randomInt', 'randomUUID', 'getRandomValues']
]
const impureMembers = ['Date.now', 'Math.random']

export function sourceFacts(text: string): SourceFacts {
  const imports: string[] = []
  const impurities = new Set<string>()
  let hasDefaultExport = false
  const types: string[] = []
  const rests = new Set<string>()
  const spread: string[] = []
  let mostParameters = 0

  walk(parseSync(text, { syntax: 'typescript', target: 'es2022' }) as unknown as Node, (node) => {
    const parameters = node.params ?? node.parameters
    if (Array.isArray(parameters)) mostParameters = Math.max(mostParameters, parameters.length)
    for (const argument of argumentsOf(node)) if (argument.spread) spread.push(nameOf(argument.expression))
    switch (node.type) {
      case 'TsInterfaceDeclaration':
      case 'TsTypeAliasDeclaration':
      case 'ClassDeclaration':
        types.push(nameOf(node.id ?? node.identifier))
        break
      case 'RestElement':
        rests.add(nameOf(node.argument))
        break
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        if (isNode(node.source)) imports.push(String(node.source.value))
        break
      case 'ExportDefaultDeclaration':
      case 'ExportDefaultExpression':
        hasDefaultExport = true
        break
      case 'CallExpression':
        if (isNode(node.callee) && node.callee.type === 'Import') imports.push(firstArgument(node))
        if (nameOf(node.callee) === 'Date') impurities.add('Date()')
        break
      case 'NewExpression':
        if (nameOf(node.callee) === 'Date' && argumentsOf(node).length === 0) impurities.add('new Date()')
        break
      case 'MemberExpression': {
        const member = `${nameOf(node.object)}.${nameOf(node.property)}`
        if (impureMembers.includes(member)) impurities.add(member)
        break
      }
      case 'AwaitExpression':
        impurities.add('await')
        break
      case 'Identifier':
        if (impureNames.includes(String(node.value))) impurities.add(String(node.value))
        break
      default:
    }
    if (node.async === true) impurities.add('async')
  })
  const spreads = spread.filter((name) => !rests.has(name)).length
  return { imports, hasDefaultExport, impurities: [...impurities], types, mostParameters, spreads }
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const key of Object.keys(node)) {
    const value = node[key]
    // Where it stands in the text: half of all objects.
    if (!isNodeOrHolder(value) || key === 'span' || isOnlyAName(node, key)) continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNodeOrHolder(child)) walk(child, visit)
  }
}

/** `plan.process` and `{ console: 1 }` name a property, not the global. */
function isOnlyAName(node: Node, key: string): boolean {
  const child = node[key]
  const named = (key === 'property' && node.type === 'MemberExpression') || key === 'key' || key === 'imported'
  return named && isNode(child) && child.type === 'Identifier'
}

/** Arguments and the like are wrapped in plain objects without a type of their own. */
function isNodeOrHolder(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

function isNode(value: unknown): value is Node {
  return isNodeOrHolder(value) && typeof value.type === 'string'
}

function nameOf(value: unknown): string {
  return isNode(value) && value.type === 'Identifier' ? String(value.value) : ''
}

function argumentsOf(node: Node): readonly { readonly expression: Node; readonly spread?: unknown }[] {
  return Array.isArray(node.arguments) ? node.arguments : []
}

function firstArgument(node: Node): string {
  const value = argumentsOf(node)[0]?.expression.value
  return typeof value === 'string' ? value : 'import() of something computed'
}
