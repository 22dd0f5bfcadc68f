import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { SEED } from './seed.js'

describe('a random test', () => {
  it('draws from fast-check with the seed of the run', () => {
    expect(fc.readConfigureGlobal().seed).toBe(SEED)
    expect(fc.sample(fc.string())).toEqual(fc.sample(fc.string()))
  })

  it('draws from nothing else that differs from run to run', () => {
    const files = ['__tests__', 'simulator/generate'].flatMap((folder) =>
      readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))
    )
    const sources = files.filter((file) => file.endsWith('.ts') && !/architecture|seed\.test/.test(file))
    const drawing = sources.filter((file) =>
      /Math\.random|randomInt|randomBytes|getRandomValues|seed: Date/.test(readFileSync(file, 'utf8'))
    )
    expect(drawing).toEqual([])
    expect(sources.length).toBeGreaterThan(100)
  })
})
