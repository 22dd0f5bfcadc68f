import type { Part } from '../../simulator/server/exchange.js'
import type { Simulator } from '../../simulator/simulator.js'
import { Failure } from '../../src/domain/failure.js'
import type { Transport } from '../../src/http/transport.js'

/** Brings requests to the simulator without a connection: most of the time of a trial would be sockets. */
export function inProcess(simulator: Simulator): Transport {
  const origins = new Map<string, Part>([
    [new URL(simulator.url).origin, 'api'],
    [new URL(simulator.registryUrl).origin, 'registry'],
    [new URL(simulator.npmUrl).origin, 'npm']
  ])
  return {
    async send({ method, url: href, headers = {}, body, signal }) {
      const { origin, pathname, search } = new URL(href)
      const label = `${method} ${origin}${pathname}`
      const part = origins.get(origin)
      if (part === undefined) throw new Failure('network', `${label}: nobody is there.`)
      await onTheWay(label, signal)
      const { wire, ended } = await simulator.answer(part, {
        method,
        url: pathname + search,
        headers: { host: new URL(href).host, ...headers },
        body: async () => Buffer.from(body ?? '')
      })
      ended()
      await onTheWay(label, signal)
      if (typeof wire === 'string' || wire.cutOff) throw new Failure('network', `${label}: the connection broke.`)
      return { status: wire.status, url: href, headers: wire.headers, body: wire.body }
    },
    close: async () => {}
  }
}

async function onTheWay(label: string, signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  if (signal?.aborted) throw new Failure('cancelled', `${label}: cancelled.`)
}
