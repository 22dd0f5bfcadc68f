import { descriptionFor, INPUT_GROUPS, type InputSpec, type Operation } from '../config/inputs/inputSpec.js'
import { ALL_COMMANDS, COMMANDS, type Command, DETAILED_EXIT_CODES, EXIT_CODES, OPTIONS } from './commands.js'
import { flagsOf } from './readArguments.js'

const WIDTH = 100

/** What `--help` prints: of the program, or of one command with its flags, from the table of inputs. */
export function renderHelp(command?: Command): string {
  return command === undefined ? overview() : commandHelp(command)
}

function overview(): string {
  return [
    'Usage: package-retention COMMAND [FLAG ...]',
    '',
    'Prunes GitHub Packages under a retention policy, and restores what it deleted.',
    '',
    'Commands:',
    ...Object.entries(ALL_COMMANDS).map(([name, { what }]) => `  ${name.padEnd(12)}${what}`),
    '',
    'Flags of every command (help COMMAND shows all):',
    ...optionEntries(),
    '',
    'The token is read from GH_TOKEN or GITHUB_TOKEN. With the GitHub command line tool:',
    '  gh auth refresh --scopes read:packages,write:packages,delete:packages',
    '  GH_TOKEN=$(gh auth token) package-retention plan --owner octo-org --package-name app \\',
    '    --package-type container --match "*" --keep-last 10',
    '',
    'Exit codes:',
    `  ${EXIT_CODES.done}    done; also where GitHub refused to delete something`,
    `  ${EXIT_CODES.failed}    something failed; the rest was done`,
    `  ${EXIT_CODES.mistake}    a mistake in the flags, in the policy, or in a file that they name`,
    `  ${EXIT_CODES.interrupted}  interrupted; what was done until then is in the receipt`,
    'Exit codes of show and diff:',
    `  ${DETAILED_EXIT_CODES.same}    the file changes nothing; the plans decide alike`,
    `  ${DETAILED_EXIT_CODES.failed}    a file cannot be read, or a mistake in the arguments`,
    `  ${DETAILED_EXIT_CODES.different}    the file changes something; the plans differ`,
    ''
  ].join('\n')
}

function commandHelp(command: Command): string {
  const flags = flagsOf(command)
  const groups = Object.entries(INPUT_GROUPS).flatMap(([group, title]) => {
    const ofGroup = flags.filter((flag) => flag.group === group)
    return ofGroup.length === 0
      ? []
      : [`${title}:`, ...ofGroup.flatMap((flag) => flagEntry(flag, COMMANDS[command].operation)), '']
  })
  const { words, what }: { readonly words?: string; readonly what: string } = COMMANDS[command]
  return [
    `Usage: package-retention ${command}${words === undefined ? '' : ` ${words}`} [FLAG ...]`,
    '',
    what,
    '',
    ...groups,
    'This program:',
    ...optionEntries(),
    ''
  ].join('\n')
}

function optionEntries(): readonly string[] {
  const values: Readonly<Record<string, string>> = { 'output-directory': ' DIRECTORY', format: ' FORMAT' }
  return Object.entries(OPTIONS).flatMap(([name, { what }]) => entry(`${name}${values[name] ?? ''}`, what))
}

/** Descriptions of inputs that speak of a workflow, in the words of the command line. */
const OF_FLAGS: Readonly<Record<string, string>> = {
  owner: 'User or organization that the packages belong to. Required unless a plan or a receipt says it.',
  'package-name':
    'Names or globs of packages, several allowed: `*` stays within a segment, `**` crosses `/`. Required unless a policy or a receipt says it.',
  'server-url':
    'Address of the GitHub server, such as https://ghes.example.com. Default: GITHUB_SERVER_URL, else https://github.com.',
  'cache-path': 'Directory for manifests that were read once, kept between runs.',
  'api-url': 'Address of the REST API. Default: GITHUB_API_URL, else https://api.github.com.'
}

function flagEntry(flag: InputSpec, operation: Operation): readonly string[] {
  const { name, kind, choices, default: standard } = flag
  const description = OF_FLAGS[name] ?? descriptionFor(flag, operation)
  const asks = standard === undefined || /[Dd]efault/.test(description) ? '' : ` Default: ${standard}.`
  const value = kind === 'choice' ? choices?.join('|') : kind.toUpperCase()
  return entry(kind === 'boolean' ? `${name}[=true|false]` : `${name} ${value}`, `${description}${asks}`)
}

function entry(flag: string, what: string): readonly string[] {
  return [`  --${flag}`, ...wrapped(what.replaceAll('`', ''), WIDTH - 6).map((line) => `      ${line}`)]
}

function wrapped(text: string, width: number): readonly string[] {
  return text.match(new RegExp(`.{1,${width}}(?= |$)|\\S+`, 'g'))?.map((line) => line.trim()) ?? []
}
