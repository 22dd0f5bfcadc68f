import { type Decision, GO_CODES, type Reason } from '../../domain/plan.js'
import { clip } from '../../domain/visible.js'

const MOST_REASONS = 6
const GOES: ReadonlySet<string> = new Set(GO_CODES)

/** The name by which a version is listed, by its id, so that `part of 1.2.3` is found there; `undefined` where it is not. */
export type NameOf = (id: number) => string | undefined

const UNLISTED: NameOf = () => undefined

/**
 * One sentence without capital and full stop. Names in it are data: escape the whole for where it is shown.
 * The rule is left out where it was said before.
 */
export function reasonText(reason: Reason, nameOf: NameOf = UNLISTED, saidRule?: string): string {
  const { rule } = reason
  return `${sentence(reason, nameOf)}${rule === undefined || rule === saidRule ? '' : ` (${ruleText(rule)})`}`
}

/** A rule without a name is called by its place, `rule 2`. */
export function ruleText(rule: string): string {
  return /^rule \d+'*$/.test(rule) ? rule : `rule ${rule}`
}

/** All reasons of a version in one line; the names that they speak of are shown where there are several. */
export function reasonsText({ reasons, version }: Decision, nameOf: NameOf, saidRule?: string): string {
  const several = version.tags.length > 1
  const texts = reasons.map((reason) => {
    const text = reasonText(reason, nameOf, saidRule)
    return several && reason.name !== undefined && !text.includes(reason.name) ? `${reason.name}: ${text}` : text
  })
  const distinct = [...new Set(texts)]
  const more = distinct.length > MOST_REASONS ? [`and ${distinct.length - MOST_REASONS} more`] : []
  return [...distinct.slice(0, MOST_REASONS), ...more].map((text) => clip(text, 300)).join('; ')
}

function sentence(reason: Reason, nameOf: NameOf): string {
  const { code, name, detail } = reason
  if (reason.unit !== undefined && GOES.has(code)) return `goes with ${owner(reason, nameOf)}${aged(reason)}`
  const named = name === undefined ? '' : `${name} `
  switch (code) {
    case 'protected':
      return `protected${detail === undefined ? '' : ` by ${detail}`}`
    case 'no-rule':
      return `no rule owns ${name ?? 'it'}${because(detail)}`
    case 'last':
      return `last${ranked(reason)}${because(detail)}`
    case 'within':
      return `younger than ${detail ?? 'the limit'}`
    case 'hourly':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'quarterly':
    case 'yearly':
      return `${code}${ranked(reason)}${detail === undefined ? '' : `: newest of ${detail}`}`
    case 'semver':
      return `semver${detail === undefined ? '' : ` ${detail}`}${ranked(reason)}`
    case 'filter':
      return `always kept by a filter${because(detail)}`
    case 'not-a-version':
      return `${name ?? 'it'} is no version that can be ordered${because(detail)}`
    case 'no-timestamp':
      return `its time is unknown${because(detail)}`
    case 'grace-period':
      return `untagged and within the grace period${detail === undefined ? '' : ` of ${detail}`}${aged(reason)}`
    case 'part-of':
      return `part of ${owner(reason, nameOf)}`
    case 'refers-to':
      return `refers to ${owner(reason, nameOf)}`
    case 'min-keep':
      return `held by min-keep${because(detail)}`
    case 'refused-last':
      return `GitHub does not delete the last one${because(detail)}`
    case 'unreadable':
      return `kept in doubt${because(detail ?? 'a manifest could not be read')}`
    case 'signature-store':
      return `the package holds signatures of other packages' images${because(detail)}`
    case 'alias-of':
      return `${named}follows ${detail ?? 'the full version'}`
    case 'fuse':
      return `stopped by max-delete${because(detail)}`
    case 'deferred':
      return `put off to the next run${detail === undefined ? ' by delete-limit' : because(detail)}`
    case 'not-kept':
      return `${detail ?? 'not kept'}${standing(reason)}`
    case 'superseded':
      return `superseded by ${detail ?? 'its release'}${aged(reason)}`
    case 'untagged':
      return `untagged${because(detail)}${standing(reason)}`
    case 'orphan':
      return `orphan: what it refers to is gone${because(detail)}${aged(reason)}`
    case 'listed':
      return `listed by id or digest${because(detail)}${aged(reason)}`
  }
}

function ranked({ rank, of }: Reason): string {
  if (rank === undefined) return ''
  return of === undefined ? ` ${rank}` : ` ${rank} of ${of}`
}

function because(detail: string | undefined): string {
  return detail === undefined ? '' : `: ${detail}`
}

/** `: rank 12 of 40, 45 days old` */
function standing(reason: Reason): string {
  const rank = reason.rank === undefined ? [] : [`rank${ranked(reason)}`]
  const parts = reason.age === undefined ? rank : [...rank, ageText(reason.age)]
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

function aged({ age }: Reason): string {
  return age === undefined ? '' : `, ${ageText(age)}`
}

/** `45 days old`, in the largest unit of which there are two or more; a time to come counts as now. */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 120) return minutes === 1 ? '1 minute old' : `${minutes} minutes old`
  if (minutes < 2 * 24 * 60) return `${Math.floor(minutes / 60)} hours old`
  return `${Math.floor(minutes / (24 * 60))} days old`
}

function owner({ detail, unit }: Reason, nameOf: NameOf): string {
  if (unit === undefined) return detail ?? 'another version'
  return nameOf(unit) ?? detail ?? `version ${unit}`
}
