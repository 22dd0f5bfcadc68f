import { grouped } from '../domain/grouped.js'
import { DIGEST } from '../domain/manifest.js'
import { splitHost, TAG } from '../pattern/imageReference.js'
import { type Entries, isUnresolved, openPlace, type Place } from './chartReferences.js'
import type { FoundReference } from './foundReference.js'
import { textOf, type YamlEntry } from './yamlTree.js'

type ImageName = Pick<FoundReference, 'tag' | 'digest' | 'unresolved'>

/** Where a map stands in its document, so that a value in one file finds its repository in another. */
export interface Position {
  /** Keys from the root, without places in lists: `frontend.image`. */
  readonly path: string
  readonly line: number
}

/** A repository, with or without a tag beside it. */
export interface WrittenRepository extends Position {
  readonly place: Place
  /** Whether a tag or a digest must belong to it: it has a host and says `repository`. */
  readonly needsTag: boolean
  readonly hasTag: boolean
}

/** A tag or a digest without its repository: an environment's values often say nothing else. */
export interface LooseName extends Position {
  readonly name: ImageName
}

export interface Pairs {
  readonly references: readonly FoundReference[]
  readonly repositories: readonly WrittenRepository[]
  readonly loose: readonly LooseName[]
}

type Role = 'registry' | 'repository' | 'name' | 'tag' | 'version' | 'digest'

interface Part {
  readonly role: Role
  /** What tells apart several images of one map: `frontend` of `frontendImageTag`. */
  readonly of: string
  readonly value: string
  readonly line: number
}

const ROLES: readonly (readonly [Role, RegExp])[] = [
  ['registry', /^(.*?)(?:registry|hub)$/],
  ['repository', /^(.*?)(?:repository|repo)$/],
  ['name', /^(.*?)(?:newname|name|image)$/],
  ['tag', /^(.*?)(?:newtag|tag)$/],
  ['version', /^(.*?)version$/],
  ['digest', /^(.*?)(?:digest|sha256|sha)$/]
]
const IMAGE_WORDS = /image|container|docker/g
/** `spec.values` of Flux, `valuesObject` of Argo CD: each is a file of values inside another file. */
const VALUES_ROOT = /^(?:.*\.)?(?:values|valuesObject)\.(?=.)/

/** How often parts may still be combined: a few thousand lines could stand for billions of images. */
export interface Combinations {
  left: number
}

interface Around {
  /** Of other maps. */
  readonly registries: readonly string[]
  readonly combinations: Combinations
}

/**
 * The images whose parts one map keeps apart: Helm values (`registry`, `repository`, `tag`, `digest`), kustomize's `images`.
 * It combines no more once `combinations` are used up.
 */
export function pairImages(entries: Entries, at: string, around: Around): Pairs {
  const references: FoundReference[] = []
  const repositories: WrittenRepository[] = []
  const loose: LooseName[] = []
  for (const parts of grouped([...entries].flatMap(partOf), ({ of }) => of).values()) {
    const names = namesOf(parts)
    const places = placesOf(parts, around)
    const path = pathOf(parts, at)
    if (!mayCombine(places.length, names.length, around.combinations)) continue
    for (const { place, line, needsTag } of places) {
      for (const name of names) references.push({ ...place, ...name })
      repositories.push({ place, path, line, needsTag, hasTag: names.length > 0 })
    }
    // A version alone is not an image's.
    if (places.length === 0)
      for (const { line, ...name } of namesOf(parts, ['version'])) loose.push({ name, path, line })
  }
  return { references, repositories, loose: [...loose, ...parameterOf(entries)] }
}

function partOf([key, { value, line }]: readonly [string, YamlEntry]): readonly Part[] {
  const text = textOf(value)?.trim()
  if (text === undefined || text === '' || text === 'null' || text === '~') return []
  const word = key.toLowerCase().replace(/[^a-z0-9]/g, '')
  for (const [role, pattern] of ROLES) {
    const of = pattern.exec(word)?.[1]
    if (of !== undefined) return [{ role, of: of.replace(IMAGE_WORDS, ''), value: text, line }]
  }
  return []
}

type NameAt = ImageName & { readonly line: number }

function namesOf(parts: readonly Part[], without: readonly Role[] = []): readonly NameAt[] {
  return parts.flatMap(({ role, value, line }): readonly NameAt[] => {
    if (without.includes(role) || !['tag', 'version', 'digest'].includes(role)) return []
    if (isUnresolved(value)) return [{ unresolved: true, line }]
    const [tag = '', behind] = role === 'digest' ? ['', value] : value.split('@')
    const digest = behind === undefined || behind.startsWith('sha256:') ? behind : `sha256:${behind}`
    return [
      ...(TAG.test(tag) ? [{ tag, line }] : []),
      ...(digest !== undefined && DIGEST.test(digest) ? [{ digest, line }] : [])
    ]
  })
}

/** Counts what two lists have more in combination than one with each of the other. */
export function mayCombine(some: number, others: number, combinations: Combinations): boolean {
  combinations.left -= Math.max(0, some - 1) * Math.max(0, others - 1)
  return combinations.left >= 0
}

type WrittenPlace = Pick<WrittenRepository, 'place' | 'line' | 'needsTag'>

function placesOf(parts: readonly Part[], { registries, combinations }: Around): readonly WrittenPlace[] {
  const registriesHere = parts.flatMap(({ role, value }) => (role === 'registry' ? [value.replace(/\/+$/, '')] : []))
  return parts.flatMap(({ role, value, line }) => {
    if (role !== 'repository' && role !== 'name') return []
    const bare = value.replace(/^(?:oci|docker):\/\//, '')
    if (bare.includes('://')) return []
    // A registry that another map says (`global.imageRegistry`) may be meant where the map says none.
    const fronts =
      registriesHere.length > 0 ? registriesHere : ['', ...(bare.includes('/') && bare.includes('.') ? [] : registries)]
    if (!mayCombine(2, fronts.length, combinations)) return []
    return fronts.flatMap((front): WrittenPlace[] => {
      const place = placeOf(front === '' ? bare : `${front}/${bare}`)
      return place === undefined ? [] : [{ place, line, needsTag: role === 'repository' && place.host !== undefined }]
    })
  })
}

/** A path of one segment is Docker Hub's. */
function placeOf(written: string): Place | undefined {
  const whole = written.replace(/@.*$/, '').replace(/:[^/]*$/, '')
  if (isUnresolved(whole)) return openPlace(whole)
  const place = splitHost(whole)
  return place?.host === undefined && place?.path.includes('/') !== true ? undefined : place
}

/** Kustomize: an overlay's tag belongs to the image of the same name in its base. */
function pathOf(parts: readonly Part[], at: string): string {
  const name = parts.find(({ role, of }) => role === 'name' && of === '')
  const isKustomize = at === 'images' && name !== undefined
  return isKustomize ? `images.${name.value}` : `${at.replace(VALUES_ROOT, '')}${parts[0]?.of ?? ''}`
}

/** Argo CD: `parameters: [{ name: image.tag, value: '1.2' }]`. */
function parameterOf(entries: Entries): readonly LooseName[] {
  const [, path = '', key = ''] = /^(?:(.*)\.)?([A-Za-z]+)$/.exec(textOf(entries.get('name')?.value) ?? '') ?? []
  const value = entries.get('value')
  if (value === undefined || key === '') return []
  const parts = partOf([key, value])
  return namesOf(parts, ['version']).map(({ line, ...name }) => ({ name, path: `${path}${parts[0]?.of ?? ''}`, line }))
}
