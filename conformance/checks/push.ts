import { CannotTell } from '../cannotTell.ts'
import type { Assumption, Check } from '../check.ts'
import { isLong } from '../looks.ts'
import type { Version } from '../ownPackage.ts'
import { tagsOf } from '../scene.ts'

/** One place that may show a change late. */
export function lag(key: string, says: string, of: string): Assumption {
  // A count proves nothing to a run, however late it is.
  const unsafeIf = of === 'versionCountLag' ? () => false : isLong
  return { key, says: `${says} after 0 s`, assumed: 0, switch: of, unsafeIf }
}

export const firstPush: Check = {
  id: 1,
  title: 'The first push makes a package',
  assumptions: [
    { key: 'visibility', says: 'a package that a workflow pushes is private at first', assumed: 'private' },
    { key: 'linked', says: "it is linked to the workflow's repository", assumed: true }
  ],
  async run(scene, observe) {
    await scene.pushed(scene.main, 'a')
    const { status, json } = await scene.main.get()
    if (status !== 200) throw new CannotTell(`GET of the package is answered with ${status}`)
    const { visibility, repository } = json as { visibility: string; repository?: object }
    observe('visibility', visibility)
    if (!scene.isJob) throw new CannotTell('only the push of a workflow links a package')
    observe('linked', repository !== undefined)
  }
}

export const lagAfterPush: Check = {
  id: 2,
  title: 'A push shows everywhere',
  assumptions: [
    lag('list after push', 'the list of versions shows a push', 'activeListLag'),
    lag('version after push', 'GET of a version shows a new tag', 'versionLag'),
    lag('manifest by tag after push', 'the registry serves a pushed manifest by tag', 'registryLag'),
    lag('manifest by digest after push', 'the registry serves a pushed manifest by digest', 'registryLag'),
    lag('tag list after push', "the registry's list of tags shows a push", 'tagListLag')
  ],
  async run(scene, observe) {
    const { main } = scene
    const known = (await main.versions()).at(-1)
    if (known === undefined) throw new CannotTell('no version is listed')
    const pushed = scene.image()
    await main.push(pushed, 'new')
    const tagged = await scene.watch({
      'list after push': async () => (await main.versions()).some(({ name }) => name === pushed.digest),
      'manifest by tag after push': async () => (await main.registry.manifest('new')).status === 200,
      'manifest by digest after push': async () => (await main.registry.manifest(pushed.digest)).status === 200,
      'tag list after push': async () => namesOf(await main.registry.tags()).includes('new')
    })
    for (const [key, seconds] of Object.entries(tagged)) observe(key, seconds)
    // The id of a new version is known from the list alone, so this is asked of a version that is there.
    const { id, name } = known
    const manifest = await main.registry.manifest(name)
    if (manifest.status !== 200) throw new CannotTell(`the manifest ${name} is answered with ${manifest.status}`)
    const mediaType = manifest.headers.get('content-type') ?? ''
    await main.push({ mediaType, body: manifest.text, digest: name }, 'gained')
    const { version } = await scene.watch({
      version: async () => tagsOf((await main.version(id)).json as Version).includes('gained')
    })
    observe('version after push', version)
  }
}

export const order: Check = {
  id: 3,
  title: 'Order of lists',
  assumptions: [{ key: 'order', says: 'lists of versions are newest first', assumed: 'newest', switch: 'order' }],
  async run(scene, observe) {
    for (let n = 0; n < 4; n += 1) await scene.main.push(scene.image())
    await scene.settle()
    const times = (await scene.main.versions()).map((version) => Date.parse(version.created_at))
    if (times.length < 5) throw new CannotTell(`only ${times.length} versions are listed`)
    const falls = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0))
    const rises = times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0))
    observe('order', falls ? 'newest' : rises ? 'oldest' : 'random')
  }
}

export const pages: Check = {
  id: 4,
  title: 'Pages of lists',
  assumptions: [
    {
      key: 'pages join',
      says: 'pages hold every version once, and Link names the last one',
      assumed: true,
      unsafeIf: (joins) => joins !== true
    },
    { key: 'etag', says: 'a list that did not change is answered with 304', assumed: 304 },
    { key: '304 is free', says: 'a 304 does not count in the hour', assumed: true }
  ],
  async run(scene, observe) {
    const { main } = scene
    const all = (await main.versions()).map(({ id }) => id)
    const perPage = Math.max(1, Math.ceil(all.length / 3))
    const paged: number[] = []
    const query = (page: number) => `?per_page=${perPage}&page=${page}`
    const first = await main.list(query(1))
    const last = Number(/[?&]page=(\d+)[^>]*>; rel="last"/.exec(first.headers.get('link') ?? '')?.[1])
    const count = Math.ceil(all.length / perPage)
    for (let page = 1; page <= count; page += 1) {
      const answer = page === 1 ? first : await main.list(query(page))
      paged.push(...(answer.json as Version[]).map(({ id }) => id))
    }
    observe('pages join', last === count && JSON.stringify(paged) === JSON.stringify(all))
    const etag = first.headers.get('etag')
    if (etag === null) throw new CannotTell('a list has no ETag')
    const before = await main.list(query(1))
    const again = await main.list(query(1), scene.family, { 'if-none-match': etag })
    observe('etag', again.status)
    const used = (answer: { headers: Headers }) => answer.headers.get('x-ratelimit-used')
    if (again.status !== 304 || used(before) === null) throw new CannotTell('there is no 304, or no x-ratelimit-used')
    observe('304 is free', used(again) === used(before))
  }
}

export function namesOf({ json }: { readonly json: unknown }): readonly string[] {
  return (json as { tags?: readonly string[] | null } | undefined)?.tags ?? []
}
