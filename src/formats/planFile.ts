import * as v from 'valibot'
import { isObject, parseJson } from '../domain/json.js'
import { packageKey } from '../domain/package.js'
import type { Decision, PackagePlan, Plan, Reason, Step } from '../domain/plan.js'
import { policyHash, stableJson } from '../domain/policy.js'
import type { Version } from '../domain/version.js'
import { plainJson } from '../domain/visible.js'
import { checkPackagePlan } from './planCheck.js'
import { decision, type PackagePlanDocument, packageInfo, planShape, type StepDocument, version } from './planShape.js'
import { policyDocument } from './policy.js'
import { inOrder, MOST_PROBLEMS, problemsOf } from './savedFile.js'

const PLAN_FORMAT = 'package-retention-plan'

export type ParsedPlan = { readonly plan: Plan } | { readonly problems: readonly string[] }

/**
 * JSON with keys in one order and one line for each decision and step, so that two plans can be compared by `diff`. In pieces:
 * the plan of 50,000 versions is 40 MB, and need not be in memory at once.
 */
export function* planText(plan: Plan): Generator<string> {
  const head = {
    format: PLAN_FORMAT,
    version: 1,
    now: iso(plan.now),
    owner: plan.owner,
    policyHash: plan.policyHash
  }
  const fields = Object.entries(head).map(([key, value]) => `  ${plainJson(key)}: ${plainJson(value)}`)
  const policy = plainJson(JSON.parse(stableJson(policyDocument(plan.policy))), 2).replaceAll('\n', '\n  ')
  yield `{\n${[...fields, `  "policy": ${policy}`].join(',\n')},\n  "packages": `
  yield* lines(plan.packages, packageText, '  ')
  yield '\n}\n'
}

function* packageText(plan: PackagePlan): Generator<string> {
  const head = {
    package: inOrder(packageInfo, plan.package),
    fingerprint: plan.fingerprint,
    deferredUnits: plan.deferredUnits,
    ...(plan.freed !== undefined && { freed: plan.freed }),
    violations: plan.violations.map(({ code, message }) => ({ code, message })),
    notices: plan.notices.map(({ level, message }) => ({ level, message })),
    ...(plan.protections !== undefined && { protections: plan.protections.map(({ by, units }) => ({ by, units })) })
  }
  const fields = Object.entries(head).map(([key, value]) => `      ${plainJson(key)}: ${plainJson(value)}`)
  yield `{\n${fields.join(',\n')},\n      "decisions": `
  yield* lines(plan.decisions, (each) => [plainJson(decisionData(each))], '      ')
  yield ',\n      "steps": '
  yield* lines(plan.steps, (step) => [plainJson(stepData(step))], '      ')
  yield '\n    }'
}

/** One line for each item. */
function* lines<T>(items: readonly T[], text: (item: T) => Iterable<string>, indent: string): Generator<string> {
  if (items.length === 0) return yield '[]'
  yield '['
  for (const [index, item] of items.entries()) {
    yield `${index === 0 ? '' : ','}\n${indent}  `
    yield* text(item)
  }
  yield `\n${indent}]`
}

function decisionData(data: Decision): object {
  const owners = data.owners?.map(({ id, by }) => ({ id, by }))
  return inOrder(decision, {
    ...data,
    owners,
    version: versionData(data.version),
    reasons: data.reasons.map(reasonData)
  })
}

function versionData(data: Version): object {
  const { createdAt, updatedAt, deletedAt } = data
  return inOrder(version, { ...data, createdAt: iso(createdAt), updatedAt: iso(updatedAt), deletedAt: iso(deletedAt) })
}

/** The code first, the rest by name: in one order, whatever order the engine writes. */
function reasonData({ code, ...facts }: Reason): object {
  return { code, ...Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** A step names its version by id: the decision describes it. */
function stepData(step: Step): object {
  const reasons = step.reasons.map(reasonData)
  switch (step.kind) {
    case 'delete': {
      const { kind, version, role, unit, after, children, subject } = step
      return { kind, id: version.id, role, unit, after, children, subject, reasons }
    }
    case 'untag':
      return { kind: step.kind, id: step.version.id, tag: step.tag, reasons }
    case 'delete-package':
      return { kind: step.kind, reasons }
  }
}

function iso(time: number): string
function iso(time: number | undefined): string | undefined
function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString()
}

/** Reads a plan file of unknown origin. All of it is checked, and the first problems are returned. Never throws. */
export function parsePlan(text: string): ParsedPlan {
  const data = parseJson(text)
  if (data === undefined) return { problems: ['the plan file is not JSON, or its end is missing'] }
  if (!isObject(data) || data.format !== PLAN_FORMAT) {
    return { problems: [`this is not a plan file: "format" is not "${PLAN_FORMAT}"`] }
  }
  if ('version' in data && data.version !== 1) {
    return {
      problems: [
        typeof data.version === 'number'
          ? `the plan file has version ${data.version}; this release reads version 1`
          : 'the version of the plan file is not a number; this release reads version 1'
      ]
    }
  }
  const read = v.safeParse(planShape, data)
  if (!read.success) return { problems: problemsOf(read.issues) }
  const { now, owner, policy, packages } = read.output
  const problems: string[] = []
  if (policyHash(policy) !== read.output.policyHash) {
    problems.push('policyHash is not the hash of the policy in the file: one of them was changed')
  }
  const keys = new Set<string>()
  for (const each of packages) {
    const key = packageKey(each.package)
    if (keys.has(key)) problems.push(`package ${key} appears twice`)
    keys.add(key)
    if (each.package.owner.toLowerCase() !== owner.toLowerCase())
      problems.push(`package ${key} has another owner than the plan, ${owner}`)
    for (const problem of checkPackagePlan(each)) problems.push(`package ${key}: ${problem}`)
  }
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) }
  return { plan: { now, policy, policyHash: read.output.policyHash, owner, packages: packages.map(toPackagePlan) } }
}

function toPackagePlan(document: PackagePlanDocument): PackagePlan {
  const versions = new Map(document.decisions.map(({ version }) => [version.id, version]))
  return { ...document, steps: document.steps.map((step) => toStep(step, versions)) }
}

function toStep(step: StepDocument, versions: ReadonlyMap<number, Version>): Step {
  if (step.kind === 'delete-package') return step
  const { id, ...rest } = step
  const version = versions.get(id)
  // `checkPackagePlan` has seen to it that each step names a version of the package.
  if (version === undefined) throw new RangeError(`no version ${id}`)
  return { ...rest, version }
}
