import { hash, randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DIGEST } from '../domain/manifest.js'
import { READABLE_TYPES } from '../domain/mediaType.js'
import { digestOf, MAX_MANIFEST_BYTES } from './parseManifest.js'

/** A manifest as the registry sent it. */
export interface StoredManifest {
  readonly mediaType: string
  /** Hashes to the digest that it was asked for by. */
  readonly body: Uint8Array
}

/**
 * Manifests by digest, kept across runs in one file for each repository. What is on disk may be cut off, foreign or
 * forged: nothing is handed out whose bytes do not hash to the digest. No method throws; a cache that cannot be
 * read is empty, one that cannot be written is not saved.
 */
export interface ManifestCache {
  get(repository: string, digest: string): Promise<StoredManifest | undefined>
  put(repository: string, digest: string, manifest: StoredManifest): Promise<void>
  /** Writes what is new of one repository and forgets it: what is asked for later is read from its file. */
  release(repository: string): Promise<void>
  /** The same for all of them. Another run that saves at the same time wins or loses as a whole. */
  save(): Promise<void>
}

export interface CacheOptions {
  readonly directory: string
  /** Bytes of one file above which entries that this run did not use are dropped. Default: 32 MiB. */
  readonly maxFileBytes?: number
  /** Bytes of all files above which the longest unused are removed. Default: 512 MiB. */
  readonly maxTotalBytes?: number
}

const MIB = 1024 * 1024
/** Bytes of a file above which it cannot be ours: what one run needs of one repository is far less. */
const LOADED_MOST = 128 * MIB
/** Manifests of a file beyond which it is not read: of tiny ones a file of that size would hold a million. */
const LOADED_ENTRIES = 250_000
const FORMAT = 'package-retention manifests 1\n'
const FILE_NAME = /^[0-9a-f]{64}\.manifests$/
const TEMPORARY_NAME = /^[0-9a-f]{64}\.manifests\.[0-9a-f-]{36}\.tmp$/
/** Temporary files older than this belong to a run that was killed. */
const ABANDONED_MS = 24 * 3_600_000

interface Entry extends StoredManifest {
  used: boolean
  /** Its bytes hash to the digest. */
  checked: boolean
}

interface Shelf {
  readonly file: string
  readonly entries: Map<string, Entry>
  /** Something to save. */
  changed: boolean
}

/** A cache in a directory, which need not exist yet. */
export function createCache(options: CacheOptions): ManifestCache {
  const { directory, maxFileBytes = 32 * MIB, maxTotalBytes = 512 * MIB } = options
  const shelves = new Map<string, Promise<Shelf>>()
  /** Files that this run has saved: all that is in them fits. */
  const saved = new Set<string>()
  const slabs = createSlabs()

  function shelfOf(repository: string): Promise<Shelf> {
    const known = shelves.get(repository)
    if (known !== undefined) return known
    const file = `${hash('sha256', repository, 'hex')}.manifests`
    const shelf = load(join(directory, file), saved.has(file)).then((entries) => ({ file, entries, changed: false }))
    shelves.set(repository, shelf)
    return shelf
  }

  async function get(repository: string, digest: string): Promise<StoredManifest | undefined> {
    const shelf = await shelfOf(repository)
    const entry = shelf.entries.get(digest)
    if (entry === undefined) return undefined
    if (!entry.checked && digestOf(entry.body) !== digest) {
      shelf.entries.delete(digest)
      shelf.changed = true
      return undefined
    }
    entry.checked = true
    entry.used = true
    return entry
  }

  async function put(repository: string, digest: string, { mediaType, body }: StoredManifest): Promise<void> {
    if (!DIGEST.test(digest) || !READABLE_TYPES.has(mediaType) || body.length > MAX_MANIFEST_BYTES) return
    const shelf = await shelfOf(repository)
    shelf.entries.set(digest, { mediaType, body: slabs.copy(body), used: true, checked: true })
    shelf.changed = true
  }

  async function release(repository: string): Promise<void> {
    const shelf = await shelves.get(repository)
    if (shelf === undefined) return
    shelves.delete(repository)
    try {
      if (shelf.changed) await mkdir(directory, { recursive: true })
      await saveShelf(shelf)
      saved.add(shelf.file)
    } catch {
      // Without a cache the next run reads what this one read; that is all.
    }
  }

  async function save(): Promise<void> {
    for (const repository of [...shelves.keys()]) await release(repository)
    await tidy().catch(() => undefined)
  }

  async function saveShelf(shelf: Shelf): Promise<void> {
    const path = join(directory, shelf.file)
    const kept = whatFits(shelf.entries, maxFileBytes)
    if (!shelf.changed && kept.length === shelf.entries.size) {
      const now = new Date()
      // The time of last use, for `tidy`.
      if (kept.length > 0) await utimes(path, now, now).catch(() => undefined)
      return
    }
    await writeWhole(path, kept)
  }

  /** Removes what killed runs left, and of the files that this run did not save those that were not used for longest. */
  async function tidy(): Promise<void> {
    let total = 0
    const unused: { readonly path: string; readonly size: number; readonly usedAt: number }[] = []
    for (const name of await readdir(directory).catch(() => [])) {
      if (!FILE_NAME.test(name) && !TEMPORARY_NAME.test(name)) continue
      const path = join(directory, name)
      const stat = await lstat(path).catch(() => undefined)
      if (stat === undefined) continue
      if (FILE_NAME.test(name)) {
        total += stat.size
        if (!saved.has(name)) unused.push({ path, size: stat.size, usedAt: stat.mtimeMs })
      } else if (Date.now() - stat.mtimeMs > ABANDONED_MS) await rm(path, { force: true })
    }
    for (const file of unused.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= maxTotalBytes) return
      await rm(file.path, { force: true })
      total -= file.size
    }
  }

  return { get, put, release, save }
}

