import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { createFiles } from '../../src/action/files.js'
import { readHolds } from '../../src/app/holds.js'
import { PACKAGE_TYPES } from '../../src/domain/package.js'
import type { Reason, Step } from '../../src/domain/plan.js'
import { policyHash } from '../../src/domain/policy.js'
import { parsePlan, planText } from '../../src/formats/planFile.js'
import { parseReceipt } from '../../src/formats/receipt.js'
import { createCache } from '../../src/registry/cache.js'
import { digestOf } from '../../src/registry/parseManifest.js'
import { amount } from '../amount.js'
import { deletedIds, newWorld, OWNER, runHere, simulate, workspace } from '../e2e/harness.js'
import { container, hostilePlan, packagePlan, plan, stepsOf, unit } from '../report/fixture.js'
import { anyText, exchanged, INHERITED, odd, spoiled, torn } from './spoil.js'

const serializePlan = (plan: Parameters<typeof planText>[0]): string => [...planText(plan)].join('')

jest.setTimeout(120_000)

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const at = '2026-11-22T12:00:00.000Z'

describe('a plan', () => {
  it('is read or refused; one that is taken orders nothing that it does not describe', () => {
    const goes: readonly Reason[] = [{ code: 'not-kept', name: 'pr-2', rule: 'a', rank: 1, of: 1 }]
    const stays = unit(10, ['v1', 'pr-1'], 40, 'keep', [{ code: 'protected', by: 'names', what: 'v*' }], [])
    const decisions = [
      ...stays.map((each) => ({ ...each, untag: ['pr-1'] })),
      ...unit(20, ['pr-2'], 30, 'delete', goes, [
        { kind: 'image', by: 'entry' },
        { kind: 'signature', by: 'subject' }
      ])
    ]
    const steps: readonly Step[] = [
      ...stepsOf(decisions),
      ...stays.map(({ version }): Step => ({ kind: 'untag', version, tag: 'pr-1', reasons: goes }))
    ]
    const whole = serializePlan(plan(packagePlan(container('app'), decisions, { steps })))
    expect(parsePlan(whole)).not.toHaveProperty('problems')
    const { packages, ...rest } = JSON.parse(whole) as { readonly packages: readonly Record<string, unknown>[] }
    const [one] = packages
    const texts = fc.oneof(
      ...(['package', 'decisions', 'steps'] as const).map((part) => ({
        weight: 4,
        arbitrary: spoiled(one?.[part]).map((data) => JSON.stringify({ ...rest, packages: [{ ...one, [part]: data }] }))
      })),
      { weight: 4, arbitrary: spoiled(JSON.parse(whole)).map((data) => JSON.stringify(data) ?? '') },
      { weight: 1, arbitrary: torn(whole) },
      { weight: 1, arbitrary: torn(serializePlan(hostilePlan())) },
      { weight: 1, arbitrary: odd.map((data) => JSON.stringify(data) ?? '') }
    )
    const check = (text: string): void => {
      const read = parsePlan(text)
      if ('problems' in read) {
        expect(read.problems.length).toBeGreaterThan(0)
        return
      }
      expect(policyHash(read.plan.policy)).toBe(read.plan.policyHash)
      for (const { package: info, decisions, steps, violations } of read.plan.packages) {
        expect(info.owner.toLowerCase()).toBe(read.plan.owner.toLowerCase())
        if (violations.length > 0) expect(steps).toEqual([])
        const told = new Map(decisions.map((decision) => [decision.version.id, decision]))
        expect(told.size).toBe(decisions.length)
        const gone = new Set<number>()
        for (const step of steps) {
          if (step.kind === 'delete-package') continue
          const decision = told.get(step.version.id)
          expect(decision?.verdict).toBe(step.kind === 'delete' ? 'delete' : 'keep')
          if (step.kind === 'untag') expect(decision?.untag).toContain(step.tag)
          else {
            expect([gone.has(step.version.id), step.after.filter((id) => !gone.has(id))]).toEqual([false, []])
            gone.add(step.version.id)
          }
        }
      }
    }
    for (const [n, data] of exchanged({ ...rest, packages }).entries())
      if (n % amount(3, 1) === 0) check(JSON.stringify(data))
    fc.assert(fc.property(texts, check), { numRuns: 1000 })
  })
})

