import { parse } from '@babel/parser'
import babelTraverse from '@babel/traverse'
import { program } from './foreign-comments.mjs'

const traverse = babelTraverse.default ?? babelTraverse

/**
 * The bundle with two blanks in place of each four that begin a line: tsc and most packages write four, and every run
 * would download and read them. Lines of text literals stay as they are.
 */
export function withLessIndentation(bundle) {
  const literal = new Set()
  traverse(parse(bundle, { sourceType: 'module' }), {
    TemplateLiteral({ node: { loc } }) {
      for (let line = loc.start.line + 1; line <= loc.end.line; line++) literal.add(line)
    }
  })
  const result = bundle
    .split('\n')
    .map((line, index) => (literal.has(index + 1) ? line : line.replace(/^(?: {4})+/, halved)))
    .join('\n')
  if (program(result) !== program(bundle)) throw new Error('Less indentation changed the program.')
  return result
}

const halved = (blanks) => blanks.slice(blanks.length / 2)
