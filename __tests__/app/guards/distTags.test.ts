import { describe, expect, it } from '@jest/globals'
import { type DistTagWatch, watchDistTags } from '../../../src/app/guards/distTags.js'
import type { Ports } from '../../../src/app/ports.js'
import { Failure } from '../../../src/domain/failure.js'

const ref = { owner: 'octo-org', type: 'npm', name: 'lib' } as const

const named = (name: string) => ({ id: 1, name, tags: [] })

/** A watch over dist-tags that the test moves, with time that the test lets pass. */
function setting(known: Record<string, string> = { latest: '9.0.0' }) {
  let now = 0
  let reads = 0
  let broken = false
  const tags = { ...known }
  const ports = {
    clock: { now: () => now },
    distTags: {
      read: async () => {
        reads += 1
        if (broken) throw new Failure('network', 'the registry is away')
        return { ...tags }
      }
    }
  } as unknown as Ports
  const watch: DistTagWatch = watchDistTags(ports, ref, true, known)
  return {
    watch,
    tags,
    reads: () => reads,
    fail: () => {
      broken = true
    },
    pass: (ms: number) => {
      now += ms
    }
  }
}

describe('a reading of the dist-tags', () => {
  it('serves every deletion of the next two seconds, and no later one', async () => {
    const { watch, reads, pass } = setting()
    for (let index = 0; index < 10; index += 1) {
      await watch.reasonToKeep(named(`1.0.${index}`))
      pass(250)
    }
    expect(reads()).toBe(2)
  })

  it('serves all that ask at the same time', async () => {
    const { watch, reads } = setting()
    await Promise.all(['1.0.0', '1.0.1', '1.0.2'].map((version) => watch.reasonToKeep(named(version))))
    expect(reads()).toBe(1)
  })

  it('is read again for a deletion that waited for longer than two seconds', async () => {
    const { watch, tags, pass } = setting()
    expect(await watch.reasonToKeep(named('1.0.0'))).toBeUndefined()
    tags.beta = '1.0.1'
    pass(2001)
    expect(await watch.reasonToKeep(named('1.0.1'))).toBe('the dist-tag beta is on it now')
  })

  it('stops all further deletions once it fails', async () => {
    const { watch, fail, pass } = setting()
    expect(await watch.reasonToKeep(named('1.0.0'))).toBeUndefined()
    fail()
    pass(2001)
    const why = "npm's dist-tags cannot be read, and one may be on it (the registry is away)"
    expect([await watch.reasonToKeep(named('1.0.1')), await watch.reasonToKeep(named('1.0.2'))]).toEqual([why, why])
  })
})

describe('the closing check', () => {
  it('has a reading of its own, however young the last one is', async () => {
    const { watch, tags, reads } = setting({ latest: '9.0.0', next: '8.0.0' })
    await watch.reasonToKeep(named('1.0.0'))
    tags.next = '1.0.0'
    watch.deleted(named('1.0.0'))
    expect([...(await watch.lost()).keys()]).toEqual(['1.0.0'])
    expect(reads()).toBe(2)
  })

  it('suspects versions deleted after the last reading that showed a vanished dist-tag, and none deleted before it', async () => {
    const { watch, tags, pass } = setting({ latest: '9.0.0', next: '8.0.0' })
    await watch.reasonToKeep(named('1.0.0'))
    watch.deleted(named('1.0.0'))
    pass(3000)
    await watch.reasonToKeep(named('1.0.1'))
    watch.deleted(named('1.0.1'))
    delete tags.next
    expect([...(await watch.lost()).keys()]).toEqual(['1.0.1'])
  })
})
