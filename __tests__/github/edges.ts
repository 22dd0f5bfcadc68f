import { afterEach } from '@jest/globals'
import type { Clock, DistTags, Packages, Repository } from '../../src/app/ports.js'
import { type Client, createClient } from '../../src/github/client.js'
import { createDistTags } from '../../src/github/distTags.js'
import { createPackages } from '../../src/github/packages.js'
import { createRepository } from '../../src/github/repository.js'
import { Scheduler, type SchedulerOptions } from '../../src/github/scheduler.js'
import { createTransport, type Transport, type TransportOptions } from '../../src/http/transport.js'

export interface Edges {
  readonly client: Client
  readonly packages: Packages
  readonly repository: Repository
  readonly distTags: DistTags
  readonly warnings: string[]
  /** What was told of long lists: how many pages of how many. */
  readonly progress: string[]
}

export interface EdgeOptions {
  readonly apiUrl: string
  readonly npmRegistryUrl?: string
  readonly token?: string
  readonly signal?: AbortSignal
  readonly transport?: Partial<TransportOptions>
  readonly scheduler?: Partial<SchedulerOptions>
  readonly minute?: number
}

/** A hundred times as fast as the world's: what waits for seconds waits for some hundredths. */
const hurried: Clock = {
  now: () => Date.now() * 100,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms / 100)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
}

export const real: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => hurried.sleep(ms * 100, signal)
}

const transports: Transport[] = []

afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()))
})

/** The adapters, wired as a run wires them, until the test ends. */
export function edgesTo(options: EdgeOptions, clock: Clock = hurried): Edges {
  const { apiUrl, token = 'ghp_simulator', npmRegistryUrl = apiUrl, minute = 60_000 } = options
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const transport = createTransport({ connections: 16, userAgent: 'tester', ...options.transport })
  transports.push(transport)
  const scheduler = new Scheduler({
    clock,
    deleteConcurrency: 8,
    pace: 'fast',
    minute,
    ...signal,
    ...options.scheduler
  })
  const warnings: string[] = []
  const progress: string[] = []
  const client = createClient({ token, apiUrl, userAgent: 'tester', transport, scheduler, clock, minute, ...signal })
  return {
    client,
    packages: createPackages(client, {
      warn: (text) => warnings.push(text),
      progress: (list, pages) => (done) => progress.push(`${list}: ${done} of ${pages}`)
    }),
    repository: createRepository(client),
    distTags: createDistTags({ token, npmRegistryUrl, transport, clock, ...signal }),
    warnings,
    progress
  }
}
