/** What `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say, handed in as data. Absent: no proxy. */
export interface ProxySettings {
  /** For `http:` addresses. */
  readonly http?: string
  /** For `https:` addresses. */
  readonly https?: string
  /** `NO_PROXY`: hosts, domains or `host:port`, separated by commas or blanks; `*` is every host. */
  readonly bypass?: string
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i

/** The address of the proxy for a URL, or `undefined` for a direct connection. Loopback is always direct. */
export function proxyFor(url: URL, settings: ProxySettings): string | undefined {
  const proxy = url.protocol === 'https:' ? settings.https : settings.http
  if (!proxy || bypassed(url, settings.bypass ?? '')) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function bypassed(url: URL, bypass: string): boolean {
  const host = url.hostname.toLowerCase()
  if (LOOPBACK.test(host)) return true
  const withPort = `${host}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`
  return bypass
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .some((item) => {
      const domain = item.replace(/^\*?\./, '')
      return item === '*' || [host, withPort].some((name) => name === domain || name.endsWith(`.${domain}`))
    })
}
