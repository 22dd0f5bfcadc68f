import type { Part } from './exchange.js'
import type { RequestKind } from './kinds.js'

/** One request as it was answered. Times are milliseconds since the server started. */
export interface LogEntry {
  readonly n: number
  readonly part: Part
  readonly method: string
  readonly path: string
  readonly query: string
  readonly kind: RequestKind
  readonly time: number
  /** 0 while it is worked on, and where no answer was given. */
  status: number
  /** When it was answered. */
  end: number | undefined
  /** What it weighs in GitHub's secondary limit; 0 outside the REST API. */
  readonly points: number
  /** The fault that was done to it. */
  fault: string | undefined
}

/** How many requests of each kind there were. */
export function countByKind(log: readonly LogEntry[]): Partial<Record<RequestKind, number>> {
  const counts: Partial<Record<RequestKind, number>> = {}
  for (const entry of log) counts[entry.kind] = (counts[entry.kind] ?? 0) + 1
  return counts
}

/** The most points that fell into one minute (or another span, in milliseconds). */
export function peakPoints(log: readonly LogEntry[], spanMs = 60_000): number {
  let points = 0
  let peak = 0
  let first = 0
  for (const entry of log) {
    points += entry.points
    for (let old = log[first]; old !== undefined && entry.time - old.time >= spanMs; old = log[first]) {
      points -= old.points
      first += 1
    }
    peak = Math.max(peak, points)
  }
  return peak
}
