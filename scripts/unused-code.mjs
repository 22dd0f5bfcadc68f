import { parse } from '@babel/parser'
import babelTraverse from '@babel/traverse'

const traverse = babelTraverse.default ?? babelTraverse

/**
 * The bundle without what nothing in it can reach: webpack keeps all of a module that is used a little. It leaves out whole
 * modules, functions, classes and constants of modules, and exports of CommonJS modules whose names nobody mentions. The rest
 * stays as it was, letter by letter.
 *
 * A name counts as mentioned wherever reachable code has it as a property or as a text.
 */
export function withoutUnusedCode(bundle) {
  const ast = parse(bundle, { sourceType: 'module' })
  const parts = findParts(ast)
  noteUses(ast, parts)
  const live = reachable(parts)
  const dead = [...parts.byNode.values()].filter((part) => !live.has(part))
  return cut(bundle, dead)
}

/** What can be left out: its node, and what it uses once it is there. */
function newPart(node) {
  return { node, bindings: new Set(), modules: new Set(), names: new Set() }
}

function findParts(ast) {
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
      const name = isModuleScope(path.scope) ? exportedName(path.node.expression) : undefined
      if (name === undefined) return
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

function noteUses(ast, parts) {
  const ownerOf = (path) => parts.byNode.get(path.findParent(({ node }) => parts.byNode.has(node))?.node) ?? parts.root
  for (const binding of parts.byBinding.keys()) {
    for (const path of [...binding.referencePaths, ...binding.constantViolations]) ownerOf(path).bindings.add(binding)
  }
  traverse(ast, {
    NumericLiteral(path) {
      if (parts.byModule.has(path.node.value) && !isModule(path.parent)) ownerOf(path).modules.add(path.node.value)
    },
    StringLiteral(path) {
      if (parts.byExport.has(path.node.value)) ownerOf(path).names.add(path.node.value)
    },
    MemberExpression(path) {
      const { property, computed } = path.node
      const written = path.parent.type === 'AssignmentExpression' && path.parent.left === path.node
      if (!computed && !(written && isExports(path.node.object))) ownerOf(path).names.add(property.name)
    },
    ObjectPattern(path) {
      for (const { key } of path.node.properties) if (key !== undefined) ownerOf(path).names.add(key.name ?? key.value)
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

const isLoading = ({ callee }) => /^__nccwpck_require__$/.test(callee.name ?? callee.object?.name ?? '')

function exportedName(expression) {
  if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return undefined
  const { object, property, computed } = expression.left
  return isExports(object) && !computed ? property.name : undefined
}

function isExports(node) {
  if (node.type === 'Identifier') return node.name === 'exports'
  return node.type === 'MemberExpression' && node.object.name === 'module' && node.property.name === 'exports'
}
