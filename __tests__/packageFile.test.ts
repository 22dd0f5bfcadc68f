import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'

const file: {
  readonly bin: Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
} = JSON.parse(readFileSync('package.json', 'utf8'))

describe('package.json lets npx install nothing but the bundle', () => {
  it('has no dependencies at run time: they are in the bundle', () => {
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies'])
      expect(file).not.toHaveProperty(kind)
  })

  it('packs dist alone, where the program is', () => {
    expect(file.files).toEqual(['dist'])
    for (const path of Object.values(file.bin))
      expect([path.startsWith('dist/'), existsSync(path)]).toEqual([true, true])
  })

  // For a package from git, npm installs all development packages as soon as one of these is there.
  it.each(['prepare', 'prepack', 'build', 'preinstall', 'install', 'postinstall'])('has no script %s', (name) => {
    expect(file.scripts).not.toHaveProperty(name)
  })
})
