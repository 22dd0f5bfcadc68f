import { createHash } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { readPolicy } from '../../../src/config/policy/readPolicy.js'
import type { Gap, InUse, Inventory } from '../../../src/domain/inventory.js'
import type { Manifest } from '../../../src/domain/manifest.js'
import type { PackageType } from '../../../src/domain/package.js'
import type { Decision, PackagePlan, Reason } from '../../../src/domain/plan.js'
import type { Policy } from '../../../src/domain/policy.js'
import type { Version } from '../../../src/domain/version.js'
import { plan } from '../../../src/policy/plan/plan.js'
import type { TextFile } from '../../../src/references/findReferences.js'
import { pruneConfig, rawInputs } from '../containers/policyFrom.js'

/** Sunday noon; every scenario happens then unless it says otherwise. */
export const NOW = '2026-11-22T12:00Z'

export interface Scenario {
  readonly type?: PackageType
  readonly now?: string
  /** The policy document, without `version: 1`. */
  readonly policy?: string
  /** Flat inputs in its place; `names-from: in-use.txt` names the file of `namesFrom`. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Files of the workspace, which every glob of `references` fits. */
  readonly files?: readonly TextFile[]
  /**
   * One version a line, `name, name | when | what it is | verdict: reasons`. A name in parentheses only labels an untagged
   * version. When: how long ago (`3d`, `90min`) or a time, `-` where GitHub gives none; `9d, changed 3d` where it was touched
   * later. What it is: empty, or `index of (a) (b)`, or `refers to (a)`, `artifact <type>`, `annotated <key>=<value>`,
   * or `unread`; what is
   * not in the table is gone. The verdict is `kept` or `deleted`; `(-tag)` behind it: removed.
   * A line `package <name>`, or `package <name> (<type>)`, begins a package; without one there is only `app`.
   */
  readonly table: string
  readonly inUse?: InUse
  readonly gaps?: readonly Gap[]
  readonly holds?: readonly string[]
  /** Lines of a `names-from` file. */
  readonly namesFrom?: string
  /** What is said beside, in the order of the plan; not compared where both are absent. */
  readonly notices?: readonly string[]
  readonly warnings?: readonly string[]
  /** Steps in order, as `delete name` and `untag name tag`; not compared where absent. */
  readonly steps?: readonly string[]
  /** What alone keeps a version that the rules would delete, as `name: unowned-tags (tag)`; not compared where absent. */
  readonly held?: readonly string[]
  /** The versions of which a rule owns a name; not compared where absent. */
  readonly matched?: readonly string[]
  /** How many units each protection holds, as `names: 2`; not compared where absent. */
  readonly protections?: readonly string[]
  readonly violation?: string
  /** How many units the budget puts off. */
  readonly deferred?: number
}

/** Plans what the table shows and compares it with what the table says. */
export function shows(title: string, scenario: Scenario): void {
  it(title, () => {
    const { plans, rows } = run(scenario)
    expect(rows.map((row) => printed(row, plans))).toEqual(rows.map(({ head, expected }) => `${head} | ${expected}`))
    expect(plans.flatMap(({ decisions }) => decisions)).toHaveLength(rows.length)
    const { notices, warnings, steps, deferred, held, matched } = scenario
    if (notices !== undefined || warnings !== undefined) {
      const said = plans.flatMap((own) => own.notices)
      const of = (wanted: string) => said.flatMap(({ level, message }) => (level === wanted ? [message] : []))
      expect([of('notice'), of('warning'), said.length]).toEqual([
        notices ?? [],
        warnings ?? [],
        of('notice').length + of('warning').length
      ])
    }
    if (steps !== undefined) expect(plans.flatMap((own) => own.steps.map(stepText))).toEqual(steps)
    if (scenario.protections !== undefined) {
      const counts = plans.flatMap((own) => own.protections ?? [])
      expect(counts.map(({ by, units }) => `${by}: ${units}`)).toEqual(scenario.protections)
    }
    if (held !== undefined) expect(rows.flatMap((row) => heldText(row, plans))).toEqual(held)
    if (matched !== undefined) {
      expect(rows.filter((row) => decisionOf(row, plans).matched).map(({ head }) => labelOf(head))).toEqual(matched)
    }
    if (deferred !== undefined) expect(plans.reduce((sum, own) => sum + own.deferredUnits, 0)).toBe(deferred)
    const { violation } = scenario
    expect(plans.flatMap(({ violations }) => violations)).toEqual(
      violation === undefined
        ? []
        : [{ code: violation.includes('max-delete') ? 'max-delete' : 'unreadable', message: violation }]
    )
  })
}

interface Row {
  readonly head: string
  readonly expected: string
  readonly version: Version
  readonly manifest: Manifest | undefined
}

