import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Files } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import { checkGlob, compileGlob } from '../pattern/glob.js'
import type { TextFile } from '../references/findReferences.js'
import { codeOf } from './files.js'

/** People do not write more files than this. */
const MOST_FILES = 20_000

/**
 * All files of the workspace that a glob fits, with `/` in their names; what git keeps for itself is left out. Symbolic links
 * to files are followed within the workspace (`files` sees to it), links to folders are not. Throws `Failure` (`config`)
 * where the glob fits no file and where one cannot be read.
 */
export async function readWorkspace(workspace: string, glob: string, files: Files): Promise<readonly TextFile[]> {
  const written = glob.replace(/^(?:\.\/)+/, '')
  const problem = /^[!/]|(?:^|\/)\.\.(?:\/|$)|\\/.test(written)
    ? 'a glob is relative to the workspace, with / between folders, and excludes nothing'
    : checkGlob(written)
  if (problem !== undefined) throw new Failure('config', `${problem}.`)
  const [names, folders] = [await namesIn(workspace, fixedPart(written)), `${written.replace(/\/$/, '')}/`]
  const fits = compileGlob(written, true)
  const found = names.filter(fits).sort()
  if (found.length === 0) {
    const isFolder = names.some((name) => name.startsWith(folders))
    throw new Failure('config', `it fits no file of the workspace${isFolder ? `: write ${folders}**` : ''}.`)
  }
  const texts: TextFile[] = []
  for (const name of found) texts.push({ name, text: await files.read(join(workspace, name)) })
  return texts
}

/** The folders in front of the first segment with a wildcard. */
function fixedPart(glob: string): string {
  const segments = glob.split('/')
  const first = segments.findIndex((segment) => /[*?[{]/.test(segment))
  return first === -1 ? glob.slice(0, Math.max(0, glob.lastIndexOf('/'))) : segments.slice(0, first).join('/')
}

async function namesIn(workspace: string, start: string): Promise<readonly string[]> {
  const names: string[] = []
  const folders = [start]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await list(join(workspace, folder), folder)) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (entry.name.toLowerCase() !== '.git') folders.push(name)
      } else if (entry.isFile() || entry.isSymbolicLink()) names.push(name)
    }
    if (names.length > MOST_FILES)
      throw new Failure('config', `there are more than ${MOST_FILES} files below ${start || 'it'}.`)
  }
  return names
}

async function list(path: string, folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new Failure('config', `the folder ${folder} cannot be read: ${String(code)}.`, undefined, { cause: error })
  }
}
