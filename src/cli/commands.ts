import type { Operation } from '../config/inputs/inputSpec.js'

/** The first argument. `plan` is a prune that changes nothing. */
export const COMMANDS = {
  plan: { operation: 'prune', what: 'Show what a prune would delete, and why. Changes nothing.' },
  prune: { operation: 'prune', what: 'Delete what the policy does not keep.' },
  apply: { operation: 'apply', what: 'Carry out a saved plan.' },
  restore: { operation: 'restore', what: 'Bring deleted versions back.' },
  packages: { operation: 'packages', what: 'List the packages that are selected.' }
} as const satisfies Readonly<Record<string, { readonly operation: Operation; readonly what: string }>>

export type Command = keyof typeof COMMANDS

export function isCommand(word: string): word is Command {
  return Object.hasOwn(COMMANDS, word)
}

/** Flags beside the inputs. */
export const OPTIONS = {
  'output-directory': {
    type: 'string',
    what: 'Where plan, receipt and report page are written, each run in a folder of its own. Default: .package-retention in the current directory.'
  },
  json: { type: 'boolean', what: 'Write one JSON object to standard output, and everything else to standard error.' },
  debug: { type: 'boolean', what: 'Say more about what is done.' },
  help: { type: 'boolean', what: 'Show the flags of a command.' }
} as const

export const EXIT_CODES = {
  done: 0,
  failed: 1,
  /** In the arguments, in the policy, or in a file that they name. */
  mistake: 2,
  /** What a shell reports for a program that was interrupted: 128 + SIGINT. */
  interrupted: 130
} as const
