import type { PackageRef, World } from '../../simulator/world/world.js'
import { DAY, type Inputs, OWNER } from './harness.js'

/** The container package of most tests. */
export const APP = { owner: OWNER, type: 'container', name: 'app' } as const
export const ABOUT_APP: Inputs = { 'package-name': 'app', 'package-type': 'container' }

/** `1.0.0`, `1.0.1` ...: one a day, the first 60 days ago. With `tagged`, each has its name as a tag too. */
export function addDaily(world: World, ref: PackageRef, count: number, tagged = false): void {
  for (let index = 0; index < count; index += 1) {
    const name = `1.0.${index}`
    world.addVersion(ref, { name, createdAt: Date.now() - (60 - index) * DAY, ...(tagged && { tags: [name] }) })
  }
}
