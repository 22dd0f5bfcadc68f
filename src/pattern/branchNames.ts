import type { PackageType } from '../domain/package.js'
import { compilePlaceholders } from './placeholder.js'

const NOT_IN_TAGS = /[^A-Za-z0-9_.-]+/g
/** 7 to 40 lower-case hexadecimal digits with a letter, or exactly 40: `1234567` may be a date or a number of a build. */
const COMMIT = /^(?=[0-9]*[a-f]|[0-9a-f]{40}$)[0-9a-f]{7,40}$/
const SEPARATORS = '-_.'
/** `1.2`, `v1.2.3-rc.1`, `1.2.x`, `2026`; not `1234-fix-login`, which begins with the number of an issue. */
const VERSION = /^v?\d+(?:\.\d+)*$|^v?\d+\.\d+.*$/i
/** Refused whatever the default branch is: packages may be linked to other repositories. */
const USUAL_DEFAULTS = ['main', 'master']

/** A branch or a tag of git as image tags write it: as it is, in lower case, other characters to `-` or to `_`. */
export function spellings(ref: string): readonly string[] {
  const written = [ref, ref.replace(NOT_IN_TAGS, '-'), ref.replace(NOT_IN_TAGS, '_')]
  return [...new Set([...written, ...written.map((each) => each.toLowerCase())])]
}

/**
 * Whether a name belongs to a branch or a pull request, for what may be deleted: the text is taken literally, alone or with
 * a separator and a commit behind it. `main` is `main` and `main-0a1b2c3`, neither `main-1.2` nor `main-2`.
 */
export function namesOfBranch(branch: string): (name: string) => boolean {
  const all = spellings(branch)
  return (name) =>
    all.some((spelling) => {
      if (!name.startsWith(spelling)) return false
      const behind = name.slice(spelling.length)
      return behind === '' || (SEPARATORS.includes(behind.charAt(0)) && COMMIT.test(behind.slice(1)))
    })
}

/**
 * Why a text cannot be selected as a branch: it would select what everybody uses. A pull request of a fork often comes from
 * the fork's own `main`. `defaultBranch`: absent where it is unknown.
 */
export function branchProblem(branch: string, defaultBranch?: string): string | undefined {
  if (!/[A-Za-z0-9]/.test(branch)) return 'it has no letter and no digit that an image tag could hold'
  if (branch.startsWith('refs/')) return 'it is a whole ref: write the part behind refs/heads/'
  const folded = foldRef(branch)
  if (folded === 'latest') return 'it spells the tag latest'
  if (defaultBranch !== undefined && foldRef(defaultBranch) === folded) return 'it spells the default branch'
  if (USUAL_DEFAULTS.includes(folded)) return 'it spells what is usually the default branch'
  return spellings(branch).some((each) => VERSION.test(each)) ? 'it spells a version' : undefined
}

/** Folds a ref for protection, wider than `spellings`: any case, and each run of other characters is one separator. */
export function foldRef(ref: string): string {
  return ref
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** Which of the branches a name belongs to, if any. `template`: a pattern such as `{branch}-*`; `{branch}`: the whole name. */
export function protectedBranch(
  branches: readonly string[],
  type: PackageType,
  template: string
): (name: string) => string | undefined {
  const byFolded = new Map(branches.map((branch) => [foldRef(branch), branch]))
  byFolded.delete('')
  if (template === '{branch}') return (name) => byFolded.get(foldRef(name))
  const fits = compilePlaceholders(template, type, ['branch'])
  return (name) => {
    let found: string | undefined
    const accept = (text: string): boolean => {
      found = byFolded.get(foldRef(text))
      return found !== undefined
    }
    return fits(name, { branch: accept }) ? found : undefined
  }
}
