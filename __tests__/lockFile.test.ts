import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'

interface LockEntry {
  readonly resolved?: string
  readonly integrity?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock: { readonly packages: Readonly<Record<string, LockEntry>> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8')
)
const entries = Object.entries(lock.packages)
const installed = entries.filter(([path]) => path !== '')
const locked = new Set(
  installed.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
)

describe('package-lock.json', () => {
  it('names no server but the public registry', () => {
    const elsewhere = entries.filter(
      ([, { resolved }]) => resolved?.startsWith('https://registry.npmjs.org/') === false
    )
    expect(elsewhere).toEqual([])
  })

  // npm ci refuses a lock without them, on every system.
  it('holds the optional packages of every platform', () => {
    const wanted = entries.flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies))
    expect(wanted.filter((name) => !locked.has(name))).toEqual([])
  })

  it('holds a hash of every package', () => {
    expect(installed.filter(([, { integrity }]) => integrity === undefined)).toEqual([])
  })

  it('pins the packages that package.json names to one version', () => {
    const { dependencies = {}, devDependencies = {} } = lock.packages[''] ?? {}
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, range]) => !/^\d+\.\d+\.\d+$/.test(range)
    )
    expect(loose).toEqual([])
  })
})
