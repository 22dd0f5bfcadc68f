import type { Assumption, Check } from '../check.ts'
import { tagsOf } from '../scene.ts'

function moves(on: string, says: string, assumed: boolean): Assumption {
  return { key: `updated_at on ${on}`, says, assumed, switch: 'updatedAtOn' }
}

export const tagGained: Check = {
  id: 8,
  title: 'A known digest gains a tag',
  assumptions: [
    { key: 'same version', says: 'a digest that is pushed under a second tag stays one version', assumed: true },
    moves('tag-gained', 'a tag that a version gains sets its updated_at', true),
    { key: 'created_at stays', says: 'created_at is the time of the first push', assumed: true }
  ],
  async run(scene, observe) {
    const { manifest, version: before } = await scene.pushed(scene.main, 'first')
    await scene.main.push(manifest, 'second')
    await scene.settle()
    const ids = (await scene.main.versions()).filter(({ name }) => name === manifest.digest).map(({ id }) => id)
    const after = await scene.read(scene.main, before.id)
    observe('same version', ids.length === 1 && ids[0] === before.id && tagsOf(after).length === 2)
    observe('updated_at on tag-gained', after.updated_at !== before.updated_at)
    observe('created_at stays', after.created_at === before.created_at)
  }
}

export const pushedAgain: Check = {
  id: 9,
  title: 'A known digest is pushed again',
  assumptions: [moves('pushed-again', 'a push that brings no new tag sets no updated_at', false)],
  async run(scene, observe) {
    const { manifest, version: before } = await scene.pushed(scene.main)
    await scene.clock.sleep(1_000)
    await scene.main.push(manifest)
    const after = await scene.read(scene.main, before.id)
    observe('updated_at on pushed-again', after.updated_at !== before.updated_at)
  }
}

export const tagLost: Check = {
  id: 10,
  title: 'A tag moves to another version',
  assumptions: [
    { key: 'tag moves', says: 'a tag leaves the version that had it, which keeps its other tags', assumed: true },
    moves('tag-lost', 'a tag that a version loses sets no updated_at', false)
  ],
  async run(scene, observe) {
    const { version: before } = await scene.pushed(scene.main, 'kept', 'moving')
    const taker = await scene.pushed(scene.main, 'moving')
    const after = await scene.read(scene.main, before.id)
    const taken = await scene.read(scene.main, taker.version.id)
    observe('tag moves', tagsOf(after).join() === 'kept' && tagsOf(taken).join() === 'moving')
    observe('updated_at on tag-lost', after.updated_at !== before.updated_at)
  }
}

export const pulls: Check = {
  id: 11,
  title: 'Manifests are read',
  assumptions: [{ key: 'updated_at on pull', says: 'reading a manifest changes no version', assumed: false }],
  async run(scene, observe) {
    const { manifest, version: before } = await scene.pushed(scene.main)
    await scene.clock.sleep(1_000)
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD'] as const)
      await scene.main.registry.manifest(manifest.digest, method)
    const after = await scene.read(scene.main, before.id)
    observe('updated_at on pull', after.updated_at !== before.updated_at)
  }
}
