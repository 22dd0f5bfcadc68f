import { DIGEST } from '../domain/manifest.js'
import { isImage, type PackageType } from '../domain/package.js'

export interface MisspeltName {
  /** What is wrong, as a sentence without its end. */
  readonly problem: string
  /** What to write instead; a pattern if it was one. */
  readonly suggestion: string
}

/** Hosts of GitHub's registries: github.com's, and those of GHE.com and GitHub Enterprise Server. */
const GITHUB_HOST = /^(?:ghcr\.io|[a-z]+\.pkg\.github\.com|containers\.[a-z0-9.-]+)(?::\d+)?$/i

/**
 * A `package-name` that names no package as GitHub spells it, or `undefined`. All its faults are corrected at once. Regular
 * expressions are not checked. Names may hold `/` (`charts/app`): `acme/app` is refused only where `acme` is the owner.
 */
export function misspeltPackageName(item: string, owner: string, type: PackageType): MisspeltName | undefined {
  const mark = item.startsWith('!') ? '!' : ''
  const written = item.slice(mark.length)
  if (written.startsWith('/') && !/%2f/i.test(written)) return undefined
  const problems: string[] = []
  const mend = (name: string, problem: string): string => {
    problems.push(problem)
    return name
  }
  let name = written
  if (/%2f/i.test(name)) name = mend(name.replace(/%2f/gi, '/'), 'a name is written with /, not with %2F')
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) name = mend(name.replace(/^[^:]+:\/\//, ''), 'a name is not an address')
  name = withoutTag(name, type, mend)
  name = withoutPlace(name, { owner, type, mend })
  if (isImage(type) && /[A-Z]/.test(name) && !/[[\]]/.test(name)) {
    name = mend(name.toLowerCase(), 'names of images are in lower case')
  }
  return problems.length === 0 || name === '' ? undefined : { problem: problems.join('; '), suggestion: mark + name }
}

/** Whether it is one name, and no pattern that could fit others. */
export function isLiteral(pattern: string): boolean {
  return !/[*?[\]{}!]|^\/|^semver:|^sha256:/.test(pattern)
}

type Mend = (name: string, problem: string) => string

function withoutTag(name: string, type: PackageType, mend: Mend): string {
  if (type === 'maven' && name.includes(':')) {
    return mend(name.replaceAll(':', '.'), 'group and artifact are joined by a dot')
  }
  if (!isImage(type)) return name
  const [place = '', digest] = name.split('@')
  const colon = place.lastIndexOf(':')
  if (digest === undefined && colon <= place.lastIndexOf('/')) return name
  const mended = colon > place.lastIndexOf('/') ? place.slice(0, colon) : place
  const what = digest !== undefined && DIGEST.test(digest) ? 'a digest' : 'a tag'
  return mend(mended, `it names a package, not ${what}: tags belong in match and keep`)
}

function withoutPlace(name: string, { owner, type, mend }: { owner: string; type: PackageType; mend: Mend }): string {
  const [first = '', second = '', ...others] = name.split('/')
  const rest = [second, ...others].join('/')
  if (rest === '') return name
  const isOwner = (segment: string): boolean => segment.toLowerCase() === owner.toLowerCase()
  if (type === 'npm' && first.startsWith('@')) return mend(rest, 'GitHub names npm packages without their scope')
  if (GITHUB_HOST.test(first) || (/[.:]/.test(first) && isOwner(second))) {
    // Behind GitHub's own host the owner follows, whoever it is.
    return mend(others.join('/'), 'it contains the registry and the owner')
  }
  return isOwner(first) ? mend(rest, 'it contains the owner') : name
}
