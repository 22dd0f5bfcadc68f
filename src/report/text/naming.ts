import { DIGEST } from '../../domain/manifest.js'
import type { Decision } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { clip } from '../../domain/visible.js'
import { isDigestTag } from '../../pattern/names.js'
import type { NameOf } from './reason.js'

/** Twelve hexadecimal digits are enough to tell manifests apart by eye, as git and docker show them. */
export function shortDigest(digest: string): string {
  return DIGEST.test(digest) ? digest.slice('sha256:'.length, 'sha256:'.length + 12) : digest
}

/** The digest of a container version; `undefined` for a version string. */
export function digestOf(version: Version): string | undefined {
  return DIGEST.test(version.name) ? version.name : undefined
}

/** What people call it: its tags or its version string; `untagged` stands for a digest without tags. */
export function namesOf(version: Version): readonly string[] {
  if (version.tags.length > 0) return version.tags
  return digestOf(version) === undefined ? [version.name] : []
}

/** Whether people call it by a name of its own: a tag that is not a digest tag, or a version string. */
export function isNamed(version: Version): boolean {
  return digestOf(version) === undefined || version.tags.some((tag) => !isDigestTag(tag))
}

/** One line: tags first, else the version string, else the short digest. Of many or long tags it has the beginning. */
export function labelOf(version: Version): string {
  const names = namesOf(version)
  return names.length > 0 ? clip(names.join(', '), 200) : `untagged ${shortDigest(version.name)}`
}

/** The same, with the short digest behind tags. */
export function labelWithDigest(version: Version): string {
  const digest = version.tags.length === 0 ? undefined : digestOf(version)
  return digest === undefined ? labelOf(version) : `${labelOf(version)} ${shortDigest(digest)}`
}

/** `1.2.3, latest (version 12)` */
export const versionText = (version: Version): string => `${labelOf(version)} (version ${version.id})`

/** `index`, or `partial index` where something that it lists is missing. */
export const kindText = ({ kind, state }: Decision): string =>
  state === undefined || state === 'complete' ? kind : `${state} ${kind}`

/** Names by version id, for sentences that speak of another version. */
export function nameOfIn(decisions: readonly Decision[]): NameOf {
  const byId = new Map(decisions.map(({ version }) => [version.id, version]))
  return (id) => {
    const version = byId.get(id)
    return version && (namesOf(version)[0] ?? labelOf(version))
  }
}

/** `2026-11-22` in UTC. */
export function dateText(time: number | undefined): string {
  // ECMAScript's time range; beyond it there is no date to show.
  if (time === undefined || !(Math.abs(time) <= 8.64e15)) return 'unknown'
  return new Date(time).toISOString().slice(0, 10)
}

/** `2026-11-30 10:22 UTC` */
export function momentText(time: number | undefined): string {
  if (time === undefined || dateText(time) === 'unknown') return 'an unknown time'
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `1.2 GB`; decimal units, as GitHub bills. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let at = 0
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000
    at += 1
  }
  return `${at === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[at]}`
}
