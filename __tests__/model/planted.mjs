/** What the model must be able to find: `node __tests__/model/planted.mjs [name ...]`; copies and logs are in `.build/planted`. */
import { search } from './plant.mjs'

const PLANTED = {
  'tie-break': [
    'src/policy/rules/vote.ts',
    /b\.time - a\.time \|\| highestVersion\(b, a, scheme\) \|\| b\.unit\S+ - a\.unit\S+/,
    'b.time - a.time'
  ],
  'index-edge': ['src/policy/graph/graph.ts', 'for (const child of node.children) seen.add(child)', ''],
  'referrer-edge': ['src/policy/graph/graph.ts', 'for (const referrer of node.referrers) seen.add(referrer)', ''],
  closure: ['src/policy/graph/closure.ts', 'if (retained.has(member)) continue', ''],
  're-check': [
    'src/app/execute/deleteVersion.ts',
    'if (!canChange(ref.type, version)) return',
    'if (version.id > 0) return'
  ],
  'closing-check': [
    'src/app/execute/executePackage.ts',
    'if (closing.needed.size === 0) return',
    'if (closing) return'
  ],
  page: [
    'src/github/pages.ts',
    'for (let next = following(pages); next !== undefined;',
    'for (let next = following(pages); false;',
    'Array.from({ length: last - 1 }',
    'Array.from({ length: Math.max(0, last - 2) }'
  ],
  order: [
    'src/policy/plan/plan.ts',
    '...orderSteps(decided.units.units, closure.gone, reasonsFor)',
    '...orderSteps(decided.units.units, closure.gone, reasonsFor).reverse().map((step) => ({ ...step, after: [] }))'
  ],
  grace: ['src/policy/decide/decide.ts', 'unit.time > view.youngest', 'unit.time > view.now'],
  floor: ['src/policy/decide/limits.ts', 'if (kept >= minKeep) break', 'if (kept + 1 >= minKeep) break'],
  protection: ['src/policy/decide/decide.ts', 'if (shield !== undefined) keep.push(shield.reason)', ''],
  count: ['src/report/text/counts.ts', 'counts.deleted += versions', 'counts.deleted += versions + 1']
}

search(PLANTED, () => ({
  test: '__tests__/model/model',
  env: { MODEL_RUNS: process.env.MODEL_RUNS ?? '160', MODEL_STOP: '1' },
  longest: 20 * 60_000,
  found(said) {
    const [, by] = /TEST_SEED=[^\n]*\n[^\n]*?([^\n+]+)\n/.exec(said) ?? []
    return by?.replaceAll(/[0-9a-f]{58}\b/g, '…').trim()
  }
}))
