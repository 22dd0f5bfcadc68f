import { describe, expect, it } from '@jest/globals'
import type { Clock } from '../../src/app/ports.js'
import { Failure } from '../../src/domain/failure.js'
import type { Owner } from '../../src/domain/package.js'
import { createClient } from '../../src/github/client.js'
import { createPackages } from '../../src/github/packages.js'
import { Scheduler } from '../../src/github/scheduler.js'
import type { Transport } from '../../src/http/transport.js'
import { edgesTo } from './edges.js'
import { site } from './site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const page = '<!DOCTYPE html>\n<html lang="en"><title>Sign in to GitHub</title></html>'

describe('an api-url', () => {
  it.each([200, 404, 406])('without /api/v3, where a server shows web pages with %i, is named', async (status) => {
    const { url, asked } = await site(() => ({ status, body: page, headers: { 'content-type': 'text/html' } }))
    await expect(edgesTo({ apiUrl: url }).packages.listPackages(owner, 'npm')).rejects.toMatchObject({
      code: 'config',
      scope: 'run',
      message: `${url} answers with web pages: it is not the address of the REST API.`,
      remedy: `Set api-url to ${url}/api/v3, where GitHub Enterprise Server has its REST API.`
    })
    expect(asked).toHaveLength(1)
  })

  it('is not blamed for the web page of a server that is overloaded', async () => {
    const pages = [{ status: 502, body: page }]
    const { url } = await site(() => pages.shift() ?? { body: [] })
    expect(await edgesTo({ apiUrl: url }).packages.listPackages(owner, 'npm')).toEqual([])
  })

  it.each([
    ['ENOTFOUND', 'No server has this name: check api-url, and the DNS and the proxy of the runner.'],
    ['EAI_AGAIN', 'This is likely to pass: run again later.']
  ])('that cannot be looked up (%s) is told apart from what passes', async (code, remedy) => {
    const cause = Object.assign(new Error(`getaddrinfo ${code} ghe.example`), { code })
    const transport: Transport = {
      send: () => Promise.reject(new Failure('network', `${cause.message}.`, undefined, { cause })),
      close: async () => undefined
    }
    const clock: Clock = { now: () => 0, sleep: async () => undefined }
    const scheduler = new Scheduler({ clock, deleteConcurrency: 1, pace: 'fast' })
    const about = { token: 'ghp_x', apiUrl: 'https://ghe.example/api/v3', userAgent: 'tester' }
    const { listPackages } = createPackages(createClient({ ...about, transport, scheduler, clock }), { warn: () => {} })
    await expect(listPackages(owner, 'npm')).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining(`${code} ghe.example, 5 times`),
      remedy
    })
  })
})
