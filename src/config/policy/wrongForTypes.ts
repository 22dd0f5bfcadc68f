import { isImage, type PackageType } from '../../domain/package.js'
import type { Policy } from '../../domain/policy.js'
import { type PatternPlace, readContainerPattern } from '../../pattern/containerPattern.js'
import { checkPattern } from '../../pattern/patterns.js'
import { SCHEMES_BY_NAME } from '../../pattern/scheme.js'
import type { VersionScheme } from '../../pattern/versionOrder.js'
import type { Contradiction } from './contradictions.js'
import type { Path } from './tree.js'

/** Patterns that mean nothing for the package types of the run or the rule. */
export function wrongForTypes(policy: Policy, types: readonly PackageType[]): readonly Contradiction[] {
  return [
    ...wrongPatterns(policy.protect.names, { types, place: 'keep' }, ['protect', 'names']),
    ...policy.rules.flatMap((rule, index) => {
      const scheme = rule.versionScheme && SCHEMES_BY_NAME[rule.versionScheme]
      const about: PatternUse = { types: rule.types ?? types, place: 'select', ...(scheme && { scheme }) }
      const at = ['rules', index]
      return [
        ...wrongPatterns(rule.match.names, about, [...at, 'match', 'names']),
        ...rule.keep.flatMap(({ names }, item) => wrongPatterns(names, about, [...at, 'keep', item, 'names']))
      ]
    })
  ]
}

/** What the patterns of one list speak about. */
interface PatternUse {
  readonly types: readonly PackageType[]
  readonly place: PatternPlace
  readonly scheme?: VersionScheme
}

function wrongPatterns(patterns: readonly string[] = [], about: PatternUse, path: Path): readonly Contradiction[] {
  return patterns.flatMap((pattern) => {
    const problem = ofTypes(pattern, about) ?? ofContainers(pattern, about)
    return problem === undefined ? [] : [{ path, what: problem }]
  })
}

/** Ranges and digests mean something only for some types. */
function ofTypes(pattern: string, { types, place, scheme }: PatternUse): string | undefined {
  if (!/^!?(?:semver|sha256):/.test(pattern)) return undefined
  const refusals = types.map((type) => ({ type, message: checkPattern(pattern, type, scheme) }))
  const refusal = refusals.find(({ message }) => message !== undefined)
  // A pattern that protects, or a digest, may fit only one of several types; a range must fit all of them.
  const oneIsEnough = place === 'keep' || !pattern.includes('semver:')
  if (refusal === undefined || (oneIsEnough && refusals.some(({ message }) => message === undefined))) return undefined
  return `for ${refusal.type}: ${refusal.message}`
}

function ofContainers(pattern: string, { types, place }: PatternUse): string | undefined {
  if (types.length === 0 || !types.every(isImage)) return undefined
  const read = readContainerPattern(pattern, place)
  return read.kind === 'problem' ? `Pattern “${pattern}” is refused: ${read.problem}.` : undefined
}
