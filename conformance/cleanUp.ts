import type { Clock } from './clock.ts'
import type { Answer } from './exchange.ts'
import { NEVER, watch } from './looks.ts'
import type { Scene } from './scene.ts'

/** One package of the checks, however it is deleted. */
interface Deletable {
  readonly name: string
  readonly get: () => Promise<Answer>
  readonly delete: () => Promise<Answer>
}

/** All packages that the checks may have made. */
export function packagesOf(scene: Scene): readonly Deletable[] {
  const { name, npmUrl, owner } = scene.settings
  const path = `/${scene.family}/${owner}/packages/npm/${name}`
  const npm = { name: `npm ${name}`, get: () => scene.rest(path), delete: () => scene.rest(path, 'DELETE') }
  const containers = scene.packages.map((own) => ({
    name: own.name,
    get: () => own.get(),
    delete: () => own.delete()
  }))
  return npmUrl === undefined ? containers : [...containers, npm]
}

/** Those of them that are there. */
export async function existing(scene: Scene): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, get } of packagesOf(scene)) {
    const { status } = await get()
    if (status !== 404) found.push(`${name} (${status})`)
  }
  return found
}

/** Deletes them all; returns those that are still there afterwards. */
export async function cleanUp(scene: Scene): Promise<readonly string[]> {
  scene.settings.exchange.purpose = 'clean-up'
  scene.settings.exchange.limit = Number.POSITIVE_INFINITY
  const left: string[] = []
  for (const own of packagesOf(scene)) if (!(await isGone(own, scene.clock))) left.push(own.name)
  return left
}

async function isGone(own: Deletable, clock: Clock): Promise<boolean> {
  try {
    const { gone } = await watch(clock, {
      gone: async () => {
        const { status } = await own.get()
        if (status === 404) return true
        await own.delete()
        return (await own.get()).status === 404
      }
    })
    return gone !== NEVER
  } catch {
    return false
  }
}
