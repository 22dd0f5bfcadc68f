/** Modules that are loaded after this one make agents from these variables, and throw if one is not the address of a proxy. */
for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
  const value = process.env[name] ?? ''
  if (value === '' || !value.includes('://') || /^https?:\/\//i.test(value)) continue
  const scheme = value.slice(0, value.indexOf('://')).replaceAll(/[^\w+.-]/g, '')
  const what = `${name} begins with ${scheme}://; only proxies of http:// and https:// can be used. Set it to such an address, or unset it for this step.`
  process.stdout.write(process.env.GITHUB_ACTIONS === 'true' ? `::error::${what}\n` : `Error: ${what}\n`)
  process.exit(1)
}
