import type { Clock } from './clock.ts'

/** Seconds after a change at which the checks look whether it shows. */
export const LOOKS = [0, 1, 2, 4, 8, 16, 30] as const

/** What "not within 30 seconds" is reported as. */
export const NEVER = 'not within 30 s'

export type Look = number | typeof NEVER

/** Asks each question at each look until it is answered with true; tells at which second that was. */
export async function watch<Name extends string>(
  clock: Clock,
  questions: Readonly<Record<Name, () => Promise<boolean>>>
): Promise<Record<Name, Look>> {
  const start = clock.now()
  const names = Object.keys(questions) as Name[]
  const seen = new Map<Name, number>()
  for (const second of LOOKS) {
    const wait = start + second * 1000 - clock.now()
    if (wait > 0) await clock.sleep(wait)
    for (const name of names) if (!seen.has(name) && (await questions[name]())) seen.set(name, second)
    if (seen.size === names.length) break
  }
  return Object.fromEntries(names.map((name) => [name, seen.get(name) ?? NEVER])) as Record<Name, Look>
}

/** Longer than a run reads again and again: see `docs/safety.md`. */
export function isLong(look: unknown): boolean {
  return look === NEVER || (typeof look === 'number' && look > 8)
}
