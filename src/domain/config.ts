import type { PackageType } from './package.js'
import type { Duration, Policy } from './policy.js'

/** Addresses, credentials and limits of a run; the same for every operation. */
export interface Common {
  readonly token: string
  /** From the inputs or the policy, else the owner of the workflow's repository. Absent only if a plan or receipt has one. */
  readonly owner?: string
  /** The server that the API belongs to: with another `api-url` it is another server than the runner's. */
  readonly serverUrl: string
  /** Without trailing slash, as `GITHUB_API_URL` writes it. */
  readonly apiUrl: string
  /** Origin of the container registry, such as `https://ghcr.io`. */
  readonly registryUrl: string
  readonly npmRegistryUrl: string
  readonly dryRun: boolean
  /** Milliseconds from the start of the run after which no new work begins. */
  readonly timeLimit?: number
  readonly pace: 'fast' | 'gentle'
  /** Deletions in flight. */
  readonly deleteConcurrency: number
  readonly requestsPerHour?: number
  readonly cachePath?: string
  readonly holdFile?: string
  /** Where plan file, receipt and report page are written. */
  readonly outputDirectory: string
}

/** The packages of a run: patterns on their names (see `pattern/`), and types. */
export interface Scope {
  readonly names: readonly string[]
  readonly types: readonly PackageType[]
  readonly ifMissing: 'fail' | 'ignore'
  /** `owner/name`: only packages that GitHub links to this repository. */
  readonly linkedTo?: string
}

export interface PruneConfig extends Common {
  readonly operation: 'prune'
  readonly scope: Scope
  readonly policy: Policy
  /** The policy document as given, or the one that the retention inputs stand for; the log shows it. */
  readonly policyText: string
}

export interface PackagesConfig extends Common {
  readonly operation: 'packages'
  readonly scope: Scope
  readonly policy?: Policy
}

export interface ApplyConfig extends Common {
  readonly operation: 'apply'
  readonly planFile: string
  readonly onStale: 'skip' | 'fail'
  /** Milliseconds. */
  readonly maxPlanAge: number
  /** Given beside the plan: must hash alike. */
  readonly policy?: Policy
}

export type RestoreSelection =
  | { readonly by: 'receipt'; readonly file: string }
  | {
      readonly by: 'versions'
      readonly match: readonly string[]
      readonly versionIds: readonly string[]
      readonly deletedWithin?: Duration
    }
  | { readonly by: 'package' }

export interface RestoreConfig extends Common {
  readonly operation: 'restore'
  /** With a receipt: narrows it; its packages are the receipt's where this is empty. */
  readonly scope: Scope
  readonly selection: RestoreSelection
}

export interface ExplainConfig extends Common {
  readonly operation: 'explain'
  /** A tag, a version string, a digest or the start of one, or a version id. */
  readonly name: string
  readonly from:
    | { readonly by: 'packages'; readonly scope: Scope; readonly policy: Policy }
    /** Explains from a saved plan; `scope` narrows it where it names packages or types. */
    | { readonly by: 'plan'; readonly file: string; readonly scope: Scope }
}

export type Config = ExplainConfig | PruneConfig | PackagesConfig | ApplyConfig | RestoreConfig

/** What the environment or the command line gives a run: raw strings, nothing interpreted. */
export interface RawInputs {
  /** Every input that was set, by its name in action.yml; empty where the workflow sets it to an empty text. */
  readonly inputs: Readonly<Record<string, string>>
  /** Inputs that were set and that action.yml does not declare. */
  readonly unknown: readonly string[]
  readonly apiUrl: string
  readonly serverUrl: string
  /** `owner/name` of the workflow's repository, if any. */
  readonly repository?: string
  /** The default branch of that repository, where the event that started the workflow says it. */
  readonly defaultBranch?: string
  readonly workspace: string
  readonly temp: string
  /** The environment tells Node not to check certificates (`NODE_TLS_REJECT_UNAUTHORIZED`). */
  readonly unverified?: true
  /** Where plan file, receipt and report page go; else to a folder in `temp`. */
  readonly outputDirectory?: string
}
