import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'
import { digestOf } from '../manifests.ts'

export const digestTags: Check = {
  id: 26,
  title: 'The last version with a name, beside one with a digest for a tag',
  assumptions: [
    {
      key: 'digest tags count',
      says: 'a tag that is a digest counts in the rule of the last tagged version',
      assumed: true,
      switch: 'digestTagsCount'
    }
  ],
  async run(scene, observe) {
    const { tagged } = scene
    await tagged.push(scene.image(), digestOf('subject').replace(':', '-'))
    await tagged.push(scene.image())
    const { version } = await scene.pushed(tagged, 'name')
    observe('digest tags count', (await tagged.deleteVersion(version.id)).status === 204)
  }
}

export const lastTagged: Check = {
  id: 27,
  title: 'The last tagged version',
  assumptions: [
    {
      key: 'last tagged version',
      says: 'DELETE of the last tagged version is refused with 400',
      assumed: 400,
      switch: 'lastTaggedRefusal'
    },
    { key: 'text of the last tagged version', says: '... and GitHub says so', assumed: true }
  ],
  async run(scene, observe) {
    const { tagged } = scene
    await scene.settle()
    const versions = (await tagged.versions()).filter(({ metadata }) => metadata?.container?.tags?.length)
    const named = versions.find(({ metadata }) => metadata?.container?.tags?.includes('name'))
    const last = named ?? versions[0]
    if (last === undefined) throw new CannotTell('no version has a tag: see check 26')
    const { status, text } = await tagged.deleteVersion(last.id)
    observe('last tagged version', status)
    observe('text of the last tagged version', /last tagged version/i.test(text))
  }
}

export const lastVersion: Check = {
  id: 28,
  title: 'The only version, without a tag',
  assumptions: [
    {
      key: 'last untagged version',
      says: 'DELETE of the only version of a container is refused even without a tag',
      assumed: 'refused',
      switch: 'lastUntagged'
    },
    {
      key: 'last version',
      says: 'DELETE of the last version is refused with 400',
      assumed: 400,
      switch: 'lastVersionRefusal'
    },
    { key: 'text of the last version', says: '... and GitHub says so', assumed: true }
  ],
  async run(scene, observe) {
    const { version } = await scene.pushed(scene.untagged)
    const { status, text } = await scene.untagged.deleteVersion(version.id)
    observe('last untagged version', status === 204 ? 'deleted' : 'refused')
    if (status === 204) throw new CannotTell('it was deleted')
    observe('last version', status)
    observe('text of the last version', /last version/i.test(text))
  }
}
