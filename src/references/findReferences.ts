import { grouped } from '../domain/grouped.js'
import { findCharts } from './chartReferences.js'
import type { FoundReference } from './foundReference.js'
import { type Combinations, type LooseName, mayCombine, pairImages, type WrittenRepository } from './imagePairs.js'
import { findInText } from './textReferences.js'
import { readYamlTree, textOf, type YamlNode } from './yamlTree.js'

export interface TextFile {
  /** Relative, with forward slashes. */
  readonly name: string
  readonly text: string
}

export interface Reference extends FoundReference {
  readonly file: string
}

/** A larger file is read as plain text only: nobody wrote it by hand. */
const LARGEST_YAML = 1024 * 1024
/** A reference in parts has one of these keys. `apiVersion`, which nearly every manifest has, does not count. */
const IN_PARTS =
  /(?:tag|digest|sha|sha256(?=["']?\s*:\s)|semver|revision|(?<!api)version|repo|repository|registry|hub|newName)["']?\s*[:\n\r]/i
/** A folder of a thousand environments and a hundred charts has half of it. */
const MOST_COMBINATIONS = 200_000
/** Each repository is looked up in all folders above it: what lies deeper than 64 of them counts as one folder. */
const FOLDERS = /^(?:[^/]*\/){0,64}/

interface ReadFile {
  readonly name: string
  /** With the `/` at its end; empty at the root. */
  readonly folder: string
  readonly references: FoundReference[]
  readonly repositories: WrittenRepository[]
  readonly loose: LooseName[]
  readonly appVersion?: string
}

/**
 * Every image reference that the files hold: those that a plain text shows, whatever the file is, and those whose parts
 * stand apart, in one map or in several files of one application. `meansPackage` tells whose they are. `undefined`: parts
 * that stand apart can be combined in more ways than anybody means.
 */
export function findReferences(files: readonly TextFile[]): readonly Reference[] | undefined {
  const combinations: Combinations = { left: MOST_COMBINATIONS }
  const read = files.map((file) => readFile(file, combinations))
  const repositories = placesByFolder(read)
  const appVersions = new Map(
    read.flatMap(({ folder, appVersion }) => (appVersion === undefined ? [] : [[folder, appVersion]]))
  )
  const joined = new Set<WrittenRepository>()
  const references = read.flatMap((file) => {
    const fromElsewhere = file.loose.flatMap(({ name, path, line }) => {
      const places = nearest(repositories, file.folder, path)
      if (!mayCombine(2, places.length, combinations)) return []
      return places.map(({ repository }) => {
        joined.add(repository)
        return { ...repository.place, ...name, line }
      })
    })
    return unique([...file.references, ...fromElsewhere]).map((reference) => ({ ...reference, file: file.name }))
  })
  const withoutTag = read.flatMap((file) => {
    const appVersion = appVersions.get(file.folder)
    const known = new Set(file.references.map(({ path }) => path))
    return file.repositories.flatMap((repository): Reference[] => {
      const { place, line, hasTag, needsTag } = repository
      if (hasTag) return []
      // Helm's charts take the version of the application where the values say no tag.
      if (appVersion !== undefined) return [{ ...place, tag: appVersion, line, file: file.name }]
      const isSaid = joined.has(repository) || known.has(place.path)
      return needsTag && !isSaid ? [{ ...place, unresolved: true, line, file: file.name }] : []
    })
  })
  return combinations.left < 0 ? undefined : [...references, ...withoutTag]
}

function readFile({ name, text }: TextFile, combinations: Combinations): ReadFile {
  const folder = FOLDERS.exec(name)?.[0] ?? ''
  const file = { name, folder, references: [...findInText(text)], repositories: [], loose: [] }
  return text.length <= LARGEST_YAML ? readParts(file, text, combinations) : file
}

/** Parses only documents that may hold a reference in parts: parsing takes nearly all the time. */
function readParts(file: ReadFile, text: string, combinations: Combinations): ReadFile {
  const documents = splitDocuments(text).filter((document) => IN_PARTS.test(document.text) || isValues(document.text))
  const trees = documents.flatMap(({ text, line }) => readYamlTree(text, line))
  const registries = trees.flatMap(registriesIn)
  for (const tree of trees) walk(tree, '', { file, registries, combinations })
  const chart = /(?:^|\/)Chart\.ya?ml$/i.test(file.name) ? trees[0] : undefined
  const appVersion = chart?.kind === 'map' ? textOf(chart.entries.get('appVersion')?.value) : undefined
  return appVersion === undefined || appVersion === '' ? file : { ...file, appVersion }
}

/** Whether it is a file of values: the tag of an image in it may be in another file. Manifests of Kubernetes are not values. */
function isValues(text: string): boolean {
  return /image["']?\s*:/i.test(text) && !/^kind:/m.test(text)
}

/** At each `---`, which ends even a text of several lines. `line`: where the document begins, from 1. */
function splitDocuments(text: string): readonly { readonly text: string; readonly line: number }[] {
  let line = 1
  return text.split(/^(?=---(?:\s|$))/m).map((document) => {
    const start = line
    line += document.split('\n').length - 1
    return { text: document, line: start }
  })
}

interface Walk {
  readonly file: ReadFile
  readonly registries: readonly string[]
  readonly combinations: Combinations
}

function walk(node: YamlNode, path: string, context: Walk): void {
  const { file } = context
  if (node.kind === 'list') for (const item of node.items) walk(item, path, context)
  if (node.kind !== 'map') return
  const pairs = pairImages(node.entries, path, context)
  for (const reference of findCharts(node.entries)) file.references.push(reference)
  for (const reference of pairs.references) file.references.push(reference)
  for (const repository of pairs.repositories) file.repositories.push(repository)
  for (const name of pairs.loose) file.loose.push(name)
  for (const [key, { value, line }] of node.entries) {
    if (value.kind !== 'text') walk(value, path === '' ? key : `${path}.${key}`, context)
    // YAML in a text of YAML: Argo CD's `values: |`, manifests in a ConfigMap.
    else if (value.text.includes('\n')) for (const tree of readYamlTree(value.text, line + 1)) walk(tree, '', context)
  }
}

/** `global.imageRegistry: ghcr.io/acme`: registries that hold the owner, for repositories that do not. */
function registriesIn(node: YamlNode): readonly string[] {
  if (node.kind === 'text') return []
  if (node.kind === 'list') return node.items.flatMap(registriesIn)
  return [...node.entries].flatMap(([key, { value }]) => {
    const text = textOf(value)
    if (text === undefined) return registriesIn(value)
    return /registry$/i.test(key) && text.includes('/') && !text.includes('://') ? [text.replace(/\/+$/, '')] : []
  })
}

type ByFolder = ReadonlyMap<string, readonly { readonly repository: WrittenRepository }[]>

/** Each repository under its folder and all folders above, by its path and by the last key of it. */
function placesByFolder(files: readonly ReadFile[]): ByFolder {
  const places = files.flatMap(({ folder, repositories }) =>
    foldersUpFrom(folder).flatMap((above) =>
      repositories.flatMap((repository) => [
        { repository, key: `${above}\n${keyOf(repository.path)}` },
        { repository, key: `${above}\n\n${repository.path}` }
      ])
    )
  )
  return grouped(places, ({ key }) => key)
}

const keyOf = (path: string): string => (path.startsWith('images.') ? path : path.slice(path.lastIndexOf('.') + 1))

/** `a/b/`, `a/`, and the root, which is empty. */
const foldersUpFrom = (folder: string): readonly string[] => {
  const names = folder.split('/').slice(0, -1)
  return [...names, ''].map((_, i) =>
    names
      .slice(0, names.length - i)
      .map((name) => `${name}/`)
      .join('')
  )
}

/** The repositories that a loose tag belongs to: in the nearest folder, and of those the ones at the very same keys, if any. */
function nearest(
  places: ByFolder,
  folder: string,
  path: string
): readonly { readonly repository: WrittenRepository }[] {
  const found = foldersUpFrom(folder).find((above) => places.has(`${above}\n${keyOf(path)}`))
  return places.get(`${found}\n\n${path}`) ?? places.get(`${found}\n${keyOf(path)}`) ?? []
}

function unique(references: readonly FoundReference[]): readonly FoundReference[] {
  const seen = new Map<string, FoundReference>()
  for (const each of references) {
    const { line: _, ...same } = each
    const key = JSON.stringify(Object.entries(same).sort(([a], [b]) => (a < b ? -1 : 1)))
    if (!seen.has(key)) seen.set(key, each)
  }
  return [...seen.values()]
}
