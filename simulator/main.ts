import { parseArgs } from 'node:util'
import { readScenario } from './scenario/read.js'
import { type Simulator, startSimulator } from './simulator.js'
import type { World } from './world/world.js'

const USAGE = `Usage: npm run simulator -- <scenario.json> [--port 8080]

Serves GitHub Packages in memory on 127.0.0.1: the REST API on the port, the container registry on the
next one, npm on the one after (free ports if none is given). Ctrl-C ends it.`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, help: { type: 'boolean' } }
  })
  const [file, ...more] = positionals
  if (values.help || file === undefined || more.length > 0) {
    process.stdout.write(`${USAGE}\n`)
    process.exitCode = values.help ? 0 : 1
    return
  }
  const port = Number(values.port ?? 0)
  if (!Number.isInteger(port) || port < 0) throw new Error(`--port must be a number, not "${values.port}"`)
  const ports = port === 0 ? {} : { api: port, registry: port + 1, npm: port + 2 }
  const simulator = await startSimulator(readScenario(file), { ports })
  process.stdout.write(describe(simulator))
  const end = () => {
    process.stdout.write(`\n${simulator.log.length} requests served\n`)
    void simulator.stop()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
}

/** What is served, and how to reach it. */
function describe({ url, registryUrl, npmUrl, world, environment }: Simulator): string {
  const rows = [['owner', 'type', 'package', 'versions', 'tags', 'visibility'], ...packageRows(world)]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  )
  const tokens = [...world.tokens.values()].map((token) => `  ${token.value}  ${token.kind} token of ${token.login}`)
  return [
    `REST API            ${url}`,
    `container registry  ${registryUrl}`,
    `npm registry        ${npmUrl}`,
    '',
    ...table,
    '',
    'Tokens',
    ...tokens,
    '',
    'Environment of an action that is to use it',
    ...Object.entries(environment).map(([name, value]) => `  ${name}=${value}`),
    `  INPUT_TOKEN=${[...world.tokens.keys()][0] ?? ''}`,
    '',
    'Ctrl-C ends it.',
    ''
  ].join('\n')
}

function packageRows(world: World): string[][] {
  return [...world.packages()].map((stored) => [
    stored.facts.owner,
    stored.facts.type,
    stored.facts.name,
    String(stored.activeCount),
    String(stored.byTag.size),
    stored.visibility
  ])
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
