import { parse } from '@babel/parser'
import babelTraverse from '@babel/traverse'

const traverse = babelTraverse.default ?? babelTraverse

/**
 * The bundle without what nothing in it can reach: webpack keeps all of a module that is used a little. It leaves out whole
 * modules, functions, classes and constants of modules, and exports of CommonJS modules whose names nobody mentions. The rest
 * stays as it was, letter by letter.
 *
 * A name counts as mentioned wherever reachable code has it as a property or as a text; for a module that is never passed
 * on as a whole, where it is read from that module or inside it.
 */
export function withoutUnusedCode(bundle) {
  const ast = parse(bundle, { sourceType: 'module' })
  const reads = findReads(ast)
  const parts = findParts(ast, reads)
  noteUses(ast, parts, reads)
  const live = reachable(parts)
  const dead = [...parts.byNode.values()].filter((part) => !live.has(part))
  return cut(bundle, dead)
}

/** What can be left out: its node, and what it uses once it is there. */
function newPart(node) {
  return { node, bindings: new Set(), modules: new Set(), names: new Set() }
}

/**
 * The names that are read from each module: a map of their nodes to `module name`; modules that are passed on as a whole, so
 * that anybody may read their names.
 */
function findReads(ast) {
  const names = new Map()
  const open = new Set()
  const note = (id, path) => {
    const { parent, parentPath } = path
    if (parent.type === 'MemberExpression' && parent.object === path.node && !parent.computed) {
      names.set(parent, `${id} ${parent.property.name}`)
    } else if (parent.type === 'VariableDeclarator' && parent.id.type === 'ObjectPattern') {
      for (const property of parent.id.properties) {
        if (property.type !== 'ObjectProperty' || property.computed) open.add(id)
        else names.set(property, `${id} ${property.key.name ?? property.key.value}`)
      }
    } else if (parent.type === 'VariableDeclarator' && path.key === 'init') {
      for (const reference of path.scope.getBinding(parent.id.name).referencePaths) note(id, reference)
    } else if (!parentPath.isExpressionStatement()) open.add(id)
  }
  traverse(ast, {
    CallExpression(path) {
      if (path.node.callee.name === '__nccwpck_require__') note(path.node.arguments[0].value, path)
    },
    Identifier(path) {
      if (!path.isReferencedIdentifier() || !/^(module|exports)$/.test(path.node.name)) return
      const whole = isExports(path.parent) ? path.parentPath : path
      const { parent, node } = whole
      const member = parent.type === 'MemberExpression' && parent.object === node && !parent.computed
      const assigned = parent.type === 'AssignmentExpression' && parent.left === node
      if (!(member && isExports(node)) && !assigned) open.add(moduleOf(path))
    }
  })
  return { names, open }
}

function findParts(ast, { open }) {
  const parts = {
    byNode: new Map(),
    byBinding: new Map(),
    byModule: new Map(),
    byExport: new Map(),
    root: newPart(ast)
  }
  const add = (node) => {
    const part = parts.byNode.get(node) ?? newPart(node)
    parts.byNode.set(node, part)
    return part
  }
  traverse(ast, {
    ObjectProperty({ node }) {
      if (isModule(node)) parts.byModule.set(node.key.value, add(node))
    },
    ExpressionStatement(path) {
      const exported = isModuleScope(path.scope) ? exportedName(path.node.expression) : undefined
      if (exported === undefined) return
      const id = moduleOf(path)
      const name = open.has(id) ? exported : `${id} ${exported}`
      parts.byExport.set(name, [...(parts.byExport.get(name) ?? []), add(path.node)])
    },
    Scopable({ scope }) {
      if (!isModuleScope(scope)) return
      for (const binding of Object.values(scope.bindings)) {
        const statement = removable(binding.path)
        if (statement !== undefined) parts.byBinding.set(binding, add(statement))
      }
    }
  })
  return parts
}

