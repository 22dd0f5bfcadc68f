import type { Operation } from '../config/inputs/inputSpec.js'

/** Commands that run an operation. `plan` is a prune that changes nothing. */
export const COMMANDS = {
  plan: { operation: 'prune', what: 'Show what a prune would delete, and why. Changes nothing.' },
  prune: { operation: 'prune', what: 'Delete what the policy does not keep.' },
  apply: { operation: 'apply', what: 'Carry out a saved plan.' },
  restore: { operation: 'restore', what: 'Bring deleted versions back.' },
  explain: {
    operation: 'explain',
    words: 'NAME|DIGEST|ID',
    what: 'Say why a version is kept or deleted, and what would have to change. Changes nothing.'
  },
  packages: { operation: 'packages', what: 'List the selected packages.' }
} as const satisfies Readonly<
  Record<string, { readonly operation: Operation; readonly words?: string; readonly what: string }>
>

export type Command = keyof typeof COMMANDS

export function isCommand(word: string): word is Command {
  return Object.hasOwn(COMMANDS, word)
}

/** Commands that ask no server and need no token. */
export const LOCAL_COMMANDS = {
  show: { words: 'FILE', what: 'Show a saved plan or a receipt.' },
  diff: { words: 'OLD-PLAN NEW-PLAN', what: 'Show what two saved plans decide differently.' },
  completion: { words: 'bash|zsh|fish', what: 'Print a script that completes commands and flags in a shell.' },
  help: { words: '[COMMAND]', what: 'Show what a command does, and its flags.' }
} as const

export type LocalCommand = keyof typeof LOCAL_COMMANDS

export const ALL_COMMANDS = { ...COMMANDS, ...LOCAL_COMMANDS }

export function isLocalCommand(word: string): word is LocalCommand {
  return Object.hasOwn(LOCAL_COMMANDS, word)
}

/** Flags beside the inputs. */
export const OPTIONS = {
  'output-directory': {
    type: 'string',
    what: 'Where plan, receipt and report page are written, each run in a folder of its own. Default: .package-retention in the current directory.'
  },
  yes: { type: 'boolean', what: 'Do not ask before a prune or a restore. Without a terminal, nobody is asked.' },
  json: { type: 'boolean', what: 'Write one JSON object to standard output, and everything else to standard error.' },
  format: { type: 'string', what: 'For show and diff: text, markdown, csv or json. Default: text.' },
  debug: { type: 'boolean', what: 'Show every request, every retry and the policy.' },
  help: { type: 'boolean', what: 'Show the flags of a command.' },
  version: { type: 'boolean', what: 'Show the version of this program.' }
} as const

export const FORMATS = ['text', 'markdown', 'csv', 'json'] as const
export type Format = (typeof FORMATS)[number]

export const EXIT_CODES = {
  done: 0,
  failed: 1,
  /** In the arguments, in the policy, or in a file that they name. */
  mistake: 2,
  /** What a shell reports for a program that was interrupted: 128 + SIGINT. */
  interrupted: 130
} as const

/** The exit codes of `show` and `diff`, as `terraform plan -detailed-exitcode` has them. */
export const DETAILED_EXIT_CODES = {
  /** The file plans or records no change; the plans decide alike. */
  same: 0,
  failed: 1,
  different: 2
} as const

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export function isShell(word: string): word is Shell {
  return SHELLS.some((shell) => shell === word)
}
