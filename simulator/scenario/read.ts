import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Scenario } from './scenario.js'
import { validateScenario } from './validate.js'

/** Reads a scenario file; the paths in it become absolute. Throws with the file's name and every mistake in it. */
export function readScenario(file: string): Scenario {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  try {
    validateScenario(value)
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const scenario = value as Scenario
  if (scenario.packages === undefined) return scenario
  const packages = scenario.packages.map((stored) =>
    stored.versionsFrom === undefined
      ? stored
      : { ...stored, versionsFrom: { ...stored.versionsFrom, file: resolve(dirname(file), stored.versionsFrom.file) } }
  )
  return { ...scenario, packages }
}
