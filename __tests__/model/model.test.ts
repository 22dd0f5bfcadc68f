import { describe, expect, it } from '@jest/globals'
import { runTrial, type Trial } from './trial.js'

/** `MODEL_SEED=<seed>` replays one; `MODEL_RUNS` is how many there are, `MODEL_FROM` the first, `MODEL_STOP` how many failures end
 * the search. */
const { MODEL_SEED: only } = process.env
const RUNS = Number(process.env.MODEL_RUNS ?? 240)
const FROM = Number(process.env.MODEL_FROM ?? 0)
const STOP = Number(process.env.MODEL_STOP ?? 12)
const SHARES = 4

const seedsOf = (share: number): readonly string[] =>
  Array.from({ length: Math.ceil(RUNS / SHARES) }, (_, i) => String(FROM + i * SHARES + share))

function told({ seed, mood, policy, faults }: Trial): string {
  const on = Object.entries(mood).flatMap(([name, is]) => (is ? [name] : []))
  return [`MODEL_SEED=${seed} (${on.join(', ') || 'calm'})`, ...faults.slice(0, 8), policy].join('\n')
}

let stopped = false

describe('random registries, policies, faults, races and cancellations against the oracle', () => {
  const shares = only === undefined ? Array.from({ length: SHARES }, (_, i) => seedsOf(i)) : [only.split(',')]

  it.each(shares.map((seeds) => [seeds[0], seeds] as const))(
    'seeds from %s on',
    async (_, seeds) => {
      const failed: string[] = []
      let deleted = 0
      for (const seed of seeds) {
        if (stopped) break
        const trial = await runTrial(seed)
        deleted += trial.deleted
        if (trial.faults.length > 0) failed.push(told(trial))
        if (failed.length >= STOP) stopped = true
      }
      expect(failed).toEqual([])
      // A search that deletes nothing finds nothing.
      if (only === undefined && !stopped) expect(deleted).toBeGreaterThan(seeds.length)
    },
    30 * 60_000
  )
})
