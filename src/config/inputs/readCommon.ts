import type { Common, RawInputs } from '../../domain/config.js'
import { LOGIN } from '../../domain/package.js'
import { quote } from '../problem.js'
import { apiOf, isPlainHttp, readUrl, registriesOf, serverOf } from './addresses.js'
import type { InputName } from './inputs.js'
import { resolvePath } from './paths.js'
import type { Values } from './values.js'

/** `policyOwner`: the key `owner` of a policy document, which the input may repeat and not change. */
export function readCommon(raw: RawInputs, values: Values, policyOwner: string | undefined): Common {
  const owner = readOwner(raw, values, policyOwner)
  const timeLimit = values.milliseconds('time-limit')
  const requestsPerHour = values.integer('requests-per-hour')
  const cachePath = readPath(raw, values, 'cache-path')
  const holdFile = readPath(raw, values, 'hold-file')
  return {
    token: readToken(raw, values),
    ...(owner !== undefined && { owner }),
    ...readAddresses(raw, values),
    dryRun: readDryRun(raw, values),
    ...(timeLimit !== undefined && { timeLimit }),
    pace: values.choice<'fast' | 'gentle'>('pace') ?? 'fast',
    deleteConcurrency: values.integer('delete-concurrency') ?? 1,
    ...(requestsPerHour !== undefined && { requestsPerHour }),
    ...(cachePath !== undefined && { cachePath }),
    ...(holdFile !== undefined && { holdFile }),
    outputDirectory: raw.outputDirectory ?? `${raw.temp.replace(/[\\/]+$/, '')}/package-retention`
  }
}

/** A file that an input names, as an absolute path. */
export function readPath(raw: RawInputs, values: Values, name: InputName): string | undefined {
  const text = values.text(name)
  if (text === undefined) return undefined
  const resolved = resolvePath(text, raw)
  return 'path' in resolved ? resolved.path : values.refuse(name, resolved.problem)
}

function readToken(raw: RawInputs, values: Values): string {
  const token = (raw.inputs.token ?? '').trim()
  if (token === '') {
    values.refuse(
      'token',
      'it is empty.',
      'Leave the input out to use the token of the workflow, or check that the secret it names exists here: secrets are empty in pull requests from forks.'
    )
  } else if (/\s/.test(token)) {
    values.refuse('token', 'it contains whitespace, so it cannot be a valid token.')
  }
  return token
}

function readDryRun(raw: RawInputs, values: Values): boolean {
  // Everywhere else blank means the default; here the default deletes.
  if (raw.inputs['dry-run']?.trim() === '') {
    values.refuse(
      'dry-run',
      'it is empty, which is neither true nor false.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what workflows write
      "An expression such as ${{ inputs.dry-run }} is empty in runs that nobody started by hand: write ${{ inputs.dry-run || 'false' }}."
    )
  }
  return values.boolean('dry-run')
}

function readOwner(raw: RawInputs, values: Values, policyOwner: string | undefined): string | undefined {
  const owner = values.text('owner')
  if (owner !== undefined && !LOGIN.test(owner)) {
    values.refuse('owner', `${quote(owner)} cannot be the name of a user or an organization.`)
  }
  if (owner !== undefined && policyOwner !== undefined && owner.toLowerCase() !== policyOwner.toLowerCase()) {
    values.refuse('owner', `the policy is for ${quote(policyOwner)}, and this says ${quote(owner)}.`)
  }
  return owner ?? policyOwner ?? (raw.repository?.split('/')[0] || undefined)
}

type Servers = Pick<Common, 'serverUrl' | 'apiUrl' | 'registryUrl' | 'npmRegistryUrl'>

function readAddresses(raw: RawInputs, values: Values): Servers {
  const server = readAddress(values, 'server-url', 'origin')
  const api = readAddress(values, 'api-url', 'path') ?? (server && apiOf(server))
  const apiUrl = api ?? fromRunner(raw.apiUrl, 'GITHUB_API_URL', values)
  // Another API is another server: its token must not go to the registries of this one, nor to this one for a token.
  const isRunners =
    api === undefined || (api === raw.apiUrl.replace(/\/+$/, '') && 'url' in readUrl(raw.serverUrl, 'path'))
  const serverUrl = server ?? (isRunners ? fromRunner(raw.serverUrl, 'GITHUB_SERVER_URL', values) : serverOf(api))
  const registries = registriesOf(serverUrl)
  return {
    serverUrl,
    apiUrl,
    registryUrl: readAddress(values, 'registry-url', 'origin') ?? registries.registryUrl,
    npmRegistryUrl: readAddress(values, 'npm-registry-url', 'path') ?? registries.npmRegistryUrl
  }
}

/** An address that the runner gives. If it cannot be read, the result stands in for it, and the problem stops the run. */
function fromRunner(text: string, variable: string, values: Values): string {
  const address = readUrl(text, 'path')
  if ('url' in address) return address.url
  values.refuse('api-url', `it is not given, and ${variable} does not hold an address.`)
  return 'https://github.com'
}

function readAddress(values: Values, name: InputName, part: 'origin' | 'path'): string | undefined {
  const text = values.text(name)
  if (text === undefined) return undefined
  const address = readUrl(text, part)
  return 'url' in address ? address.url : values.refuse(name, address.problem)
}

/** Notices about the servers that get the token. */
export function addressNotices(
  { apiUrl, registryUrl, npmRegistryUrl }: Common,
  { unverified }: Pick<RawInputs, 'unverified'>
): readonly string[] {
  const plain = [...new Set([apiUrl, registryUrl, npmRegistryUrl].filter(isPlainHttp))]
  const certificates =
    'NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked: the token can be read on the way. Unset it; for a certificate authority of your own set NODE_EXTRA_CA_CERTS.'
  return [
    ...plain.map((address) => `${address} is reached without encryption: the token can be read on the way.`),
    ...(unverified ? [certificates] : [])
  ]
}
