import { grouped } from '../../domain/grouped.js'
import type { Notice } from '../../domain/plan.js'
import { counted } from '../../domain/visible.js'
import { isDigestTag } from '../../pattern/names.js'
import { compilePatterns, type Pattern } from '../../pattern/patterns.js'
import { doubtNotice } from '../decide/doubt.js'
import { leftoverNotice } from '../decide/leftover.js'
import { lockedByUntagged, ownsUntagged, type PackageDecision } from '../decide/packageDecision.js'
import type { Node } from '../graph/graph.js'
import { isSignatureStore, labelOf } from '../graph/units.js'

/** A list of names that are in use elsewhere may have thousands that are not here. */
const MOST_UNMATCHED = 20

const DIGEST_TAGS_ONLY =
  ', only tags made of a digest. A signature is deleted with its image, or by delete-untagged: true where that is gone'

/** Notices about the whole run, shown with one package. */
export interface SharedNotices {
  /** Patterns of rules that fit no name. */
  readonly unmatched: readonly string[]
  /** Protections that fit nothing. */
  readonly useless: readonly Notice[]
}

/** All notices of a package, in the order in which they are shown. */
export function packageNotices(
  decision: PackageDecision,
  deleted: ReadonlySet<Node>,
  { unmatched, useless }: SharedNotices
): readonly Notice[] {
  return [
    ...gapNotices(decision),
    ...lockedNotice(decision, deleted),
    ...storeNotice(decision),
    ...leftoverNotice(decision.decided.graph.units, ({ root }) => deleted.has(root), decision.policy),
    ...brokenNotice(decision, deleted),
    ...variantNotice(decision),
    ...listedNotices(decision),
    ...unmatchedNotices(decision, unmatched),
    ...useless
  ]
}

function unmatchedNotices({ inventory }: PackageDecision, patterns: readonly string[]): readonly Notice[] {
  const { type } = inventory.package
  const tags = inventory.versions.flatMap((version) => version.tags.filter(isDigestTag))
  const shown = patterns.slice(0, MOST_UNMATCHED).map((pattern) => {
    const [entry] = compilePatterns([pattern], { type }).all
    const why = tags.some((tag) => entry?.test(tag)) ? DIGEST_TAGS_ONLY : ''
    return notice(`pattern ${pattern} fits no name${why}`)
  })
  const more = patterns.length - shown.length
  return more === 0
    ? shown
    : [...shown, notice(`${counted(more, 'more pattern')} ${more === 1 ? 'fits' : 'fit'} no name`)]
}

function gapNotices({ inventory, doubt, heldBack, heldTags }: PackageDecision): readonly Notice[] {
  const inUse = inventory.gaps.flatMap((gap): Notice[] => {
    if (gap.kind === 'manifest' || gap.kind === 'list') return []
    const kept =
      gap.kind === 'dist-tags'
        ? 'the highest release and the newest version are kept'
        : 'every name that they might protect is kept'
    return [warning(`${gap.kind} could not be read (${gap.why}): ${kept}`)]
  })
  return doubt === undefined ? inUse : [...doubtNotice(doubt, { versions: heldBack.size, tags: heldTags }), ...inUse]
}

/** Builds by digest leave untagged indexes of single platforms, which keep these platforms of a deleted image. */
function lockedNotice(decision: PackageDecision, deleted: ReadonlySet<Node>): readonly Notice[] {
  const { graph, rules } = decision.decided
  if (rules.some(ownsUntagged)) return []
  const { held, holders } = lockedByUntagged(decision)
  const partly = graph.units.filter(({ root }) => deleted.has(root))
  const [first, ...others] = partly.filter(({ members }) => [...members].some((node) => held.has(node)))
  if (first === undefined) return []
  const all = new Set([first, ...others].flatMap(({ members }) => [...members]))
  const gone = [...all].filter((node) => deleted.has(node)).length
  return [
    notice(
      `${labelOf(first)}${others.length === 0 ? '' : ` and ${others.length} more`}: ${gone} of ${all.size} versions are ` +
        `deleted, since ${holders.length === 1 ? 'an untagged index lists' : `${holders.length} untagged indexes list`} the ` +
        'others, too. Add delete-untagged: true, or a rule with tagged: false, to delete all of them'
    )
  ]
}

