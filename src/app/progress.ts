import type { Budget, Ports } from './ports.js'

/** Milliseconds; a rate over a shorter time says nothing. */
const SETTLED = 3000

/** Shows how far long work is, how fast it goes and how long it will take. The console decides how often. */
export function progressOf(
  { console, clock }: Pick<Ports, 'console' | 'clock'>,
  phase: string,
  total: number
): (done: number, aside?: string) => void {
  const startedAt = clock.now()
  return (done, aside) => {
    const parts = [`${phase}: ${done} of ${total}`]
    if (aside !== undefined) parts.push(aside)
    const spent = clock.now() - startedAt
    if (spent >= SETTLED && done > 0 && done < total) {
      const aMinute = (done / spent) * 60_000
      parts.push(aMinute < 600 ? `${Math.round(aMinute)} a minute` : `${Math.round(aMinute / 60)} a second`)
      parts.push(`about ${timeText(((total - done) / done) * spent)} left`)
    }
    console.progress(parts.join(', '))
  }
}

/** With several packages, each line of progress begins with how many of them are done. */
export function countPackages<P extends Pick<Ports, 'console'>>(
  ports: P,
  total: number
): { readonly ports: P; readonly done: () => void } {
  if (total < 2) return { ports, done: () => undefined }
  const { console } = ports
  let count = 0
  const progress = (text: string): void => console.progress(`${count} of ${total} packages, ${text}`)
  const done = (): void => {
    count += 1
  }
  return { ports: { ...ports, console: { ...console, progress } }, done }
}

function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}

/** How many requests are left, as a part of a sentence. */
export function budgetText({ requests, resetAt }: Budget): string {
  return `${requests} are left${resetAt === undefined ? ' of this hour' : ` until ${new Date(resetAt).toISOString()}`}`
}
