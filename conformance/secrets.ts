/** Texts that must appear nowhere: tokens, in every form in which they are sent. */
export class Secrets {
  readonly #texts = new Set<string>()

  add(secret: string): void {
    for (const text of [secret, base64(secret), base64(`x:${secret}`)]) this.#texts.add(text)
  }

  mask(text: string): string {
    let masked = text
    // The longest first, so that no part of one is left.
    for (const secret of [...this.#texts].sort((a, b) => b.length - a.length)) masked = masked.replaceAll(secret, '***')
    return masked
  }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
