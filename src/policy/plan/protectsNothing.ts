import type { Notice } from '../../domain/plan.js'
import type { ListedLine, Policy, Protection } from '../../domain/policy.js'
import { number } from '../../domain/visible.js'
import { splitHost } from '../../pattern/imageReference.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { type ListUse, useOfList } from '../../references/namesList.js'
import { isAbout, meansImage } from '../decide/listed.js'
import type { PackageDecision } from '../decide/packageDecision.js'

/** A list of names that are in use elsewhere may have thousands that are not here. */
const MOST_SHOWN = 20

/** Warnings about protections that fit nothing in any of these packages. */
export function protectsNothing(
  packages: readonly PackageDecision[],
  { protect }: Policy,
  owner: string
): readonly Notice[] {
  const messages = [
    ...unfitting(packages, protect),
    ...uselessFacts(packages, protect),
    ...[...listUses(packages, protect, owner)].flatMap(([file, use]) =>
      use === 'other-packages'
        ? [`${file} (names-from) names only other packages of ${owner}: it protects nothing here`]
        : []
    ),
    ...unresolved(packages, protect)
  ]
  return messages.map((message) => ({ level: 'warning', message }))
}

/** Patterns and references of `protect.names`, then lines of files. */
function unfitting(packages: readonly PackageDecision[], protect: Protection): readonly string[] {
  // `latest` is protected by default: most packages that lack it were never meant to have it.
  const names = protect.names.filter(
    (pattern) => pattern !== 'latest' && !packages.some((decision) => fitsName(decision, pattern))
  )
  const checked = packages.map((decision) => ({
    info: decision.inventory.package,
    unmatched: new Set(unmatchedLines(decision))
  }))
  const lines = protect.listed.filter((line) => {
    const about = checked.filter(({ info }) => isAbout(line, info))
    return about.length > 0 && about.every(({ unmatched }) => unmatched.has(line))
  })
  const where = packages.length === 1 ? '' : ` in ${number(packages.length)} packages`
  const texts = [
    ...names.map((pattern) => `pattern ${pattern} fits no name${where}, so it protects nothing`),
    ...new Set(lines.map((line) => `${lineText(line)} fits no name${where}, so it protects nothing`))
  ]
  const more = texts.length - MOST_SHOWN
  return more <= 0
    ? texts
    : [
        ...texts.slice(0, MOST_SHOWN),
        more === 1
          ? '1 more pattern fits no name, so it protects nothing'
          : `${number(more)} more patterns fit no name, so they protect nothing`
      ]
}

function lineText({ pattern, image, file, line, by }: ListedLine): string {
  const name = image === undefined ? pattern : `${image}${pattern.startsWith('sha256:') ? '@' : ':'}${pattern}`
  if (by === undefined || file === undefined) return `pattern ${name}`
  return `${name} in ${file}${line === undefined ? '' : ` line ${line}`}`
}

/** Whether a pattern or a reference of `protect.names` fits a name, a tag or a digest of the package. */
function fitsName({ decided, inventory: { package: info } }: PackageDecision, written: string): boolean {
  const reference = decided.protectors.references.find((each) => each.written === written)
  const [pattern] = compilePatterns([written], { type: info.type }).all
  return decided.graph.nodes.some(({ names, version: { name: digest, tags } }) =>
    reference === undefined
      ? [undefined, ...names, ...tags].some((name) => pattern?.test(name, digest))
      : reference.digest === digest || [...names, ...tags].some((name) => name === reference.tag)
  )
}

/** Lines of files that are about the package and fit nothing in it. */
function unmatchedLines({ decided: { protectors, graph } }: PackageDecision): readonly ListedLine[] {
  const names = new Set(graph.nodes.flatMap((node) => [...node.names, ...node.version.tags]))
  return protectors.listed.unmatched(names, new Set(graph.nodes.map(({ version }) => version.name)))
}

const FACTS = {
  release: ['releases', 'releases', 'releases'],
  'git-tag': ['gitTags', 'git-tags', 'git tags'],
  branch: ['branches', 'branches', 'branches'],
  deployment: ['deployments', 'deployments', 'deployed commits']
} as const

/** There are releases, branches and so on, and none of them fits a name. */
function uselessFacts(packages: readonly PackageDecision[], protect: Protection): readonly string[] {
  return Object.entries(FACTS).flatMap(([by, [key, asked, words]]) => {
    const known = packages.filter(({ inventory }) => (inventory.inUse[key]?.length ?? 0) > 0)
    if (known.length === 0 || !protect[key]) return []
    const holds = known.some(({ decided: { protectors, graph } }) =>
      protectors.count(graph.units).some((count) => count.by === by && count.units > 0)
    )
    return holds ? [] : [`protect.${asked}: there are ${words}, but none of them fits a name, so it protects nothing`]
  })
}

/** What each `names-from` file protects in this run. */
export function listUses(
  packages: readonly PackageDecision[],
  protect: Protection,
  owner: string
): ReadonlyMap<string, ListUse> {
  const unmatched = packages.map((decision) => new Set(unmatchedLines(decision).map(({ pattern }) => pattern)))
  const run = {
    owner,
    packages: packages.map(({ inventory }) => inventory.package),
    fits: (pattern: string): boolean => unmatched.some((missing) => !missing.has(pattern))
  }
  const listed = protect.listed.filter(({ by }) => by === undefined)
  const files = new Set(listed.flatMap(({ file }) => file ?? []))
  return new Map(
    [...files].map((file) => {
      const lines = listed.filter((line) => line.file === file)
      const names = lines.filter(({ image }) => image === undefined)
      const references = lines.flatMap(({ image }) => {
        const reference = image === undefined ? undefined : splitHost(image)
        return reference === undefined ? [] : [{ reference }]
      })
      return [file, useOfList({ names, references }, run)]
    })
  )
}

/** References to packages of this run whose tag is a variable or a template. */
function unresolved(packages: readonly PackageDecision[], protect: Protection): readonly string[] {
  const open = protect.listed.filter(
    (line) => line.unresolved && packages.some(({ inventory }) => meansImage(line, inventory.package))
  )
  const [first] = open
  if (first === undefined) return []
  const others = open.length === 1 ? '' : ` and ${open.length - 1} more`
  const what = open.length === 1 ? 'a reference has' : `${open.length} references have`
  return [
    `protect.references: ${what} a variable or a template for a tag, so nobody can tell what is meant: ` +
      `${first.file} line ${first.line} (${first.image})${others}`
  ]
}
