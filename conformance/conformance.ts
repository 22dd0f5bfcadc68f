import type { Check } from './check.ts'
import { cleanUp, existing } from './cleanUp.ts'
import type { Clock } from './clock.ts'
import { Exchange, type Send } from './exchange.ts'
import { restHeaders } from './ownPackage.ts'
import type { Conformance } from './report.ts'
import { type Finding, runCheck } from './runChecks.ts'
import { Scene } from './scene.ts'
import { Secrets } from './secrets.ts'

export interface Options {
  readonly apiUrl: string
  readonly registryUrl: string
  readonly npmUrl: string | undefined
  readonly repository: string | undefined
  readonly token: string
  readonly owner: string
  /** Number of the run: part of the name of all packages. */
  readonly run: string
  readonly clock: Clock
  readonly checks: readonly Check[]
  /** Leaves the packages where they are. */
  readonly keep: boolean
  /** Takes one line of evidence: a request with its answer, tokens masked. */
  readonly evidence: (line: string) => void
  /** By default over HTTP. */
  readonly send?: Send
  /** Ends the checks early, but not the clean-up. */
  readonly isCancelled: () => boolean
}

/** Makes its own packages, asks all checks, and deletes the packages again. Throws before the first change if one exists. */
export async function runConformance(options: Options): Promise<Conformance> {
  const { clock, checks, keep, owner, apiUrl } = options
  const start = clock.now()
  const scene = await sceneOf(options)
  const taken = await existing(scene)
  if (taken.length > 0) throw new Error(`These packages exist already, so nothing was done: ${taken.join(', ')}`)
  const findings: Finding[] = []
  let left: readonly string[] = []
  try {
    for (const check of checks) if (!options.isCancelled()) findings.push(...(await runCheck(check, scene)))
  } finally {
    if (!keep) left = await cleanUp(scene)
  }
  return {
    owner,
    api: apiUrl,
    time: new Date(start).toISOString(),
    seconds: (clock.now() - start) / 1000,
    requests: scene.settings.exchange.count,
    findings,
    left
  }
}

/** Deletes what a run of that number left behind; returns what is still there. */
export async function cleanUpAfter(options: Options): Promise<readonly string[]> {
  return cleanUp(await sceneOf(options))
}

/** Says which packages of that number exist. */
export async function namesTaken(options: Options): Promise<readonly string[]> {
  return existing(await sceneOf(options))
}

async function sceneOf(options: Options): Promise<Scene> {
  const { apiUrl, registryUrl, token, owner, clock, checks } = options
  const secrets = new Secrets()
  secrets.add(token)
  const exchange = new Exchange(clock, secrets, limitOf(checks), options.evidence, options.send)
  exchange.purpose = 'start'
  const { status, json } = await exchange.send({ url: `${apiUrl}/users/${owner}`, headers: restHeaders(token) })
  const type = (json as { type?: unknown } | undefined)?.type
  if (type !== 'Organization' && type !== 'User') throw new Error(`GET /users/${owner} is answered with ${status}`)
  const name = `retention-conformance-${options.run}`
  const { npmUrl, repository } = options
  return new Scene({ apiUrl, registryUrl, npmUrl, repository, token, owner, ownerType: type, exchange, clock, name })
}

/** The clean-up has the rest of 300. */
function limitOf(checks: readonly Check[]): number {
  return checks.some(({ optional }) => optional === 'content-limit') ? 500 : 285
}
