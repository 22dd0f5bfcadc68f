import type { Ports } from './ports.js'

/** The clocks of the runner and of GitHub may differ by this much without a warning. */
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * The time that ages count back from, once GitHub has answered: the earlier of the runner's clock and GitHub's, so that a
 * clock that is ahead makes nothing look old.
 */
export function runTime({ clock, packages, console }: Pick<Ports, 'clock' | 'packages' | 'console'>): number {
  const own = clock.now()
  const theirs = packages.serverTime() ?? own
  if (Math.abs(own - theirs) > CLOCK_SKEW_MS) {
    const [runner, github] = [own, theirs].map((time) => new Date(time).toISOString())
    console.warning(
      `It is ${runner} by the clock of this runner, and ${github} by GitHub's. Ages count back from ` +
        `${own < theirs ? runner : github}, the earlier of the two.`
    )
  }
  return Math.min(own, theirs)
}

export const earlierTime = ({ clock, packages }: Pick<Ports, 'clock' | 'packages'>): number =>
  Math.min(clock.now(), packages.serverTime() ?? Number.POSITIVE_INFINITY)

/** The later of the two clocks, for plans that must not be too old. */
export const laterTime = ({ clock, packages }: Pick<Ports, 'clock' | 'packages'>): number =>
  Math.max(clock.now(), packages.serverTime() ?? 0)
