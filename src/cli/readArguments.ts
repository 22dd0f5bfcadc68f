import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { InputSpec } from '../config/inputs/inputSpec.js'
import { INPUTS } from '../config/inputs/inputs.js'
import { didYouMean } from '../config/nearest.js'
import { quote } from '../config/problem.js'
import { visible } from '../domain/visible.js'
import {
  ALL_COMMANDS,
  COMMANDS,
  type Command,
  FORMATS,
  type Format,
  isCommand,
  isLocalCommand,
  isShell,
  LOCAL_COMMANDS,
  type LocalCommand,
  OPTIONS,
  SHELLS,
  type Shell
} from './commands.js'

export type Arguments =
  | { readonly kind: 'help'; readonly command?: Command }
  | { readonly kind: 'version' }
  | { readonly kind: 'completion'; readonly shell: Shell }
  /** `show` names one file, `diff` two; paths are absolute. */
  | { readonly kind: 'show'; readonly files: readonly string[]; readonly format: Format }
  /** `detailed`: of a command with exit codes of its own. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[]; readonly detailed?: true }
  | {
      readonly kind: 'run'
      readonly command: Command
      /** By their names in action.yml; without the token. Paths are absolute. */
      readonly inputs: Readonly<Record<string, string>>
      /** Absolute. */
      readonly outputDirectory: string
      readonly json: boolean
      readonly debug: boolean
      /** Nobody is to be asked. */
      readonly yes: boolean
    }

/** The command says the operation, and other people of the machine can read arguments. */
const NO_FLAGS: readonly string[] = ['operation', 'token']

/** Inputs that are flags of a command. */
export function flagsOf(command: Command): readonly InputSpec[] {
  const { operation } = COMMANDS[command]
  const inputs: readonly InputSpec[] = INPUTS
  return inputs.filter(
    ({ name, operations }) =>
      operations.includes(operation) &&
      !NO_FLAGS.includes(name) &&
      !(name === 'dry-run' && (command === 'plan' || command === 'explain'))
  )
}

const SPECS: ReadonlyMap<string, InputSpec> = new Map(
  INPUTS.filter(({ name }) => !NO_FLAGS.includes(name)).map((input) => [input.name, input])
)
const FLAGS = [...SPECS.keys(), ...Object.keys(OPTIONS)]

/** What comes after the program's name. Finds every problem, not just the first; what values mean is not looked at. */
export function readArguments(argv: readonly string[], directory: string): Arguments {
  const { tokens } = parseArgs({
    args: argv.map((arg, index) => (swallows(arg, argv[index + 1]) ? `${arg}=` : arg)),
    options: { ...inputOptions(), ...OPTIONS, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true
  })
  const words: string[] = []
  const given = new Map<string, string[]>()
  const problems: string[] = []
  let afterUnknown = false
  for (const token of tokens) {
    if (token.kind === 'option') {
      const { name, rawName } = token
      afterUnknown = !FLAGS.includes(name)
      if (afterUnknown) problems.push(unknownFlag(name, rawName))
      else collect(name, token.value, token.inlineValue === true, given, problems)
    } else if (token.kind === 'positional') {
      // Most likely the value of a mistyped flag, which has a problem of its own.
      if (!afterUnknown) words.push(token.value)
      afterUnknown = false
    }
  }
  const [word, ...rest] = words
  if (given.has('help')) return { kind: 'help', ...(word !== undefined && isCommand(word) && { command: word }) }
  if (given.has('version')) return { kind: 'version' }
  if (word !== undefined && isLocalCommand(word)) return readLocal(word, rest, given, problems, directory)
  if (given.has('format')) problems.push('--format is for show and diff.')
  const command = readCommand(word, problems)
  const [name] = command === 'explain' && !given.has('name') ? rest : []
  if (name !== undefined) given.set('name', [name])
  for (const each of name === undefined ? rest : rest.slice(1))
    problems.push(
      `${quote(each)} belongs to no flag. A yes-or-no flag takes its value only with =, as in --dry-run=false.`
    )
  for (const [name, values] of given) {
    if (values.length > 1 && !isList(name)) problems.push(`--${name} is given ${values.length} times.`)
  }
  if (command === 'plan' && given.has('dry-run')) {
    problems.push('--dry-run is what "plan" means; to delete, the command is "prune".')
  }
  if (problems.length > 0 || command === undefined) return { kind: 'wrong', problems }
  const outputDirectory = given.get('output-directory')?.[0] ?? '.package-retention'
  return {
    kind: 'run',
    command,
    inputs: {
      ...Object.fromEntries([...given].flatMap(([name, values]) => inputOf(name, values, directory))),
      operation: COMMANDS[command].operation,
      ...(command === 'plan' && { 'dry-run': 'true' })
    },
    outputDirectory: resolve(directory, outputDirectory),
    json: given.has('json'),
    debug: given.has('debug'),
    yes: given.has('yes')
  }
}

function readLocal(
  command: LocalCommand,
  words: readonly string[],
  given: ReadonlyMap<string, readonly string[]>,
  problems: string[],
  directory: string
): Arguments {
  for (const name of given.keys()) {
    if (name !== 'format' || (command !== 'show' && command !== 'diff'))
      problems.push(`${command} has no flag --${name}.`)
  }
  const usage = `Usage: package-retention ${command} ${LOCAL_COMMANDS[command].words}`
  const [word] = words
  switch (command) {
    case 'help':
      if (word === undefined) return { kind: 'help' }
      if (isCommand(word)) return { kind: 'help', command: word }
      if (!isLocalCommand(word)) problems.push(noCommand(word))
      return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'help' }
    case 'completion':
      if (word === undefined || !isShell(word)) problems.push(`Name a shell: ${SHELLS.join(', ')}. ${usage}`)
      return problems.length > 0 || word === undefined || !isShell(word)
        ? { kind: 'wrong', problems }
        : { kind: 'completion', shell: word }
    default: {
      const needed = command === 'show' ? 1 : 2
      if (words.length !== needed)
        problems.push(`${command} takes ${needed === 1 ? 'one file' : 'two files'}. ${usage}`)
      const format = FORMATS.find((each) => each === (given.get('format')?.[0] ?? 'text'))
      if (format === undefined) problems.push(`--format is one of ${FORMATS.join(', ')}.`)
      return problems.length > 0 || format === undefined
        ? { kind: 'wrong', problems, detailed: true }
        : { kind: 'show', files: words.map((each) => resolve(directory, each)), format }
    }
  }
}

