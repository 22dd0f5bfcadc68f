import { ALL_COMMANDS, FORMATS, isCommand, OPTIONS, SHELLS, type Shell } from './commands.js'
import { flagsOf } from './readArguments.js'

const PROGRAM = 'package-retention'

/** A script that completes commands, the flags of the command that is typed, and the values of a choice. */
export function renderCompletion(shell: Shell): string {
  if (shell === 'fish') return fish()
  // zsh reads bash's form of completion.
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${bash()}` : bash()
}

interface Flag {
  readonly name: string
  readonly choices: readonly string[]
  readonly isFile: boolean
}

const COMMAND_NAMES = Object.keys(ALL_COMMANDS)

function flags(command: string): readonly Flag[] {
  const ofInputs = isCommand(command)
    ? flagsOf(command).map(({ name, kind, choices = [] }) => ({ name, choices, isFile: kind === 'path' }))
    : []
  const isListing = command === 'show' || command === 'diff'
  const options = Object.keys(OPTIONS)
    .filter((name) => (name === 'format' ? isListing : isCommand(command)))
    .map((name) => ({ name, choices: name === 'format' ? FORMATS : [], isFile: name === 'output-directory' }))
  return [...ofInputs, ...options]
}

/** Words that follow a command without a flag. */
function words(command: string): string {
  if (command === 'completion') return SHELLS.join(' ')
  return command === 'help' ? COMMAND_NAMES.join(' ') : ''
}

function bash(): string {
  const all = new Map(COMMAND_NAMES.flatMap(flags).map((flag) => [flag.name, flag]))
  const choices = [...all.values()].filter((flag) => flag.choices.length > 0)
  const files = [...all.values()].filter(({ isFile }) => isFile)
  return [
    '_package_retention() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
    '  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}',
    '  case $before in',
    ...choices.map(
      (flag) => `    --${flag.name}) COMPREPLY=($(compgen -W '${flag.choices.join(' ')}' -- "$word")); return ;;`
    ),
    `    ${files.map(({ name }) => `--${name}`).join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;`,
    '  esac',
    `  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W '${COMMAND_NAMES.join(' ')}' -- "$word")); return; fi`,
    '  case $command in',
    ...COMMAND_NAMES.map((command) => {
      const list = [words(command), ...flags(command).map(({ name }) => `--${name}`)].join(' ').trim()
      return `    ${command}) COMPREPLY=($(compgen -W '${list}' -- "$word")) ;;`
    }),
    '  esac',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own; show and diff take any path
    '  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))',
    '}',
    `complete -F _package_retention ${PROGRAM}`,
    ''
  ].join('\n')
}

function fish(): string {
  const lines = Object.entries(ALL_COMMANDS).flatMap(([command, { what }]) => [
    `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${command} -d '${what.replaceAll("'", "\\'")}'`,
    ...(words(command) === ''
      ? []
      : [`complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${command}' -f -a '${words(command)}'`]),
    ...flags(command).map(({ name, choices, isFile }) => {
      const values = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : isFile ? ' -r' : ''
      return `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${command}' -l ${name}${values}`
    })
  ])
  return `${lines.join('\n')}\n`
}
