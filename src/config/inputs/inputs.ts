import { PACKAGE_TYPES } from '../../domain/package.js'
import { type InputSpec, OPERATIONS } from './inputSpec.js'
import { RETENTION_INPUTS } from './retentionInputs.js'

const CHANGES = ['prune', 'apply', 'restore'] as const
const SCOPED = ['prune', 'explain', 'packages', 'restore'] as const

/** Every input, once: the reader, action.yml and the README are derived from this table. */
export const INPUTS = [
  {
    name: 'operation',
    description:
      '`prune`: delete what the policy does not keep. `apply`: carry out a saved plan. `restore`: bring deleted versions back. `explain`: say why one version is kept or deleted, and what would have to change. `packages`: list what is selected, for a job matrix.',
    default: 'prune',
    kind: 'choice',
    choices: OPERATIONS,
    operations: OPERATIONS,
    group: 'run'
  },
  {
    name: 'token',
    description: 'Token for the API and the registry. Needs to read and delete packages (to restore: to write them).',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
    default: '${{ github.token }}',
    kind: 'text',
    operations: OPERATIONS,
    group: 'run'
  },
  {
    name: 'dry-run',
    description: 'Plan and report only; nothing is changed.',
    default: 'false',
    kind: 'boolean',
    operations: OPERATIONS,
    group: 'run'
  },
  {
    name: 'name',
    description: '`explain`: what to explain: a tag, a version string, a digest or a version id. Required there.',
    kind: 'text',
    operations: ['explain'],
    group: 'run'
  },
  {
    name: 'owner',
    description: 'User or organization that the packages belong to. Default: the owner of the repository.',
    kind: 'text',
    operations: OPERATIONS,
    group: 'packages'
  },
  {
    name: 'package-name',
    description:
      'Names or globs of packages, several allowed: `*` stays within a segment, `**` crosses `/`. Required unless a policy or a receipt names them.',
    kind: 'patterns',
    operations: SCOPED,
    group: 'packages'
  },
  {
    name: 'package-type',
    description:
      '`container`, `npm`, `maven` (Gradle too), `rubygems`, `nuget`, `docker`; several allowed. Required unless a policy or a receipt names them.',
    kind: 'list',
    choices: PACKAGE_TYPES,
    operations: SCOPED,
    group: 'packages'
  },
  {
    name: 'if-missing',
    description: 'What to do about a package that is not there: `fail` or `ignore`. A glob that fits none is a notice.',
    default: 'fail',
    kind: 'choice',
    choices: ['fail', 'ignore'],
    operations: SCOPED,
    group: 'packages'
  },
  ...RETENTION_INPUTS,
  {
    name: 'policy-file',
    description: 'Policy document (YAML) to follow, in place of the retention inputs.',
    kind: 'path',
    operations: ['prune', 'apply', 'explain', 'packages'],
    group: 'policy'
  },
  {
    name: 'policy',
    description: 'The same, inline.',
    kind: 'document',
    operations: ['prune', 'apply', 'explain', 'packages'],
    group: 'policy'
  },
  {
    name: 'plan-file',
    description:
      '`apply`: the plan to carry out. Required there. `explain`: the plan to explain, instead of the packages themselves.',
    kind: 'path',
    operations: ['apply', 'explain'],
    group: 'apply'
  },
  {
    name: 'on-stale',
    description:
      '`apply`: what has changed since the plan was made is left alone (`skip`), or stops the run before the first deletion (`fail`).',
    default: 'skip',
    kind: 'choice',
    choices: ['skip', 'fail'],
    operations: ['apply'],
    group: 'apply'
  },
  {
    name: 'max-plan-age',
    description: '`apply`: a plan older than this is refused.',
    default: '24h',
    kind: 'duration',
    operations: ['apply'],
    group: 'apply'
  },
  {
    name: 'receipt-file',
    description: '`restore`: the receipt of the run to undo.',
    kind: 'path',
    operations: ['restore'],
    group: 'restore'
  },
  {
    name: 'deleted-within',
    description: '`restore`: what was deleted less than this ago, such as `2h`. Narrows `match` and `version-ids`.',
    kind: 'duration',
    operations: ['restore'],
    group: 'restore'
  },
  {
    name: 'restore-package',
    description: '`restore`: bring the deleted packages that `package-name` names back as a whole.',
    default: 'false',
    kind: 'boolean',
    operations: ['restore'],
    group: 'restore'
  },
  {
    name: 'time-limit',
    description: 'No new work begins after this time; the next run goes on. Set it below `timeout-minutes`.',
    kind: 'duration',
    operations: OPERATIONS,
    group: 'limits'
  },
  {
    name: 'pace',
    description: "`fast`: as fast as GitHub's documented limits allow. `gentle`: one deletion a second.",
    default: 'fast',
    kind: 'choice',
    choices: ['fast', 'gentle'],
    operations: OPERATIONS,
    group: 'limits'
  },
  {
    name: 'delete-concurrency',
    description: 'Deletions in flight at most (1 to 16).',
    default: '8',
    kind: 'integer',
    minimum: 1,
    maximum: 16,
    operations: CHANGES,
    group: 'limits'
  },
  {
    name: 'requests-per-hour',
    description: 'API requests used at most; the rest of the budget is for other workflows of the repository.',
    kind: 'integer',
    minimum: 1,
    operations: OPERATIONS,
    group: 'limits'
  },
  {
    name: 'cache-path',
    description: 'Directory for manifests that were read once, kept between runs by `actions/cache` or by the runner.',
    kind: 'path',
    operations: [...CHANGES, 'explain'],
    group: 'limits'
  },
  {
    name: 'api-url',
    description: 'Address of the REST API. Default: that of the server that the workflow runs on.',
    kind: 'url',
    operations: OPERATIONS,
    group: 'servers'
  },
  {
    name: 'registry-url',
    description: 'Address of the container registry. Default: that of the same server.',
    kind: 'url',
    operations: OPERATIONS,
    group: 'servers'
  },
  {
    name: 'npm-registry-url',
    description: 'Address of the npm registry, which knows the dist-tags. Default: that of the same server.',
    kind: 'url',
    operations: OPERATIONS,
    group: 'servers'
  }
] as const satisfies readonly InputSpec[]

export type InputName = (typeof INPUTS)[number]['name']

const BY_NAME: ReadonlyMap<string, InputSpec> = new Map(INPUTS.map((input) => [input.name, input]))

export function inputSpec(name: InputName): InputSpec {
  const spec = BY_NAME.get(name)
  if (spec === undefined) throw new Error(`no such input: ${name}`)
  return spec
}

export function isInput(name: string): name is InputName {
  return BY_NAME.has(name)
}
