import { load } from '../../simulator/generate/generatedPackage.js'
import { type Random, randomFrom } from '../../simulator/generate/random.js'
import { randomRegistry } from '../../simulator/generate/randomRegistry.js'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import type { Clock } from '../../simulator/world/clock.js'
import type { PackageType } from '../../simulator/world/package.js'
import { World } from '../../simulator/world/world.js'

export const OWNER = 'octo-org'
export const TOKEN = 'ghp_everything'
/** The one time that all random registries end at, milliseconds. */
export const NOW = Date.UTC(2026, 10, 22, 12)

const DAY = 86_400_000
/** A run may wait before it takes its time, and its clock may be whole hours off: no version is as old as a rule's limit. */
const LATEST = NOW - 5_400_000

/** Equal seeds give equal worlds, whatever the order of lists: ids and times too. */
export function randomWorld(seed: string, clock: Clock, assumptions: Partial<Assumptions>): World {
  const random = randomFrom(`world ${seed}`)
  const world = new World({ clock, assumptions })
  world.addOwner(OWNER)
  world.addToken({ value: TOKEN, login: 'octocat' })
  const shape = random.pick(['containers', 'containers', 'containers', 'containers', 'versions', 'both', 'long'])
  if (shape !== 'versions') {
    for (const each of randomRegistry(seed).packages) load(world, OWNER, each)
  }
  if (shape === 'long') {
    // More than one page of 100: further histories are pushed to the same package.
    for (const more of ['b', 'c', 'd', 'e']) {
      const [first] = randomRegistry(`${seed} ${more}`).packages
      if (first !== undefined) load(world, OWNER, { ...first, name: 'app' })
    }
  }
  if (shape === 'versions' || shape === 'both') {
    for (const type of ['npm', 'maven', 'nuget', 'rubygems'] as const) {
      if (random.chance(0.5)) versionPackage(world, type, random)
    }
    if (random.chance(0.4)) dockerPackage(world, random)
  }
  return world
}

function versionPackage(world: World, type: PackageType, random: Random): void {
  const name = type === 'maven' ? 'com.octo.web' : 'web'
  const count = random.chance(0.15) ? random.between(101, 130) : random.between(1, 25)
  const names = new Set<string>()
  while (names.size < count) names.add(versionName(type, random))
  const ref = { owner: OWNER, type, name }
  const all = [...names]
  world.addPackage({
    ...ref,
    createdAt: NOW - 200 * DAY,
    distTags: type === 'npm' ? { latest: random.pick(all), next: random.pick(all) } : {}
  })
  let at = NOW - random.between(20, 150) * DAY
  for (const version of all) {
    if (random.chance(0.7)) at = Math.min(LATEST, at + random.pick([1_000, 3_600_000, DAY, 4 * DAY]))
    const deleted = count > 5 && random.chance(0.05) ? { deletedAt: NOW - 2 * DAY } : {}
    world.addVersion(ref, { name: version, createdAt: at, updatedAt: at, ...deleted })
  }
}

function versionName(type: PackageType, random: Random): string {
  const core = `${random.between(0, 2)}.${random.between(0, 4)}.${random.between(0, 9)}`
  if (random.chance(0.6)) return core
  if (type === 'maven') return random.chance(0.5) ? `${core}-SNAPSHOT` : `${core}-rc-${random.between(1, 3)}`
  if (type === 'rubygems') return `${core}.pre${random.between(1, 3)}`
  return `${core}-${random.pick(['rc', 'canary', 'beta'])}.${random.between(1, 9)}`
}

function dockerPackage(world: World, random: Random): void {
  const ref = { owner: OWNER, type: 'docker' as const, name: 'old-app' }
  world.addPackage({ ...ref, createdAt: NOW - 200 * DAY })
  const count = random.between(1, 12)
  for (let i = 0; i < count; i++) {
    const at = LATEST - (count - i) * random.between(1, 5) * DAY
    world.addVersion(ref, { name: `1.${i}.0`, tags: [`1.${i}.0`], createdAt: at, updatedAt: at })
  }
  if (random.chance(0.6)) {
    const at = LATEST - 150 * DAY
    world.addVersion(ref, { name: 'docker-base-layer', tags: ['docker-base-layer'], createdAt: at, updatedAt: at })
  }
}