describe('a receipt', () => {
  const header = {
    kind: 'header',
    format: 'package-retention-receipt',
    version: 1,
    apiUrl: 'https://a',
    owner: 'acme',
    policyHash: '',
    startedAt: at
  }
  const intent = {
    kind: 'intent',
    step: 1,
    action: 'delete',
    at,
    owner: 'acme',
    type: 'npm',
    package: 'web',
    id: 7,
    name: '1.0.0',
    tags: ['latest']
  }
  const second = { ...intent, step: 2, action: 'untag', tag: 'v1', digest: `sha256:${'a'.repeat(64)}` }
  const outcome = { kind: 'outcome', step: 1, at, result: 'done' }
  const lines = [header, intent, outcome, second, { ...outcome, step: 2 }]
  const textOf = (all: readonly unknown[]): string => all.map((line) => `${JSON.stringify(line)}\n`).join('')

  it('is read or refused, speaks of one owner, and has every field of its own kind', () => {
    const texts = fc.oneof(
      torn(textOf(lines)),
      spoiled(lines).map((all) => (Array.isArray(all) ? textOf(all) : String(all))),
      anyText
    )
    const check = (text: string): void => {
      const read = parseReceipt(text)
      if (read.header === undefined) {
        expect(read.problems.length).toBeGreaterThan(0)
        return
      }
      const whole = text.split('\n').filter((line) => line.trim() !== '')
      const kept = read.problems.length === 0 ? whole : []
      const told = (read.cut ? kept.slice(0, -1) : kept).map((line) => JSON.parse(line) as { kind?: unknown })
      if (read.problems.length === 0)
        expect(read.entries).toHaveLength(told.filter(({ kind }) => kind === 'intent').length)
      for (const { intent: each, outcome: ended } of read.entries) {
        expect(each.owner.toLowerCase()).toBe(read.header.owner.toLowerCase())
        expect(each.tags?.every((tag) => typeof tag === 'string' && tag !== '') ?? true).toBe(true)
        if (each.action === 'delete') expect([Number.isSafeInteger(each.id), each.name?.length]).not.toContain(false)
        if (each.action === 'untag') expect(each.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
        if (ended !== undefined) expect(ended.step).toBe(each.step)
      }
    }
    for (const all of [...exchanged(lines), ...exchanged([header, intent, second])])
      check(textOf(all as readonly unknown[]))
    fc.assert(fc.property(texts, check), { numRuns: 2000 })
  })

  it('is data, not an order: a run that is given it changes nothing of others, and deletes nothing', async () => {
    const mostly = <T>(good: fc.Arbitrary<T>, ...odd: readonly unknown[]): fc.Arbitrary<unknown> =>
      fc.oneof(
        { weight: 15, arbitrary: good as fc.Arbitrary<unknown> },
        { weight: 1, arbitrary: fc.constantFrom(...odd) }
      )
    const owner = mostly(fc.constantFrom(OWNER, OWNER.toUpperCase()), 'victim', 'VICTIM', '', '..')
    const elsewhere = ['../../orgs/victim/packages/npm/web', 'web/versions/1?', '%2e%2e', '', '.', '..']
    const step = fc.record({
      action: fc.constantFrom('delete', 'delete', 'delete', 'untag', 'delete-package', 'restore'),
      owner: mostly(fc.constant(undefined), OWNER, 'victim', ''),
      type: mostly(fc.constantFrom('npm', 'npm', 'npm', 'container'), 'pypi'),
      package: mostly(fc.constantFrom('web', 'web', 'web', 'WEB'), ...elsewhere),
      id: mostly(fc.constantFrom(1, 1, 2, 2, 3, 5, 7), 0, -1, 1e300, '1', null),
      name: mostly(fc.constantFrom('1.0.0', '1.1.0', '../1'), ''),
      tags: mostly(fc.constantFrom([], ['latest'], ['../x']), [1], 'latest'),
      tag: fc.constant('v1'),
      digest: fc.constant(`sha256:${'a'.repeat(64)}`),
      result: fc.constantFrom('done', 'done', 'failed', 'changed')
    })
    const strangers = fc.record({
      owner: fc.oneof({ weight: 3, arbitrary: owner }, { weight: 1, arbitrary: fc.constant('victim') }),
      server: fc.constantFrom('own', 'own', 'own', 'https://ghes.example/api/v3'),
      steps: fc.array(step, { minLength: 1, maxLength: 4 })
    })
    let back = 0
    await fc.assert(
      fc.asyncProperty(strangers, async (stranger) => {
        const world = newWorld()
        world.addOwner('victim')
        for (const [login, first] of [
          [OWNER, 1],
          ['victim', 4]
        ] as const) {
          const { facts } = world.addPackage({ owner: login, type: 'npm', name: 'web', repository: `${login}/web` })
          for (const more of [0, 1, 2]) world.addVersion(facts, { id: first + more, name: `1.${more}.0` })
          for (const more of [0, 1]) world.deleteVersion(facts, first + more)
        }
        const before = world.snapshot()
        const simulator = await simulate(world)
        const apiUrl = stranger.server === 'own' ? simulator.url : stranger.server
        const told = stranger.steps.flatMap(({ result, ...each }, index) => [
          { kind: 'intent', step: index + 1, at, ...each, owner: each.owner ?? stranger.owner },
          { kind: 'outcome', step: index + 1, at, result }
        ])
        const file = join(workspace, 'stranger.jsonl')
        writeFileSync(file, textOf([{ ...header, apiUrl, owner: stranger.owner }, ...told]))
        await runHere(simulator, { operation: 'restore', 'receipt-file': file })
        const after = world.snapshot()
        const others = (all: typeof before) => Object.entries(all).filter(([key]) => key.includes('victim'))
        expect(others(after)).toEqual(others(before))
        const deleted = deletedIds(after)
        expect([...deleted].filter((id) => !deletedIds(before).has(id))).toEqual([])
        const named = new Set(stranger.steps.map(({ id }) => id as number))
        const returned = [...deletedIds(before)].filter((id) => !deleted.has(id))
        const believed = stranger.server === 'own' && String(stranger.owner).toLowerCase() === OWNER
        expect(returned.filter((id) => !believed || !named.has(id))).toEqual([])
        back += returned.length
        const changes = simulator.log.filter(({ method }) => method !== 'GET')
        const ours = `/orgs/${OWNER}/packages/`
        expect(changes.filter(({ path }) => !path.toLowerCase().startsWith(ours))).toEqual([])
        await simulator.stop()
      }),
      { numRuns: 150 }
    )
    // Otherwise nothing was tried.
    expect(back).toBeGreaterThan(0)
  })
})

describe('a cache', () => {
  it('gives nothing that does not hash to its name', async () => {
    const file = `${digestOf(Buffer.from('acme/app')).slice('sha256:'.length)}.manifests`
    const bodies = ['{"schemaVersion":2}', '{"schemaVersion":2,"manifests":[]}']
    const named = bodies.map((body) => digestOf(Buffer.from(body)))
    const entry = (digest: string, body: string): string =>
      `${digest} application/vnd.oci.image.manifest.v1+json ${body.length}\n${body}\n`
    const whole = `package-retention manifests 1\n${bodies.map((body, i) => entry(named[i] ?? '', body)).join('')}`
    // The right form throughout: only the digest tells.
    const foreign = `package-retention manifests 1\n${bodies.map((body, i) => entry(named[1 - i] ?? '', body)).join('')}`
    await fc.assert(
      fc.asyncProperty(fc.oneof(torn(whole), torn(foreign), fc.constant(foreign), anyText), async (text) => {
        writeFileSync(join(folder, file), text)
        const cache = createCache({ directory: folder })
        for (const digest of named) {
          const found = await cache.get('acme/app', digest)
          if (found !== undefined) expect(digestOf(found.body)).toBe(digest)
        }
      }),
      { numRuns: 300 }
    )
  })
})

describe('a hold file', () => {
  const now = Date.parse(at)
  const holds = [
    { owner: 'octo-org', type: 'container', package: 'app', id: 7, name: 'sha256:00', until: '2026-12-01T00:00:00Z' },
    { owner: 'Octo-Org', type: 'container', package: 'APP', id: 8, name: 'sha256:01', until: '2026-12-01T00:00:00Z' },
    { owner: 'octo-org', type: 'npm', package: 'app', id: 9, name: '1.0.0', until: '2026-12-01T00:00:00Z' },
    { owner: 'octo-org', type: 'container', package: 'app', id: 10, name: 'sha256:02', until: '2026-11-01T00:00:00Z' }
  ]
  const good = { format: 'package-retention-hold', version: 1, holds }

  it('holds what it lists, or is refused: damaged it is never taken for empty', async () => {
    const path = join(folder, 'hold.json')
    const text = JSON.stringify(good, undefined, 2)
    const texts = fc.oneof(
      torn(text),
      spoiled(good).map((data) => JSON.stringify(data) ?? ''),
      fc.constant(text.replaceAll('\n', '\r\n')),
      anyText
    )
    await fc.assert(
      fc.asyncProperty(texts, async (written) => {
        writeFileSync(path, written)
        const read = await readHolds(createFiles([folder]), path, () => now).catch((error: Error) => error)
        if (read instanceof Error) {
          expect([read.name, written === text]).toEqual(['Failure', false])
          return
        }
        const { format, holds: listed } = JSON.parse(written) as typeof good
        expect([format, Array.isArray(listed)]).toEqual([good.format, true])
        const meant = listed.filter(
          (hold) =>
            hold.owner.toLowerCase() === 'octo-org' &&
            hold.type === 'container' &&
            hold.package.toLowerCase() === 'app' &&
            Date.parse(hold.until) > now
        )
        const held = [...read(container('app')).keys()]
        expect(held).toEqual([...new Set(meant.map(({ id }) => id))])
        expect(held.filter((id) => !Number.isSafeInteger(id))).toEqual([])
        for (const { type } of listed) expect(PACKAGE_TYPES).toContain(type)
        for (const key of INHERITED) expect([...read({ ...container(key), owner: key }).keys()]).toEqual([])
      }),
      { numRuns: 400 }
    )
  })
})
