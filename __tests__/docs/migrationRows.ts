import {
  artifactRegistry,
  containerRetention,
  deleteOldPackages,
  deletePackageVersions,
  deleteUntagged,
  ecr,
  ghcrCleanup,
  ghcrPrune,
  harbor,
  type Listed,
  restic
} from './otherTools.js'

type Inputs = Readonly<Record<string, string>>

/** Where the two differ: a kind of version, or the label of one. */
type Difference = keyof typeof KINDS | (string & {})

export const KINDS = {
  /** The tag `latest` is always kept here. */
  latest: ({ tags }: Listed) => tags.includes('latest'),
  /** An image belongs to the index that lists it. */
  parts: ({ partOf }: Listed) => partOf !== undefined,
  untagged: ({ tags, partOf }: Listed) => tags.length === 0 && partOf === undefined,
  /** `main` is not selected, so it keeps the image. */
  shared: ({ tags }: Listed) => tags.includes('main'),
  /** A number in a name makes no version of it here. */
  'not versions': ({ tags }: Listed) => /^(build|pr)-|^main/.test(tags.join())
} as const

export interface Row {
  /** The line of docs/migration.md, up to its arrow. */
  readonly there: string
  readonly registry?: 'images' | 'npm' | 'broken'
  readonly theirs: (versions: readonly Listed[]) => readonly Listed[]
  /** What the line says behind it, whole. */
  readonly here: Inputs
  /** Kept here and deleted there. */
  readonly kept?: readonly Difference[]
  /** Deleted here and kept there. */
  readonly deleted?: readonly Difference[]
}

/** Lines that say which packages a run is about, or how a value is written. */
export const NO_VERSIONS: readonly string[] = [
  '`package`, `packages`, `expand-packages`',
  '`account`',
  "`image-names: 'app-*'`",
  '`organization`, `user`; `container`',
  '`repository_owner`, `package_name`, `repository`',
  '`names`, `organization` or `user`, `type`',
  'anything about pulls'
]

const of =
  <I>(tool: (inputs: I, versions: readonly Listed[]) => readonly Listed[], inputs: I): Row['theirs'] =>
  (versions) =>
    tool(inputs, versions)

const rules = (...lines: readonly string[]): Inputs => ({
  policy: `version: 1\nrules:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`
})
const ALL = { match: '*', 'delete-untagged': 'true' }
const UNTAGGED = { 'delete-untagged': 'true' }

