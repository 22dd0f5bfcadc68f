import { type ImageReference, parseImageReference, TAG } from './imageReference.js'

/** Where the pattern stands: `select` says what may be deleted, `keep` what is kept. Only `keep` takes image references. */
export type PatternPlace = 'select' | 'keep'

export type ContainerPattern =
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'reference'; readonly reference: ImageReference }
  /** Why it can never fit, and what to write; to stand behind "Pattern “...” is refused: ". */
  | { readonly kind: 'problem'; readonly problem: string }

const OTHER_KINDS = /^(?:\/|semver:|sha256:)/
const NOT_IN_TAGS = /[/:]/
const GIT_REF = /^refs\/(?:heads|tags)\//

/**
 * Tells an image reference from a pattern on tags. A tag holds neither `/` nor `:`, so a pattern that asks for one of them
 * fits nothing: it would select nothing, and as a protection it would protect nothing.
 */
export function readContainerPattern(pattern: string, place: PatternPlace): ContainerPattern {
  const exclusion = pattern.startsWith('!')
  const body = exclusion ? pattern.slice(1) : pattern
  if (OTHER_KINDS.test(body) || !NOT_IN_TAGS.test(outsideOfBraces(body))) return { kind: 'pattern', pattern }
  const reference = parseImageReference(body)
  const says = reference?.tag !== undefined || reference?.digest !== undefined
  if (reference !== undefined && says && place === 'keep' && !exclusion) return { kind: 'reference', reference }
  return { kind: 'problem', problem: problemOf(body, { reference, place, mark: exclusion ? '!' : '' }) }
}

interface Misfit {
  readonly reference: ImageReference | undefined
  readonly place: PatternPlace
  readonly mark: string
}

function problemOf(body: string, { reference, place, mark }: Misfit): string {
  const write = (name: string): string => `write ${mark}${name}`
  if (GIT_REF.test(body)) return `a tag cannot contain /: ${write(asTag(body.replace(GIT_REF, '')))}`
  if (reference?.digest !== undefined) return `an image reference cannot stand here: ${write(reference.digest)}`
  if (reference?.tag !== undefined) return `an image reference cannot stand here: ${write(reference.tag)}`
  if (body.includes('@sha256:')) return 'a digest is sha256: and 64 lower-case hexadecimal digits, in full'
  const behindColon = body.slice(body.lastIndexOf(':') + 1)
  if (body.includes(':') && behindColon !== '' && !behindColon.includes('/')) {
    return `a tag cannot contain / or :, and a pattern matches only tags: ${write(behindColon)}`
  }
  if (/^[^/]*[.:][^/]*\//.test(body) && place === 'keep') {
    return `it names an image without a tag or a digest: write ${body}:TAG, or the tag alone`
  }
  return `a tag cannot contain / or :, so it can never match: ${write(asTag(body))}, or a regular expression between slashes`
}

/** Turns a branch into a tag as most workflows do. */
function asTag(text: string): string {
  const tag = text.replace(/[/:]+/g, '-').replace(/^-|-$/g, '')
  return TAG.test(tag) || /[*?[{]/.test(tag) ? tag : 'the tag itself'
}

/** Without `{...}` and `[...]`: an alternative there may do without the character. */
function outsideOfBraces(glob: string): string {
  let depth = 0
  let outside = ''
  for (const character of glob) {
    if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth = Math.max(0, depth - 1)
    else if (depth === 0) outside += character
  }
  return outside
}
