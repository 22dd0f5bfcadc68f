import { Failure } from '../domain/failure.js'
import { type PackageInfo, type PackageRef, packageKey } from '../domain/package.js'
import type { Version } from '../domain/version.js'
import { type Hold, parseHolds, serializeHolds } from '../formats/hold.js'
import type { Files } from './ports.js'

// Nothing in the API marks a restored version, so a restore writes down what it was asked for, and a prune that is given the
// file keeps those versions for a while.

const HOLD_MS = 30 * 24 * 3600 * 1000

/** The held versions of a package: id to the end of the hold, ISO 8601. */
export type Holds = (info: PackageInfo) => ReadonlyMap<number, string>

/** Without a hold file. */
export const NO_HOLDS: Holds = () => new Map()

/**
 * Throws `Failure` (`config`) if the file is there and is not a hold file; a missing file holds nothing. `now` is asked
 * when a package is decided: by then GitHub's clock is known.
 */
export async function readHolds(files: Files, path: string, now: () => number): Promise<Holds> {
  const holds = await load(files, path)
  return (info) =>
    new Map(
      holds
        .filter(({ until }) => Date.parse(until) > now())
        .filter((hold) => packageKey({ ...hold, name: hold.package }).toLowerCase() === packageKey(info).toLowerCase())
        .map(({ id, until }) => [id, until])
    )
}

/** Adds versions to the file and drops holds that have ended. */
export async function addHolds(
  files: Files,
  path: string,
  restored: readonly { readonly package: PackageRef; readonly version: Version }[],
  now: number
): Promise<void> {
  const until = new Date(now + HOLD_MS).toISOString()
  const kept = (await load(files, path)).filter((hold) => Date.parse(hold.until) > now)
  const ids = new Set(restored.map(({ version }) => version.id))
  const added = restored.map(({ package: { owner, type, name: ofPackage }, version: { id, name } }): Hold => {
    return { owner, type, package: ofPackage, id, name, until }
  })
  const holds = [...kept.filter(({ id }) => !ids.has(id)), ...added]
  await files.write(path, serializeHolds(holds))
}

async function load(files: Files, path: string): Promise<readonly Hold[]> {
  if (!(await files.exists(path))) return []
  const parsed = parseHolds(await files.read(path))
  if (!('problems' in parsed)) return parsed
  throw new Failure(
    'config',
    `${path} is not a hold file: ${parsed.problems.join('; ')}.`,
    'Name a file that a restore wrote, or a new one.'
  )
}
