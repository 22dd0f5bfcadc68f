import { findCharts } from './chartReferences.js'
import type { FoundReference } from './foundReference.js'
import { type LooseName, pairImages, type WrittenRepository } from './imagePairs.js'
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
const IN_PARTS = /(?:tag|digest|sha|sha256(?=["']?\s*:\s)|semver|revision|(?<!api)version|repo|repository|registry|hub|newName)["']?\s*[:\n\r]/i
interface ReadFile {
  readonly name: string
  /** With the `/` at its end; empty at the root. */
  readonly folder: string
  readonly found: FoundReference[]
  readonly repositories: WrittenRepository[]
  readonly loose: LooseName[]
  readonly appVersion?: string
}

/**
 * Every image reference that the files hold: those that a plain text shows, whatever the file is, and those whose parts
 * stand apart, in one map or in several files of one application. `meansPackage` tells whose they are.
 */
export function findReferences(files: readonly TextFile[]): readonly Reference[] {
  const read = files.map(readFile)
  const repositories = placesByFolder(read)
  const appVersions = new Map(
    read.flatMap(({ folder, appVersion }) => (appVersion === undefined ? [] : [[folder, appVersion]]))
  )
  const joined = new Set<WrittenRepository>()
  const references = read.flatMap((file) => {
    const fromElsewhere = file.loose.flatMap(({ name, path, line }) =>
      nearest(repositories, file.folder, path).map((repository) => {
        joined.add(repository)
        return { ...repository.place, ...name, line }
      })
    )
    return unique([...file.found, ...fromElsewhere]).map((found) => ({ ...found, file: file.name }))
  })
  const withoutTag = read.flatMap((file) => {
    const appVersion = appVersions.get(file.folder)
    const known = new Set(file.found.map(({ path }) => path))
    return file.repositories.flatMap((repository): Reference[] => {
      const { place, line, hasTag, needsTag } = repository
      if (hasTag) return []
      // Helm's charts take the version of the application where the values say no tag.
      if (appVersion !== undefined) return [{ ...place, tag: appVersion, line, file: file.name }]
      const isSaid = joined.has(repository) || known.has(place.path)
      return needsTag && !isSaid ? [{ ...place, unresolved: true, line, file: file.name }] : []
    })
  })
  return [...references, ...withoutTag]
}

function readFile({ name, text }: TextFile): ReadFile {
  const folder = name.slice(0, name.lastIndexOf('/') + 1)
  const file = { name, folder, found: [...findInText(text)], repositories: [], loose: [] }
  return text.length <= LARGEST_YAML ? readParts(file, text) : file
}

/** Parses only documents that may hold a reference in parts: parsing takes nearly all the time. */
function readParts(file: ReadFile, text: string): ReadFile {
  const documents = splitDocuments(text).filter((document) => IN_PARTS.test(document.text) || isValues(document.text))
  const trees = documents.flatMap(({ text, line }) => readYamlTree(text, line))
  const registries = trees.flatMap(registriesIn)
  for (const tree of trees) walk(tree, '', { file, registries })
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
}

function walk(node: YamlNode, path: string, context: Walk): void {
  const { file, registries } = context
  if (node.kind === 'list') for (const item of node.items) walk(item, path, context)
  if (node.kind !== 'map') return
  const pairs = pairImages(node.entries, path, registries)
  for (const found of findCharts(node.entries)) file.found.push(found)
  for (const found of pairs.found) file.found.push(found)
  for (const repository of pairs.repositories) file.repositories.push(repository)
  for (const name of pairs.loose) file.loose.push(name)
  for (const [key, { value, line }] of node.entries) {
    if (value.kind !== 'text') walk(value, path === '' ? key : `${path}.${key}`, context)
    else if (value.text.includes('\n')) walkText(value.text, line, context)
  }
}

/** YAML in a text of YAML: Argo CD's `values: |`, manifests in a ConfigMap. */
function walkText(text: string, line: number, { file, registries }: Walk): void {
  for (const tree of readYamlTree(text, line + 1)) walk(tree, '', { file, registries })
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

type ByFolder = ReadonlyMap<string, readonly WrittenRepository[]>

const lastKey = (path: string): string => path.slice(path.lastIndexOf('.') + 1)

/** Each repository under its folder and all folders above, by the last key of its path. */
function placesByFolder(files: readonly ReadFile[]): ByFolder {
  const places = new Map<string, WrittenRepository[]>()
  for (const { folder, repositories } of files) {
    for (const repository of repositories) {
      for (let above: string | undefined = folder; above !== undefined; above = parentOf(above)) {
        const key = `${above}\n${keyOf(repository.path)}`
        const others = places.get(key)
        if (others === undefined) places.set(key, [repository])
        else others.push(repository)
      }
    }
  }
  return places
}

const keyOf = (path: string): string => (path.startsWith('images.') ? path : lastKey(path))

function parentOf(folder: string): string | undefined {
  return folder === '' ? undefined : folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1)
}

/** The repositories that a loose tag belongs to: in the nearest folder, and of those the ones at the very same keys, if any. */
function nearest(places: ByFolder, folder: string, path: string): readonly WrittenRepository[] {
  for (let above: string | undefined = folder; above !== undefined; above = parentOf(above)) {
    const here = places.get(`${above}\n${keyOf(path)}`)
    if (here === undefined) continue
    const same = here.filter((repository) => repository.path === path)
    return same.length > 0 ? same : here
  }
  return []
}

function unique(found: readonly FoundReference[]): readonly FoundReference[] {
  const seen = new Map<string, FoundReference>()
  for (const each of found) {
    const { line: _, ...same } = each
    const key = JSON.stringify(Object.entries(same).sort(([a], [b]) => (a < b ? -1 : 1)))
    if (!seen.has(key)) seen.set(key, each)
  }
  return [...seen.values()]
}
