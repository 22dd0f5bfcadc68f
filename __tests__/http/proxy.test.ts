import { describe, expect, it } from '@jest/globals'
import { proxyFor } from '../../src/http/proxy.js'

const both = { http: 'http://proxy:3128', https: 'http://secure-proxy:3128' }

describe('proxyFor', () => {
  it.each([
    ['https://api.github.com/x', both, 'http://secure-proxy:3128'],
    ['http://ghes.corp/api/v3', both, 'http://proxy:3128'],
    ['https://api.github.com/x', { http: 'http://proxy:3128' }, undefined],
    ['https://api.github.com/x', {}, undefined],
    ['https://api.github.com/x', { https: '' }, undefined],
    ['https://api.github.com/x', { https: 'proxy:3128' }, 'http://proxy:3128'],
    ['http://127.0.0.1:8080/x', both, undefined],
    ['http://localhost:8080/x', both, undefined],
    ['http://[::1]:8080/x', both, undefined],
    ['https://ghes.corp/x', { ...both, bypass: 'ghes.corp' }, undefined],
    ['https://api.ghes.corp/x', { ...both, bypass: 'other, ghes.corp' }, undefined],
    ['https://api.ghes.corp/x', { ...both, bypass: '.ghes.corp' }, undefined],
    ['https://api.GHES.corp/x', { ...both, bypass: '*.Ghes.Corp' }, undefined],
    ['https://notghes.corp/x', { ...both, bypass: 'ghes.corp' }, 'http://secure-proxy:3128'],
    ['https://ghes.corp/x', { ...both, bypass: 'ghes.corp:443' }, undefined],
    ['https://ghes.corp:8443/x', { ...both, bypass: 'ghes.corp:443' }, 'http://secure-proxy:3128'],
    ['https://api.github.com/x', { ...both, bypass: '*' }, undefined]
  ])('%s with %j goes through %s', (url, settings, expected) => {
    expect(proxyFor(new URL(url), settings)).toBe(expected)
  })
})
