import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'
import { NEVER } from '../looks.ts'
import type { Family, Version } from '../ownPackage.ts'
import { type Scene, tagsOf } from '../scene.ts'
import { lag, namesOf } from './push.ts'

export const deletedVersion: Check = {
  id: 15,
  title: 'A deleted version is asked for',
  assumptions: [
    lag('version after deletion', 'GET of a version shows its deletion', 'versionLag'),
    { key: 'GET of a deleted version', says: 'a deleted version is not found', assumed: 404, switch: 'getOfDeleted' },
    { key: 'second DELETE', says: 'a deleted version is not found by DELETE', assumed: 404, switch: 'secondDelete' }
  ],
  async run(scene, observe) {
    const { version } = await scene.pushed(scene.main)
    await scene.remove(scene.main, version.id)
    let last: { status: number } = { status: 0 }
    const { gone } = await scene.watch({
      gone: async () => {
        const answer = await scene.main.version(version.id)
        last = answer
        return answer.status !== 200 || (answer.json as Version).deleted_at !== undefined
      }
    })
    observe('version after deletion', gone)
    observe('GET of a deleted version', last.status)
    observe('second DELETE', (await scene.main.deleteVersion(version.id)).status)
  }
}

const FAMILIES: readonly Family[] = ['orgs', 'users', 'user']

export const deletedList: Check = {
  id: 16,
  title: 'The list of deleted versions',
  assumptions: [
    lag('list after deletion', 'the list of versions leaves a deleted one out', 'activeListLag'),
    lag('deleted list after deletion', 'the list of deleted versions shows one', 'deletedListLag'),
    ...FAMILIES.map((family) => ({
      key: `state=deleted in /${family}`,
      says: `/${family} lists deleted versions with state=deleted`,
      assumed: true,
      switch: 'stateIgnoredIn'
    })),
    { key: 'deleted_at', says: 'a deleted version says when it was deleted', assumed: true, switch: 'deletedAt' }
  ],
  async run(scene, observe) {
    const { main } = scene
    const { version } = await scene.pushed(main)
    await scene.remove(main, version.id)
    const usable: Family[] = []
    for (const family of scene.families()) {
      if ((await main.list('?per_page=1', family)).status === 200) usable.push(family)
    }
    let deleted: Version | undefined
    const looks = await scene.watch({
      active: async () => (await main.versions()).every(({ id }) => id !== version.id),
      deleted: async () => {
        deleted = await findDeleted(scene, version.id, usable)
        return deleted !== undefined
      }
    })
    observe('list after deletion', looks.active)
    for (const family of usable) {
      const listed = (await main.versions('deleted', family)).some(({ id }) => id === version.id)
      observe(`state=deleted in /${family}`, listed)
      if (listed) scene.deletedFamily ??= family
    }
    if (deleted === undefined) throw new CannotTell('no list shows the deleted version')
    observe('deleted list after deletion', looks.deleted)
    observe('deleted_at', deleted.deleted_at !== undefined && deleted.deleted_at !== null)
    if (usable.length < FAMILIES.length) throw new CannotTell('this token or owner has no such addresses')
  }
}

export const versionCount: Check = {
  id: 17,
  title: 'version_count',
  assumptions: [
    {
      key: 'version_count',
      says: 'version_count is the number of active versions',
      assumed: 'active',
      switch: 'versionCount'
    },
    lag('version_count after push', 'version_count shows a push', 'versionCountLag'),
    lag('version_count after deletion', 'version_count shows a deletion', 'versionCountLag')
  ],
  async run(scene, observe) {
    const count = async () => ((await scene.main.get()).json as { version_count?: number }).version_count
    await scene.calm()
    const base = await count()
    if (base === undefined) throw new CannotTell('the package has no version_count')
    const pushed = scene.image()
    await scene.main.push(pushed)
    const { rises } = await scene.watch({ rises: async () => (await count()) === base + 1 })
    if (rises === NEVER) {
      observe('version_count', 'stale')
      throw new CannotTell('it does not change')
    }
    observe('version_count after push', rises)
    const { id } = await scene.find(scene.main, pushed.digest)
    await scene.remove(scene.main, id)
    const { falls } = await scene.watch({ falls: async () => (await count()) === base })
    observe('version_count', falls === NEVER ? 'with-deleted' : 'active')
    if (falls === NEVER) throw new CannotTell('a deletion does not change it')
    observe('version_count after deletion', falls)
  }
}

export const registryAfterDeletion: Check = {
  id: 18,
  title: 'The registry after a deletion',
  assumptions: [
    lag('manifest after deletion', 'a deleted manifest is not served', 'registryLag'),
    lag('tag list after deletion', "the registry's list of tags leaves the tag of a deleted version out", 'tagListLag')
  ],
  async run(scene, observe) {
    const { registry } = scene.main
    const { manifest, version } = await scene.pushed(scene.main, 'deleted')
    await scene.settle()
    await scene.remove(scene.main, version.id)
    const looks = await scene.watch({
      'manifest after deletion': async () => (await registry.manifest(manifest.digest)).status === 404,
      'tag list after deletion': async () => !namesOf(await registry.tags()).includes('deleted')
    })
    for (const [key, seconds] of Object.entries(looks)) observe(key, seconds)
  }
}

export const deletedTags: Check = {
  id: 19,
  title: 'Tags of a deleted version',
  assumptions: [
    {
      key: 'tags of a deleted version',
      says: 'a deleted version shows the tags that it had',
      assumed: true,
      switch: 'deletedTags'
    }
  ],
  async run(scene, observe) {
    const { version } = await scene.pushed(scene.main, 'shown')
    await scene.remove(scene.main, version.id)
    await scene.settle()
    const deleted = await findDeleted(scene, version.id, scene.families())
    if (deleted === undefined) throw new CannotTell('no list shows the deleted version')
    observe('tags of a deleted version', tagsOf(deleted).includes('shown'))
  }
}

/** Asks family by family, as some may ignore `state=deleted`. */
async function findDeleted(scene: Scene, id: number, families: readonly Family[]): Promise<Version | undefined> {
  for (const family of families) {
    const { json } = await scene.main.list('?per_page=100&state=deleted', family)
    const active = Array.isArray(json) ? (json as Version[]) : []
    const found = active.find((version) => version.id === id)
    if (found !== undefined) return found
  }
  return undefined
}