function storeNotice({ decided }: PackageDecision): readonly Notice[] {
  if (!isSignatureStore(decided.graph)) return []
  return [
    warning(
      'every version refers to an image that is not in this package: it looks like a store of signatures for ' +
        'another package. All of it is kept unless a rule says `state: [orphan]`'
    )
  ]
}

/** Warns about tags that could not be pulled in full before this run, so that nobody blames this run. */
function brokenNotice({ decided }: PackageDecision, deleted: ReadonlySet<Node>): readonly Notice[] {
  const broken = decided.graph.units.filter(
    ({ root, names, state }) => names.length > 0 && !deleted.has(root) && (state === 'partial' || state === 'ghost')
  )
  const [first] = broken
  if (first === undefined) return []
  const others = broken.length === 1 ? '' : ` and ${broken.length - 1} more`
  const lost = broken.every(({ state }) => state === 'ghost')
    ? 'all images of the index are missing (ghost)'
    : 'some images of the index are missing (partial)'
  return [warning(`${first.names[0]}${others}: ${lost}, and were before this run`)]
}

function listedNotices({ inventory, decided }: PackageDecision): readonly Notice[] {
  const listed = decided.rules.flatMap(({ rule }) => rule.match.versions ?? [])
  if (listed.length === 0) return []
  const known = new Map(
    inventory.versions.flatMap((version) => [
      [String(version.id), version],
      [version.name, version]
    ])
  )
  const roots = new Set(decided.graph.units.map(({ root }) => root.version))
  return listed.flatMap((item): Notice[] => {
    const version = known.get(item)
    if (version === undefined) return [notice(`version ${item} is not in this package`)]
    if (!roots.has(version)) return [notice(`version ${item} is part of another and is deleted only with it`)]
    return []
  })
}

/** By SemVer these are prereleases, but they may be releases, so they are kept. */
function variantNotice({ decided }: PackageDecision): readonly Notice[] {
  const [rule] = decided.rules.filter(({ variants }) => variants.size > 0)
  if (rule === undefined) return []
  const suffixes = [...rule.variants].sort().map((label) => `-${label}`)
  return [
    warning(
      `names ending in ${suffixes.join(', ')} are kept by rules about prereleases and SemVer: the suffix looks like a ` +
        'variant of a release. Set version-pattern to say which part is the version'
    )
  ]
}

/** Patterns of rules that fit no name in any of their packages, by the index of the first such package in the plan. */
export function unmatchedPatterns(packages: readonly PackageDecision[]): ReadonlyMap<number, readonly string[]> {
  const first = new Map<string, number>()
  const fitting = new Set<string>()
  packages.forEach((decision, i) => {
    for (const { pattern, test } of patternsOf(decision)) {
      if (fitting.has(pattern)) continue
      if (!first.has(pattern)) first.set(pattern, i)
      const isFitting = decision.decided.graph.nodes.some(({ names, version }) =>
        names.length === 0 ? test(undefined, version.name) : names.some((name) => test(name, version.name))
      )
      if (isFitting) fitting.add(pattern)
    }
  })
  return grouped(
    [...first.keys()].filter((pattern) => !fitting.has(pattern)),
    (pattern) => first.get(pattern) ?? 0
  )
}

type TestedPattern = Pick<Pattern, 'pattern' | 'test'>

/** The patterns of all `match`, then those of `keep`, then the branches. */
function patternsOf({ inventory, decided }: PackageDecision): readonly TestedPattern[] {
  const { type } = inventory.package
  const matched = decided.rules.flatMap(({ names }) => names ?? [])
  const kept = decided.rules.flatMap(({ rule, scheme }) =>
    rule.keep.flatMap(({ names }) => (names === undefined ? [] : compilePatterns(names, { type, scheme })))
  )
  const branches = decided.rules.flatMap(({ rule, ofBranch }): readonly TestedPattern[] =>
    ofBranch === undefined
      ? []
      : [{ pattern: rule.match.branch ?? '', test: (name) => name !== undefined && ofBranch(name) }]
  )
  return [...[...matched, ...kept].flatMap(({ all }) => all), ...branches]
}

const notice = (message: string): Notice => ({ level: 'notice', message })
const warning = (message: string): Notice => ({ level: 'warning', message })
