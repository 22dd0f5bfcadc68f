import { hash } from 'node:crypto'
import type { Policy } from './policy.js'

/** SHA-256 (hex) of a policy, whatever order its keys were written in: equal policies hash alike. */
export function policyHash(policy: Policy): string {
  return hash('sha256', stableJson(policy), 'hex')
}

/** JSON with keys in order at every depth. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part
  )
}
