import type { Ports } from './ports.js'

/** The clocks of the runner and of GitHub may differ by this much without a warning. */
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * The time that ages count back from, once GitHub has answered: the earlier of the runner's clock and GitHub's, so that a
 * clock that is ahead makes nothing look old.
 */
export function runTime({ clock, packages, console }: Pick<Ports, 'clock' | 'packages' | 'console'>): number {
  const runner = clock.now()
  const github = packages.serverTime() ?? runner
  if (Math.abs(runner - github) > CLOCK_SKEW_MS) {
    const text = (time: number): string => new Date(time).toISOString()
    console.warning(
      `It is ${text(runner)} by the clock of this runner, and ${text(github)} by GitHub's. Ages count back from ` +
        `${text(Math.min(runner, github))}, the earlier of the two.`
    )
  }
  return Math.min(runner, github)
}

/** The earlier of the two clocks, for what ends at a time. */
export const earlierTime = ({ clock, packages }: Pick<Ports, 'clock' | 'packages'>): number =>
  Math.min(clock.now(), packages.serverTime() ?? Number.POSITIVE_INFINITY)

/** The later of the two clocks, for plans that must not be too old. */
export const laterTime = ({ clock, packages }: Pick<Ports, 'clock' | 'packages'>): number =>
  Math.max(clock.now(), packages.serverTime() ?? 0)
