import { TAG } from '../pattern/imageReference.js'
import { chartTag, type FoundReference } from './foundReference.js'

/** The characters of a reference, so that no reference is torn apart; each character is looked at once. */
const RUN = /[A-Za-z0-9._\-/:@]+/g
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/
/** Right behind a tag or in its place: `${TAG}`, `$(TAG)`, `$TAG`, `{{ .Values.tag }}`, `{tag}`, `%TAG%`, `#{TAG}#`. */
const TEMPLATE = /\$[A-Za-z_{(]|\{|%[A-Za-z_({]|#\{/y
const PLACEHOLDER = /\$|\{|<[A-Za-z_]|%[A-Za-z_({]|#\{/y
/** `${TAG:-1.2}` and `${TAG-1.2}` of compose and shells. */
const DEFAULT = /\$\{[A-Za-z_][A-Za-z0-9_]{0,99}:?-([A-Za-z0-9_][A-Za-z0-9._-]{0,127})\}/y
/** Where an image without a tag means `latest`. */
const IMAGE_KEY =
  /(?:^|[\s"'{,-])(?:image|container|uses)["']?\s*[:=]\s*["']?$|(?:^|\n)[ \t]*from[ \t]+(?:--platform=\S+[ \t]+)?$/i
const CHART_VERSION = /--version[=\s]+["']?([A-Za-z0-9_][A-Za-z0-9._+-]{0,127}|[${])/

/** Characters around a reference that are looked at. */
const CONTEXT = 200

/**
 * Every image reference that a plain text holds, whatever the text is: one with a tag or a digest anywhere, one without
 * only behind `image:`, `FROM` and their like. Linear in the text.
 */
export function findInText(written: string): readonly FoundReference[] {
  const text = withoutEscapes(written)
  const references: FoundReference[] = []
  let line = 1
  let lineEnd = endOfLine(text, 0)
  for (const match of text.matchAll(RUN)) {
    const [run] = match
    if (!run.includes('/')) continue
    for (; lineEnd < match.index; lineEnd = endOfLine(text, lineEnd + 1)) line += 1
    for (const each of findInRun(text, { run, start: match.index })) references.push({ ...each, line })
  }
  return references
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at === -1 ? text.length : at
}

/** JSON in JSON writes `\/` for a slash, and `\n` where a line ends. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([nrt/])/g, (_, character: string) => (character === '/' ? '/' : '  '))
}

type ImageInText = Omit<FoundReference, 'line'>

interface Run {
  readonly run: string
  readonly start: number
}

/** A run may hold more than one, with keys and ports between them: each piece with a `/` may be a path. */
function findInRun(text: string, { run, start }: Run): readonly ImageInText[] {
  const pieces = run.split(/([:@])/)
  const references: ImageInText[] = []
  let end = start
  for (const [index, piece] of pieces.entries()) {
    end += piece.length
    if (index % 2 === 1 || !piece.includes('/')) continue
    const names = namesBehind(text, { pieces, index, start, end })
    if (names.length === 0) continue
    const before = index === 0 ? text.charAt(start - 1) : ''
    const place = placeOf(piece, before, pieces.slice(Math.max(0, index - 2), index))
    if (place !== undefined) for (const name of names) references.push({ ...place, ...name })
  }
  return references
}

type PlaceInText = Pick<ImageInText, 'host' | 'path' | 'open'>

/** `before`: the character before the run, if the piece is its first; `key`: the piece and the separator before this one. */
function placeOf(piece: string, before: string, key: readonly string[]): PlaceInText | undefined {
  // `${REGISTRY}/app`, `$(REGISTRY)/app`, `%REGISTRY%/app`, `<registry>/app`; `$REGISTRY/app`, `${PREFIX}app/app`.
  const isVariable = piece.startsWith('/') ? /[})>%]/.test(before) : /[$}]/.test(before)
  const written = piece.replace(/^[._-]+(?=[A-Za-z0-9])/, '').split('/')
  // The first segment is the name of a variable, or the rest of one: `$REGISTRY/app`, `${PREFIX}-x/app`.
  const known = isVariable ? written.slice(1) : written
  const firstLegal = known.findLastIndex((segment) => !SEGMENT.test(segment)) + 1
  const segments = known.slice(firstLegal)
  const [first = '', ...others] = segments
  if (segments.length === 0) return undefined
  const open = isVariable && firstLegal === 0
  if (open) return { path: segments.join('/'), open }
  if (others.length === 0) return undefined
  const [previous = '', separator] = key
  const name = previous.slice(previous.lastIndexOf('/') + 1)
  if (separator === ':' && /^\d+$/.test(first) && name !== '')
    return { host: `${name}:${first}`, path: others.join('/') }
  const isHost = first.includes('.') || first === 'localhost'
  return isHost ? { host: first, path: others.join('/') } : { path: segments.join('/') }
}

type NameInText = Pick<ImageInText, 'tag' | 'digest' | 'unresolved'>

interface Behind {
  readonly pieces: readonly string[]
  /** The piece that is the path. */
  readonly index: number
  /** Where the run starts and the path ends. */
  readonly start: number
  readonly end: number
}

function namesBehind(text: string, behind: Behind): readonly NameInText[] {
  const { pieces, index, start, end } = behind
  const names = nameAt(text, behind)
  if (names.length > 0) return names
  if (pieces[index - 2] === 'oci') return chartVersion(text, start, end)
  return index + 1 >= pieces.length && isWholeImage(text, start, end) ? [{ tag: 'latest' }] : []
}

/** The tag and digest behind the path: twice where a sentence may end in the tag. */
function nameAt(text: string, { pieces, index, end }: Behind): readonly NameInText[] {
  const separator = pieces[index + 1]
  if (separator === '@')
    return digestAt(pieces, index + 1) ?? (isAt(PLACEHOLDER, text, end + 1) ? [{ unresolved: true }] : [])
  if (separator !== ':') return []
  const [tag = ''] = (pieces[index + 2] ?? '').split('/')
  const behind = end + 1 + tag.length
  if (tag === '') return isAt(PLACEHOLDER, text, behind) ? [{ unresolved: true }, ...defaultAt(text, behind)] : []
  if (!TAG.test(tag)) return []
  const [pinned] = digestAt(pieces, index + 3) ?? []
  if (pinned !== undefined) return [{ tag, ...pinned }]
  const isLast = index + 3 >= pieces.length
  if (isLast && isAt(TEMPLATE, text, behind)) return [{ unresolved: true }]
  const shorter = tag.replace(/[._-]+$/, '')
  return shorter === tag || shorter === '' ? [{ tag }] : [{ tag }, { tag: shorter }]
}

function digestAt(pieces: readonly string[], at: number): readonly [NameInText] | undefined {
  const [separator, algorithm, colon, hex] = pieces.slice(at, at + 4)
  const isDigest = separator === '@' && algorithm?.toLowerCase() === 'sha256' && colon === ':'
  const [, digits] = (isDigest && /^([0-9a-f]{64})(?![0-9a-z])/i.exec(hex ?? '')) || []
  return digits === undefined ? undefined : [{ digest: `sha256:${digits.toLowerCase()}` }]
}

function defaultAt(text: string, at: number): readonly NameInText[] {
  DEFAULT.lastIndex = at
  const tag = DEFAULT.exec(text)?.[1]
  return tag === undefined ? [] : [{ tag }]
}

function isAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/** `helm install app oci://ghcr.io/acme/charts/app --version 1.2.3`, in any order and over continued lines. */
function chartVersion(text: string, start: number, end: number): readonly NameInText[] {
  const [, before = ''] = /([^\n]*)$/.exec(text.slice(Math.max(0, start - CONTEXT), start)) ?? []
  const [behind = ''] = text.slice(end, end + CONTEXT).split(/(?<!\\)\n/)
  const version = CHART_VERSION.exec(behind)?.[1] ?? CHART_VERSION.exec(before)?.[1]
  if (version === undefined) return []
  return /^[${]/.test(version) ? [{ unresolved: true }] : [{ tag: chartTag(version) }]
}

function isWholeImage(text: string, start: number, end: number): boolean {
  if (!/^(?:$|[\s"',}\]])/.test(text.slice(end, end + 1))) return false
  return IMAGE_KEY.test(text.slice(Math.max(0, start - CONTEXT), start))
}
