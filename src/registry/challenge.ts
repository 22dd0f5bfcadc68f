/** Where a registry says that it gives out tokens (Docker token authentication specification). */
export interface Challenge {
  readonly realm: string
  readonly service?: string
}

const SCHEME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+(?=[ \t]|$)/
const PARAMETER = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9!#$%&'*+.^_`|~:/?=-]*))/

/**
 * The first Bearer challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1: several challenges, each with several
 * parameters, may share one header, and commas separate both). `undefined` if there is none with a realm.
 */
export function parseChallenge(header: string): Challenge | undefined {
  let rest = header
  let bearer = false
  let parameters = new Map<string, string>()
  while (rest !== '') {
    rest = rest.replace(/^[ \t,]+/, '')
    const parameter = PARAMETER.exec(rest)
    if (parameter !== null) {
      const [text, key = '', quoted, bare] = parameter
      // The first value wins: a repeated parameter is an error (RFC 9110) and must not move the realm.
      const name = key.toLowerCase()
      if (bearer && !parameters.has(name)) parameters.set(name, quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '')
      rest = rest.slice(text.length)
      continue
    }
    const scheme = SCHEME.exec(rest)
    if (scheme === null) break
    if (bearer && parameters.has('realm')) break
    bearer = scheme[0].toLowerCase() === 'bearer'
    parameters = new Map()
    rest = rest.slice(scheme[0].length)
  }
  const realm = parameters.get('realm')
  if (!bearer || realm === undefined || realm === '') return undefined
  const service = parameters.get('service')
  return { realm, ...(service !== undefined && { service }) }
}

/**
 * The address to send the token to, or `undefined` where it must not go: anything but the registry's own origin or a
 * host (with port, if any) that the caller trusts, and never a protocol weaker than the registry's own.
 */
export function tokenAddress(realm: string, registryUrl: string, trustedHosts: readonly string[]): URL | undefined {
  if (!URL.canParse(realm, registryUrl)) return undefined
  const address = new URL(realm, registryUrl)
  const registry = new URL(registryUrl)
  if (address.username !== '' || address.password !== '') return undefined
  if (address.origin === registry.origin) return address
  const secure = address.protocol === 'https:' || (address.protocol === 'http:' && registry.protocol === 'http:')
  return secure && trustedHosts.some((host) => host.toLowerCase() === address.host) ? address : undefined
}
