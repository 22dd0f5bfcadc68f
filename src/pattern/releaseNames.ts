import { spellings } from './branchNames.js'

/**
 * The names of a package that a release or a git tag may mean: its own text, with and without a leading `v`; and where the
 * package's name stands in front, as monorepos write it (`lib-v1.0.0`, `lib/v1.0.0`, `@acme/lib@1.1.0`), what follows it.
 */
export function namesOfRelease(tag: string, packageName: string): ReadonlySet<string> {
  return new Set([tag, ...behindName(tag, packageName)].flatMap(withAndWithoutV).flatMap(spellings))
}

/** A name is called in full or by its last part: `charts/app` is `app` to Helm's chart-releaser, `com.acme.lib` is `lib`. */
function behindName(tag: string, packageName: string): readonly string[] {
  const names = new Set([packageName, packageName.replace(/^.*\//, ''), packageName.replace(/^.*[/.]/, '')])
  const starts = [0, ...[...tag.matchAll(/\//g)].map(({ index }) => index + 1)]
  return [...names].flatMap((name) =>
    starts.flatMap((start) => {
      const end = start + name.length
      if (name === '' || tag.slice(start, end).toLowerCase() !== name.toLowerCase()) return []
      return /^[-_/@:.]+(.+)$/.exec(tag.slice(end))?.[1] ?? []
    })
  )
}

function withAndWithoutV(name: string): readonly string[] {
  return [name, /^v(?=\d)/i.test(name) ? name.slice(1) : `v${name}`]
}
