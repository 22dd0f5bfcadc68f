import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { RawInputs } from '../domain/config.js'
import { isObject, parseJson } from '../domain/json.js'

/** The environment of a step, read once and handed on as data. */
export interface Environment {
  readonly raw: RawInputs
  /** For `http:` and `https:` addresses; `bypass` is `NO_PROXY`. */
  readonly proxy: { readonly http?: string; readonly https?: string; readonly bypass?: string }
  /** Whether this is a runner at all: without one, workflow commands are noise. */
  readonly runner: boolean
  /** Debug logging was asked for (`RUNNER_DEBUG` is `1`). */
  readonly debug: boolean
  /** Files that the runner reads after the step; absent outside of one. */
  readonly outputFile?: string
  readonly summaryFile?: string
  /** `owner/repository@ref` of this action, as the workflow named it. */
  readonly action?: string
  /** Number of the workflow run. */
  readonly runId?: string
}

type Variables = Readonly<Record<string, string | undefined>>

/** Whether this process is a step of a workflow, on a runner or on something that acts as one. */
export function isStep(env: Variables = process.env): boolean {
  return env.GITHUB_ACTIONS === 'true' || Object.keys(env).some((name) => name.toUpperCase().startsWith(PREFIX))
}

/**
 * `declared` are the names of the inputs as in action.yml. The runner hands an input on as `INPUT_<NAME>`: upper case,
 * blanks as `_`, hyphens as they are. It does so for every name under `with`, declared or not, and gives declared
 * inputs without a value an empty one; what an empty one means is for the reader of the configuration to say.
 */
export function readEnvironment(declared: readonly string[], env: Variables = process.env): Environment {
  const http = env.http_proxy || env.HTTP_PROXY
  const https = env.https_proxy || env.HTTPS_PROXY
  const bypass = env.no_proxy || env.NO_PROXY
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env
  return {
    raw: {
      ...readInputs(declared, env),
      apiUrl: trimSlashes(env.GITHUB_API_URL || 'https://api.github.com'),
      serverUrl: trimSlashes(env.GITHUB_SERVER_URL || 'https://github.com'),
      ...(env.NODE_TLS_REJECT_UNAUTHORIZED === '0' && { unverified: true as const }),
      ...(env.GITHUB_REPOSITORY && { repository: env.GITHUB_REPOSITORY }),
      ...readDefaultBranch(env.GITHUB_EVENT_PATH),
      workspace: env.GITHUB_WORKSPACE || process.cwd(),
      temp: env.RUNNER_TEMP || tmpdir()
    },
    proxy: { ...(http && { http }), ...(https && { https }), ...(bypass && { bypass }) },
    runner: env.GITHUB_ACTIONS === 'true',
    debug: env.RUNNER_DEBUG === '1',
    ...(env.GITHUB_OUTPUT && { outputFile: env.GITHUB_OUTPUT }),
    ...(env.GITHUB_STEP_SUMMARY && { summaryFile: env.GITHUB_STEP_SUMMARY }),
    ...(repository && ref && { action: `${repository}@${ref}` }),
    ...(env.GITHUB_RUN_ID && { runId: env.GITHUB_RUN_ID })
  }
}

/** From the event that started the workflow; one that cannot be read says nothing. */
function readDefaultBranch(eventFile: string | undefined): Pick<RawInputs, 'defaultBranch'> {
  if (!eventFile) return {}
  try {
    const event = parseJson(readFileSync(eventFile))
    const { default_branch: branch } = isObject(event) && isObject(event.repository) ? event.repository : {}
    return typeof branch === 'string' && branch !== '' ? { defaultBranch: branch } : {}
  } catch {
    return {}
  }
}

const PREFIX = 'INPUT_'

function readInputs(declared: readonly string[], env: Variables): Pick<RawInputs, 'inputs' | 'unknown'> {
  const names = new Map(declared.map((name) => [variableOf(name), name]))
  const inputs: Record<string, string> = {}
  const unknown: string[] = []
  for (const [variable, value] of Object.entries(env)) {
    // Windows ignores the case of a variable; its runner writes them like the others.
    const upper = variable.toUpperCase()
    if (!upper.startsWith(PREFIX) || value === undefined) continue
    const name = names.get(upper)
    if (name === undefined) unknown.push(upper.slice(PREFIX.length).toLowerCase())
    else inputs[name] = value
  }
  return { inputs, unknown: unknown.sort() }
}

const variableOf = (name: string): string => `${PREFIX}${name.replaceAll(' ', '_').toUpperCase()}`

const trimSlashes = (url: string): string => url.replace(/\/+$/, '')
