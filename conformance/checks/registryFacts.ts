import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'
import { digestOf, imageOf } from '../manifests.ts'
import { namesOf } from './push.ts'

export const untag: Check = {
  id: 29,
  title: 'A tag is taken away with a manifest that is thrown away',
  assumptions: [{ key: 'untag', says: 'a tag is gone with the version that took it', assumed: true }],
  async run(scene, observe) {
    const { main } = scene
    const kept = await scene.pushed(main, 'unwanted', 'wanted')
    const { version } = await scene.pushed(main, 'unwanted')
    await scene.remove(main, version.id)
    await scene.settle()
    const [gone, there] = [await main.registry.manifest('unwanted'), await main.registry.manifest(kept.manifest.digest)]
    const { metadata } = await scene.read(main, kept.version.id)
    observe('untag', gone.status === 404 && there.status === 200 && metadata?.container?.tags?.join() === 'wanted')
  }
}

export const unknownBlob: Check = {
  id: 30,
  title: 'A manifest names a blob that nobody pushed',
  assumptions: [{ key: 'blobs required', says: 'the registry takes it', assumed: false, switch: 'requireBlobs' }],
  async run(scene, observe) {
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(scene.settings.name), size: 9 }
    const manifest = imageOf('unknown blob', { config })
    observe('blobs required', (await scene.main.registry.put(manifest, 'unknown-blob')).status !== 201)
  }
}

export const addresses: Check = {
  id: 31,
  title: 'Odd addresses',
  assumptions: [
    { key: 'page beyond the end', says: 'a page beyond the last one is empty', assumed: 0 },
    { key: 'unencoded slash', says: 'a slash in a name has to be encoded', assumed: 404 }
  ],
  async run(scene, observe) {
    const { json } = await scene.main.list('?per_page=100&page=50')
    if (Array.isArray(json)) observe('page beyond the end', json.length)
    if ((await scene.untagged.get()).status !== 200) throw new CannotTell('the package with a slash is not there')
    observe('unencoded slash', (await scene.untagged.getUnencoded()).status)
  }
}

export const tagList: Check = {
  id: 32,
  title: "The registry's list of tags",
  assumptions: [
    { key: 'pages of tags', says: 'n shortens the list, and Link names the next page', assumed: true },
    { key: 'order of tags', says: 'tags are listed in the order in which they were pushed', assumed: 'pushed' },
    { key: 'moved tag', says: 'a tag that moves is the last of the list', assumed: true }
  ],
  async run(scene, observe) {
    const { main } = scene
    for (const tag of ['zz', 'mm', 'aa']) await main.push(scene.image(), tag)
    await scene.settle()
    const page = await main.registry.tags('?n=1')
    observe('pages of tags', namesOf(page).length === 1 && /rel="?next"?/.test(page.headers.get('link') ?? ''))
    const ours = async () => namesOf(await main.registry.tags('?n=1000')).filter((tag) => /^(zz|mm|aa)$/.test(tag))
    const before = (await ours()).join()
    observe('order of tags', before === 'zz,mm,aa' ? 'pushed' : before === 'aa,mm,zz' ? 'alphabetical' : 'another')
    await main.push(scene.image(), 'mm')
    await scene.settle()
    observe('moved tag', (await ours()).at(-1) === 'mm')
  }
}
