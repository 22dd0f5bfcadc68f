/** Shorter texts would hide half of the log. */
const SHORTEST = 4

/**
 * A secret and what it looks like where it travels: percent-encoded, and in base64 at each of its three alignments, since
 * Basic authorization puts a user name before it.
 */
export function secretForms(secret: string): readonly string[] {
  if (secret.length < SHORTEST) return []
  const bytes = Buffer.from(secret, 'utf8')
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // Characters that also depend on what stands before or behind are left out.
    const from = Math.ceil((before * 8) / 6)
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(from, whole)
  })
  const forms = [secret, encodeURIComponent(secret), bytes.toString('base64'), ...encoded]
  // The longest first: a part must not be hidden before the whole.
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length)
}
