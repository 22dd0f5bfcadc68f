import { Failure } from '../domain/failure.js'
import { PACKAGE_TYPES, type PackageInfo, type PackageRef, packageKey } from '../domain/package.js'
import type { Version } from '../domain/version.js'
import type { Files } from './ports.js'

/**
 * Nothing in the API marks a restored version, so a restore writes down what it was asked for, and a prune that is given the
 * file keeps those versions for a while.
 */
interface Hold {
  readonly owner: string
  readonly type: PackageRef['type']
  readonly package: string
  readonly id: number
  readonly name: string
  /** ISO 8601. */
  readonly until: string
}

const FORMAT = 'package-retention-hold'
const HOLD_MS = 30 * 24 * 3600 * 1000

/** The held versions of a package: id to the end of the hold, ISO 8601. */
export type Holds = (info: PackageInfo) => ReadonlyMap<number, string>

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
  const added = restored.map(
    ({ package: { owner, type, name }, version }): Hold => ({
      owner,
      type,
      package: name,
      id: version.id,
      name: version.name,
      until
    })
  )
  const holds = [...kept.filter(({ id }) => !ids.has(id)), ...added]
  await files.write(path, `${JSON.stringify({ format: FORMAT, version: 1, holds }, null, 2)}\n`)
}

async function load(files: Files, path: string): Promise<readonly Hold[]> {
  if (!(await files.exists(path))) return []
  const refuse = (why: string): Failure =>
    new Failure(
      'config',
      `${path} is not a hold file: ${why}.`,
      'Name a file that operation: restore wrote, or a new one.'
    )
  let data: unknown
  try {
    data = JSON.parse(await files.read(path))
  } catch {
    throw refuse('it is not JSON')
  }
  if (!isRecord(data) || data.format !== FORMAT || data.version !== 1) throw refuse(`it is not marked "${FORMAT}"`)
  if (!Array.isArray(data.holds) || !data.holds.every(isHold)) throw refuse('its list of holds is damaged')
  return data.holds
}

function isHold(value: unknown): value is Hold {
  return (
    isRecord(value) &&
    typeof value.owner === 'string' &&
    PACKAGE_TYPES.some((type) => type === value.type) &&
    typeof value.package === 'string' &&
    typeof value.name === 'string' &&
    Number.isSafeInteger(value.id) &&
    typeof value.until === 'string' &&
    !Number.isNaN(Date.parse(value.until))
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
