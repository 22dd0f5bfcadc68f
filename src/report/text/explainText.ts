import type { Change, Explanation } from '../../domain/explanation.js'
import { packageKey } from '../../domain/package.js'
import type { Decision, PackagePlan } from '../../domain/plan.js'
import { clip, visible } from '../../domain/visible.js'
import { labelWithDigest, momentText, nameOfIn } from './naming.js'
import { reasonText, ruleText } from './reason.js'

const MOST_LINES = 200
/** A chain of owners is seldom longer than index, image, signature. */
const DEEPEST = 10

/**
 * An explanation as lines of text, indented by two blanks for each step of the chain. Names are data: escape each line for
 * where it is shown.
 */
export function explanationLines({ plan, decision, changes, deletedAt, fromPlan }: Explanation): readonly string[] {
  const { version, kind, units, role } = decision
  const lines = [
    `${labelWithDigest(version)} (${kind === 'version' ? '' : `${kind}, `}version ${version.id}) of ${packageKey(plan.package)} is ${verdictText(decision)}.`,
    'Why:',
    ...chainLines(decision, plan, 1, new Set()),
    ...(role === 'member' && units.length > 1 ? [`  It belongs to ${units.length} units.`] : []),
    ...changeLines(changes, plan, fromPlan === true),
    ...timeLines(deletedAt, decision, fromPlan === true)
  ]
  return lines.slice(0, MOST_LINES).map((line) => clip(visible(line), 600))
}

function verdictText({ verdict, heldBy, untag }: Decision): string {
  if (verdict === 'delete') return heldBy === 'max-delete' ? 'kept: max-delete stops this package' : 'deleted'
  return untag.length === 0 ? 'kept' : `kept, without the ${untag.length === 1 ? 'tag' : 'tags'} ${untag.join(', ')}`
}

/** Each reason; below one that names a unit, the reasons of that unit. */
function chainLines(decision: Decision, plan: PackagePlan, depth: number, seen: Set<number>): readonly string[] {
  const nameOf = nameOfIn(plan.decisions)
  seen.add(decision.version.id)
  return decision.reasons.flatMap((reason) => {
    const about = reason.name === undefined || decision.version.tags.length < 2 ? '' : `${reason.name}: `
    const line = `${'  '.repeat(depth)}- ${about}${reasonText(reason, nameOf)}`
    const unit = 'unit' in reason ? reason.unit : undefined
    const owner = unit === undefined ? undefined : plan.decisions.find(({ version }) => version.id === unit)
    if (owner === undefined || seen.has(owner.version.id) || depth > DEEPEST) return [line]
    const head = `${line}, which is ${verdictText(owner)}:`
    return [head, ...chainLines(owner, plan, depth + 1, seen)]
  })
}

function changeLines(changes: readonly Change[] | undefined, plan: PackagePlan, fromPlan: boolean): readonly string[] {
  if (changes === undefined) return ['As long as this is true, no change of the policy would delete it.']
  if (changes.length === 0) return []
  const head = changes.length === 1 ? 'It would be deleted if' : 'It would be deleted if all of these were true:'
  const texts = changes.map((change) => changeText(change, plan))
  const aside = fromPlan ? ['  This follows from the reasons in the plan. Without them, others may still keep it.'] : []
  if (texts.length === 1) return [`${head} ${texts[0]}.`, ...aside]
  return [head, ...texts.map((text) => `  - ${text}`), ...aside]
}

const PROTECTED: Readonly<Record<Extract<Change, { kind: 'unprotect' }>['by'], (what: string) => string>> = {
  names: (what) => `protect.names (or the input keep) no longer listed ${what}`,
  'names-from': (what) => `the file of names-from no longer listed ${what}`,
  references: (what) => `no file of protect.references referred to ${what}`,
  branch: (what) => `no branch, git tag or release ${what} existed`,
  release: (what) => `the release ${what} did not exist`,
  'git-tag': (what) => `the git tag ${what} did not exist`,
  'dist-tag': (what) => `the dist-tag ${what} did not point at it`,
  'pull-request': (what) => `the pull request ${what} were closed`,
  deployment: (what) => `the deployment ${what} no longer ran it`,
  annotation: (what) => `it had no annotation ${what}`,
  hold: (what) => `the hold file no longer held what it holds until ${what}`,
  'base-layer': (what) => `it were not ${what}`
}

function changeText(change: Change, { decisions }: PackagePlan): string {
  switch (change.kind) {
    case 'unprotect':
      return PROTECTED[change.by](change.what)
    case 'match-name':
      return `a rule matched ${change.name} and kept nothing`
    case 'list':
      return `the first rule listed version ${change.id} (${nameOfIn(decisions)(change.id) ?? 'untagged'}) and kept nothing`
    case 'keep-fewer':
      return `${ruleText(change.rule)} had at most ${change.key}: ${change.count}`
    case 'time':
      return `${change.limit} no longer kept it: after ${momentText(change.at)}`
    case 'setting':
      return change.key === 'min-keep' ? 'min-keep were 0' : `${change.key} allowed it`
  }
}

function timeLines(deletedAt: number | undefined, { verdict }: Decision, fromPlan: boolean): readonly string[] {
  if (verdict === 'delete' || fromPlan) return []
  return deletedAt === undefined
    ? ['Time alone does not delete it.']
    : [`If nothing else changes, a run after ${momentText(deletedAt)} deletes it.`]
}
