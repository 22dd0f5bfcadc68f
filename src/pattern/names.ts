/**
 * Tags that only say what belongs to a digest, so they are never names: the OCI referrers fallback
 * (distribution-spec 1.1, "Referrers Tag Schema") and cosign's `[prefix]sha256-<hex>.<suffix>`.
 */
const REFERRERS_TAG = /^sha256-([0-9a-f]{64})$/
const ATTACHMENT_TAG = /sha256-([0-9a-f]{64})\.[0-9A-Za-z_][0-9A-Za-z_.-]*$/

/** Whether the tag is no name but says what belongs to a digest. */
export function isDigestTag(tag: string): boolean {
  return digestTagSubject(tag) !== undefined
}

/** The digest (`sha256:<hex>`) that a digest-derived tag refers to; `undefined` for a name. */
export function digestTagSubject(tag: string): string | undefined {
  const hex = (REFERRERS_TAG.exec(tag) ?? ATTACHMENT_TAG.exec(tag))?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}

/** All digests that a tag is made of, in whatever place. */
export function digestsIn(tag: string): readonly string[] {
  return [...tag.matchAll(/sha256-([0-9a-f]{64})/g)].map(([, hex]) => `sha256:${hex}`)
}

/** Whether the tag names the fallback index of OCI referrers, if it is on an index. */
export function isFallbackTag(tag: string): boolean {
  return REFERRERS_TAG.test(tag)
}

/**
 * The items of a list as the inputs write it, in order and without blanks around them. Commas and line breaks separate items,
 * but commas inside `{}` do not. A line that starts with `/` (or `!/`) is one regular expression; one with `#` is a comment.
 */
export function splitPatterns(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => (/^!?\//.test(line) ? [line] : splitLine(line)))
}

function splitLine(line: string): string[] {
  const items: string[] = []
  let item = ''
  let depth = 0
  for (const character of line) {
    if (character === ',' && depth === 0) {
      items.push(item)
      item = ''
      continue
    }
    if (character === '{') depth += 1
    if (character === '}') depth = Math.max(0, depth - 1)
    item += character
  }
  return [...items, item].map((each) => each.trim()).filter((each) => each !== '')
}
