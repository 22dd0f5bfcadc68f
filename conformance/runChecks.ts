import { CannotTell } from './cannotTell.ts'
import type { Assumption, Check, Value } from './check.ts'
import type { Scene } from './scene.ts'

export type Verdict = 'confirmed' | 'contradicted' | 'could not tell'

/** What was found out about one assumption. */
export interface Finding {
  readonly check: number
  readonly key: string
  readonly says: string
  readonly switch: string | undefined
  readonly assumed: Value
  /** Nothing where it could not be told. */
  readonly observed: Value | undefined
  readonly verdict: Verdict
  /** Why it could not be told. */
  readonly why: string | undefined
  /** A run of the product could break or lose something. */
  readonly unsafe: boolean
  /** First and last request of the check, as numbered in the evidence. */
  readonly requests: readonly [number, number]
}

export async function runCheck(check: Check, scene: Scene): Promise<readonly Finding[]> {
  const { exchange } = scene.settings
  const observations = new Map<string, Value>()
  const first = exchange.count + 1
  let why = 'the check does not ask for it here'
  exchange.purpose = `${check.id} ${check.title}`
  try {
    await check.run(scene, (key, value) => {
      if (check.assumptions.every((assumption) => assumption.key !== key)) throw new Error(`${check.id}: ${key} is new`)
      observations.set(key, value)
    })
  } catch (error) {
    // What one check meets, such as an answer that is no JSON, must not cost the others or the clean-up.
    why = error instanceof CannotTell ? error.message : `it failed: ${String(error)}`
  }
  const requests = [first, exchange.count] as const
  return check.assumptions.map((assumption) =>
    finding(check.id, assumption, observations.get(assumption.key), why, requests)
  )
}

function finding(
  check: number,
  { key, says, assumed, switch: name, unsafeIf }: Assumption,
  observed: Value | undefined,
  why: string,
  requests: readonly [number, number]
): Finding {
  const known = observed !== undefined
  return {
    check,
    key,
    says,
    switch: name,
    assumed,
    observed,
    verdict: known ? (observed === assumed ? 'confirmed' : 'contradicted') : 'could not tell',
    why: known ? undefined : why,
    unsafe: known && unsafeIf?.(observed) === true,
    requests
  }
}
