import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { minifySync } from '@swc/core'

/** What webpack writes to tell where a module begins. */
const STRUCTURE = /^(\/\*\*\*|\/\/ (EXTERNAL MODULE|EXPORTS|UNUSED EXPORTS))/

/**
 * The bundle without the comments that fill whole lines of dependencies: a sixth of its bytes, which every run would
 * download and parse. The code keeps its names and lines, own comments stay, licences are in LICENSES.txt.
 *
 * Throws where what is left is not the same program, as when a text literal has lines that look like a comment.
 */
export function withoutForeignComments(bundle, ownFolder) {
  const own = commentLines(ownFolder)
  const kept = []
  const lines = bundle.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const end = STRUCTURE.test(lines[at].trim()) ? undefined : endOfComment(lines, at)
    const comment = end === undefined ? [] : lines.slice(at, end + 1)
    if (comment.length === 0 || comment.every((line) => own.has(line.trim()))) kept.push(lines[at])
    else at = end
  }
  const result = kept.join('\n')
  if (program(result) !== program(bundle)) throw new Error('Removing comments changed the program.')
  return result
}

/** Index of the last line of a comment that begins on this line and fills its lines; `undefined`: there is none. */
function endOfComment(lines, at) {
  const first = lines[at].trim()
  if (first.startsWith('//')) return at
  if (!first.startsWith('/*')) return undefined
  const end = lines.findIndex(
    (line, index) => index >= at && line.slice(index === at ? line.indexOf('/*') + 2 : 0).includes('*/')
  )
  return end >= 0 && lines[end].trim().indexOf('*/', end === at ? 2 : 0) === lines[end].trim().length - 2
    ? end
    : undefined
}

function commentLines(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'))
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
  return new Set(lines.map((line) => line.trim()).filter((line) => /^(\/[/*]|\*)/.test(line)))
}

/** The same text for the same code, whatever its comments and blanks. */
export function program(code) {
  return minifySync(code, { module: true, compress: false, mangle: false, format: { comments: false } }).code
}
