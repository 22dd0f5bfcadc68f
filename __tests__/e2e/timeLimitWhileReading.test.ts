import { describe, expect, it } from '@jest/globals'
import { prune } from '../../src/app/execute/prune.js'
import { NO_HOLDS } from '../../src/app/holds.js'
import type { Ports } from '../../src/app/ports.js'
import type { PruneConfig } from '../../src/domain/config.js'

describe('a time limit that passes while packages are listed', () => {
  it('begins with no further package', async () => {
    const stop = new AbortController()
    const listed: string[] = []
    const owner = { login: 'octo-org', kind: 'organization' }
    const names = Array.from({ length: 60 }, (_, i) => `lib-${i}`)
    const ports = {
      clock: { now: () => 0 },
      console: { info: () => undefined, notice: () => undefined, debug: () => undefined, warning: () => undefined },
      stop: { signal: stop.signal, reason: 'time limit of 2 s', cancelled: new AbortController().signal },
      packages: {
        budget: () => undefined,
        getPackage: async (_: unknown, type: string, name: string) => ({ owner: 'octo-org', type, name }),
        serverTime: () => undefined,
        listVersions: async (_: unknown, { name }: { name: string }) => {
          listed.push(name)
          stop.abort()
          return []
        }
      }
    }
    const config = {
      operation: 'prune',
      dryRun: true,
      scope: { names, types: ['npm'], ifMissing: 'fail' },
      policy: { rules: [], protect: { names: [], listed: [] } }
    }
    const run = prune(
      config as unknown as PruneConfig,
      ports as unknown as Ports,
      { onFiles: () => undefined },
      owner as never,
      NO_HOLDS
    )
    await expect(run).rejects.toMatchObject({
      code: 'cancelled',
      message: 'Reading packages ended: time limit of 2 s.'
    })
    expect(listed.length).toBeLessThanOrEqual(4)
  })
})
