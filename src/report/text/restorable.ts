import type { Report } from '../../domain/outcome.js'
import { packageKey } from '../../domain/package.js'
import { RESTORE_WINDOW_MS, type Version } from '../../domain/version.js'
import { counted, number } from '../../domain/visible.js'
import { logText } from './escape.js'
import { isNamed, labelWithDigest, momentText } from './naming.js'

export type Restorable = NonNullable<Report['restorable']>[number]

const DAY = 86_400_000
const MOST_LINES = 200

/** Sorts by package, then versions with a name first, then the newest deletion first. */
export function inOrder(restorable: readonly Restorable[]): readonly Restorable[] {
  const packages = [...new Set(restorable.map((each) => packageKey(each.package)))]
  const place = new Map(packages.map((key, i) => [key, i]))
  const placeOf = (each: Restorable): number => place.get(packageKey(each.package)) ?? 0
  return restorable.toSorted(
    (a, b) =>
      placeOf(a) - placeOf(b) ||
      Number(isNamed(b.version)) - Number(isNamed(a.version)) ||
      (b.version.deletedAt ?? 0) - (a.version.deletedAt ?? 0)
  )
}

/** `29 days` until GitHub does not restore it any more; `unknown` where GitHub does not say when it was deleted. */
export function timeLeft({ deletedAt }: Version, now: number): string {
  if (deletedAt === undefined) return 'unknown'
  return counted(Math.max(0, Math.floor((deletedAt + RESTORE_WINDOW_MS - now) / DAY)), 'day')
}

/** Lines of the log: the versions that can be restored. */
export function restorableLines(all: readonly Restorable[], now: number): readonly string[] {
  if (all.length === 0) return ['0 deleted versions can be restored.']
  const named = all.filter(({ version }) => isNamed(version)).length
  const unnamed = all.length - named
  const parts =
    unnamed === 0 ? '' : `, ${number(unnamed)} of them without a name: each image is restored with its members`
  const lines = [`${counted(all.length, 'deleted version')} can be restored, newest deletion first${parts}:`]
  for (const { package: ref, version } of all.slice(0, MOST_LINES)) {
    lines.push(
      logText(
        `  ${momentText(version.deletedAt)}  ${ref.name}  ${labelWithDigest(version)}  (version ${version.id}, ${timeLeft(version, now)} left)`
      )
    )
  }
  if (all.length > MOST_LINES) lines.push(`  and ${number(all.length - MOST_LINES)} more`)
  lines.push('To restore some of them, run this again with match, version-ids or deleted-within.')
  return lines
}
