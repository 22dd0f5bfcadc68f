import { readConfig } from '../../../src/config/inputs/read.js'
import type { FilesRead } from '../../../src/config/inputs/readRetention.js'
import type { PruneConfig, RawInputs } from '../../../src/domain/config.js'

export type Inputs = Readonly<Record<string, string>>

/** Raw inputs of a prune of one container package, as a workflow writes them. */
export function rawInputs(inputs: Inputs, more: Partial<RawInputs> = {}): RawInputs {
  return {
    inputs: { token: 'ghp_simulator', 'package-name': 'app', 'package-type': 'container', ...inputs },
    unknown: [],
    apiUrl: 'http://127.0.0.1:1',
    serverUrl: 'https://github.com',
    repository: 'octo-org/app',
    workspace: '/tmp',
    temp: '/tmp',
    ...more
  }
}

/** The policy that these inputs stand for, read as the action reads them. Throws if they are refused. */
export function policyFrom(inputs: Inputs): PruneConfig['policy'] {
  return pruneConfig(rawInputs(inputs)).policy
}

export function pruneConfig(raw: RawInputs, texts: FilesRead['texts'] = new Map()): PruneConfig {
  const reading = readConfig(raw, { texts, fitting: new Map() })
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems))
  if (reading.config.operation !== 'prune') throw new Error(`these inputs ask for ${reading.config.operation}`)
  return reading.config
}
