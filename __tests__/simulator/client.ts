import type { Simulator } from '../../simulator/simulator.js'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; `undefined` where there is none. */
  readonly json: unknown
}

export interface Call {
  readonly method?: string
  readonly token?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** One request without any retry; `path` is below the address of the part. */
export async function call(
  base: string,
  path: string,
  { method = 'GET', token, headers, body }: Call = {}
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body })
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) }
}

/** To the REST API, with the default token of a scenario. */
export function rest(simulator: Simulator, path: string, options: Call = {}): Promise<Answer> {
  return call(simulator.url, path, { token: 'ghp_simulator', ...options })
}

export function messageOf(answer: Answer): string {
  return (answer.json as { message?: string } | undefined)?.message ?? ''
}

export interface Item {
  readonly id: number
  readonly name: string
  readonly updated_at: string
  readonly deleted_at?: string
  readonly version_count?: number
  readonly metadata?: { readonly container?: { readonly tags: string[] } }
}

export function itemsOf(answer: Answer): readonly Item[] {
  return answer.json as readonly Item[]
}

/** What the registry's clients accept. */
export const ALL_MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json'
].join(', ')

/** The credential itself in base64, which the registry takes in place of a token of its own. */
export function shortcut(token = 'ghp_simulator'): Record<string, string> {
  return { authorization: `Bearer ${Buffer.from(token).toString('base64')}`, accept: ALL_MANIFESTS }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
