import { PACKAGE_TYPES } from '../../domain/package.js'
import { type InputSpec, OPERATIONS } from './inputSpec.js'
import { RETENTION_INPUTS } from './retentionInputs.js'

const CHANGES = ['prune', 'apply', 'restore'] as const
const PLANNED = ['prune', 'apply', 'explain', 'packages'] as const
const SCOPED = ['prune', 'explain', 'packages', 'restore'] as const

const NAMES = 'Names or globs of packages; `**` crosses `/`.'
const TYPES = '`container`, `npm`, `maven` (Gradle too), `rubygems`, `nuget`, `docker`; one or several.'

/** Every input, once: the reader, the action files, the flags and the documentation are derived from this table. */
export const INPUTS = [
  {
    name: 'operation',
    description: 'Says which action this is: leave it as it is.',
    default: 'prune',
    kind: 'choice',
    choices: OPERATIONS,
    operations: OPERATIONS,
    // The main action prunes.
    declaredBy: ['apply', 'restore', 'packages'],
    group: 'run'
  },
  {
    name: 'token',
    description:
      'Token for the API and the registry, with the right to read and delete packages; to restore, to write them.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
    default: '${{ github.token }}',
    kind: 'text',
    operations: OPERATIONS,
    group: 'run'
  },
  {
    name: 'dry-run',
    description: 'Plan and report only; change nothing.',
    default: 'false',
    kind: 'boolean',
    operations: OPERATIONS,
    declaredBy: CHANGES,
    group: 'run'
  },
  {
    name: 'name',
    description: 'What to explain: a tag, a version string, a digest or a version id. Required.',
    kind: 'text',
    operations: ['explain'],
    declaredBy: [],
    group: 'run'
  },
  {
    name: 'owner',
    description: 'User or organization that the packages belong to. Default: the owner of the repository.',
    kind: 'text',
    operations: OPERATIONS,
    declaredBy: SCOPED,
    group: 'packages'
  },
  {
    name: 'package-name',
    description: `${NAMES} Default: the packages that the policy names, else the one named like the repository.`,
    descriptionOf: {
      restore: `${NAMES} Default: the packages in the receipt, else the one named like the repository.`,
      packages: `${NAMES} Required unless a policy names them.`
    },
    kind: 'patterns',
    operations: SCOPED,
    group: 'packages'
  },
  {
    name: 'package-type',
    description: `${TYPES} Default: those that the policy names, else \`container\`.`,
    descriptionOf: {
      restore: `${TYPES} Default: those in the receipt, else \`container\`.`,
      packages: `${TYPES} Required unless a policy names them.`
    },
    kind: 'list',
    choices: PACKAGE_TYPES,
    operations: SCOPED,
    group: 'packages'
  },
  {
    name: 'linked-to',
    description: 'Only packages that GitHub links to this repository: `owner/name`. It narrows `package-name`.',
    kind: 'text',
    operations: ['prune', 'explain', 'packages'],
    declaredBy: ['packages'],
    group: 'packages'
  },
  {
    name: 'if-missing',
    description: 'If a package does not exist: `fail` or `ignore`.',
    default: 'fail',
    kind: 'choice',
    choices: ['fail', 'ignore'],
    operations: SCOPED,
    declaredBy: [],
    group: 'packages'
  },
  ...RETENTION_INPUTS,
  {
    name: 'hold-file',
    description: 'File of a hold that a restore wrote: its versions are kept for 30 days.',
    descriptionOf: {
      restore: 'File to write a hold to: a prune that reads it keeps the restored versions for 30 days.'
    },
    kind: 'path',
    operations: [...CHANGES, 'explain'],
    group: 'safety'
  },
  {
    name: 'policy-file',
    description: 'Policy document (YAML) to follow, in place of the retention inputs.',
    kind: 'path',
    operations: PLANNED,
    group: 'policy'
  },
  {
    name: 'policy',
    description: 'The same, inline.',
    kind: 'document',
    operations: PLANNED,
    group: 'policy'
  },
  {
    name: 'plan-file',
    description: 'The plan to carry out. Required.',
    descriptionOf: { explain: 'The plan to explain, instead of the packages themselves.' },
    kind: 'path',
    operations: ['apply', 'explain'],
    declaredBy: ['apply'],
    group: 'apply'
  },
  {
    name: 'on-stale',
    description: 'A version that has changed since the plan: `skip` it, or `fail` before the first deletion.',
    default: 'skip',
    kind: 'choice',
    choices: ['skip', 'fail'],
    operations: ['apply'],
    group: 'apply'
  },
  {
    name: 'max-plan-age',
    description: 'A plan older than this is refused.',
    default: '24h',
    kind: 'duration',
    operations: ['apply'],
    group: 'apply'
  },
  {
    name: 'receipt-file',
    description: 'The receipt of the run to undo.',
    kind: 'path',
    operations: ['restore'],
    group: 'restore'
  },
  {
    name: 'deleted-within',
    description: 'Restore what was deleted less than this ago, such as `2h`.',
    kind: 'duration',
    operations: ['restore'],
    group: 'restore'
  },
  {
    name: 'restore-package',
    description: 'Restore the deleted packages that `package-name` names as a whole.',
    default: 'false',
    kind: 'boolean',
    operations: ['restore'],
    group: 'restore'
  },
  {
    name: 'time-limit',
    description:
      'After this time the run starts nothing new, and the next run continues. Set it below `timeout-minutes`.',
    kind: 'duration',
    operations: OPERATIONS,
    declaredBy: CHANGES,
    group: 'limits'
  },
  {
    name: 'pace',
    description: "`fast`: as fast as GitHub's limits allow. `gentle`: one deletion a second.",
    default: 'fast',
    kind: 'choice',
    choices: ['fast', 'gentle'],
    operations: OPERATIONS,
    declaredBy: [],
    group: 'limits'
  },
  {
    name: 'delete-concurrency',
    description: 'At most this many deletions at once (1 to 16).',
    default: '8',
    kind: 'integer',
    minimum: 1,
    maximum: 16,
    operations: CHANGES,
    declaredBy: [],
    group: 'limits'
  },
  {
    name: 'requests-per-hour',
    description: 'At most this many API requests in an hour.',
    kind: 'integer',
    minimum: 1,
    operations: OPERATIONS,
    declaredBy: [],
    group: 'limits'
  },
  {
    name: 'cache-path',
    description: 'Directory for manifests: keep it between runs with `actions/cache`.',
    kind: 'path',
    operations: [...CHANGES, 'explain'],
    declaredBy: ['prune', 'apply'],
    group: 'limits'
  },
  {
    name: 'server-url',
    description:
      'Address of the GitHub server, such as `https://ghes.example.com`. Default: the server that the workflow runs on.',
    kind: 'url',
    operations: OPERATIONS,
    declaredBy: [],
    group: 'servers'
  },
  {
    name: 'api-url',
    description: 'Address of the REST API, if it differs from that of the server.',
    kind: 'url',
    operations: OPERATIONS,
    declaredBy: [],
    group: 'servers'
  },
  {
    name: 'registry-url',
    description: 'Address of the container registry, if it differs.',
    kind: 'url',
    operations: OPERATIONS,
    declaredBy: [],
    group: 'servers'
  },
  {
    name: 'npm-registry-url',
    description: 'Address of the npm registry, if it differs.',
    kind: 'url',
    operations: OPERATIONS,
    declaredBy: [],
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
