import type { PackageType } from '../../domain/package.js'
import type { Policy } from '../../domain/policy.js'
import { type PatternPlace, readContainerPattern } from '../../pattern/containerPattern.js'
import { checkPattern } from '../../pattern/patterns.js'
import type { Contradiction } from './contradictions.js'
import type { Path } from './schemaProblems.js'

/** Patterns that mean nothing for the types that they speak about, which patterns alone do not know. */
export function wrongForTypes(policy: Policy, types: readonly PackageType[]): readonly Contradiction[] {
  return [
    ...wrongPatterns(policy.protect.names, types, 'keep', ['protect', 'names']),
    ...policy.rules.flatMap((rule, index) => {
      const of = rule.types ?? types
      const at = ['rules', index]
      return [
        ...wrongPatterns(rule.match.names, of, 'select', [...at, 'match', 'names']),
        ...rule.keep.flatMap(({ names }, item) => wrongPatterns(names, of, 'select', [...at, 'keep', item, 'names']))
      ]
    })
  ]
}

function wrongPatterns(
  patterns: readonly string[] = [],
  types: readonly PackageType[],
  place: PatternPlace,
  path: Path
): readonly Contradiction[] {
  return patterns.flatMap((pattern) => {
    const problem = ofTypes(pattern, types, place) ?? ofContainers(pattern, types, place)
    return problem === undefined ? [] : [{ path, what: problem }]
  })
}

/** Ranges and digests mean something only for some types. */
function ofTypes(pattern: string, types: readonly PackageType[], place: PatternPlace): string | undefined {
  if (!/^!?(?:semver|sha256):/.test(pattern)) return undefined
  const refusals = types.map((type) => ({ type, message: checkPattern(pattern, type)?.message }))
  const refusal = refusals.find(({ message }) => message !== undefined)
  // What protects, and a digest, may speak about one of several types; a range that one type misreads may not.
  const oneIsEnough = place === 'keep' || !pattern.includes('semver:')
  if (refusal === undefined || (oneIsEnough && refusals.some(({ message }) => message === undefined))) return undefined
  return `for ${refusal.type}: ${refusal.message}`
}

function ofContainers(pattern: string, types: readonly PackageType[], place: PatternPlace): string | undefined {
  if (types.length === 0 || !types.every((type) => type === 'container' || type === 'docker')) return undefined
  const read = readContainerPattern(pattern, place)
  return read.kind === 'problem' ? `Pattern “${pattern}” is refused: ${read.problem}.` : undefined
}
