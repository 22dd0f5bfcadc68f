import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'
import { indexOf, referrerOf } from '../manifests.ts'
import { type IndexScene, type Scene, tagsOf } from '../scene.ts'

export const graph: Check = {
  id: 12,
  title: 'An index with what belongs to it',
  assumptions: [
    { key: 'parts are versions', says: 'every manifest of an image is a version of its own', assumed: true },
    { key: 'OCI-Subject', says: 'the registry takes no notice of a subject', assumed: false }
  ],
  async run(scene, observe) {
    const { main } = scene
    const [alone, tagged] = [scene.image(), scene.image()]
    const index = indexOf(scene.settings.name, [alone, tagged])
    const referrer = referrerOf(scene.settings.name, index)
    const fallback = indexOf(`${scene.settings.name} fallback`, [referrer])
    await main.push(alone)
    await main.push(tagged, 'entry')
    await main.push(index, 'index')
    const answer = await main.push(referrer)
    await main.push(fallback, index.digest.replace(':', '-'))
    const { id } = await scene.find(main, index.digest)
    scene.index = { index, alone, tagged, id }
    const versions = await main.versions()
    const tagCounts = [alone, tagged, index, referrer, fallback].map(({ digest }) => {
      const version = versions.find(({ name }) => name === digest)
      return version === undefined ? 'missing' : tagsOf(version).length
    })
    observe('parts are versions', tagCounts.join() === '0,1,1,0,1')
    observe('OCI-Subject', answer.headers.has('oci-subject'))
  }
}

export const referrers: Check = {
  id: 13,
  title: 'The referrers API',
  assumptions: [{ key: 'referrers', says: 'there is no referrers API: 404', assumed: 404, switch: 'referrers' }],
  async run(scene, observe) {
    observe('referrers', (await scene.main.registry.referrers(pushedIndex(scene).index.digest)).status)
  }
}

export const manifestDeletion: Check = {
  id: 14,
  title: 'DELETE in the registry',
  assumptions: [{ key: 'DELETE of a manifest', says: 'the registry deletes no manifest', assumed: 405 }],
  async run(scene, observe) {
    const { manifest } = await scene.pushed(scene.main)
    observe('DELETE of a manifest', (await scene.main.registry.manifest(manifest.digest, 'DELETE')).status)
  }
}

export const cascade: Check = {
  id: 24,
  title: 'An index is deleted',
  assumptions: [
    {
      key: 'cascade',
      says: 'what a deleted index lists stays',
      assumed: 'none',
      switch: 'cascade',
      unsafeIf: (observed) => observed !== 'none'
    }
  ],
  async run(scene, observe) {
    const { id, alone, tagged } = pushedIndex(scene)
    await scene.remove(scene.main, id)
    await scene.calm()
    const names = (await scene.main.versions()).map(({ name }) => name)
    const [hasAlone, hasTagged] = [names.includes(alone.digest), names.includes(tagged.digest)]
    observe('cascade', hasTagged ? (hasAlone ? 'none' : 'unlisted') : 'all')
  }
}

export const indexRestored: Check = {
  id: 25,
  title: 'An index is restored',
  assumptions: [{ key: 'index whole again', says: 'a restored index can be pulled as before', assumed: true }],
  async run(scene, observe) {
    const { index, alone, tagged, id } = pushedIndex(scene)
    const { status } = await scene.main.restoreVersion(id)
    if (status !== 204) throw new CannotTell(`the restore is answered with ${status}`)
    await scene.settle()
    const found = []
    for (const { digest } of [index, alone, tagged]) found.push((await scene.main.registry.manifest(digest)).status)
    observe('index whole again', found.join() === '200,200,200')
  }
}

function pushedIndex(scene: Scene): IndexScene {
  if (scene.index === undefined) throw new CannotTell('there is no index: see check 12')
  return scene.index
}