function run(scenario: Scenario): { plans: readonly PackagePlan[]; rows: readonly Row[] } {
  const now = timeOf(scenario.now ?? NOW, 0)
  const type = scenario.type ?? 'container'
  const packages = packagesIn(scenario, now)
  const inventories = packages.map((own, i): Inventory => {
    const byLabel = new Map(own.rows.map(({ head, version }) => [labelOf(head), version.id]))
    return {
      package: { owner: 'octo-org', type: own.type, name: own.name, id: i + 1, visibility: 'private', htmlUrl: '' },
      versions: own.rows.map(({ version }) => version),
      manifests: new Map(own.rows.flatMap(({ manifest }) => (manifest ? [[manifest.digest, manifest] as const] : []))),
      inUse: scenario.inUse ?? {},
      gaps: scenario.gaps ?? [],
      holds: new Map((scenario.holds ?? []).map((label) => [byLabel.get(label) ?? 0, '2026-12-01']))
    }
  })
  const policy = policyIn(scenario, type)
  return { plans: plan(inventories, policy, now, 'octo-org').packages, rows: packages.flatMap(({ rows }) => rows) }
}

interface TablePackage {
  readonly name: string
  readonly type: PackageType
  readonly rows: Row[]
}

function packagesIn({ table, type = 'container' }: Scenario, now: number): readonly TablePackage[] {
  const lines = table.split('\n').filter((line) => line.trim() !== '')
  const packages: TablePackage[] = []
  lines.forEach((line, i) => {
    const [, name, own] = /^ *package (\S+)(?: \((\w+)\))?$/.exec(line) ?? []
    if (name !== undefined) packages.push({ name, type: (own as PackageType | undefined) ?? type, rows: [] })
    else {
      if (packages.length === 0) packages.push({ name: 'app', type, rows: [] })
      const current = packages.at(-1)
      current?.rows.push(rowOf(line, lines.length - i, current.type, now))
    }
  })
  return packages
}

function policyIn({ policy = '', inputs, namesFrom, files }: Scenario, type: PackageType): Policy {
  if (inputs === undefined) return policyOf(policy, type, namesFrom, files)
  const raw = rawInputs({ 'package-type': type, ...inputs })
  return pruneConfig(raw, new Map([[`${raw.workspace}/in-use.txt`, namesFrom ?? '']])).policy
}

/** A policy document as a user writes it; `version: 1` is added. */
export function policyOf(text: string, type: PackageType, namesFrom = '', files: readonly TextFile[] = []): Policy {
  const read = readPolicy(
    { name: 'policy', text: `version: 1\n${text}` },
    { types: [type], namesFile: (name) => ({ name, text: namesFrom }), referringFiles: () => files }
  )
  if ('problems' in read) throw new Error(read.problems.map(({ what }) => what).join('\n'))
  return read.policy
}

export const digestOf = (label: string): string => `sha256:${createHash('sha256').update(label).digest('hex')}`

const labelOf = (head: string): string => head.split(/[|,]/)[0]?.trim() ?? ''

function rowOf(line: string, id: number, type: PackageType, now: number): Row {
  const [names = '', when = '', what = '', expected = ''] = line.split('|').map((cell) => cell.trim())
  const head = `${names} | ${when} | ${what}`
  const label = labelOf(head)
  const image = type === 'container'
  const [created, updated] = when.split(', changed ').map((time) => (time === '-' ? undefined : timeOf(time, now)))
  const changed = when.includes('changed') ? updated : created
  const tags = label.startsWith('(') ? [] : names.split(',').map((tag) => tag.trim())
  const version: Version = {
    id,
    name: image ? digestOf(label) : label,
    tags: type === 'container' || type === 'docker' ? tags.map(digestTag) : [],
    ...(created !== undefined && { createdAt: created }),
    ...(changed !== undefined && { updatedAt: changed })
  }
  return { head, expected, version, manifest: image && what !== 'unread' ? manifestOf(version.name, what) : undefined }
}

/** `sig of (a)` stands for cosign's tag, which nobody wants to read. */
function digestTag(tag: string): string {
  if (tag === 'own digest') return digestOf(tag).replace(':', '-')
  const fallback = /^fallback of (.*)$/.exec(tag)?.[1]
  if (fallback !== undefined) return digestOf(fallback).replace(':', '-')
  const subject = /^sig of (.*)$/.exec(tag)?.[1]
  return subject === undefined ? tag : `sha256-${digestOf(subject).slice('sha256:'.length)}.sig`
}

