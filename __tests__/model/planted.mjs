/** What the model must be able to find: `node __tests__/model/planted.mjs [name ...]`; copies and logs are in `.build/planted`. */
import { search } from './plant.mjs'

export const PLANTED = {
  'tie-break': [
    'src/policy/rules/vote.ts',
    /b\.time - a\.time \|\| compareParsed\(b\.highest, a\.highest, scheme\) \|\| b\.unit\S+ - a\.unit\S+/,
    'b.time - a.time'
  ],
  'index-edge': ['src/policy/graph/graph.ts', 'for (const child of node.children) seen.add(child)', ''],
  'referrer-edge': [
    'src/policy/graph/graph.ts',
    'for (const referrer of node.referrers) if (!except.has(referrer)) seen.add(referrer)',
    ''
  ],
  closure: ['src/policy/graph/closure.ts', 'if (!retained.has(member)) deleted.add(member)', 'deleted.add(member)'],
  're-check': [
    'src/app/execute/deleteVersion.ts',
    'if (look === undefined) return undefined',
    'if (version.id > 0) return undefined'
  ],
  'passing-401': [
    'src/github/retryDecision.ts',
    "attempt.tokenWorked ? doubt(attempt) : { kind: 'halt' }",
    "{ kind: 'halt' }"
  ],
  'closing-check': [
    'src/app/execute/executePackage.ts',
    'if (check.needed.size === 0 && check.again.size === 0) return',
    'if (check) return'
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
    'orderSteps(decided.graph.units, deleted, reasonsFor)',
    'orderSteps(decided.graph.units, deleted, reasonsFor).toReversed().map((step) => ({ ...step, after: [] }))'
  ],
  grace: ['src/policy/decide/decide.ts', 'unit.time > context.youngest', 'unit.time > context.now'],
  floor: ['src/policy/decide/limits.ts', 'if (kept >= minKeep) break', 'if (kept + 1 >= minKeep) break'],
  protection: ['src/policy/decide/decide.ts', '[protectedBy?.reason, holds]', '[holds]'],
  count: [
    'src/report/text/counts.ts',
    'counts[COUNTED_AS[kind]] += versionsIn(step, plan).length',
    "counts[COUNTED_AS[kind]] += versionsIn(step, plan).length + Number(kind === 'done')"
  ],
  'descriptor-of-deleted': [
    'src/app/survey/survey.ts',
    'const open = decision.doubt === undefined ? openDigests(decision) : []',
    'const open = []'
  ],
  'descriptor-of-tagged': [
    'src/policy/graph/hints.ts',
    'tags.length > 0 || (listed',
    '(tags.length > 0 && !listed.has(name)) || (listed'
  ],
  'descriptor-of-index': ['src/policy/graph/hints.ts', 'same && !INDEX_TYPES.has(entry.mediaType)', 'same'],
  'descriptors-disagree': [
    'src/policy/graph/hints.ts',
    "before !== 'read' && describeAlike(before, entry)",
    "before !== 'read'"
  ],
  'attestation-by-annotation': [
    'src/policy/graph/graph.ts',
    'manifest?.subject === undefined ?',
    "manifest?.subject === undefined || manifest.artifactType?.includes('docker.attestation') ?"
  ],
  'unreadable-holds-untagged': [
    'src/policy/decide/packageDecision.ts',
    '  const doubt = doubtOf(inventory, policy, now)\n',
    '',
    '  const common = { inventory',
    '  const named = [...deleted].some(({ names }) => names.length > 0)\n' +
      '  const doubt = named ? undefined : doubtOf(inventory, policy, now)\n  const common = { inventory',
    'filter(({ manifest }) => manifest === undefined)',
    'filter(({ manifest, version }) => !manifest && decision.inventory.gaps.every(({ digest }) => digest !== version.name))'
  ],
  'own-digest-tag': ['src/policy/graph/digestTags.ts', 'ofOwnDigest.push(tag)', 'subjects.push(digest)'],
  'keep-digest-tags': ['src/policy/decide/protect.ts', 'const tag = byTag(written, unit)', 'const tag = undefined'],
  'gone-by-registry': ['src/app/survey/readManifests.ts', 'if (!proven.has(version.id)) continue', ''],
  'place-of-replaced-fallback': ['src/policy/rules/vote.ts', 'group.filter(({ unit }) => !unit.root.follows)', 'group'],
  'case-variants': ['src/registry/descriptor.ts', 'each === key || folded(each) === wanted', 'each === key'],
  'schema-1': [
    'src/registry/client.ts',
    "return { kind: 'found', manifest }\n",
    "return manifest.mediaType.includes('distribution.manifest.v1')\n" +
      "      ? { kind: 'unreadable', why: 'schema 1' }\n      : { kind: 'found', manifest }\n"
  ],
  clock: ['src/app/runTime.ts', 'return Math.min(runner, github)', 'return runner'],
  'replaced-fallback': ['src/policy/graph/graph.ts', 'node.follows = true\n    refersTo(node, subject)', '']
}

search(PLANTED, () => ({
  test: '__tests__/model/model',
  env: { MODEL_RUNS: process.env.MODEL_RUNS ?? '400', MODEL_STOP: '1' },
  longest: 20 * 60_000,
  found(said) {
    const [, by] = /TEST_SEED=[^\n]*\n[^\n]*?([^\n+]+)\n/.exec(said) ?? []
    return by?.replaceAll(/[0-9a-f]{58}\b/g, '…').trim()
  }
}))
