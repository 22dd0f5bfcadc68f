import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createCache } from '../../src/registry/cache.js'
import { IMAGE, INDEX, sha256 } from './fakeRegistry.js'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manifest-cache-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const content = (text: string) => ({ mediaType: IMAGE, body: Buffer.from(text) })

/** Saves the texts and returns the path of the one file. */
async function saved(texts: readonly string[], repository = 'r/octo/app'): Promise<string> {
  const cache = createCache({ directory })
  for (const text of texts) await cache.put(repository, sha256(text), content(text))
  await cache.save()
  const [file = ''] = await readdir(directory)
  return join(directory, file)
}

async function textOf(text: string, repository = 'r/octo/app'): Promise<string | undefined> {
  const found = await createCache({ directory }).get(repository, sha256(text))
  return found === undefined ? undefined : Buffer.from(found.body).toString()
}

describe('createCache', () => {
  it('gives back in another run what one run saved, media type and bytes', async () => {
    const bytes = Uint8Array.from([0, 10, 255, 32, 10])
    const cache = createCache({ directory: join(directory, 'made', 'on', 'demand') })
    await cache.put('r/octo/app', sha256(bytes), { mediaType: INDEX, body: bytes })
    await cache.save()
    const other = createCache({ directory: join(directory, 'made', 'on', 'demand') })
    const found = await other.get('r/octo/app', sha256(bytes))
    expect(found?.mediaType).toBe(INDEX)
    expect(Uint8Array.from(found?.body ?? [])).toEqual(bytes)
    expect(await other.get('r/octo/app', sha256('never put'))).toBeUndefined()
    expect(await other.get('r/octo/other', sha256(bytes))).toBeUndefined()
  })

  it('keeps its own copy of the bytes', async () => {
    const cache = createCache({ directory })
    const body = Buffer.from('abc')
    await cache.put('r/octo/app', sha256('abc'), { mediaType: IMAGE, body })
    body.fill(0)
    const found = await cache.get('r/octo/app', sha256('abc'))
    expect(Buffer.from(found?.body ?? []).toString()).toBe('abc')
  })

  it('does not hand out bytes that were changed on disk, and forgets them', async () => {
    const file = await saved(['aaaa', 'bbbb'])
    const text = await readFile(file, 'latin1')
    await writeFile(file, text.replace('\naaaa\n', '\naaXa\n'), 'latin1')
    expect(await textOf('aaaa')).toBeUndefined()
    expect(await textOf('bbbb')).toBe('bbbb')

    const cache = createCache({ directory })
    await cache.get('r/octo/app', sha256('aaaa'))
    await cache.save()
    expect(await readFile(file, 'latin1')).not.toContain(sha256('aaaa'))
  })

  it.each<[string, (text: string) => string]>([
    ['is of another format', (text) => text.replace('manifests 1', 'manifests 2')],
    ['is empty', () => ''],
    ['is noise', () => '\u0000\n'.repeat(1000)],
    ['claims another length', (text) => text.replace(' 4\naaaa', ' 9999999\naaaa')],
    ['claims a negative length', (text) => text.replace(' 4\naaaa', ' -4\naaaa')],
    ['names no digest', (text) => text.replace('sha256:', '../../etc/')],
    ['names a media type that is none of ours', (text) => text.replace(IMAGE, 'text/html')],
    ['is cut off within an entry', (text) => text.slice(0, text.indexOf('aaaa') + 2)],
    ['has a line without end', (text) => text.replace(' 4\naaaa', 'x'.repeat(100_000))]
  ])('believes nothing of a file that %s', async (_, damage) => {
    const file = await saved(['aaaa'])
    await writeFile(file, damage(await readFile(file, 'latin1')), 'latin1')
    expect(await textOf('aaaa')).toBeUndefined()
  })

  it('keeps what comes before a cut', async () => {
    const file = await saved(['aaaa', 'bbbb'])
    const text = await readFile(file, 'latin1')
    await writeFile(file, text.slice(0, -3), 'latin1')
    expect(await textOf('aaaa')).toBe('aaaa')
    expect(await textOf('bbbb')).toBeUndefined()
  })

  it('reads no endless number of tiny entries', async () => {
    const path = await saved(['one'])
    const header = (await readFile(path, 'utf8')).split('\n')[0]
    const digest = (i: number): string => `sha256:${i.toString(16).padStart(64, '0')}`
    const entries = Array.from({ length: 300_000 }, (_, i) => `${digest(i)} ${IMAGE} 0\n\n`)
    await writeFile(path, `${header}\n${entries.join('')}${sha256('last')} ${IMAGE} 4\nlast\n`)
    expect(await textOf('last')).toBeUndefined()
  })

  it('follows no link out of its directory', async () => {
    const file = await saved(['aaaa'])
    const outside = join(directory, 'outside')
    await writeFile(outside, await readFile(file))
    await rm(file)
    await symlink(outside, file)
    expect(await textOf('aaaa')).toBeUndefined()
  })

  it('writes only within its directory, whatever the repository is called', async () => {
    const inner = join(directory, 'inner')
    const cache = createCache({ directory: inner })
    await cache.put('../../escape', sha256('a'), content('a'))
    await cache.put('/etc/passwd', sha256('a'), content('a'))
    await cache.save()
    expect(await readdir(directory)).toEqual(['inner'])
    expect(await readdir(inner)).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}\.manifests$/),
      expect.stringMatching(/^[0-9a-f]{64}\.manifests$/)
    ])
  })

  it('writes nothing where nothing is new', async () => {
    const file = await saved(['aaaa'])
    const before = await stat(file)
    const cache = createCache({ directory })
    await cache.get('r/octo/app', sha256('aaaa'))
    await cache.save()
    expect((await stat(file)).ino).toBe(before.ino)
  })

  it('leaves a whole file when two runs save at the same time', async () => {
    const runs = ['one', 'two', 'three'].map(async (text) => {
      const cache = createCache({ directory })
      await cache.put('r/octo/app', sha256(text), content(text))
      await cache.save()
    })
    await Promise.all(runs)
    const found = await Promise.all(['one', 'two', 'three'].map((text) => textOf(text)))
    expect(found.filter((text) => text !== undefined)).toHaveLength(1)
    expect(await readdir(directory)).toHaveLength(1)
  })

  it('drops what a run did not use when the file grows too large, and only then', async () => {
    const texts = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)]
    await saved(texts)
    for (const [maxFileBytes, left] of [
      [120, 3],
      [100, 2],
      [70, 1]
    ] as const) {
      const cache = createCache({ directory, maxFileBytes })
      expect(await cache.get('r/octo/app', sha256('c'.repeat(40)))).toBeDefined()
      await cache.save()
      const found = await Promise.all(texts.map((text) => textOf(text)))
      expect(found.filter((text) => text !== undefined)).toHaveLength(left)
      expect(found[2]).toBe(texts[2])
    }
  })

  it('writes a repository that is released, and reads it from its file after that', async () => {
    const cache = createCache({ directory })
    await cache.put('r/octo/app', sha256('a'), content('a'))
    await cache.put('r/octo/other', sha256('b'), content('b'))
    await cache.release('r/octo/app')
    expect(await textOf('a')).toBe('a')
    expect(await readdir(directory)).toHaveLength(1)
    const file = join(directory, (await readdir(directory))[0] ?? '')
    await writeFile(file, (await readFile(file, 'latin1')).replace('\na\n', '\nX\n'), 'latin1')
    expect(await cache.get('r/octo/app', sha256('a'))).toBeUndefined()
    await cache.release('r/octo/never')
    await cache.save()
    expect(await textOf('b', 'r/octo/other')).toBe('b')
  })

  it('drops nothing of a repository that it has released, although the file is large', async () => {
    const texts = ['a'.repeat(40), 'b'.repeat(40)]
    const cache = createCache({ directory, maxFileBytes: 10 })
    for (const text of texts) await cache.put('r/octo/app', sha256(text), content(text))
    await cache.release('r/octo/app')
    await cache.put('r/octo/app', sha256('new'), content('new'))
    await cache.save()
    for (const text of [...texts, 'new']) expect(await textOf(text)).toBe(text)
  })

  it('keeps manifests apart, however large they are', async () => {
    const texts = ['a'.repeat(600_000), 'b'.repeat(600_000), 'c'.repeat(3_000_000), 'd']
    const cache = createCache({ directory })
    for (const text of texts) await cache.put('r/octo/app', sha256(text), content(text))
    await cache.save()
    for (const text of texts) expect(await textOf(text)).toBe(text)
  })

  it('removes the longest unused files when all together grow too large, and what killed runs left', async () => {
    for (const repository of ['old', 'older', 'new']) await saved(['x'.repeat(1000)], repository)
    const names = await readdir(directory)
    const abandoned = join(directory, `${names[0]}.00000000-0000-4000-8000-000000000000.tmp`)
    const foreign = join(directory, 'somebody-elses.txt')
    await writeFile(abandoned, '')
    await writeFile(foreign, 'x'.repeat(10_000))
    await utimes(abandoned, 1, 1)
    const files = new Map<string, string>()
    for (const repository of ['old', 'older', 'new']) {
      const own = createCache({ directory })
      await own.get(repository, sha256('x'.repeat(1000)))
      files.set(repository, `${sha256(repository).replace('sha256:', '')}.manifests`)
    }
    await utimes(join(directory, files.get('old') ?? ''), 2000, 2000)
    await utimes(join(directory, files.get('older') ?? ''), 1000, 1000)

    const cache = createCache({ directory, maxTotalBytes: 2500 })
    await cache.get('new', sha256('x'.repeat(1000)))
    await cache.save()
    expect(new Set(await readdir(directory))).toEqual(
      new Set([files.get('old'), files.get('new'), 'somebody-elses.txt'])
    )
  })

  it('is empty, and says nothing, where it cannot read or write', async () => {
    const blocked = join(directory, 'a-file')
    await writeFile(blocked, '')
    const cache = createCache({ directory: join(blocked, 'below') })
    await cache.put('r/octo/app', sha256('a'), content('a'))
    await expect(cache.save()).resolves.toBeUndefined()
    await mkdir(join(directory, 'empty'))
    expect(await createCache({ directory: join(directory, 'empty') }).get('r', sha256('a'))).toBeUndefined()
  })
})
