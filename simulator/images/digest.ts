import { createHash } from 'node:crypto'

/** `sha256:<64 hex>` of the bytes. */
export function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

/** 64 hexadecimal digits that look random and depend on the seed alone. */
export function hexOf(seed: string): string {
  return createHash('sha256').update(seed).digest('hex')
}

/** A whole number from `low` to `high`, both included, that depends on the seed alone. */
export function numberBetween(seed: string, low: number, high: number): number {
  const fraction = Number.parseInt(hexOf(seed).slice(0, 12), 16) / 2 ** 48
  return low + Math.floor(fraction * (high - low + 1))
}

/** Base64 text of `bytes` bytes (at most 32) that looks like a signature and depends on the seed alone. */
export function base64Of(seed: string, bytes = 32): string {
  return Buffer.from(hexOf(seed).slice(0, bytes * 2), 'hex').toString('base64')
}