/**
 * Copies bytes (what was received may be a view of a large network buffer that it keeps alive) into pieces of a mebibyte:
 * thousands of small ones would take twice the memory, and never return it.
 */
function createSlabs(): { copy(body: Uint8Array): Uint8Array } {
  let slab = new Uint8Array(0)
  return {
    copy(body) {
      if (body.length > slab.length) slab = new Uint8Array(Math.max(MIB, body.length))
      const copy = slab.subarray(0, body.length)
      copy.set(body)
      slab = slab.subarray(body.length)
      return copy
    }
  }
}

/** Keeps what is used, and other manifests as long as there is room. */
function whatFits(entries: ReadonlyMap<string, Entry>, maxBytes: number): readonly (readonly [string, Entry])[] {
  let room = maxBytes
  for (const entry of entries.values()) if (entry.used) room -= entry.body.length
  return [...entries].filter(([, entry]) => {
    if (entry.used) return true
    room -= entry.body.length
    return room >= 0
  })
}

/**
 * The format: a line that names it, then for each manifest a line `<digest> <media type> <bytes>`, the bytes, and a
 * line feed. What follows the first piece that does not fit this is not read.
 */
async function load(path: string, used: boolean): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  const content = await readRegularFile(path)
  if (content === undefined || content.toString('latin1', 0, FORMAT.length) !== FORMAT) return entries
  let at = FORMAT.length
  while (at < content.length && entries.size < LOADED_ENTRIES) {
    const end: number = content.indexOf(0x0a, at)
    if (end < 0 || end - at > 256) break
    const [digest = '', mediaType = '', length = '']: string[] = content.toString('latin1', at, end).split(' ')
    const stop = end + 1 + Number(length)
    if (!DIGEST.test(digest) || !READABLE_TYPES.has(mediaType) || !/^\d{1,7}$/.test(length)) break
    if (content[stop] !== 0x0a) break
    entries.set(digest, { mediaType, body: content.subarray(end + 1, stop), used, checked: false })
    at = stop + 1
  }
  return entries
}

async function readRegularFile(path: string): Promise<Buffer | undefined> {
  try {
    const stat = await lstat(path)
    // A link or a device in a directory that others can write to may lead anywhere and have no end.
    return stat.isFile() && stat.size <= LOADED_MOST ? await readFile(path) : undefined
  } catch {
    return undefined
  }
}

async function writeWhole(path: string, entries: readonly (readonly [string, Entry])[]): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, batches(entries), { flag: 'wx', mode: 0o600 })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Few writes, and never a second copy of everything in memory. */
function* batches(entries: readonly (readonly [string, Entry])[]): Generator<Uint8Array> {
  let parts: Uint8Array[] = [Buffer.from(FORMAT)]
  let size = 0
  for (const [digest, { mediaType, body }] of entries) {
    parts.push(Buffer.from(`${digest} ${mediaType} ${body.length}\n`), body, Buffer.from('\n'))
    size += body.length
    if (size < MIB) continue
    yield Buffer.concat(parts)
    parts = []
    size = 0
  }
  yield Buffer.concat(parts)
}
