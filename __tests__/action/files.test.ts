import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFiles } from '../../src/action/files.js'

let base = ''
let outside = ''
beforeEach(() => {
  base = mkdtempSync(join(realpathSync(tmpdir()), 'files-'))
  outside = mkdtempSync(join(realpathSync(tmpdir()), 'outside-'))
})
afterEach(() => {
  for (const path of [base, outside]) rmSync(path, { recursive: true, force: true })
})

/** Windows lets only administrators make symbolic links. */
const withLinks = process.platform === 'win32' ? it.skip : it

describe('createFiles', () => {
  it('reads back what it wrote, in directories that it makes', async () => {
    const files = createFiles([base])
    await files.write(join(base, 'a/b/plan.json'), 'text ü')
    expect(await files.read(join(base, 'a/b/plan.json'))).toBe('text ü')
    expect(readdirSync(join(base, 'a/b'))).toEqual(['plan.json'])
  })

  it('has each line on disk when its promise resolves', async () => {
    const path = join(base, 'receipt.jsonl')
    const file = await createFiles([base]).append(path)
    await file.line('one')
    expect(readFileSync(path, 'utf8')).toBe('one\n')
    await file.line('two')
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
    await file.close()
  })

  it('keeps lines whole and in order, however many come at once', async () => {
    const path = join(base, 'receipt.jsonl')
    const file = await createFiles([base]).append(path)
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i} ${'x'.repeat(i)}`)
    await Promise.all(lines.map((line) => file.line(line)))
    await file.close()
    expect(readFileSync(path, 'utf8')).toBe(`${lines.join('\n')}\n`)
  })

  it('appends to what is there', async () => {
    const path = join(base, 'hold')
    writeFileSync(path, 'before\n')
    const file = await createFiles().append(path)
    await file.line('after')
    await file.close()
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n')
  })

  it('writes nothing after a line that failed', async () => {
    const file = await createFiles([base]).append(join(base, 'receipt.jsonl'))
    await file.close()
    await expect(file.line('one')).rejects.toThrow()
    await expect(file.line('two')).rejects.toThrow()
    expect(readFileSync(join(base, 'receipt.jsonl'), 'utf8')).toBe('')
  })

  it('refuses what lies outside of the roots', async () => {
    const files = createFiles([base])
    writeFileSync(join(outside, 'secret'), 's')
    for (const path of [join(outside, 'secret'), join(base, '../x'), `${base}-sibling/x`]) {
      await expect(files.read(path)).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining('outside')
      })
      await expect(files.write(path, '')).rejects.toMatchObject({ code: 'config' })
      await expect(files.append(path)).rejects.toMatchObject({ code: 'config' })
    }
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('s')
  })

  it('refuses what git keeps for itself, however it is written', async () => {
    const files = createFiles([outside, base])
    for (const path of ['.git', '.git/config', '.GIT/config', 'module/.git', '.git/../.git/hooks/x']) {
      const refusal = { code: 'config', message: expect.stringContaining("git's own") }
      await expect(files.read(join(base, path))).rejects.toMatchObject(refusal)
      await expect(files.write(join(base, path), '')).rejects.toMatchObject(refusal)
    }
    await files.write(join(base, '.github/policy.yml'), 'p')
    expect(await files.read(join(base, '.github/policy.yml'))).toBe('p')
  })

  it('does not mind that the root itself lies in such a folder', async () => {
    const files = createFiles([join(base, '.git/worktree')])
    await files.write(join(base, '.git/worktree/a'), 'a')
    expect(readdirSync(join(base, '.git/worktree'))).toEqual(['a'])
  })

  withLinks('refuses a symbolic link into what git keeps for itself', async () => {
    mkdirSync(join(base, '.git'))
    writeFileSync(join(base, '.git/config'), 'secret')
    symlinkSync(join(base, '.git/config'), join(base, 'names.txt'))
    await expect(createFiles([base]).read(join(base, 'names.txt'))).rejects.toMatchObject({ code: 'config' })
  })

  withLinks('refuses a symbolic link that leads out, to a file or through a directory', async () => {
    const files = createFiles([base])
    writeFileSync(join(outside, 'secret'), 's')
    symlinkSync(join(outside, 'secret'), join(base, 'file'))
    symlinkSync(outside, join(base, 'dir'))
    await expect(files.read(join(base, 'file'))).rejects.toMatchObject({ code: 'config' })
    await expect(files.write(join(base, 'dir/new/plan.json'), 'x')).rejects.toMatchObject({ code: 'config' })
    expect(existsSync(join(outside, 'new'))).toBe(false)
  })

  withLinks('allows a symbolic link that stays within', async () => {
    writeFileSync(join(base, 'real'), 'r')
    symlinkSync(join(base, 'real'), join(base, 'link'))
    expect(await createFiles([base]).read(join(base, 'link'))).toBe('r')
  })

  it('says why a file cannot be read', async () => {
    await expect(createFiles([base]).read(join(base, 'no.json'))).rejects.toMatchObject({
      name: 'Failure',
      code: 'config',
      message: `${join(base, 'no.json')} cannot be read: it does not exist.`
    })
  })
})
