import type { Common } from '../../domain/config.js'

/**
 * A http or https address. What is refused is not repeated in the message: it may hold a password.
 * `origin`: without a path.
 */
export function readUrl(
  text: string,
  part: 'origin' | 'path'
): { readonly url: string } | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'this is not an address such as https://ghes.example.com.' }
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { problem: 'the address must begin with https://.' }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'the address holds a user name or a password; the token has an input of its own.' }
  }
  if (/[?#]/.test(text)) return { problem: 'the address must have no ? and no #.' }
  const path = url.pathname.replace(/\/+$/, '')
  if (part === 'origin' && path !== '') return { problem: 'the address must end behind the host, without a path.' }
  return { url: `${url.origin}${path}` }
}

/** Whether a token sent there can be read on the way. */
export function isPlainHttp(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}

/**
 * Registries of a server: github.com has ghcr.io and npm.pkg.github.com; GHE.com and GitHub Enterprise Server with subdomain
 * isolation have `containers.HOST` and `npm.HOST` (docs.github.com, "Working with the Container registry"). A bare IP address
 * has no subdomains, so it is a server without their isolation, whose npm registry is at `/_registry/npm`.
 */
export function registriesOf(serverUrl: string): Pick<Common, 'registryUrl' | 'npmRegistryUrl'> {
  const { protocol, host, hostname } = new URL(serverUrl)
  if (host === 'github.com') return { registryUrl: 'https://ghcr.io', npmRegistryUrl: 'https://npm.pkg.github.com' }
  if (/^(?:\d+(?:\.\d+){3}|\[.*\])$/.test(hostname)) {
    return { registryUrl: `${protocol}//${host}`, npmRegistryUrl: `${protocol}//${host}/_registry/npm` }
  }
  return { registryUrl: `${protocol}//containers.${host}`, npmRegistryUrl: `${protocol}//npm.${host}` }
}

/** The REST API of a server, the reverse of `serverOf`. */
export function apiOf(serverUrl: string): string {
  const { protocol, host, origin } = new URL(serverUrl)
  return /^(?:github\.com|[^.]+\.ghe\.com)$/.test(host) ? `${protocol}//api.${host}` : `${origin}/api/v3`
}

/** The server of a REST API: `api.github.com`, `api.SUBDOMAIN.ghe.com`, or `HOST/api/v3`. */
export function serverOf(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl)
  return `${protocol}//${/^api\.(?:github\.com|[^.]+\.ghe\.com)$/.test(host) ? host.slice('api.'.length) : host}`
}
