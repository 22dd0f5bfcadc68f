import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'
import type { Version } from '../ownPackage.ts'
import { tagsOf } from '../scene.ts'
import { lag, namesOf } from './push.ts'

export const restored: Check = {
  id: 20,
  title: 'A version is restored',
  assumptions: [
    {
      key: 'restore',
      says: 'a deleted version can be restored',
      assumed: 204,
      unsafeIf: (status) => status !== 204
    },
    { key: 'tags after restore', says: 'it has its tags again', assumed: true, switch: 'tagsOnRestore' },
    { key: 'created_at after restore', says: 'it keeps its created_at', assumed: true },
    {
      key: 'updated_at on restored',
      says: 'a restore sets no updated_at',
      assumed: false,
      switch: 'updatedAtOn'
    },
    lag('list after restore', 'the list of versions shows a restore', 'activeListLag'),
    lag('deleted list after restore', 'the list of deleted versions leaves a restored one out', 'deletedListLag'),
    lag('version after restore', 'GET of a version shows its restore', 'versionLag'),
    lag('manifest after restore', 'the registry serves a restored manifest', 'registryLag'),
    lag('tag list after restore', "the registry's list of tags shows a restore", 'tagListLag')
  ],
  async run(scene, observe) {
    const { main } = scene
    const { manifest, version } = await scene.pushed(main, 'back', 'back-too')
    await scene.remove(main, version.id)
    await scene.settle()
    const { status } = await main.restoreVersion(version.id)
    observe('restore', status)
    if (status !== 204) throw new CannotTell(`the restore is answered with ${status}`)
    const isActive = (answer: { status: number; json: unknown }) =>
      answer.status === 200 && ((answer.json as Version).deleted_at ?? undefined) === undefined
    const looks = await scene.watch({
      'list after restore': async () => (await main.versions()).some(({ id }) => id === version.id),
      'deleted list after restore': async () =>
        (await main.versions('deleted', scene.deletedFamily)).every(({ id }) => id !== version.id),
      'version after restore': async () => isActive(await main.version(version.id)),
      'manifest after restore': async () => (await main.registry.manifest(manifest.digest)).status === 200,
      'tag list after restore': async () => namesOf(await main.registry.tags()).includes('back')
    })
    const after = await scene.read(main, version.id)
    const isTagged = tagsOf(after).includes('back') && tagsOf(after).includes('back-too')
    for (const [key, seconds] of Object.entries(looks)) {
      if (key === 'tag list after restore' && !isTagged) continue
      if (key === 'deleted list after restore' && scene.deletedFamily === undefined) continue
      observe(key, seconds)
    }
    observe('tags after restore', isTagged)
    observe('created_at after restore', after.created_at === version.created_at)
    observe('updated_at on restored', after.updated_at !== version.updated_at)
    if (!isTagged) throw new CannotTell('not all tags came back')
    if (scene.deletedFamily === undefined) throw new CannotTell('there is no list of deleted versions')
  }
}

export const tagMovedMeanwhile: Check = {
  id: 21,
  title: 'A version is restored whose tag has moved',
  assumptions: [
    {
      key: 'tags on restore',
      says: 'a restored version leaves the tags that have moved where they are',
      assumed: 'unless-moved',
      switch: 'tagsOnRestore'
    },
    {
      key: 'refusal of a restore for its tags',
      says: 'a restore that is refused for its tags is a 400',
      assumed: 400,
      switch: 'restoreConflictStatus'
    }
  ],
  async run(scene, observe) {
    const { main } = scene
    const { version } = await scene.pushed(main, 'free', 'taken')
    await scene.remove(main, version.id)
    await scene.settle()
    const taker = await scene.pushed(main, 'taken')
    const { status } = await main.restoreVersion(version.id)
    if (status !== 204) {
      observe('tags on restore', 'refuse-if-moved')
      observe('refusal of a restore for its tags', status)
      return
    }
    await scene.settle()
    const back = tagsOf(await scene.read(main, version.id))
    const kept = tagsOf(await scene.read(main, taker.version.id)).includes('taken')
    if (!kept) observe('tags on restore', 'taken-back')
    else observe('tags on restore', back.includes('free') ? 'unless-moved' : 'lost')
    throw new CannotTell('the restore was not refused')
  }
}

export const pushOfDeleted: Check = {
  id: 22,
  title: 'A deleted digest is pushed again',
  assumptions: [
    {
      key: 'push of a deleted digest',
      says: 'a digest that is pushed again after its deletion is a new version',
      assumed: 'new-version',
      switch: 'pushOfDeleted'
    },
    {
      key: 'restore beside a new version',
      says: 'the deleted version of that digest cannot be restored: 400',
      assumed: 400,
      switch: 'restoreConflictStatus'
    }
  ],
  async run(scene, observe) {
    const { main } = scene
    const { manifest, version } = await scene.pushed(main)
    await scene.remove(main, version.id)
    await scene.calm()
    await main.push(manifest)
    const again = await scene.find(main, manifest.digest)
    observe('push of a deleted digest', again.id === version.id ? 'same-version' : 'new-version')
    if (again.id === version.id) throw new CannotTell('there is no other version of that digest')
    observe('restore beside a new version', (await main.restoreVersion(version.id)).status)
  }
}

export const restoreOfNothing: Check = {
  id: 23,
  title: 'A restore finds nothing to restore',
  assumptions: [
    { key: 'restore of an active version', says: 'a version that is not deleted cannot be restored', assumed: 404 },
    { key: 'restore of an unknown version', says: 'an id that is nowhere cannot be restored', assumed: 404 }
  ],
  async run(scene, observe) {
    const { version } = await scene.pushed(scene.main)
    observe('restore of an active version', (await scene.main.restoreVersion(version.id)).status)
    observe('restore of an unknown version', (await scene.main.restoreVersion(1)).status)
  }
}
