import type { Report } from '../../domain/outcome.js'
import { RESTORE_WINDOW_MS } from '../../domain/version.js'
import { plainJson } from '../../domain/visible.js'
import { countReport } from './counts.js'
import { dateText } from './naming.js'

/** The workflow run that the step belongs to, as far as the runner tells. */
export interface WorkflowRun {
  /** This action: `owner/repository@ref`. */
  readonly action?: string | undefined
  /** `owner/name` of the workflow's repository. */
  readonly repository?: string | undefined
  /** Number of the run, by which its artifacts are found. */
  readonly runId?: string | undefined
  /** The server of the packages. */
  readonly serverUrl?: string
}

/** Says in markdown how to restore what the run deleted; empty if it deleted nothing. */
export function undo(report: Report, workflow: WorkflowRun): string {
  if (report.operation !== 'prune' && report.operation !== 'apply') return ''
  const { planned, plannedTags, deleted, removedTags } = countReport(report)
  if (report.dryRun) {
    if (planned + plannedTags === 0) return ''
    return '### Undo\n\nA real run would write a receipt and say here how to restore what it deleted, for 30 days.'
  }
  if (deleted + removedTags === 0 || report.receiptFile === undefined) return ''
  const other = otherServer(workflow)
  return [
    '### Undo',
    '',
    `GitHub keeps what was deleted until ${dateText(report.startedAt + RESTORE_WINDOW_MS)}. If the receipt was uploaded as the ` +
      'artifact `retention`, this restores all of it, with index, platforms, signatures and tags. ' +
      'At a terminal, as somebody who administers the package:',
    '',
    '```sh',
    ...(other === undefined ? [] : [`export GH_HOST=${other.host}`]),
    'gh auth refresh --scopes read:packages,write:packages && export GH_TOKEN=$(gh auth token)',
    terminal(report.receiptFile, workflow),
    '```',
    '',
    'In a workflow, whose job needs `actions: read` and `packages: write`:',
    '',
    '````yaml',
    ...steps(report.receiptFile, ownerOf(report, workflow), workflow),
    '````',
    '',
    'Without that artifact, the receipt is lost with the runner. Then give `package-name`, `package-type` and ' +
      '`deleted-within`, such as `2h`, instead of `receipt-file`: that restores everything deleted there since.'
  ].join('\n')
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
const TOKEN = '${{ github.token }}'
const OWN_ACTION = 'package-retention/package-retention@v0'

/** Repository and ref of this action. */
const sourceOf = ({ action = OWN_ACTION }: WorkflowRun): readonly string[] => action.replace(/[\r\n`]/g, '').split('@')

const download = ({ repository = 'OWNER/REPOSITORY', runId = 'RUN-ID' }: WorkflowRun): string =>
  `gh run download ${word(runId)} --repo ${word(repository)} --name retention`

/** The server that `gh` and the command line need as a setting; `undefined` for github.com. */
const otherServer = ({ serverUrl }: WorkflowRun): URL | undefined =>
  serverUrl === undefined || serverUrl === 'https://github.com' ? undefined : new URL(serverUrl)

/** The path of the receipt is valid on this runner only; an artifact keeps its file name. */
const nameOf = (receiptFile: string): string => receiptFile.split(/[\\/]/).at(-1) ?? receiptFile

function terminal(receiptFile: string, workflow: WorkflowRun): string {
  const [repository = '', ref = ''] = sourceOf(workflow)
  const program = word(repository.split('/').slice(0, 2).join('/'))
  const other = otherServer(workflow)
  const server = other === undefined ? '' : ` --server-url ${other.origin}`
  return `${download(workflow)} && npx github:${program}#${word(ref)} restore --receipt-file ${word(nameOf(receiptFile))}${server}`
}

function steps(receiptFile: string, owner: string | undefined, workflow: WorkflowRun): readonly string[] {
  const [repository = '', ref = ''] = sourceOf(workflow)
  const other = otherServer(workflow)
  return [
    `- run: ${download(workflow)}`,
    '  env:',
    `    GH_TOKEN: ${TOKEN}`,
    ...(other === undefined ? [] : [`    GH_ENTERPRISE_TOKEN: ${TOKEN}`, `    GH_HOST: ${other.host}`]),
    `- uses: ${repository}/restore@${ref}`,
    '  with:',
    ...(owner === undefined ? [] : [`    owner: ${plainJson(owner)}`]),
    `    receipt-file: ${nameOf(receiptFile)}`
  ]
}

/** The owner of the packages, where that is not the repository's, which is the default. */
function ownerOf({ plan }: Report, { repository }: WorkflowRun): string | undefined {
  const login = repository?.split('/')[0]
  if (plan === undefined || login === undefined) return undefined
  return plan.owner.toLowerCase() === login.toLowerCase() ? undefined : plan.owner
}

/** Makes one word of a shell. */
const word = (text: string): string => text.replace(/[^\w./-]/g, '')
