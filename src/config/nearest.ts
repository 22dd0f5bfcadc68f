/** Words that people write instead of the right one, whose letters are too different for `editDistance`. */
const MEANT: Readonly<Record<string, string>> = {
  yes: 'true',
  y: 'true',
  on: 'true',
  '1': 'true',
  no: 'false',
  n: 'false',
  off: 'false',
  '0': 'false',
  gem: 'rubygems',
  ruby: 'rubygems',
  gradle: 'maven',
  ghcr: 'container'
}

const LONGEST = 40

/** The candidate that `word` was most likely meant to be, if one is near enough to ask about. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = normalize(word)
  if (plain.length > LONGEST) return undefined
  const meant = MEANT[plain]
  if (meant !== undefined && candidates.includes(meant)) return meant
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const distance = editDistance(plain, normalize(candidate))
    const allowed = Math.min(3, Math.floor(Math.max(plain.length, candidate.length) / 3) + 1)
    if (distance <= allowed && distance < Math.min(plain.length, candidate.length) && distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** ` Did you mean "x"?`, or nothing, to append to a sentence. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const candidate = nearest(word, candidates)
  return candidate === undefined ? '' : ` Did you mean "${candidate}"?`
}

function normalize(word: string): string {
  return word.trim().toLowerCase().replaceAll('_', '-').replaceAll(' ', '-')
}

/** Edits (insert, drop, replace, swap two neighbours) from one word to the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? cost) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
