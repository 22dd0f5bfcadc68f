import { readdirSync, readFileSync } from 'node:fs'

/** What is checked: everything that people read. */
export const PAGES: readonly string[] = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
  'simulator/README.md'
]

export interface Snippet {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly text: string
}

export function snippetsOf(page: string): readonly Snippet[] {
  const snippets: Snippet[] = []
  let open: { fence: string; line: number; language: string; text: string[] } | undefined
  for (const [index, line] of readFileSync(page, 'utf8').split('\n').entries()) {
    const [, fence, language = ''] = /^(```+|~~~+)(\w*)/.exec(line) ?? []
    if (open === undefined && fence !== undefined) open = { fence, line: index + 1, language, text: [] }
    else if (open !== undefined && line === open.fence) {
      snippets.push({ page, line: open.line, language: open.language, text: `${open.text.join('\n')}\n` })
      open = undefined
    } else open?.text.push(line)
  }
  return snippets
}

/** Without code, where brackets and hashes mean something else. */
export function proseOf(page: string): string {
  let fenced = false
  return readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => {
      const fence = /^(```|~~~)/.test(line)
      if (fence) fenced = !fenced
      return !fence && !fenced
    })
    .join('\n')
}

/** Targets of links and images. */
export function linksOf(page: string): readonly string[] {
  const prose = proseOf(page).replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].flatMap(([, target]) => target ?? [])
}

/** As GitHub makes them of headings: lower case, punctuation dropped, blanks to hyphens, numbered where they repeat. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const headings = proseOf(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)
  return new Set(
    [...headings].map(([, text = '']) => {
      const plain = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
      const anchor = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
      const before = seen.get(anchor) ?? 0
      seen.set(anchor, before + 1)
      return before === 0 ? anchor : `${anchor}-${before}`
    })
  )
}
