const MOST = 200

/** What a registry says ends in a log and in annotations: one line of ASCII, not too long. */
export function printable(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return line.length > MOST ? `${line.slice(0, MOST)}...` : line
}
