import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Cancellation } from './action/cancel.js'
import { secretForms } from './action/console.js'
import type { Environment } from './action/environment.js'
import { createFiles } from './action/files.js'
import type { Clock, Console, Ports } from './app/ports.js'
import { progressOf } from './app/progress.js'
import type { Config } from './domain/config.js'
import { Failure } from './domain/failure.js'
import { createClient } from './github/client.js'
import { createDistTags } from './github/distTags.js'
import { createPackages } from './github/packages.js'
import { createRepository } from './github/repository.js'
import { Scheduler } from './github/scheduler.js'
import { createTransport, type Transport, type TransportOptions } from './http/transport.js'
import { createCache } from './registry/cache.js'
import { createManifests } from './registry/client.js'
import { MAX_MANIFEST_BYTES } from './registry/parseManifest.js'

export const USER_AGENT = 'package-retention'

/** How the servers are reached, and how they behave in time, all in milliseconds. */
export interface Timing {
  /** How long GitHub's minute lasts; its hour is sixty of them. */
  readonly minute: number
  readonly api: Pick<TransportOptions, 'headersTimeout' | 'bodyTimeout'>
  readonly registry: Pick<TransportOptions, 'headersTimeout' | 'bodyTimeout'>
  readonly clock?: Clock
  /** In place of connections. */
  readonly transport?: Transport
}

/** GitHub ends requests to its API after 10 s, so a later answer will not come. */
export const TIMING: Timing = {
  minute: 60_000,
  api: { headersTimeout: 20_000, bodyTimeout: 30_000 },
  registry: { headersTimeout: 10_000, bodyTimeout: 20_000 }
}
const API_CONNECTIONS = 16
const REGISTRY_CONNECTIONS = 64

/** The clock of the system. A sleep that is ended throws `Failure` (`cancelled`). */
export const CLOCK: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      throw new Failure('cancelled', 'Stopped while waiting.', undefined, { cause: error })
    }
  }
}

export interface Composed {
  readonly ports: Ports
  /** Ends the connections, so that the process may end. */
  close(): Promise<void>
}

/** Builds the adapters of a run and wires them to its ports. */
export function compose(
  config: Config,
  environment: Environment,
  cancellation: Cancellation,
  console: Console,
  timing: Timing = TIMING
): Composed {
  const { token, serverUrl, apiUrl, registryUrl, npmRegistryUrl, pace, deleteConcurrency, timeLimit, requestsPerHour } =
    config
  const { clock = CLOCK } = timing
  const { ended, overdue, stop } = cancellation
  const { raw, proxy } = environment
  const counts: Record<string, number> = {}
  const count = (kind: string): void => {
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  const secrets = secretForms(token)
  const transport = (options: TransportOptions): Transport => timing.transport ?? createTransport(options)
  const api = transport({
    ...timing.api,
    // A deletion needs a connection at once after its last look, so the looks of others must not take it.
    connections: API_CONNECTIONS + deleteConcurrency,
    userAgent: USER_AGENT,
    proxy,
    secrets,
    onRedirect: ({ method }) => scheduler.spent(method !== 'GET')
  })
  const registry = transport({
    ...timing.registry,
    connections: REGISTRY_CONNECTIONS,
    userAgent: USER_AGENT,
    proxy,
    secrets,
    // A manifest is the largest that is read there.
    maxBytes: MAX_MANIFEST_BYTES
  })
  const onWait = (ms: number, why: string): void => console.info(`waiting ${Math.ceil(ms / 1000)} s: ${why}`)
  const scheduler = new Scheduler({
    clock,
    signal: ended,
    deleteConcurrency,
    pace,
    connections: API_CONNECTIONS,
    minute: timing.minute,
    onWait,
    ...(requestsPerHour !== undefined && { requestsPerHour }),
    ...(timeLimit !== undefined && { deadline: clock.now() + timeLimit })
  })
  const client = createClient({
    token,
    apiUrl,
    userAgent: USER_AGENT,
    transport: api,
    scheduler,
    clock,
    signal: ended,
    overdue,
    minute: timing.minute,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    onWrite: () => cancellation.changing(),
    onRetry: (reason) => console.debug(`trying again: ${reason}`)
  })
  const manifests = createManifests({
    registryUrl,
    token,
    transport: registry,
    clock,
    signal: ended,
    overdue,
    pace,
    trustedHosts: [new URL(serverUrl).host],
    onRequest(kind) {
      if (kind === 'push') cancellation.changing()
      count(kind)
    },
    onWait,
    ...(config.cachePath !== undefined && { cache: createCache({ directory: config.cachePath }) })
  })
  const distTags = createDistTags({
    token,
    npmRegistryUrl,
    transport: api,
    clock,
    signal: ended,
    onRequest: () => count('npm')
  })
  return {
    ports: {
      packages: createPackages(client, {
        warn: (text) => console.warning(text),
        progress: (list, pages) => progressOf({ console, clock }, list, pages)
      }),
      manifests,
      repository: createRepository(client),
      distTags,
      clock,
      files: createFiles([raw.workspace, raw.temp]),
      console,
      stop,
      requests: () => ({ ...client.counts(), ...counts })
    },
    async close() {
      await Promise.all([api.close(), registry.close()])
    }
  }
}
