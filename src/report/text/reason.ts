import type { Decision, Reason } from '../../domain/plan.js'
import { clip } from '../../domain/visible.js'

const MOST_REASONS = 6

/** The name by which a version is listed, by its id, so that `part of 1.2.3` is found there; `undefined` where it is not. */
export type NameOf = (id: number) => string | undefined

const UNLISTED: NameOf = () => undefined

/**
 * One sentence without capital and full stop. Names in it are data: escape the whole for where it is shown.
 * `shownRule` is left out: a heading names it already.
 */
export function reasonText(reason: Reason, nameOf: NameOf = UNLISTED, shownRule?: string): string {
  const { rule } = reason
  return `${textOfCode(reason, nameOf)}${rule === undefined || rule === shownRule ? '' : ` (${ruleText(rule)})`}`
}

/** The common reason of several kept versions: a protection with what it names, else the kind of reason with its rule. */
export function keeperText(reason: Reason): string {
  if (reason.code === 'protected') return protectedText(reason)
  const hint = reason.code === 'not-a-version' ? ' by version-scheme and version-pattern' : ''
  const kind = `${reason.code.replaceAll('-', ' ')}${hint}`
  return reason.rule === undefined ? kind : `${kind} (${ruleText(reason.rule)})`
}

/** A rule without a name is called by its place, `rule 2`. */
export function ruleText(rule: string): string {
  return /^rule \d+'*$/.test(rule) ? rule : `rule ${rule}`
}

/** All reasons of a version in one line; the names that they speak of are shown where there are several. */
export function reasonsText({ reasons, version }: Decision, nameOf: NameOf, shownRule?: string): string {
  const several = version.tags.length > 1
  const texts = reasons.map((reason) => {
    const text = reasonText(reason, nameOf, shownRule)
    return several && reason.name !== undefined && !text.includes(reason.name) ? `${reason.name}: ${text}` : text
  })
  const distinct = [...new Set(texts)]
  const more = distinct.length > MOST_REASONS ? [`and ${distinct.length - MOST_REASONS} more`] : []
  return [...distinct.slice(0, MOST_REASONS), ...more].map((text) => clip(text, 300)).join('; ')
}

function textOfCode(reason: Reason, nameOf: NameOf): string {
  const { name } = reason
  switch (reason.code) {
    case 'protected':
      return protectedText(reason)
    case 'no-rule':
      return `no rule owns ${name ?? 'it'}`
    case 'last':
      return 'anchor' in reason ? 'the newest of its group, from which within counts back' : `last ${ranked(reason)}`
    case 'within':
      return `younger than ${reason.limit}${reason.since === undefined ? '' : ' since superseded'}`
    case 'hourly':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'quarterly':
    case 'yearly':
      return `${reason.code} ${ranked(reason)}: newest of ${reason.period}`
    case 'semver':
      return 'line' in reason
        ? `semver ${reason.line} patch ${ranked(reason)}`
        : `semver prerelease of ${reason.prereleaseOf} ${ranked(reason)}`
    case 'filter':
      return 'kept by a filter, without a count'
    case 'not-a-version':
      return `${name ?? 'it'} is not a version that can be ordered`
    case 'no-timestamp':
      return 'its time is unknown'
    case 'grace-period':
      return `within the grace period, ${ageText(reason.age)}`
    case 'part-of':
      return `part of ${unitText(reason, nameOf)}`
    case 'refers-to':
      return `refers to ${unitText(reason, nameOf)}`
    case 'min-keep':
      return 'kept by min-keep: too few named units would be left'
    case 'refused-last':
      return 'GitHub does not delete the last one'
    case 'unreadable':
      return `kept because ${UNREADABLE[reason.what]} could not be read${reason.why === undefined ? '' : `: ${reason.why}`}`
    case 'signature-store':
      return "the package holds signatures of other packages' images"
    case 'alias-of':
      return `${name ?? 'it'} follows ${reason.target}`
    case 'deferred':
      return reason.by === 'recent-push'
        ? 'left for the next run: it waits for a recent push'
        : 'left for the next run by delete-limit'
    case 'not-kept':
      return (
        withUnit(reason, nameOf) ??
        `${reason.leftover ? 'left by an interrupted untag' : 'not kept'}${standing(reason)}`
      )
    case 'superseded':
      return withUnit(reason, nameOf) ?? `superseded by ${reason.release ?? 'its release'}${aged(reason)}`
    case 'untagged':
      return withUnit(reason, nameOf) ?? `untagged${standing(reason)}`
    case 'orphan':
      return withUnit(reason, nameOf) ?? `orphan: what it refers to is gone${aged(reason)}`
    case 'listed':
      return withUnit(reason, nameOf) ?? `listed by id or digest${aged(reason)}`
  }
}

type OfCode<C extends Reason['code']> = Extract<Reason, { code: C }>
type Lost = Omit<OfCode<'untagged'>, 'code'>

const PROTECTED_BY = {
  names: '',
  'names-from': '',
  references: '',
  branch: 'branch ',
  release: 'release ',
  'git-tag': 'git tag ',
  'dist-tag': 'dist-tag ',
  'pull-request': 'open pull request ',
  deployment: 'deployment ',
  annotation: 'annotation ',
  'base-layer': ''
} as const

function protectedText({ by, what, note, file, line }: OfCode<'protected'>): string {
  if (by === 'hold') return `restored, and held until ${what}`
  const place = file === undefined ? '' : ` in ${file}${line === undefined ? '' : ` line ${line}`}`
  return `protected by ${PROTECTED_BY[by]}${what}${place}${note === undefined ? '' : `: ${note}`}`
}

const UNREADABLE: Readonly<Record<OfCode<'unreadable'>['what'], string>> = {
  manifest: 'a manifest of the package',
  list: 'the whole list of versions',
  'dist-tags': 'dist-tags',
  releases: 'releases',
  branches: 'branches',
  'git-tags': 'git tags',
  'open-pull-requests': 'open pull requests',
  deployments: 'deployments'
}

function ranked({ rank, of }: { readonly rank: number; readonly of?: number | undefined }): string {
  return of === undefined ? `${rank}` : `${rank} of ${of}`
}

/** `: rank 12 of 40, 45 days old` */
function standing({ rank, of, age }: Lost): string {
  const parts = [
    ...(rank === undefined ? [] : [`rank ${ranked({ rank, of })}`]),
    ...(age === undefined ? [] : [ageText(age)])
  ]
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

function aged({ age }: Lost): string {
  return age === undefined ? '' : `, ${ageText(age)}`
}

/** `deleted with 1.2.3`, for a version that its unit takes with it; `undefined` for one with a reason of its own. */
function withUnit({ unit, unitName = `version ${unit}`, age }: Lost, nameOf: NameOf): string | undefined {
  if (unit === undefined) return undefined
  return `deleted with ${unitText({ unit, unitName }, nameOf)}${age === undefined ? '' : `, ${ageText(age)}`}`
}

function unitText({ unit, unitName }: { readonly unit: number; readonly unitName: string }, nameOf: NameOf): string {
  return nameOf(unit) ?? unitName
}

/** `45 days old`, in the largest unit of which there are two or more; a time to come counts as now. */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 120) return minutes === 1 ? '1 minute old' : `${minutes} minutes old`
  if (minutes < 2 * 24 * 60) return `${Math.floor(minutes / 60)} hours old`
  return `${Math.floor(minutes / (24 * 60))} days old`
}
