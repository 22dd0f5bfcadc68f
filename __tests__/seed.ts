/**
 * What every random test starts from. It is fixed, so that a run gives the same answer on every machine; `npm run search` sets
 * others, and `TEST_SEED=<seed> npm test -- <file>` replays one.
 */
export const SEED = Number(process.env.TEST_SEED ?? 0)
