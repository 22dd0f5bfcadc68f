import type { PackagePlan, ProtectionCount } from '../../domain/plan.js'
import { counted } from '../../domain/visible.js'

const WORDS: Readonly<Record<ProtectionCount['by'], string>> = {
  names: 'names',
  'names-from': 'names-from',
  references: 'references',
  branch: 'branches',
  release: 'releases',
  'git-tag': 'git-tags',
  'dist-tag': 'dist-tags',
  'pull-request': 'open-pull-requests',
  deployment: 'deployments',
  annotation: 'annotations',
  hold: 'hold-file',
  'base-layer': 'docker-base-layer'
}

/** `Protected: names (3 units), releases (0 units)`; empty if the policy asks for no protection that could be read. */
export function protectionsText(plan: PackagePlan | undefined): readonly string[] {
  const parts = (plan?.protections ?? []).map(({ by, units }) => `${WORDS[by]} (${counted(units, 'unit')})`)
  return parts.length === 0 ? [] : [`Protected: ${parts.join(', ')}`]
}
