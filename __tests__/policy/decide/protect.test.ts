import { describe, expect, it } from '@jest/globals'
import type { Inventory } from '../../../src/domain/inventory.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { NOW, packageOf } from '../packageOf.js'

function goes(inventory: Inventory, text: string): readonly string[] {
  const policy = policyOf(`min-keep: 0\n${text}\nrules: [{ name: all, match: {}, keep: [] }]`, inventory.package.type)
  const [own] = plan([inventory], policy, NOW, 'octo-org').packages
  return own?.steps.flatMap((step) => (step.kind === 'delete' ? [step.version.name] : [])) ?? []
}

describe('docker packages', () => {
  const [a, b] = [digestOf('a'), digestOf('b')]

  it('are protected by digest as containers are', () => {
    expect(goes(packageOf({ [a]: { tags: ['v1'] }, [b]: { tags: ['v2'] } }, 'docker'), `protect: ['${a}']`)).toEqual([
      b
    ])
  })

  it('keep their base layer, whether its name or a tag says so', () => {
    const inventory = packageOf(
      { 'docker-base-layer': {}, [a]: { tags: ['docker-base-layer'] }, [b]: { tags: ['v2'] } },
      'docker'
    )
    expect(goes(inventory, '')).toEqual([b])
    const policy = policyOf('rules: [{ match: {}, keep: [] }]', 'docker')
    const reasons = plan([inventory], policy, NOW, 'octo-org').packages[0]?.decisions.map((each) => each.reasons[0])
    expect(reasons?.slice(1)).toEqual(
      [1, 2].map(() => ({ code: 'protected', by: 'base-layer', what: 'docker-base-layer' }))
    )
  })

  it('a base layer of another type is not kept', () => {
    expect(goes(packageOf({ 'docker-base-layer': {}, other: { daysAgo: 1 } }, 'npm'), '')).toEqual([
      'docker-base-layer'
    ])
  })
})

it('a digest that is excluded is not protected by that', () => {
  const inventory = packageOf({ a: {}, b: { tags: ['b'] } })
  expect(goes(inventory, `protect: [b, '!${digestOf('a')}']`)).toEqual([digestOf('a')])
})

it('a line of names-from is the name of an npm version, and no digest', () => {
  const text = 'protect: { names-from: in-use.txt }\nrules: [{ match: {}, keep: [] }]'
  const inventory = packageOf({ '1.0.0': {} }, 'npm')
  const [own] = plan([inventory], policyOf(text, 'npm', '1.0.0'), NOW, 'octo-org').packages
  expect(own?.decisions[0]?.reasons[0]).toEqual({ code: 'protected', name: '1.0.0', by: 'names-from', what: '1.0.0' })
})

it('a reason says which protection it is, and for a reference where it stands', () => {
  const policy = policyOf(
    `protect: { names: [v1, '${digestOf('x')}'], names-from: in-use.txt, references: 'deploy/**' }\nrules: [{ match: {}, keep: [] }]`,
    'container',
    'v2 # production',
    [{ name: 'deploy/app.yaml', text: 'image: ghcr.io/octo-org/app:v3' }]
  )
  const inventory = packageOf({ v1: { tags: ['v1'] }, v2: { tags: ['v2'] }, v3: { tags: ['v3'] }, x: {} })
  const [own] = plan([inventory], policy, NOW, 'octo-org').packages
  expect(own?.decisions.map(({ reasons }) => reasons[0])).toEqual([
    { code: 'protected', by: 'names', what: digestOf('x') },
    { code: 'protected', name: 'v3', by: 'references', what: 'v3', file: 'deploy/app.yaml', line: 1 },
    { code: 'protected', name: 'v2', by: 'names-from', what: 'v2', note: 'production' },
    { code: 'protected', name: 'v1', by: 'names', what: 'v1' }
  ])
})