/** Whether a flag without its value stands before another flag, which is not that value. */
function swallows(arg: string, next: string | undefined): boolean {
  return next?.startsWith('--') === true && arg.startsWith('--') && takesValue(arg.slice(2))
}

function takesValue(name: string): boolean {
  const kind = SPECS.get(name)?.kind
  return name === 'output-directory' || name === 'format' || (kind !== undefined && kind !== 'boolean')
}

function inputOptions(): Record<string, { type: 'string' | 'boolean' }> {
  return Object.fromEntries(
    [...SPECS].map(([name, { kind }]) => [name, { type: kind === 'boolean' ? 'boolean' : 'string' }])
  )
}

function collect(
  name: string,
  value: string | undefined,
  inline: boolean,
  given: Map<string, string[]>,
  problems: string[]
): void {
  if (takesValue(name)) {
    if (!value) problems.push(`--${name} needs a value.`)
    else given.set(name, [...(given.get(name) ?? []), value])
  } else if (inline && Object.hasOwn(OPTIONS, name)) {
    problems.push(`--${name} takes no value.`)
  } else {
    given.set(name, [...(given.get(name) ?? []), value ?? 'true'])
  }
}

function readCommand(word: string | undefined, problems: string[]): Command | undefined {
  if (word !== undefined && isCommand(word)) return word
  problems.unshift(word === undefined ? `No command is given: ${COMMAND_NAMES.join(', ')}.` : noCommand(word))
  return undefined
}

const COMMAND_NAMES = Object.keys(ALL_COMMANDS)

function noCommand(word: string): string {
  return `There is no command ${quote(word)}: ${COMMAND_NAMES.join(', ')}.${didYouMean(word, COMMAND_NAMES)}`
}

function unknownFlag(name: string, rawName: string): string {
  if (name === 'token') {
    return '--token would show the token to others on this machine. Put it into GH_TOKEN or GITHUB_TOKEN.'
  }
  if (name === 'operation') return 'The operation is the command, not a flag.'
  return `There is no flag ${visible(rawName.slice(0, 60))}.${didYouMean(name, FLAGS)}`
}

function isList(name: string): boolean {
  const kind = SPECS.get(name)?.kind
  return kind === 'patterns' || kind === 'list' || kind === 'paths'
}

function inputOf(name: string, values: readonly string[], directory: string): (readonly [string, string])[] {
  const kind = SPECS.get(name)?.kind
  if (kind === undefined) return []
  // Somebody at a terminal may name any file of theirs, and means the directory that they are in.
  const absolute = kind === 'path' || kind === 'paths'
  return [[name, values.map((value) => (absolute ? resolve(directory, value) : value)).join('\n')]]
}
