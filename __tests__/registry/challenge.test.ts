import { describe, expect, it } from '@jest/globals'
import { parseChallenge, tokenAddress } from '../../src/registry/challenge.js'

describe('parseChallenge', () => {
  it.each([
    [
      'what ghcr.io sends',
      'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:octo/app:pull"',
      { realm: 'https://ghcr.io/token', service: 'ghcr.io' }
    ],
    ['commas within quotes', 'Bearer scope="repository:a/b:pull,push",realm="https://r/t"', { realm: 'https://r/t' }],
    [
      'blanks around commas and equals signs',
      'bearer  realm = "https://r/t" , service = "s"',
      { realm: 'https://r/t', service: 's' }
    ],
    ['values without quotes', 'Bearer realm=https://r/t, service=s', { realm: 'https://r/t', service: 's' }],
    ['escaped quotes', 'Bearer realm="https://r/t",service="a \\"b\\""', { realm: 'https://r/t', service: 'a "b"' }],
    [
      'another scheme before',
      'Basic realm="https://evil/x", Bearer realm="https://r/t",service="s"',
      { realm: 'https://r/t', service: 's' }
    ],
    [
      'another scheme after',
      'Bearer realm="https://r/t", Basic realm="https://evil/x", charset="UTF-8"',
      { realm: 'https://r/t' }
    ],
    ['names in capitals', 'BEARER Realm="https://r/t"', { realm: 'https://r/t' }],
    ['a repeated realm: the first', 'Bearer realm="https://r/t",realm="https://evil/x"', { realm: 'https://r/t' }],
    [
      'a second Bearer challenge: the first',
      'Bearer realm="https://r/t", Bearer realm="https://evil/x"',
      { realm: 'https://r/t' }
    ],
    ['an extra error parameter', 'Bearer realm="https://r/t",error="invalid_token"', { realm: 'https://r/t' }]
  ])('reads %s', (_, header, expected) => {
    expect(parseChallenge(header)).toEqual(expected)
  })

  it.each([
    '',
    'Basic realm="x"',
    'Bearer',
    'Bearer service="s"',
    'Bearer realm=""',
    '"',
    'Negotiate abc==',
    ',,,',
    'Bearer realm="open'
  ])('finds no Bearer realm in %p', (header) => {
    expect(parseChallenge(header)).toBeUndefined()
  })
})

describe('tokenAddress', () => {
  it.each([
    ['the same origin', 'https://ghcr.io/token', 'https://ghcr.io', []],
    ['a path of the same origin', '/token', 'https://ghcr.io', []],
    ['a trusted host', 'https://ghe.example/_token', 'https://containers.ghe.example', ['GHE.example']],
    [
      'a trusted host with its port',
      'https://ghe.example:8443/t',
      'https://containers.ghe.example',
      ['ghe.example:8443']
    ],
    ['plain HTTP on the same origin', 'http://127.0.0.1:5000/t', 'http://127.0.0.1:5000', []]
  ])('may be %s', (_, realm, registry, trusted) => {
    expect(tokenAddress(realm, registry, trusted)?.href).toBe(new URL(realm, registry).href)
  })

  it.each([
    ['another host', 'https://evil.example/token', 'https://ghcr.io', []],
    ['a host that ends like the registry', 'https://evilghcr.io/token', 'https://ghcr.io', []],
    ['a subdomain', 'https://x.ghcr.io/token', 'https://ghcr.io', []],
    ['another port', 'https://ghcr.io:444/token', 'https://ghcr.io', []],
    ['a weaker protocol', 'http://ghcr.io/token', 'https://ghcr.io', []],
    [
      'a trusted host over a weaker protocol',
      'http://ghe.example/t',
      'https://containers.ghe.example',
      ['ghe.example']
    ],
    ['another port of a trusted host', 'https://ghe.example:444/t', 'https://containers.ghe.example', ['ghe.example']],
    ['an address with a user', 'https://a@ghcr.io/token', 'https://ghcr.io', []],
    ['an address with a password', 'https://:b@ghcr.io/token', 'https://ghcr.io', []],
    ['a host written as a user', 'https://ghcr.io@evil.example/token', 'https://ghcr.io', []],
    ['an address without authority', '//evil.example/token', 'https://ghcr.io', []],
    ['no web address', 'file:///etc/passwd', 'https://ghcr.io', []],
    ['no address', 'http://', 'https://ghcr.io', []]
  ])('is never %s', (_, realm, registry, trusted) => {
    expect(tokenAddress(realm, registry, trusted)).toBeUndefined()
  })
})
