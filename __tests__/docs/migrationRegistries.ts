import type { Inventory } from '../../src/domain/inventory.js'
import type { Manifest } from '../../src/domain/manifest.js'
import type { Version } from '../../src/domain/version.js'
import { digestAt } from './migrationRows.js'
import type { Listed } from './otherTools.js'

export const NOW = Date.UTC(2026, 10, 30, 12)
const DAY = 24 * 3_600_000

/** Tags and ages in days; `-` is untagged. All are images for one platform. */
export type Images = readonly (readonly [tags: string, days: number])[]

export const listed = (images: Images): readonly Listed[] =>
  images.map(([tags, age], i) => ({ id: i + 1, name: digestAt(i + 1), tags: tags === '-' ? [] : tags.split(' '), age }))

export function inventoryOf(images: readonly Listed[]): Inventory {
  const versions = images.map(({ id, name, tags, age }): Version => {
    const at = NOW - age * DAY
    return { id, name, tags, createdAt: at, updatedAt: at }
  })
  const type = images.some(({ name }) => name.startsWith('sha256:')) ? 'container' : 'npm'
  const manifests = type === 'npm' ? [] : images.map((image) => [image.name, manifestOf(image, images)] as const)
  const info = { owner: 'octo-org', type, name: 'shop', id: 1, visibility: 'private', htmlUrl: '' } as const
  return { package: info, versions, manifests: new Map(manifests), inUse: { distTags: {} }, gaps: [] }
}

function manifestOf(image: Listed, images: readonly Listed[]): Manifest {
  const oci = (what: string): string => `application/vnd.oci.image.${what}.v1+json`
  const own = images.filter(({ partOf }) => partOf === image).map(({ name }) => name)
  const lost = image.lacks === undefined ? [] : [digestAt(900_000 + image.id)]
  const entries = [...own, ...lost].map((digest) => ({
    mediaType: oci('manifest'),
    digest,
    size: 1,
    platform: 'linux/amd64'
  }))
  const kind = entries.length > 0 ? 'index' : 'image'
  const common = { digest: image.name, entries, blobs: [], annotations: {}, size: 1 }
  return { ...common, kind, mediaType: oci(kind === 'index' ? 'index' : 'manifest') }
}

export const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
export const of = (tags: string, ages: readonly number[]): Images => ages.map((age) => [tags, age])
export const named = (prefix: string, ages: readonly number[]): Images => ages.map((age) => [`${prefix}${age}`, age])

const container = [
  ...named('build-', days(1, 60)).map(([tag, age]) => [tag, age + 0.1] as const),
  ...of(
    '-',
    days(0, 11).map((n) => 5 * n + 3.5)
  ),
  ...days(1, 8).map((n) => [`pr-${n}`, 10 * n + 0.3] as const),
  ...days(2, 9).map((n) => [`1.0.${n}`, 140.2 - n] as const),
  ['latest v2.0.0', 2.5],
  ['main pr-9', 20.7],
  ['v1.0.1', 150],
  ['v1.0.0', 200]
] as const satisfies Images

function newestFirst(images: Images): readonly Listed[] {
  return listed(images.toSorted((a, b) => a[1] - b[1]))
}

/** A registry of images, the oldest for two platforms; a package of npm; and images that are broken. */
export const REGISTRIES = {
  images: withParts(newestFirst(container), 'v1.0.0', [1001, 1002]),
  npm: npmVersions(),
  broken: brokenImages()
}

function withParts(images: readonly Listed[], tag: string, ids: readonly number[]): readonly Listed[] {
  const index = images.find(({ tags }) => tags.includes(tag))
  if (index === undefined) throw new Error(`no ${tag}`)
  return [...images, ...ids.map((id): Listed => ({ id, name: digestAt(id), tags: [], age: index.age, partOf: index }))]
}

function npmVersions(): readonly Listed[] {
  const names = [
    ...days(0, 80).map((n) => `1.${n}.0`),
    'v2.0.0',
    'v2.1.0',
    '3.0.0-beta.1',
    '3.0.0-beta.2',
    'v2.2.0',
    '3.0.0'
  ]
  return names.toReversed().map((name, age) => ({ id: names.length - age, name, tags: [], age: age + 1 }))
}

function brokenImages(): readonly Listed[] {
  const images = newestFirst([
    ['whole', 10],
    ['some-gone', 20],
    ['all-gone', 30],
    [`sha256-${digestAt(77).slice(7)}.sig`, 40]
  ]).map((image): Listed => {
    const lacks = { 'some-gone': 'some', 'all-gone': 'all' } as const
    const [tag = ''] = image.tags
    return tag in lacks ? { ...image, lacks: lacks[tag as keyof typeof lacks] } : image
  })
  return withParts(withParts(images, 'whole', [5]), 'some-gone', [6])
}

export function labelOf({ name, tags, age, partOf }: Listed): string {
  if (partOf !== undefined) return `part of ${partOf.tags.join()}: ${name.slice(-4)}`
  return tags.join(' ') || (name.startsWith('sha256:') ? `untagged ${age}` : name)
}
