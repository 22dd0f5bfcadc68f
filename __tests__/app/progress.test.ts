import { describe, expect, it } from '@jest/globals'
import type { Console } from '../../src/app/ports.js'
import { countPackages, progressOf } from '../../src/app/progress.js'

function said(total: number, tell: (step: (done: number, after: number, aside?: string) => void) => void): string[] {
  let now = 1_000_000
  const lines: string[] = []
  const clock = { now: () => now, sleep: async () => {} }
  const console = { progress: (text: string) => lines.push(text) } as never
  const startedAt = now
  const step = progressOf({ console, clock }, 'app: deletions', total)
  tell((done, after, aside) => {
    now = startedAt + after
    step(done, aside)
  })
  return lines
}

describe('progress', () => {
  it('progress shows how much is done at first, then rate and time left', () => {
    expect(
      said(700, (step) => {
        step(1, 100)
        step(100, 34_000)
        step(600, 203_000)
        step(700, 240_000)
      })
    ).toEqual([
      'app: deletions: 1 of 700',
      'app: deletions: 100 of 700, 176 a minute, about 4 min left',
      'app: deletions: 600 of 700, 177 a minute, about 34 s left',
      'app: deletions: 700 of 700'
    ])
  })

  it('progress shows fast work by the second, and a remark beside it', () => {
    expect(said(10_000, (step) => step(5000, 5000, '900 read'))).toEqual([
      'app: deletions: 5000 of 10000, 900 read, 1000 a second, about 5 s left'
    ])
  })

  it('progress shows how many of several packages are done, and nothing for a single one', () => {
    const tell = (total: number): string[] => {
      const lines: string[] = []
      const console: Partial<Console> = { progress: (text) => lines.push(text) }
      const { ports, done } = countPackages({ console: console as Console }, total)
      ports.console.progress('app: manifests: 1 of 9')
      done()
      ports.console.progress('web: manifests: 2 of 9')
      return lines
    }
    expect(tell(3)).toEqual(['0 of 3 packages, app: manifests: 1 of 9', '1 of 3 packages, web: manifests: 2 of 9'])
    expect(tell(1)).toEqual(['app: manifests: 1 of 9', 'web: manifests: 2 of 9'])
  })
})
