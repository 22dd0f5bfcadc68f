import { CannotTell } from '../cannotTell.ts'
import type { Check } from '../check.ts'
import { tagsOf } from '../scene.ts'

export const contentLimit: Check = {
  id: 33,
  title: 'Ninety deletions within a minute',
  optional: 'content-limit',
  assumptions: [
    {
      key: 'deletions create content',
      says: 'deletions do not count among the 80 content-creating requests a minute',
      assumed: false,
      switch: 'limits.contentPerMinute'
    }
  ],
  async run(scene, observe) {
    const { main, settings } = scene
    const digests = new Set<string>()
    for (let n = 0; n < 95; n += 1) {
      const manifest = scene.image()
      digests.add(manifest.digest)
      await main.push(manifest)
    }
    await scene.calm()
    const listed = [1, 2].map((page) => main.list(`?per_page=100&page=${page}`))
    const versions = (await Promise.all(listed)).flatMap(({ json }) => json as { id: number; name: string }[])
    const ids = versions.filter(({ name }) => digests.has(name)).map(({ id }) => id)
    // The pushes of the last minute must not count.
    await scene.clock.sleep(61_000)
    const start = scene.clock.now()
    const statuses: number[] = []
    settings.exchange.paced = false
    try {
      for (const id of ids.slice(0, 90)) {
        statuses.push((await main.deleteVersion(id)).status)
        if (statuses.at(-1) === 403 || statuses.at(-1) === 429) break
      }
    } finally {
      settings.exchange.paced = true
    }
    const isLimited = statuses.at(-1) === 403 || statuses.at(-1) === 429
    if (isLimited) await scene.clock.sleep(120_000)
    else if (statuses.length < 90 || scene.clock.now() - start > 60_000) throw new CannotTell('it took too long')
    observe('deletions create content', isLimited)
  }
}

export const wholePackage: Check = {
  id: 34,
  title: 'A whole package is deleted and restored',
  assumptions: [
    { key: 'DELETE of a package', says: 'a package can be deleted', assumed: 204 },
    { key: 'versions of a deleted package', says: 'its versions are not found then', assumed: 404 },
    {
      key: 'restore of a package',
      says: 'it comes back with all its versions and tags',
      assumed: true,
      unsafeIf: (isBack) => isBack !== true
    }
  ],
  async run(scene, observe) {
    const { tagged } = scene
    const state = async () => JSON.stringify((await tagged.versions()).map((one) => [one.id, one.name, tagsOf(one)]))
    const before = await state()
    const { status } = await tagged.delete()
    observe('DELETE of a package', status)
    if (status !== 204) throw new CannotTell(`DELETE is answered with ${status}`)
    await scene.calm()
    observe('versions of a deleted package', (await tagged.list()).status)
    const restored = await tagged.restore()
    if (restored.status !== 204) observe('restore of a package', false)
    else {
      await scene.calm()
      observe('restore of a package', (await state()) === before)
    }
  }
}