export const ROWS: readonly Row[] = [
  {
    there: '`min-versions-to-keep: 10`',
    theirs: of(deletePackageVersions, { minToKeep: 10 }),
    here: { match: '*', 'keep-last': '10' },
    // Untagged images and what `keep` protects take no places here.
    kept: ['untagged', 'build-9', 'build-10']
  },
  {
    there: 'the same with `delete-only-untagged-versions: true`',
    theirs: of(deletePackageVersions, { minToKeep: 10, onlyUntagged: true }),
    here: { ...UNTAGGED, 'keep-last-untagged': '10' },
    kept: ['parts']
  },
  {
    there: '`num-old-versions-to-delete: 50`',
    registry: 'npm',
    theirs: of(deletePackageVersions, { oldToDelete: 50 }),
    here: { match: '*', 'delete-limit': '50' }
  },
  {
    there: "`ignore-versions: '^v'` (on digests for containers)",
    registry: 'npm',
    theirs: of(deletePackageVersions, { minToKeep: 0, ignore: /^v/ }),
    here: { match: '*', keep: '/^v/' }
  },
  {
    there: '`delete-only-pre-release-versions: true`',
    registry: 'npm',
    theirs: of(deletePackageVersions, { minToKeep: 0, onlyPrereleases: true }),
    here: { policy: '{ version: 1, rules: [{ match: { prerelease: true }, keep: [] }] }' },
    // A v in front makes no prerelease here.
    kept: ['v2.0.0', 'v2.1.0', 'v2.2.0']
  },
  {
    there: '`package-version-ids: 1, 2`',
    theirs: of(deletePackageVersions, { ids: [1, 2] }),
    here: { 'version-ids': '1, 2' }
  },
  {
    there: '`delete-tags: pr-*`, `exclude-tags: v*`',
    theirs: of(ghcrCleanup, { deleteTags: /^pr-/, excludeTags: /^v/ }),
    here: { match: 'pr-*', keep: 'v*' }
  },
  {
    there: '`use-regex: true`',
    theirs: of(ghcrCleanup, { deleteTags: /^pr-[1-4]$/ }),
    here: { match: '/^pr-[1-4]$/' }
  },
  {
    there: '`keep-n-tagged: 10`',
    theirs: of(ghcrCleanup, { keepTagged: 10 }),
    here: { match: '*', 'keep-last': '10' },
    kept: ['build-10']
  },
  {
    there: '`keep-n-untagged: 5`',
    theirs: of(ghcrCleanup, { keepUntagged: 5 }),
    here: { ...UNTAGGED, 'keep-last-untagged': '5' }
  },
  {
    there: '`older-than: 30 days`',
    theirs: of(ghcrCleanup, { olderThan: 30 }),
    here: { ...UNTAGGED, 'keep-within': '30d' }
  },
  {
    there: '`delete-ghost-images`, `delete-partial-images`, `delete-orphaned-images`',
    registry: 'broken',
    theirs: of(ghcrCleanup, { states: ['ghost', 'partial', 'orphaned'] }),
    here: rules('match: { state: [ghost, partial, orphan] }, keep: []')
  },
  {
    there: '`tag-selection: untagged`',
    theirs: of(containerRetention, { selection: 'untagged' }),
    here: UNTAGGED,
    kept: ['parts']
  },
  {
    there: '`tag-selection: tagged`',
    theirs: of(containerRetention, { selection: 'tagged' }),
    here: { match: '*' },
    kept: ['latest'],
    deleted: ['parts']
  },
  {
    there: '`tag-selection: both`',
    theirs: of(containerRetention, { selection: 'both' }),
    here: ALL,
    kept: ['latest']
  },
  {
    there: "`image-tags: '!v*'`",
    theirs: of(containerRetention, { selection: 'tagged', notTags: /^v/ }),
    here: { match: '*', keep: 'v*' }
  },
  {
    there: '`cut-off: 30d`',
    theirs: of(containerRetention, { selection: 'both', cutOff: 30 }),
    here: { ...ALL, 'keep-within': '30d' }
  },
  {
    there: '`keep-n-most-recent: 5`',
    theirs: of(containerRetention, { selection: 'tagged', keepRecent: 5 }),
    here: { match: '*', 'keep-last': '5' },
    kept: ['build-5'],
    deleted: ['parts']
  },
  {
    there: '`skip-shas`',
    theirs: of(containerRetention, { selection: 'both', skip: [digestAt(2)] }),
    here: { ...ALL, keep: digestAt(2) },
    kept: ['latest']
  },
  {
    there: '`prune-untagged: true`',
    theirs: of(ghcrPrune, { untagged: true }),
    here: UNTAGGED,
    kept: ['parts']
  },
  {
    there: '`prune-tags-regexes: ^pr-`',
    theirs: of(ghcrPrune, { tags: /^pr-/ }),
    here: { match: '/^pr-/' },
    kept: ['shared']
  },
  {
    there: '`keep-tags`, `keep-tags-regexes`',
    theirs: of(ghcrPrune, { tags: /^(pr|build)-/, keepTags: ['pr-8'], keepTagsRegex: /0$/ }),
    here: { match: '/^(pr|build)-/', keep: 'pr-8, /0$/' },
    kept: ['shared']
  },
  {
    there: '`keep-younger-than: 7` (days)',
    theirs: of(ghcrPrune, { tags: /^build-/, youngerThan: 7 }),
    here: { match: '/^build-/', 'keep-within': '7d' }
  },
  {
    there: '`keep-last: 5`',
    theirs: of(ghcrPrune, { tags: /^build-/, untagged: true, keepLast: 5 }),
    here: { match: '/^build-/', ...UNTAGGED, 'keep-last': '5', 'keep-last-untagged': '5' },
    // Names and untagged images are counted apart here.
    kept: ['parts', 'build-5', 'untagged 8.5', 'untagged 13.5', 'untagged 18.5', 'untagged 23.5']
  },
  {
    there: '`untagged_only: true`',
    theirs: of(deleteUntagged, { untaggedOnly: true }),
    here: UNTAGGED,
    kept: ['parts']
  },
  {
    there: '`untagged_only: false`',
    theirs: of(deleteUntagged, { untaggedOnly: false }),
    here: ALL,
    kept: ['latest']
  },
  {
    there: '`except_untagged_multiplatform: true`',
    theirs: of(deleteUntagged, { untaggedOnly: true, exceptMultiplatform: true }),
    here: UNTAGGED
  },
  {
    there: '`version-pattern: ^1\\.0`',
    theirs: of(deleteOldPackages, { versionPattern: /^1\.0/, keep: 0 }),
    here: { match: '/^1\\.0/' }
  },
  {
    there: '`semver-pattern: <2`',
    theirs: of(deleteOldPackages, { semverPattern: '<2', keep: 0 }),
    here: { match: 'semver:<2' },
    kept: ['not versions'],
    deleted: ['parts']
  },
  {
    there: '`keep: 5`',
    theirs: of(deleteOldPackages, { keep: 5 }),
    here: { match: '*', 'keep-last': '5' },
    kept: ['build-5'],
    deleted: ['parts']
  },
  {
    there: "ECR `rulePriority`; `tagPatternList: ['pr-*']`",
    theirs: of(ecr, [{ tags: /^pr-/, moreThan: 3 }, { pushedSince: 14 }]),
    here: rules("match: { names: ['pr-*'] }, keep: [{ last: 3 }]", "match: { names: ['*'] }, keep: [{ within: 14d }]"),
    deleted: ['parts']
  },
  {
    there: 'ECR `imageCountMoreThan: 10`, `sinceImagePushed: 14`',
    theirs: of(ecr, [
      { tags: /^build-/, moreThan: 10 },
      { tags: /^pr-/, pushedSince: 14 }
    ]),
    here: rules(
      "match: { names: ['build-*'] }, keep: [{ last: 10 }]",
      "match: { names: ['pr-*'] }, keep: [{ within: 14d }]"
    ),
    kept: ['shared']
  },
  {
    there: 'Artifact Registry `Delete`, `Keep`',
    theirs: of(artifactRegistry, { delete: { tags: /./, olderThan: 30 }, keep: { tags: /^v/ } }),
    here: {
      policy: "version: 1\nprotect: ['v*']\nrules: [{ name: all, match: { names: ['*'] }, keep: [{ within: 30d }] }]"
    }
  },
  {
    there: '`keepCount: 5`, `tagPrefixes: [pr-]`, `olderThan: 30d`',
    theirs: of(artifactRegistry, { delete: { tags: /^pr-/, olderThan: 30 }, keep: { count: 5 } }),
    here: rules("match: { names: ['pr-*'] }, keep: [{ last: 5 }, { within: 30d }]"),
    // Here it is the newest five of the prefix, there of the package.
    kept: ['pr-3', 'pr-4']
  },
  {
    there: 'Harbor "retain the most recently pushed N", "within the last N days"',
    theirs: of(harbor, { mostRecent: 5, withinDays: 9 }),
    here: rules("match: { names: ['*'] }, keep: [{ last: 5 }, { within: 9d }]"),
    deleted: ['parts']
  },
  {
    there: 'Harbor: what no rule retains is deleted',
    theirs: (versions) => of(harbor, {})(versions).filter(({ tags }) => !tags.some((tag) => tag.startsWith('v'))),
    here: rules("match: { names: ['v*'] }, keep: [{ last: 100 }]", "match: { names: ['*'] }, keep: []")
  },
  {
    there: 'restic `--keep-last`, `--keep-daily`, `--keep-within-daily 14d`',
    theirs: of(restic, { last: 5, daily: 10, dailyWithin: 14 }),
    here: rules("match: { names: ['*'] }, keep: [{ last: 5 }, { daily: 10 }, { daily: all, within: 14d }]"),
    deleted: ['parts']
  }
]

export function digestAt(id: number): string {
  return `sha256:${String(id).padStart(64, '0')}`
}