function manifestOf(digest: string, what: string): Manifest {
  const own = {
    digest,
    annotations: {},
    blobs: [],
    size: 400,
    configMediaType: 'application/vnd.oci.image.config.v1+json'
  }
  const image = 'application/vnd.oci.image.manifest.v1+json'
  if (what.startsWith('index of')) {
    const labels = what.slice('index of'.length).match(/\([^)]*\)|[^\s()]+/g) ?? []
    return {
      digest,
      annotations: {},
      blobs: [],
      size: 400,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      kind: 'index',
      entries: labels.map((label, i) => ({
        mediaType: image,
        digest: digestOf(label),
        size: 400,
        platform: i === 0 ? 'linux/amd64' : 'linux/arm64'
      }))
    }
  }
  const subject = what.startsWith('refers to') ? digestOf(what.slice('refers to '.length)) : undefined
  const artifact = /^artifact (\S+)$/.exec(what)?.[1]
  const [, key, value] = /^annotated ([^=]+)=(.*)$/.exec(what) ?? []
  return {
    ...own,
    mediaType: image,
    kind: 'image',
    entries: [],
    ...(subject !== undefined && { subject }),
    ...(artifact !== undefined && { artifactType: artifact }),
    ...(key !== undefined && value !== undefined && { annotations: { [key]: value } })
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 }

function timeOf(when: string, now: number): number {
  const [, sign, count, unit] = /^(-?)(\d+)(s|min|h|d|w)$/.exec(when) ?? []
  if (unit === undefined) return Date.parse(when)
  return now - Number(`${sign}${count}`) * 1000 * (UNITS[unit] ?? 0)
}

function decisionOf({ head, version }: Row, plans: readonly PackagePlan[]): Decision {
  const decision = plans.flatMap(({ decisions }) => decisions).find((each) => each.version.id === version.id)
  if (decision === undefined) throw new Error(`${head} has no verdict`)
  return decision
}

function heldText(row: Row, plans: readonly PackagePlan[]): readonly string[] {
  const { heldBy, unowned } = decisionOf(row, plans)
  if (heldBy === undefined) return []
  return [`${labelOf(row.head)}: ${heldBy}${unowned === undefined ? '' : ` (${unowned.join(' ')})`}`]
}

function printed(row: Row, plans: readonly PackagePlan[]): string {
  const { head, version, manifest } = row
  const decision = decisionOf(row, plans)
  const verdict = decision.verdict === 'keep' ? 'kept' : 'deleted'
  const untag = decision.untag.length === 0 ? '' : ` (${decision.untag.map((tag) => `-${tag}`).join(' ')})`
  const several = version.tags.length > 1 && manifest !== undefined
  return `${head} | ${verdict}${untag}: ${decision.reasons.map((reason) => reasonCode(reason, several)).join('; ')}`
}

/** The code, its rank, what it is about: `last 3 of 10`, `no-rule sha-1`. Ages are left to the `when` column. */
function reasonCode(reason: Reason, several: boolean): string {
  const { code, name, rank, of }: { code: string; name?: string; rank?: number; of?: number } = reason
  const about = aboutText(reason)?.replace(/sha256:[0-9a-f]+/g, 'digest')
  return [
    several && name !== undefined ? `${name}:` : '',
    code,
    rank === undefined ? '' : `${rank}${of === undefined ? '' : ` of ${of}`}`,
    about === undefined ? '' : `(${about})`
  ]
    .filter((part) => part !== '')
    .join(' ')
}

const ABOUT: Readonly<Record<string, string>> = {
  branch: 'branch ',
  release: 'release ',
  'git-tag': 'git tag ',
  deployment: 'deployment ',
  annotation: 'annotation ',
  'dist-tag': 'dist-tag ',
  'pull-request': 'open pull request ',
  hold: 'restored, held until '
}

function aboutText(reason: Reason): string | undefined {
  switch (reason.code) {
    case 'protected':
      return [
        ABOUT[reason.by] ?? '',
        reason.what,
        reason.file && ` in ${reason.file} line ${reason.line}`,
        reason.note && `: ${reason.note}`
      ].join('')
    case 'last':
      return 'anchor' in reason ? 'the newest of its group, from which within counts back' : undefined
    case 'within':
      return reason.since === undefined ? reason.limit : `${reason.limit} since superseded`
    case 'semver':
      return 'line' in reason ? `${reason.line} patch` : `prerelease of ${reason.prereleaseOf}`
    case 'unreadable':
      return unreadableText(reason)
    case 'deferred':
      return reason.by === 'recent-push' ? 'pushed within the last hour' : undefined
    case 'alias-of':
      return reason.target
    case 'not-kept':
      return reason.leftover ? 'left by an interrupted untag' : reason.unitName
    case 'superseded':
      return reason.release
    default:
      return 'period' in reason ? reason.period : 'unitName' in reason ? reason.unitName : undefined
  }
}

function unreadableText({ what, why }: Extract<Reason, { code: 'unreadable' }>): string {
  if (what === 'list') return 'the list of versions is not complete'
  const subject = what === 'manifest' ? (why ?? what) : what.replaceAll('open-pull-', 'open pull ')
  return `${subject.replace(/of them$/, 'manifests')} could not be read`
}

function stepText(step: PackagePlan['steps'][number]): string {
  if (step.kind === 'delete-package') return 'delete the package'
  const name = step.version.tags[0] ?? step.version.name
  return step.kind === 'untag' ? `untag ${name} ${step.tag}` : `delete ${name}`
}
