import type { PrereleaseFilter } from '../../domain/policy.js'

/** The retention inputs of a prune, read; absent what was not given. Times and fuse as they were written. */
export interface FlatRetention {
  readonly match?: readonly string[]
  readonly matchPrerelease?: PrereleaseFilter
  readonly keep?: readonly string[]
  readonly keepLatest: boolean
  readonly keepLast?: number
  readonly keepWithin?: string
  readonly deleteUntagged: boolean
  readonly versionIds?: readonly string[]
  readonly gracePeriod: string
  readonly minKeep: number
  readonly maxDelete?: string
  readonly deleteLimit?: number
  readonly partialTags: 'keep' | 'untag'
  readonly unreadableIsEmpty?: readonly string[]
}

/** The policy document that flat inputs stand for. */
export function policyTextOf(flat: FlatRetention): string {
  const keep = flat.keep ?? []
  // "Everything but" ends where another pattern joins the list.
  const everything = keep.length > 0 && keep.every((pattern) => pattern.startsWith('!')) ? ['*'] : []
  const protect = [...everything, ...keep, ...(flat.keepLatest ? ['latest'] : [])]
  return [
    'version: 1',
    `grace-period: ${quoted(flat.gracePeriod)}`,
    `min-keep: ${flat.minKeep}`,
    ...when(flat.maxDelete, (fuse) => `max-delete: ${fuse}`),
    ...when(flat.deleteLimit, (limit) => `delete-limit: ${limit}`),
    `partial-tags: ${flat.partialTags}`,
    ...when(flat.unreadableIsEmpty, (digests) => `unreadable-is-empty: ${flow(digests)}`),
    'protect:',
    ...(protect.length > 0 ? [`  names: ${flow(protect)}`] : []),
    `  dist-tags: ${flat.keepLatest}`,
    'rules:',
    ...rulesOf(flat).flatMap(({ name, match, keep }) => [
      `  - name: ${name}`,
      `    match: { ${match.join(', ')} }`,
      `    keep: [${keep.map((item) => ` { ${item} }`).join(',')}${keep.length > 0 ? ' ' : ''}]`
    ]),
    ''
  ].join('\n')
}

interface FlatRule {
  readonly name: string
  readonly match: readonly string[]
  readonly keep: readonly string[]
}

function rulesOf(flat: FlatRetention): readonly FlatRule[] {
  const within = when(flat.keepWithin, (duration) => `within: ${quoted(duration)}`)
  const last = when(flat.keepLast, (count) => `last: ${count}`)
  const prerelease = when(flat.matchPrerelease, (filter) => `prerelease: ${filter}`)
  const named = flat.match !== undefined || [...prerelease, ...last, ...within].length > 0
  return [
    // Without `names` a rule would reach untagged units too, and those are for delete-untagged alone.
    ...(named
      ? [
          {
            name: 'inputs',
            match: [flat.match === undefined ? 'tagged: true' : `names: ${flow(flat.match)}`, ...prerelease],
            keep: [...last, ...within]
          }
        ]
      : []),
    ...when(flat.versionIds, (ids) => ({
      name: 'listed',
      match: [`versions: [${ids.map((id) => (/^\d+$/.test(id) ? id : quoted(id))).join(', ')}]`],
      keep: []
    })),
    ...(flat.deleteUntagged ? [{ name: 'untagged', match: ['tagged: false'], keep: within }] : [])
  ]
}

function when<T, U>(value: T | undefined, write: (value: T) => U): readonly U[] {
  return value === undefined ? [] : [write(value)]
}

function flow(items: readonly string[]): string {
  return `[${items.map(quoted).join(', ')}]`
}

/** A YAML scalar that reads back as exactly this text, whatever is in it. */
function quoted(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text)
}
