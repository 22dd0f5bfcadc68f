import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import system, { basename, dirname, join, resolve } from 'node:path'
import type { Files } from '../app/ports.js'
import { Failure } from '../domain/failure.js'

/**
 * Bytes of the largest file that a run reads, and so of the largest that it writes: a plan or a receipt that only its writer
 * could read would be worth nothing. 100,000 versions need about 60 million; Node reads no text of more than 536 million.
 */
const LARGEST_FILE = 400_000_000

type Verb = 'read' | 'write'

/** Characters written at a time. */
const PIECE = 1 << 18

/**
 * Files on disk. With `roots` (the workspace, and `RUNNER_TEMP`), a path must lie in one of them when all its symbolic links
 * are followed: a checked-out pull request may hold links to anywhere. The files of git itself are not read: they may
 * hold a token. Throws `Failure` (`config`) for a path outside, for one in `.git`, and for what cannot be read.
 */
export function createFiles(roots?: readonly string[]): Files {
  return {
    async read(path) {
      await contain(path, roots, 'read')
      try {
        const found = await stat(path)
        // A pipe may never end, and never even begin.
        if (!found.isFile()) throw new Failure('config', `${path} cannot be read: it is not a regular file.`)
        if (found.size > LARGEST_FILE) throw tooLarge(path)
        return decoded(await readFile(path))
      } catch (error) {
        throw readable(error, path, 'read')
      }
    },

    async exists(path) {
      await contain(path, roots, 'read')
      return (await stat(path).catch(() => undefined)) !== undefined
    },

    /** Whole or not at all: a reader never sees half of it. */
    async write(path, text) {
      await contain(path, roots, 'write')
      const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
      try {
        await mkdir(dirname(path), { recursive: true })
        const handle = await open(temporary, 'wx')
        try {
          let size = 0
          for (const piece of pieces(text)) {
            size += piece.length
            if (size > LARGEST_FILE) throw tooLarge(path)
            await handle.writeFile(piece)
          }
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined)
        throw readable(error, path, 'write')
      }
    },

    async append(path) {
      await contain(path, roots, 'write')
      try {
        await mkdir(dirname(path), { recursive: true })
        return appender(path, await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o644))
      } catch (error) {
        throw readable(error, path, 'write')
      }
    }
  }
}

/** PowerShell writes UTF-16 with a byte order mark, older ones UTF-8 with one. The mark is not a part of the text. */
function decoded(bytes: Buffer): string {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0)
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

/** Lines that arrive while the disk is busy are written together and share one flush. */
function appender(path: string, handle: FileHandle): Awaited<ReturnType<Files['append']>> {
  let waiting: string[] = []
  let flushing: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  let size = 0

  async function flush(): Promise<void> {
    // After a failure the last line may be incomplete, so nothing is written behind it.
    await flushing
    const text = waiting.join('')
    waiting = []
    next = undefined
    try {
      await handle.appendFile(text, 'utf8')
      await handle.datasync()
    } catch (error) {
      throw readable(error, path, 'write')
    }
  }

  return {
    line(text) {
      size += Buffer.byteLength(text) + 1
      if (size > LARGEST_FILE) return Promise.reject(tooLarge(path))
      waiting.push(`${text}\n`)
      if (next === undefined) {
        next = flush()
        flushing = next
      }
      return next
    },
    async close() {
      await flushing.catch(() => undefined)
      await handle.close()
    }
  }
}

async function contain(path: string, roots: readonly string[] | undefined, verb: Verb): Promise<void> {
  if (roots === undefined) return
  const real = await follow(resolve(path), verb)
  for (const root of roots) {
    const start = await follow(resolve(root), verb)
    if (!within(real, start)) continue
    if (!ofGit(real, start)) return
    throw new Failure('config', `${path} leads to ${real}, which is a file of git's own.`)
  }
  const others = roots.length > 1 ? ' and of RUNNER_TEMP' : ''
  throw new Failure('config', `${path} leads to ${real}, which is outside of the workspace${others}.`)
}

function ofGit(real: string, root: string): boolean {
  return system
    .relative(root, real)
    .split(/[\\/]/)
    .some((segment) => segment.toLowerCase() === '.git')
}

/** The path without symbolic links. If it does not exist yet, the links of its nearest parent are followed. */
async function follow(path: string, verb: Verb): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const parent = dirname(path)
    if (codeOf(error) !== 'ENOENT' || parent === path) throw readable(error, path, verb)
    return join(await follow(parent, verb), basename(path))
  }
}

/** Whether `file` is `root` or inside it. Both are absolute and without links; the system compares drives, shares and letter case. */
export function within(
  file: string,
  root: string,
  { relative, isAbsolute, sep }: Pick<typeof system, 'relative' | 'isAbsolute' | 'sep'> = system
): boolean {
  const way = relative(root, file)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

const tooLarge = (path: string): Failure =>
  new Failure('config', `${path} is larger than ${LARGEST_FILE} bytes, the most that a run reads.`)

const MEANING: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'no permission',
  ENOSPC: 'the disk is full'
}

function readable(error: unknown, path: string, verb: Verb): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const why = MEANING[code] ?? code
  return new Failure('config', `${path} cannot be ${verb === 'read' ? 'read' : 'written'}: ${why}.`, undefined, {
    cause: error
  })
}

/** The code that Node gave a failure of the file system, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof Failure) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The same text in pieces large enough to be worth a write. */
function* pieces(text: string | Iterable<string>): Generator<Buffer> {
  let held: string[] = []
  let length = 0
  for (const piece of typeof text === 'string' ? [text] : text) {
    held.push(piece)
    length += piece.length
    if (length < PIECE) continue
    yield Buffer.from(held.join(''))
    held = []
    length = 0
  }
  yield Buffer.from(held.join(''))
}
