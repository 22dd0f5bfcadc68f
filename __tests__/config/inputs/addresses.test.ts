import { describe, expect, it } from '@jest/globals'
import { isPlainHttp, readUrl, registriesOf, serverOf } from '../../../src/config/inputs/addresses.js'

describe('readUrl', () => {
  it.each([
    ['https://api.github.com', 'https://api.github.com'],
    ['https://ghes.example.com/api/v3/', 'https://ghes.example.com/api/v3'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['HTTPS://GHES.Example.com:443', 'https://ghes.example.com']
  ])('reads %s', (text, url) => {
    expect(readUrl(text, 'path')).toEqual({ url })
  })

  it.each([
    'ghes.example.com',
    'ftp://ghes.example.com',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://',
    'https://mona:secret@ghes.example.com',
    'https://token@ghes.example.com',
    'https://ghes.example.com/?a=secret',
    'https://ghes.example.com/?',
    'https://ghes.example.com/#secret'
  ])('refuses %s without repeating what may be secret', (text) => {
    const found = readUrl(text, 'path')
    expect(found).toEqual({ problem: expect.any(String) })
    expect(JSON.stringify(found)).not.toMatch(/secret|mona/)
  })

  it('refuses a path where only a host can be', () => {
    expect(readUrl('https://ghcr.io/v2', 'origin')).toEqual({ problem: expect.stringContaining('without a path') })
    expect(readUrl('https://ghcr.io/', 'origin')).toEqual({ url: 'https://ghcr.io' })
  })
})

describe('the registries of a server', () => {
  it.each([
    ['https://github.com', 'https://ghcr.io', 'https://npm.pkg.github.com'],
    ['https://octo.ghe.com', 'https://containers.octo.ghe.com', 'https://npm.octo.ghe.com'],
    ['https://ghes.example.com', 'https://containers.ghes.example.com', 'https://npm.ghes.example.com'],
    ['https://192.0.2.7:8443', 'https://192.0.2.7:8443', 'https://192.0.2.7:8443/_registry/npm'],
    ['http://[::1]:8080', 'http://[::1]:8080', 'http://[::1]:8080/_registry/npm']
  ])('are known from its address: %s', (server, registryUrl, npmRegistryUrl) => {
    expect(registriesOf(server)).toEqual({ registryUrl, npmRegistryUrl })
  })

  it.each([
    ['https://api.github.com', 'https://github.com'],
    ['https://api.octo.ghe.com', 'https://octo.ghe.com'],
    ['https://ghes.example.com/api/v3', 'https://ghes.example.com'],
    ['https://api.example.com/api/v3', 'https://api.example.com']
  ])('whose API is %s: %s', (api, server) => {
    expect(serverOf(api)).toBe(server)
  })
})

describe('isPlainHttp', () => {
  it.each([
    ['http://ghes.example.com', true],
    ['http://127.0.0.1.example.com', true],
    ['https://ghes.example.com', false],
    ['http://127.0.0.1:80', false],
    ['http://localhost:8080', false],
    ['http://[::1]:8080', false]
  ])('%s: %s', (address, plain) => {
    expect(isPlainHttp(address)).toBe(plain)
  })
})
