import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Part {
  readonly name: string
  readonly bytes: number
}

/** What a bundle holds, by package, most bytes first. Modules are told apart by what webpack writes between them. */
export function bundleContent(main: string, modules: string): readonly Part[] {
  const owners = linesByPackage(join(dirname(main), 'LICENSES.txt'), modules)
  const bytes = new Map<string, number>()
  for (const part of readFileSync(main, 'utf8').split(/\n(?=;\/\/ CONCATENATED MODULE: |\/\*\*\*\/ \d+:)/)) {
    const path = /^;\/\/ CONCATENATED MODULE: (\S+)/.exec(part)?.[1]
    const name = path === undefined ? mostLines(part, owners) : (packageOf(path) ?? 'own code')
    bytes.set(name, (bytes.get(name) ?? 0) + Buffer.byteLength(part))
  }
  return [...bytes].map(([name, count]) => ({ name, bytes: count })).sort((a, b) => b.bytes - a.bytes)
}

function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
}

/** Lines long enough to be of one package only. */
const TELLING = 40

function linesByPackage(licenses: string, modules: string): ReadonlyMap<string, string> {
  const names = existsSync(licenses) ? readFileSync(licenses, 'utf8').split('\n') : []
  const owners = new Map<string, string>()
  for (const name of names.filter((line) => /^(@[\w.-]+\/)?[\w.-]+$/.test(line))) {
    const folder = join(modules, name)
    if (!existsSync(folder) || !statSync(folder).isDirectory()) continue
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.[cm]?js$/.test(file) || file.includes('node_modules')) continue
      for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
        if (line.length > TELLING) owners.set(line.trim(), name)
      }
    }
  }
  return owners
}

function mostLines(module: string, owners: ReadonlyMap<string, string>): string {
  const votes = new Map<string, number>()
  for (const line of module.split('\n')) {
    const name = owners.get(line.trim())
    if (name !== undefined) votes.set(name, (votes.get(name) ?? 0) + 1)
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'own code and glue'
}
