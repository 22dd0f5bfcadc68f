import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { Simulator } from '../../simulator/simulator.js'
import { type Call, call, rest } from './client.js'
import { startForTest } from './startForTest.js'

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, ResponseObject>>
}
interface ResponseObject {
  readonly $ref?: string
  readonly content?: { readonly 'application/json'?: { readonly schema: object } }
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, ResponseObject>>; readonly schemas: object }
}

const description = JSON.parse(readFileSync('simulator/openapi-packages.json', 'utf8')) as Description
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ id: operation.operationId, path, method, operation }))
)
const families = { '/orgs/': 'acme', '/users/': 'octocat', '/user/': 'octocat' }
const types = ['container', 'npm', 'maven', 'rubygems', 'nuget', 'docker'] as const

let ajv: Ajv

beforeAll(() => {
  ajv = new Ajv({ strict: false, allErrors: true })
  // The plugin's types are of a CommonJS module.
  ;(formats as unknown as (ajv: Ajv) => void)(ajv)
  ajv.addSchema({ $id: 'api', ...description })
})

function scenario(type: (typeof types)[number]): Scenario {
  const packages = Object.values(families)
    .slice(0, 2)
    .map((owner) => ({
      owner,
      type,
      name: 'tools/app',
      visibility: 'public' as const,
      repository: `${owner}/app`,
      dockerConflict: type === 'docker',
      versions:
        type === 'container'
          ? [
              { image: 'multi-arch', tags: ['v1'], at: '3d' },
              { image: 'multi-arch', tags: ['v2'], at: '2d' }
            ]
          : [
              { name: '1.0.0', at: '3d', ...(type === 'docker' && { tags: ['one'] }) },
              { name: '1.1.0', at: '2d' },
              { name: '2.0.0', at: '1d' }
            ]
    }))
  return {
    owners: { acme: { type: 'Organization' }, octocat: { type: 'User' } },
    repositories: { 'acme/app': {}, 'octocat/app': {} },
    packages
  }
}

/** Answers of the server with the schema that the description has for them; refusals of 400 it mostly leaves out. */
function schemaFor(operation: Operation, status: number): object | undefined {
  const found = operation.responses[String(status)]
  const name = found?.$ref?.split('/').at(-1)
  const response = name === undefined ? found : description.components.responses[name]
  if (status < 400) return response?.content?.['application/json']?.schema
  return { $ref: '#/components/schemas/basic-error' }
}

const validators = new Map<string, ValidateFunction>()

function validator(operation: Operation, status: number): ValidateFunction | undefined {
  const schema = schemaFor(operation, status)
  if (schema === undefined) return undefined
  const text = JSON.stringify(schema).replaceAll('"#/components', '"api#/components')
  const known = validators.get(text) ?? ajv.compile(JSON.parse(text))
  validators.set(text, known)
  return known
}

function addressOf(simulator: Simulator, path: string, type: (typeof types)[number], restores: boolean): string {
  const owner = Object.entries(families).find(([prefix]) => path.startsWith(prefix))?.[1] ?? ''
  const stored = simulator.world.packageAt({ owner, type, name: 'tools/app' })
  const version = stored.versions.list('active')[0]
  if (restores && path.includes('versions') && version !== undefined)
    simulator.world.deleteVersion(stored.facts, version.id)
  if (restores && !path.includes('versions')) simulator.world.deletePackage(stored.facts)
  const filled = path
    .replace('{org}', owner)
    .replace('{username}', owner)
    .replace('{package_type}', type)
    .replace('{package_name}', 'tools%2Fapp')
    .replace('{package_version_id}', String(version?.id))
  return filled.endsWith('/packages') ? `${filled}?package_type=${type}` : filled
}

describe('the OpenAPI description of the Packages operations', () => {
  it('has 27 operations', () => {
    expect(operations).toHaveLength(27)
  })

  describe.each(operations)('$id', ({ path, method, operation }) => {
    it.each(types)('answers as described for %s', async (type) => {
      const simulator = await startForTest(scenario(type))
      const address = addressOf(simulator, path, type, path.endsWith('/restore'))
      const answer = await rest(simulator, address, { method: method.toUpperCase() })
      const documented = Object.keys(operation.responses).filter((status) => status.startsWith('2'))
      expect(documented).toContain(String(answer.status))
      const validate = validator(operation, answer.status)
      if (validate === undefined) expect(answer.text).toBe('')
      else expect({ valid: validate(answer.json), errors: validate.errors }).toEqual({ valid: true, errors: null })
    })

    it.each([
      ['without a token', 401, {}],
      ['with bad credentials', 401, { token: 'ghp_wrong' }],
      ['without the scope', 403, { token: 'ghp_scopeless' }]
    ] as const)('refuses as described %s', async (_title, status, options: Call) => {
      const simulator = await startForTest({
        ...scenario('npm'),
        tokens: { ghp_simulator: {}, ghp_scopeless: { scopes: [] } }
      })
      const address = addressOf(simulator, path, 'npm', path.endsWith('/restore'))
      const answer = await call(simulator.url, address, { ...options, method: method.toUpperCase() })
      expect(answer.status).toBe(status)
      const validate = validator(operation, status)
      expect(validate?.(answer.json)).toBe(true)
      expect(answer.json).toMatchObject({ status: String(status) })
    })
  })

  it('describes deleted versions, listed with state=deleted', async () => {
    const simulator = await startForTest(scenario('container'))
    const stored = simulator.world.packageAt({ owner: 'acme', type: 'container', name: 'tools/app' })
    for (const version of stored.versions.list('active').slice(0, 2)) stored.remove(version.id)
    const answer = await rest(simulator, '/orgs/acme/packages/container/tools%2Fapp/versions?state=deleted')
    const listed = operations.find(({ id }) => id.endsWith('get-all-package-versions-for-package-owned-by-org'))
    const validate = listed && validator(listed.operation, 200)
    expect(answer.json).toHaveLength(2)
    expect(validate?.(answer.json)).toBe(true)
  })

  it('describes a deleted version where GET shows it', async () => {
    const simulator = await startForTest({ ...scenario('container'), assumptions: { getOfDeleted: 200 } })
    const stored = simulator.world.packageAt({ owner: 'acme', type: 'container', name: 'tools/app' })
    const id = stored.versions.list('active')[0]?.id ?? 0
    stored.remove(id)
    const answer = await rest(simulator, `/orgs/acme/packages/container/tools%2Fapp/versions/${id}`)
    const got = operations.find((operation) => operation.id === 'packages/get-package-version-for-organization')
    const validate = got && validator(got.operation, 200)
    expect(validate?.(answer.json)).toBe(true)
  })
})
