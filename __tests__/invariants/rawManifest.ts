import type { Content } from '../../simulator/world/package.js'

/** What one manifest says, as far as it names digests. */
export interface Says {
  /** `undefined`: nobody can tell. */
  readonly index: boolean | undefined
  readonly owns: readonly string[]
  readonly refersTo: readonly string[]
  readonly entries: readonly Entry[]
}

export type Entry = Readonly<Record<string, unknown>>

export const SILENT: Says = { index: undefined, owns: [], refersTo: [], entries: [] }

const DIGESTS = /sha256:[0-9a-f]{64}/g

const known = new WeakMap<Content, Says>()

/** Takes a manifest as the JSON that it is. */
export function saysOf(content: Content | undefined): Says {
  if (content === undefined) return SILENT
  const says = known.get(content) ?? read(content)
  known.set(content, says)
  return says
}

function read({ body, mediaType }: Content): Says {
  const text = String(body)
  const mentions = text.match(DIGESTS) ?? []
  const anything: Says = {
    index: undefined,
    owns: [...new Set(mentions)],
    refersTo: [...new Set(mentions)],
    entries: []
  }
  let document: Entry
  try {
    document = JSON.parse(text)
  } catch {
    return anything
  }
  // A key that is there twice: JSON.parse has dropped one of its values.
  if ((JSON.stringify(document).match(DIGESTS) ?? []).length < mentions.length) return anything
  const spelt = (key: string): readonly unknown[] =>
    Object.keys(document)
      .filter((each) => each.toLowerCase() === key.toLowerCase())
      .map((each) => document[each])
      .filter((value) => value !== null)
  const [lists, subjects] = [spelt('manifests'), spelt('subject')]
  const image = spelt('config').length + spelt('layers').length > 0
  const type = typeof document.mediaType === 'string' ? document.mediaType : mediaType
  if (!/index|list|manifest/.test(type) || /example/.test(type) || (image && lists.length > 0)) return anything
  const entries = lists.flat() as readonly Entry[]
  const digestsOf = (each: Entry): readonly string[] =>
    Object.keys(each)
      .filter((key) => key.toLowerCase() === 'digest')
      .map((key) => String(each[key]))
  if (!entries.every((entry) => typeof entry === 'object' && digestsOf(entry).length > 0)) return anything
  const refersTo = [...new Set(subjects.flatMap((subject) => digestsOf(subject as Entry)))]
  // Nobody can tell which of two subjects is meant.
  if (refersTo.length > 1) return anything
  return {
    index: lists.length > 0 || (!image && /index|list/.test(type)),
    owns: entries.flatMap(digestsOf),
    refersTo,
    entries: entries.flatMap((entry) => digestsOf(entry).map((each) => ({ ...entry, digest: each })))
  }
}
