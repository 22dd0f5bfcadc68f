import type { Gap, Inventory } from '../../domain/inventory.js'
import type { Notice, Reason, Violation } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { clip, counted, number } from '../../domain/visible.js'

/** Right after a push GitHub's registry may not have a manifest that the list shows. Milliseconds. */
const PUSH_SETTLES = 3_600_000

/** A message names at most this many manifests. */
const MOST_SHOWN = 3
const MOST_OF_TAG = 40

type UnreadManifest = Extract<Gap, { kind: 'manifest' }> & {
  /** The first of its tags in alphabetical order: nobody knows it by its digest alone. */
  readonly tag: string | undefined
}

/** Something could not be read that could own or refer to any version, so nothing is deleted in the package. */
export interface Doubt {
  /** Sorted by digest, since the order of the answers varies. */
  readonly unread: readonly UnreadManifest[]
  /** How the list was proved short. */
  readonly list: string | undefined
  /** All of it was pushed within the last hour: the next run will be able to read it. */
  readonly passes: boolean
  /** Not one manifest of the package could be read: the registry, not a manifest, is in trouble. */
  readonly noneRead: boolean
}

/** `undefined` if everything that matters could be read, or the policy says that it owns nothing. */
export function doubtOf({ gaps, versions, manifests }: Inventory, policy: Policy, now: number): Doubt | undefined {
  const lost = gaps
    .filter((gap) => gap.kind === 'manifest')
    .filter(({ digest }) => policy.unreadableIsEmpty?.includes(digest) !== true)
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
  const found = new Map(versions.map((version) => [version.name, version]))
  const unread = lost.map((gap) => ({ ...gap, tag: found.get(gap.digest)?.tags.toSorted()[0] }))
  const list = gaps.find((gap) => gap.kind === 'list')?.why
  if (unread.length === 0 && list === undefined) return undefined
  const passes =
    list === undefined && unread.every(({ digest }) => (found.get(digest)?.createdAt ?? 0) > now - PUSH_SETTLES)
  return { unread, list, passes, noneRead: unread.length > 1 && manifests.size === 0 }
}

/** A sentence about what could not be read. */
function doubtText({ unread, list }: Doubt): string {
  if (list !== undefined) return `GitHub's list of versions is not complete: ${list}`
  const shown = unread.slice(0, MOST_SHOWN).map((each) => `${nameOf(each)} (${each.why})`)
  const others = unread.length === shown.length ? '' : ` and ${unread.length - shown.length} more`
  return `${unread.length === 1 ? 'a manifest' : 'manifests'} could not be read: ${shown.join(', ')}${others}`
}

function nameOf({ digest, tag }: UnreadManifest, length?: number): string {
  return `${digest.slice(0, length)}${tag === undefined ? '' : ` tagged ${clip(tag, MOST_OF_TAG)}`}`
}

/** The same in a few words. */
export function doubtReason({ unread, list }: Doubt): string {
  if (list !== undefined) return 'the list of versions is not complete'
  const [first] = unread
  return unread.length === 1
    ? `${first?.digest.slice(0, 19)} could not be read`
    : `${number(unread.length)} manifests could not be read`
}

/** The reasons of each version that it holds back. */
export function doubtReasons({ unread, list, passes }: Doubt): readonly Reason[] {
  const [first] = unread
  const why = unread.length === 1 ? first?.digest.slice(0, 19) : `${number(unread.length)} of them`
  const reason: Reason =
    list === undefined
      ? { code: 'unreadable', what: 'manifest', ...(why !== undefined && { why }) }
      : { code: 'unreadable', what: 'list' }
  return passes ? [{ code: 'deferred', by: 'recent-push' }, reason] : [reason]
}

/** An annotation has room for 560 characters: the remedy, which may list each digest, matters more than the digests here. */
function stoppedBy(doubt: Doubt): string {
  const { unread, list } = doubt
  const [first] = unread
  if (list !== undefined) return `${doubtText(doubt)}. What it lacks`
  if (first === undefined || unread.length === 1) return `${doubtText(doubt)}. It`
  return `${number(unread.length)} manifests could not be read, the first is ${nameOf(first, 19)} (${first.why}). They`
}

/** What would be deleted, or taken off, without the doubt: counts. */
export interface HeldBack {
  readonly versions: number
  readonly tags: number
}

/** Why the package fails; `undefined` where nothing is held back, or the next run will be able to read it. */
export function doubtViolation(doubt: Doubt, held: HeldBack): Violation | undefined {
  if (doubt.passes || isNothing(held)) return undefined
  return {
    code: 'unreadable',
    message: `${stoppedBy(doubt)} may need any other version, so nothing is deleted in this package and ${heldText(held)} held back. ${remedyOf(doubt)}`
  }
}

/** The notice where doubt is not a failure. */
export function doubtNotice(doubt: Doubt, held: HeldBack): readonly Notice[] {
  if (isNothing(held))
    return [{ level: 'notice', message: `${doubtText(doubt)}. Nothing would be deleted in any case` }]
  if (!doubt.passes) return []
  const message = `${doubtText(doubt)}. It was pushed within the last hour, so ${heldText(held)} put off to the next run`
  return [{ level: 'warning', message }]
}

const isNothing = ({ versions, tags }: HeldBack): boolean => versions + tags === 0

/** `2 versions and 1 tag are` */
function heldText({ versions, tags }: HeldBack): string {
  const parts = [...(versions > 0 ? [counted(versions, 'version')] : []), ...(tags > 0 ? [counted(tags, 'tag')] : [])]
  return `${parts.join(' and ')} ${versions + tags === 1 ? 'is' : 'are'}`
}

function remedyOf({ unread, list, noneRead }: Doubt): string {
  if (noneRead) {
    return 'Not one manifest of the package could be read. Check that the registry can be reached and that the token may read packages, and run again.'
  }
  if (list !== undefined) return 'Run again.'
  const digests = unread.map(({ digest }) => digest)
  const [needs, value] =
    digests.length === 1 ? ['it lists and signs', digests[0]] : ['they list and sign', `[${digests.join(', ')}]`]
  return `Once you know that ${needs} nothing that is still needed, add: unreadable-is-empty: ${value}`
}
