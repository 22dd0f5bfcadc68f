import { loadScenario } from '../../simulator/scenario/load.js'
import type { ScenarioPackage, ScenarioVersion } from '../../simulator/scenario/scenario.js'
import type { PackageRef, World } from '../../simulator/world/world.js'
import { DAY, type Inputs, OWNER, TOKEN } from './harness.js'

/** The container package of most tests. */
export const APP = { owner: OWNER, type: 'container', name: 'app' } as const
export const ABOUT_APP: Inputs = { 'package-name': 'app', 'package-type': 'container' }

/** An npm package, and inputs that name it and a container `app`. */
export const WEB: ScenarioPackage = {
  owner: OWNER,
  type: 'npm',
  name: 'web',
  repository: `${OWNER}/web`,
  distTags: { latest: '1.3.0', next: '1.1.0' },
  versions: { '1.0.0': '40d', '1.1.0': '30d', '1.2.0': '20d', '1.3.0': '10d' }
}
export const ABOUT_BOTH: Inputs = { 'package-name': 'web, app', 'package-type': 'npm, container' }

/** Images `v1.1` to `v1.3` with signatures and attestations, the first with a tag more. */
export const SIGNED: readonly ScenarioVersion[] = [1, 2, 3].map((n) => ({
  image: 'signed-image',
  tags: n === 1 ? ['v1.1', 'other'] : [`v1.${n}`],
  at: `${70 - n * 10}d`,
  settings: { cosign: ['signature'], attestations: 'annotated' }
}))

/** What the owner has, and a token that may do everything with it. */
export function worldOf(packages: readonly ScenarioPackage[], token = TOKEN): World {
  const owners = { [OWNER]: { type: 'Organization' } } as const
  return loadScenario({ owners, tokens: { [token]: { login: 'octocat' } }, packages }).world
}

/** `1.0.0`, `1.0.1` ...: one a day, the first 60 days ago. With `tagged`, each has its name as a tag too. */
export function addDaily(world: World, ref: PackageRef, count: number, tagged = false): void {
  for (let index = 0; index < count; index += 1) {
    const name = `1.0.${index}`
    world.addVersion(ref, { name, createdAt: Date.now() - (60 - index) * DAY, ...(tagged && { tags: [name] }) })
  }
}
