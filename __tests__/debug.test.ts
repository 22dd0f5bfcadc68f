import { it } from '@jest/globals'
import { load } from '../simulator/generate/generatedPackage.js'
import { randomRegistry } from '../simulator/generate/randomRegistry.js'
import { frozenClock } from '../simulator/world/clock.js'
import { World } from '../simulator/world/world.js'
import { oracleOf } from './invariants/graphOracle.js'
import { buildUnits } from '../src/policy/graph/units.js'
import { everythingAbout, OWNER } from './scenarios/containers/facts.js'
it('x', () => {
  const seed = process.env.S ?? '0'
  const { owner, packages, now } = randomRegistry(Number(seed))
  const world = new World({ clock: frozenClock(now) })
  for (const each of packages) load(world, owner, each)
  for (const { name } of packages) {
    const stored = world.packageAt({ owner: OWNER, type: 'container', name })
    const o = oracleOf(stored)
    const all = everythingAbout(stored)
    const u = buildUnits(all, { timestamp: 'updated_at' })
    const mine = new Set(u.units.map((x) => x.root.version.name))
    for (const v of o.versions) {
      if (mine.has(v.digest) === o.roots.has(v.digest)) continue
      console.log(name, 'product', mine.has(v.digest), 'oracle', o.roots.has(v.digest), v.digest, v.tags, v.names, String(stored.manifests.get(v.digest)?.body).slice(0, 600),
        u.nodes.filter((n) => n.version.name === v.digest).map((n) => [...n.owners].map((x) => [x.version.name, x.version.tags, String(stored.manifests.get(x.version.name)?.body).slice(0, 500)])),
        o.versions.filter((x) => o.below(x.digest).has(v.digest)).map((x) => [x.digest, x.tags, x.served]))
    }
  }
})
it('y', () => {
  const { owner, packages, now } = randomRegistry(Number(process.env.S ?? '0'))
  const world = new World({ clock: frozenClock(now) })
  for (const each of packages) load(world, owner, each)
  const stored = world.packageAt({ owner: OWNER, type: 'container', name: process.env.P ?? 'app' })
  const o = oracleOf(stored)
  const show = (d: string): void => {
    const v = o.versions.find((x) => x.digest.includes(d))
    if (v === undefined) return console.log('none', d)
    console.log(v.digest, v.tags, v.names, new Date(v.time), o.stateOf(v.digest), 'hidden', o.hidden.has(v.digest), 'desc', o.described.has(v.digest), 'follows', o.follows(v.digest), String(stored.manifests.get(v.digest)?.body).slice(0, 1200), 'below', [...o.below(v.digest)], 'owners', o.versions.filter((x) => o.below(x.digest).has(v.digest)).map((x) => [x.digest, x.tags.join(), x.served, new Date(x.time).toISOString(),String(stored.manifests.get(x.digest)?.body).slice(0, 1200)].join(' ')))
  }
  for (const d of (process.env.D ?? '').split(',')) show(d)
})
