import { quote } from '../problem.js'

/** Directories that files must be in. */
export interface Roots {
  readonly workspace: string
  /** `RUNNER_TEMP`; absent for what an input does not name itself. */
  readonly temp?: string
}

/**
 * A path relative to the workspace, or absolute within it or within `temp`, as an absolute path with `/`.
 * Text alone decides: `\` separates too, `..` may not lead out, and what symbolic links do is not looked at.
 */
export function resolvePath(text: string, roots: Roots): { readonly path: string } | { readonly problem: string } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no such file is meant
  if (/[\u0000-\u001f\u007f]/.test(text)) return { problem: `${quote(text)} has control characters in it.` }
  const workspace = normalize(roots.workspace)
  const temp = normalize(roots.temp ?? '')
  const allowed = `a file is named relative to the workspace, or absolute within it${roots.temp === undefined ? '' : ' or within RUNNER_TEMP'}`
  const slashed = text.replaceAll('\\', '/')
  if (/^[A-Za-z]:(?!\/)/.test(slashed)) return { problem: `${quote(text)} is relative to a drive; ${allowed}.` }
  const absolute = slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed)
  const path = normalize(absolute ? slashed : `${workspace.replace(/\/$/, '')}/${slashed}`)
  const inside = absolute ? within(path, workspace) || within(path, temp) : within(path, workspace)
  return inside ? { path } : { problem: `${quote(text)} is outside: ${allowed}.` }
}

/** With `/`, without `.`, `..`, empty segments and trailing slash; `..` stops at the root. */
function normalize(path: string): string {
  const slashed = path.replaceAll('\\', '/')
  const root = /^(?:[A-Za-z]:\/?|\/\/(?=[^/])|\/)/.exec(slashed)?.[0] ?? ''
  const segments: string[] = []
  for (const segment of slashed.slice(root.length).split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return `${/^[A-Za-z]:$/.test(root) ? `${root}/` : root}${segments.join('/')}`
}

function within(path: string, directory: string): boolean {
  if (directory === '') return false
  // Windows does not tell upper from lower case.
  const fold = (text: string): string => (/^(?:[A-Za-z]:|\/\/)/.test(directory) ? text.toLowerCase() : text)
  const base = directory.endsWith('/') ? directory : `${directory}/`
  return fold(path) === fold(directory) || fold(path).startsWith(fold(base))
}
