import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** npm packages whose complete list of version names is kept in `npm-versions/`. */
export const realPackages = ['next', 'octokit_rest', 'react', 'semver', 'typescript'] as const
export type RealPackage = (typeof realPackages)[number]

/** Version names, oldest first as far as the names tell. */
export function realVersions(name: RealPackage): readonly string[] {
  return readFileSync(join(namesFolder(), `${name}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

/** Beside the sources; compiled code runs from another folder of the same checkout. */
function namesFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const names = join(folder, 'simulator', 'samples', 'npm-versions')
    if (existsSync(names)) return names
  }
  throw new Error(`no simulator/samples/npm-versions in or above ${start}`)
}