function noteUses(ast, parts, reads) {
  const ownerOf = (path) => parts.byNode.get(path.findParent(({ node }) => parts.byNode.has(node))?.node) ?? parts.root
  for (const binding of parts.byBinding.keys()) {
    for (const path of [...binding.referencePaths, ...binding.constantViolations]) ownerOf(path).bindings.add(binding)
  }
  const mention = (path, name) => {
    const { names } = ownerOf(path)
    names.add(name).add(`${moduleOf(path)} ${name}`)
  }
  traverse(ast, {
    NumericLiteral(path) {
      if (parts.byModule.has(path.node.value) && !isModule(path.parent)) ownerOf(path).modules.add(path.node.value)
    },
    StringLiteral(path) {
      mention(path, path.node.value)
    },
    MemberExpression(path) {
      const { property, computed } = path.node
      const written = path.parent.type === 'AssignmentExpression' && path.parent.left === path.node
      if (!computed && !(written && isExports(path.node.object))) mention(path, property.name)
    },
    ObjectPattern(path) {
      for (const { key } of path.node.properties) if (key !== undefined) mention(path, key.name ?? key.value)
    }
  })
  traverse(ast, {
    enter(path) {
      const name = reads.names.get(path.node)
      if (name !== undefined) ownerOf(path).names.add(name)
    }
  })
}

function reachable({ root, byBinding, byModule, byExport }) {
  const live = new Set([root])
  for (const part of live) {
    for (const binding of part.bindings) live.add(byBinding.get(binding))
    for (const id of part.modules) live.add(byModule.get(id))
    for (const name of part.names) for (const each of byExport.get(name) ?? []) live.add(each)
  }
  return live
}

function cut(bundle, dead) {
  const ranges = dead.map(({ node }) => lines(bundle, node)).sort((a, b) => a.start - b.start)
  let result = ''
  let at = 0
  for (const { start, end } of ranges) {
    // A part of something that is left out as a whole.
    if (start < at) continue
    result += bundle.slice(at, start)
    at = end
  }
  return result + bundle.slice(at)
}

/** Whole lines, with the comments right before them. */
function lines(bundle, node) {
  const first = node.leadingComments?.[0]?.start ?? node.start
  const start = bundle.lastIndexOf('\n', first) + 1
  const end = bundle.indexOf('\n', node.end) + 1
  const alone = bundle.slice(start, first).trim() === '' || isModule(node)
  const rest = bundle.slice(node.end, end).trim()
  return alone && [';', ',', ''].includes(rest) ? { start, end } : { start: node.start, end: node.end }
}

/** `1234: ((module, exports, require) => { ... })` */
function isModule({ type, key, value }) {
  return type === 'ObjectProperty' && key.type === 'NumericLiteral' && /Function/.test(value.type)
}

function moduleOf(path) {
  return path.findParent(({ node }) => isModule(node))?.node.key.value
}

function isModuleScope({ block, path }) {
  return block.type === 'Program' || (/Function/.test(block.type) && isModule(path.parent))
}

/** The statement that may be left out with all that it declares; `undefined` where it does more than to declare. */
function removable(path) {
  if (path.isFunctionDeclaration()) return path.node
  if (path.isClassDeclaration()) return actsWhenDefined(path) ? undefined : path.node
  if (!path.isVariableDeclarator() || !/^(Program|BlockStatement)$/.test(path.parentPath.parent.type)) return undefined
  const { declarations } = path.parent
  return declarations.length === 1 && isHarmless(path.get('init')) ? path.parent : undefined
}

function actsWhenDefined(path) {
  const { superClass } = path.node
  if (superClass && !isHarmless(path.get('superClass'))) return true
  return path.get('body.body').some((member) => {
    if (member.isStaticBlock() || member.node.computed) return true
    return member.node.static && member.isProperty() && !isHarmless(member.get('value'))
  })
}

/** Evaluating it does nothing but give a value. Loading a module counts as that: modules that act are used, too. */
function isHarmless(value) {
  const { node } = value
  if (!node) return true
  switch (node.type) {
    case 'Identifier':
    case 'ThisExpression':
      return true
    case 'MemberExpression':
      return isHarmless(value.get('object')) && (!node.computed || isHarmless(value.get('property')))
    case 'LogicalExpression':
      return isHarmless(value.get('left')) && isHarmless(value.get('right'))
    case 'CallExpression':
      if (isLoading(node)) return true
  }
  return node.leadingComments?.some((comment) => /[#@]__PURE__/.test(comment.value)) || value.isPure()
}

/** A module of the bundle, or one of Node. */
const isLoading = ({ callee }) =>
  (callee.name ?? callee.object?.name) === '__nccwpck_require__' ||
  callee.callee?.name === '__WEBPACK_EXTERNAL_createRequire'

function exportedName(expression) {
  if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return undefined
  const { object, property, computed } = expression.left
  return isExports(object) && !computed ? property.name : undefined
}

function isExports(node) {
  if (node.type === 'Identifier') return node.name === 'exports'
  return node.type === 'MemberExpression' && node.object.name === 'module' && node.property.name === 'exports'
}
