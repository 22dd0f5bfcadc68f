import { describe, expect, it } from '@jest/globals'
import { amount } from '../amount.js'
import { SEED } from '../seed.js'
import { runTrial, type Trial } from './trial.js'

/** `TEST_SEED=<seed> MODEL_RUNS=1` replays one; `MODEL_STOP` is how many failures end the search. */
const RUNS = Number(process.env.MODEL_RUNS ?? amount(32, 120))
const STOP = Number(process.env.MODEL_STOP ?? 12)
/** Several `it`s, so that a failure names a part of the seeds. */
const SHARES = Math.min(4, RUNS)

const shares = Array.from({ length: SHARES }, (_, share) =>
  Array.from({ length: Math.ceil(RUNS / SHARES) }, (_, i) => String(SEED + i * SHARES + share))
)

function told({ seed, mood, policy, faults }: Trial): string {
  const on = Object.entries(mood).flatMap(([name, is]) => (is ? [name] : []))
  return [`TEST_SEED=${seed} (${on.join(', ') || 'calm'})`, ...faults.slice(0, 8), policy].join('\n')
}

let stopped = false

describe('random registries, policies, faults, races and cancellations against the oracle', () => {
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
      if (RUNS > 1 && !stopped) expect(deleted).toBeGreaterThan(seeds.length)
    },
    30 * 60_000
  )
})
