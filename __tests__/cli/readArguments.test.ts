import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { flagsOf, readArguments } from '../../src/cli/readArguments.js'
import { INPUTS } from '../../src/config/inputs/inputs.js'

const here = resolve('/home/mona/shop')

function read(line: string) {
  return readArguments(line === '' ? [] : line.split(' '), here)
}

function problems(line: string): readonly string[] {
  const found = read(line)
  return found.kind === 'wrong' ? found.problems : []
}

describe('readArguments', () => {
  it('reads flags as the inputs of the same name', () => {
    expect(read('prune --package-name app --package-type container --keep-last 10 --dry-run')).toEqual({
      kind: 'run',
      command: 'prune',
      inputs: {
        operation: 'prune',
        'package-name': 'app',
        'package-type': 'container',
        'keep-last': '10',
        'dry-run': 'true'
      },
      outputDirectory: resolve(here, '.package-retention'),
      json: false,
      debug: false,
      yes: false
    })
  })

  it('takes "plan" as a prune that changes nothing', () => {
    expect(read('plan --keep-last=3')).toMatchObject({ inputs: { operation: 'prune', 'dry-run': 'true' } })
    expect(problems('plan --dry-run=false')).toEqual([
      '--dry-run is what "plan" means; to delete, the command is "prune".'
    ])
  })

  it('gives explain every flag of plan but the one for the deletions themselves', () => {
    const explained = flagsOf('explain').map(({ name }) => name)
    const missing = flagsOf('plan').filter(({ name }) => !explained.includes(name))
    expect(missing.map(({ name }) => name)).toEqual(['delete-concurrency'])
  })

  it('lets yes-or-no flags say no, and hands on what is neither for the reader of inputs to refuse', () => {
    expect(read('prune --keep-latest=false --dry-run=ture')).toMatchObject({
      inputs: { 'keep-latest': 'false', 'dry-run': 'ture' }
    })
  })

  it('does not take a word behind a yes-or-no flag for its value', () => {
    expect(problems('prune --dry-run false')).toEqual([
      '"false" belongs to no flag. A yes-or-no flag takes its value only with =, as in --dry-run=false.'
    ])
  })

  it('joins what is given for a list several times, and refuses it for anything else', () => {
    expect(read('prune --package-name a --package-name b')).toMatchObject({ inputs: { 'package-name': 'a\nb' } })
    expect(problems('prune --keep-last 1 --keep-last 2')).toEqual(['--keep-last is given 2 times.'])
  })

  it('names files from the current directory', () => {
    expect(read('prune --policy-file ../policy.yaml --output-directory out')).toMatchObject({
      inputs: { 'policy-file': resolve(here, '../policy.yaml') },
      outputDirectory: resolve(here, 'out')
    })
  })

  it('tells every mistake at once', () => {
    expect(problems('prun --keep-lats 5 --keep-last --json=1 --token secret --operation prune')).toEqual([
      'There is no command "prun": plan, prune, apply, restore, explain, packages, show, diff, completion, help. Did you mean "prune"?',
      'There is no flag --keep-lats. Did you mean "keep-last"?',
      '--keep-last needs a value.',
      '--json takes no value.',
      '--token would show the token to others on this machine. Put it into GH_TOKEN or GITHUB_TOKEN.',
      'The operation is the command, not a flag.'
    ])
  })

  it('takes the word behind explain for the name to explain', () => {
    expect(read('explain v1.2.3 --match v*')).toMatchObject({
      command: 'explain',
      inputs: { operation: 'explain', name: 'v1.2.3', match: 'v*' }
    })
    expect(problems('explain a b')).toEqual([
      '"b" belongs to no flag. A yes-or-no flag takes its value only with =, as in --dry-run=false.'
    ])
  })

  it('reads commands that need no server, each with its own words', () => {
    expect(read('show plan.json --format csv')).toEqual({
      kind: 'show',
      files: [resolve(here, 'plan.json')],
      format: 'csv'
    })
    expect(read('diff a.json b.json')).toMatchObject({
      kind: 'show',
      files: [resolve(here, 'a.json'), resolve(here, 'b.json')]
    })
    expect(read('completion fish')).toEqual({ kind: 'completion', shell: 'fish' })
    expect(read('help prune')).toEqual({ kind: 'help', command: 'prune' })
    expect(read('help')).toEqual({ kind: 'help' })
    expect(read('--version')).toEqual({ kind: 'version' })
  })

  it.each([
    ['show', 'show takes one file. Usage: package-retention show FILE'],
    ['diff a', 'diff takes two files. Usage: package-retention diff OLD-PLAN NEW-PLAN'],
    ['show a --format yaml', '--format is one of text, markdown, csv, json.'],
    ['show a --keep-last 1', 'show has no flag --keep-last.'],
    ['completion tcsh', 'Name a shell: bash, zsh, fish. Usage: package-retention completion bash|zsh|fish'],
    ['prune --format csv', '--format is for show and diff.']
  ])('refuses "%s"', (line, problem) => expect(problems(line)).toEqual([problem]))

  it('never repeats the token that somebody gave as a flag', () => {
    expect(problems('prune --token ghp_secret --token=ghp_secret').join()).not.toContain('ghp_secret')
  })

  it('asks for a command where there is none', () => {
    expect(problems('')).toEqual([
      'No command is given: plan, prune, apply, restore, explain, packages, show, diff, completion, help.'
    ])
    expect(problems('--keep-last 1')).toHaveLength(1)
  })

  it.each(['--help', '-h', 'nonsense --help'])('shows help for %s', (line) => {
    expect(read(line)).toEqual({ kind: 'help' })
  })

  it('shows the help of a command', () => {
    expect(read('restore --receipt-file --help')).toMatchObject({ kind: 'help', command: 'restore' })
  })

  it('survives names that objects have by themselves', () => {
    expect(problems('constructor --__proto__ --toString=1')).toHaveLength(3)
  })
})

describe('flagsOf', () => {
  it('offers each input to the commands that use it, but for the two that are no flags', () => {
    const offered = new Set((['plan', 'prune', 'apply', 'restore', 'explain', 'packages'] as const).flatMap(flagsOf))
    const names = INPUTS.map(({ name }) => name).filter((name) => name !== 'token' && name !== 'operation')
    expect([...offered].map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(flagsOf('plan').map(({ name }) => name)).not.toContain('dry-run')
    expect(flagsOf('packages').map(({ name }) => name)).not.toContain('keep-last')
  })
})
