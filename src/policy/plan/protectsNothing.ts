import type { Notice } from '../../domain/plan.js'
import type { ListedLine, Policy, Protection } from '../../domain/policy.js'
import { number } from '../../domain/visible.js'
import { parseImageReference, splitHost } from '../../pattern/imageReference.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { type ListUse, useOfList } from '../../references/namesList.js'
import { meansImage } from '../decide/listed.js'
import type { PackageDecision } from '../decide/packageDecision.js'

/** A list of names that are in use elsewhere may have thousands that are not here. */
const MOST_SHOWN = 20

/** Warnings about protections that fit nothing in this run, shown with its first package. */
export function protectsNothing(
  drafts: readonly PackageDecision[],
  { protect }: Policy,
  owner: string
): readonly Notice[] {
  const messages = [
    ...unfitting(drafts, protect),
    ...uselessFacts(drafts, protect),
    ...[...listUses(drafts, protect, owner)].flatMap(([file, use]) =>
      use === 'other-packages'
        ? [`${file} (names-from) names only other packages of ${owner}: it protects nothing here`]
        : []
    ),
    ...unresolved(drafts, protect)
  ]
  return messages.map((message) => ({ level: 'warning', message }))
}

/** Patterns and references of `protect.names`, then lines of files. */
function unfitting(drafts: readonly PackageDecision[], protect: Protection): readonly string[] {
  // `latest` is protected by default: most packages that lack it were never meant to have it.
  const names = protect.names.filter(
    (pattern) => pattern !== 'latest' && !drafts.some((draft) => fitsName(draft, pattern))
  )
  const missing = drafts.map(({ decided }) => new Set(decided.protectors.listed.unmatched(namesOf(decided))))
  const lines = protect.listed.filter((line) => isMissing(line, drafts, missing))
  const where = drafts.length === 1 ? '' : ` in ${number(drafts.length)} packages`
  const texts = [
    ...names.map((pattern) => `pattern ${pattern} fits no name${where}, so it protects nothing`),
    ...new Set(lines.map((line) => `${lineText(line)} fits no name${where}, so it protects nothing`))
  ]
  const more = texts.length - MOST_SHOWN
  return more <= 0
    ? texts
    : [...texts.slice(0, MOST_SHOWN), `${more} more patterns fit no name, so they protect nothing`]
}

/** Whether the line is about a package of the run and fits in none of them. */
function isMissing(
  line: ListedLine,
  drafts: readonly PackageDecision[],
  missing: readonly ReadonlySet<ListedLine>[]
): boolean {
  return missing.some((own) => own.has(line)) && !fitsElsewhere(line, drafts, missing)
}

function fitsElsewhere(
  line: ListedLine,
  drafts: readonly PackageDecision[],
  missing: readonly ReadonlySet<ListedLine>[]
): boolean {
  return drafts.some(
    ({ inventory }, i) =>
      (line.image === undefined || meansImage(line, inventory.package)) && missing[i]?.has(line) === false
  )
}

function lineText({ pattern, image, file, line, by }: ListedLine): string {
  const name = image === undefined ? pattern : `${image}${pattern.startsWith('sha256:') ? '@' : ':'}${pattern}`
  if (by === undefined || file === undefined) return `pattern ${name}`
  return `${name} in ${file}${line === undefined ? '' : ` line ${line}`}`
}

function fitsName({ decided, inventory: { package: info } }: PackageDecision, written: string): boolean {
  const reference = decided.protectors.references.find((each) => each.written === written)
  const [entry] = compilePatterns([written], { type: info.type }).all
  return decided.units.nodes.some(({ names, version: { name: digest, tags } }) =>
    reference === undefined
      ? entry?.test(undefined, digest) || [...names, ...tags].some((name) => entry?.test(name, digest))
      : reference.digest === digest || [...names, ...tags].some((name) => name === reference.tag)
  )
}

const namesOf = ({ units }: PackageDecision['decided']): ReadonlySet<string> =>
  new Set(units.nodes.flatMap(({ names, version }) => [...names, ...version.tags, version.name]))

const FACTS = {
  release: ['releases', 'releases', 'releases'],
  'git-tag': ['gitTags', 'git-tags', 'git tags'],
  branch: ['branches', 'branches', 'branches'],
  deployment: ['deployments', 'deployments', 'deployed commits']
} as const

/** There are releases, branches and so on, and none of them fits a name. */
function uselessFacts(drafts: readonly PackageDecision[], protect: Protection): readonly string[] {
  return Object.entries(FACTS).flatMap(([by, [key, asked, words]]) => {
    const known = drafts.filter(({ inventory }) => (inventory.inUse[key]?.length ?? 0) > 0)
    if (known.length === 0 || !protect[key]) return []
    const holds = known.some(({ decided: { protectors, units } }) =>
      protectors.count(units.units).some((count) => count.by === by && count.units > 0)
    )
    return holds ? [] : [`protect.${asked}: there are ${words}, but none of them fits a name, so it protects nothing`]
  })
}

/** What each `names-from` file protects in this run. */
export function listUses(
  drafts: readonly PackageDecision[],
  protect: Protection,
  owner: string
): ReadonlyMap<string, ListUse> {
  const listed = protect.listed.filter(({ by }) => by === undefined)
  const packages = drafts.map(({ inventory }) => inventory.package)
  const uses = new Map<string, ListUse>()
  for (const file of new Set(listed.flatMap((line) => line.file ?? []))) {
    const lines = listed.filter((line) => line.file === file)
    const names = lines.flatMap(({ image, pattern }) => (image === undefined ? [{ pattern, line: 1 }] : []))
    const references = lines.flatMap(({ image }) => {
      const reference = image === undefined ? undefined : (parseImageReference(`${image}:x`) ?? splitHost(image))
      return reference === undefined ? [] : [{ reference, line: 1 }]
    })
    const fits = (pattern: string): boolean => drafts.some((draft) => fitsName(draft, pattern))
    uses.set(file, useOfList({ names, references, problems: [] }, { owner, packages, fits }))
  }
  return uses
}

/** References to packages of this run whose tag is a variable or a template. */
function unresolved(drafts: readonly PackageDecision[], protect: Protection): readonly string[] {
  const open = protect.listed.filter(
    (line) => line.unresolved && drafts.some(({ inventory }) => meansImage(line, inventory.package))
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
