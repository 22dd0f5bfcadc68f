import { withRemedy } from '../../domain/failure.js'
import type { PackageReport, Report, RestoreItem } from '../../domain/outcome.js'
import { isWebAddress, packageKey } from '../../domain/package.js'
import type { Decision, PackagePlan } from '../../domain/plan.js'
import { timeOf, type Version } from '../../domain/version.js'
import { clip, visible } from '../../domain/visible.js'
import { digestOf, kindText, nameOfIn, namesOf } from '../text/naming.js'
import { OUTCOME_TEXT } from '../text/outcomeText.js'
import { memberCounts } from '../text/planGroups.js'
import { type NameOf, reasonsText } from '../text/reason.js'
import { isTrouble, itemsOf, troubleFirst } from '../text/restoreResult.js'

const MOST_NAMES = 50
const STOPPED = 'stopped by max-delete'

/** Short keys: there may be many thousands of rows. */
export interface PageRow {
  /** Index of its package. */
  readonly p: number
  readonly id: number
  readonly names: readonly string[]
  /** More names than are shown. */
  readonly more?: number
  readonly digest?: string
  readonly kind: string
  /** 1: the plan deletes it, or a restore failed. */
  readonly go: 0 | 1
  /** 1: a member of the units in `units`. */
  readonly member: 0 | 1
  readonly units: readonly number[]
  /** Direct owners by id; `s` where it refers to them, `e` where they list it. */
  readonly owners?: readonly (readonly [number, 's' | 'e'])[]
  /** Milliseconds. */
  readonly time?: number
  /** When it was deleted, milliseconds. */
  readonly at?: number
  /** How many members share its verdict. */
  readonly members?: number
  /** Tags that the plan removes from a version that it keeps, in a real run each with its result. */
  readonly untag?: readonly (readonly [string, string?])[]
  readonly code: string
  readonly rule?: string
  readonly why: string
  /** Of a restore, instead of a verdict. */
  readonly result?: string
  /** The result of the deletion in a real run, or what stopped it. */
  readonly outcome?: string
  readonly url?: string
}

/** One row for each version, in the order of the plan. */
export function* pageRows(packages: readonly PackageReport[], report: Report): Generator<PageRow> {
  for (const [p, each] of packages.entries()) {
    yield* rowsOf(each, p)
    for (const item of troubleFirst(itemsOf(each, report))) yield restoredRow(item, p)
    for (const { package: ref, version } of report.restorable ?? []) {
      if (packageKey(ref) === packageKey(each.package)) yield versionRow(version, p, 'can be restored')
    }
  }
}

function* rowsOf({ plan, outcomes }: PackageReport, p: number): Generator<PageRow> {
  if (plan === undefined) return
  const nameOf = nameOfIn(plan.decisions)
  const results = resultsOf(plan, outcomes)
  const members = memberCounts(plan.decisions)
  for (const decision of plan.decisions) yield rowOf(decision, p, nameOf, results, members.get(decision.version.id))
}

function rowOf(decision: Decision, p: number, nameOf: NameOf, results: Results, members: number | undefined): PageRow {
  const { version, verdict, reasons, role, units, owners, untag } = decision
  const outcome = results.versions.get(version.id)
  const at = results.times.get(version.id)
  const rule = reasons[0]?.rule
  return {
    p,
    ...factsOf(version),
    kind: visible(kindText(decision)),
    go: verdict === 'delete' ? 1 : 0,
    member: role === 'member' ? 1 : 0,
    units,
    ...(owners !== undefined &&
      owners.length > 0 && { owners: owners.map(({ id, by }) => [id, by === 'subject' ? 's' : 'e']) }),
    ...(at !== undefined && { at }),
    ...(members !== undefined && { members }),
    ...(untag.length > 0 && { untag: untag.slice(0, MOST_NAMES).map((tag) => tagOf(tag, version.id, results)) }),
    code: reasons[0]?.code ?? '',
    ...(rule !== undefined && { rule: clip(visible(rule), 100) }),
    why: clip(visible(reasonsText(decision, nameOf)), 1500),
    ...(outcome !== undefined && { outcome })
  }
}

/** What a row says of its version, whatever became of it. */
function factsOf(version: Version): Pick<PageRow, 'id' | 'names' | 'more' | 'digest' | 'time' | 'url'> {
  const names = namesOf(version)
  const digest = digestOf(version)
  const time = timeOf(version)
  return {
    id: version.id,
    names: names.slice(0, MOST_NAMES).map((name) => clip(visible(name), 300)),
    ...(names.length > MOST_NAMES && { more: names.length - MOST_NAMES }),
    ...(digest !== undefined && { digest }),
    ...(time !== undefined && { time }),
    ...(version.htmlUrl !== undefined && isWebAddress(version.htmlUrl) && { url: version.htmlUrl })
  }
}

/** By version id the result and the time of its deletion; by id and tag the result of its removal. */
interface Results {
  readonly versions: ReadonlyMap<number, string>
  readonly times: ReadonlyMap<number, number>
  readonly tags: ReadonlyMap<string, string>
}

const tagKey = (id: number, tag: string): string => `${id} ${tag}`

function tagOf(tag: string, id: number, { tags }: Results): readonly [string, string?] {
  const shown = clip(visible(tag), 300)
  const text = tags.get(tagKey(id, tag))
  return text === undefined ? [shown] : [shown, text]
}

function resultsOf(plan: PackagePlan, outcomes: PackageReport['outcomes']): Results {
  const versions = new Map<number, string>()
  const times = new Map<number, number>()
  const tags = new Map<string, string>()
  if (isStopped(plan)) {
    for (const { version, verdict } of plan.decisions) if (verdict === 'delete') versions.set(version.id, STOPPED)
  }
  for (const outcome of outcomes) {
    const { step, kind, at } = outcome
    const text = clip(visible([OUTCOME_TEXT[kind], withRemedy(outcome)].filter(Boolean).join(': ')), 400)
    if (step.kind === 'untag') {
      tags.set(tagKey(step.version.id, step.tag), text)
      continue
    }
    for (const { version } of step.kind === 'delete' ? [step] : plan.decisions) {
      versions.set(version.id, text)
      if (at !== undefined) times.set(version.id, at)
    }
  }
  return { versions, times, tags }
}

function restoredRow(item: RestoreItem, p: number): PageRow {
  const { version, kind } = item
  const row = versionRow(version, p, kind.replaceAll('-', ' '))
  return { ...row, go: isTrouble(kind) ? 1 : 0, why: clip(visible(withRemedy(item)), 1500) }
}

/** A version, or a whole package, as a restore knows it. */
function versionRow(version: Version | undefined, p: number, result: string): PageRow {
  return {
    p,
    ...(version === undefined
      ? { id: 0, names: ['the package'], kind: 'package' }
      : { ...factsOf(version), kind: 'version' }),
    go: 0,
    member: 0,
    units: [],
    ...(version?.deletedAt !== undefined && { at: version.deletedAt }),
    code: result,
    why: '',
    result
  }
}

/** Whether a limit stops the package. */
export function isStopped(plan: PackagePlan | undefined): plan is PackagePlan {
  return plan !== undefined && plan.violations.length > 0
}
