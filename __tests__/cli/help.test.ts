import { describe, expect, it } from '@jest/globals'
import { COMMANDS, EXIT_CODES, isCommand, OPTIONS } from '../../src/cli/commands.js'
import { renderHelp } from '../../src/cli/help.js'
import { flagsOf } from '../../src/cli/readArguments.js'

const commands = Object.keys(COMMANDS).filter(isCommand)

describe('renderHelp', () => {
  it('names every command, every flag of the program and every exit code', () => {
    const help = renderHelp()
    for (const word of [...commands, ...Object.keys(OPTIONS).map((name) => `--${name}`)]) expect(help).toContain(word)
    for (const code of Object.values(EXIT_CODES)) expect(help).toMatch(new RegExp(`^ {2}${code} `, 'm'))
  })

  it.each(commands)('names every flag of %s once, with what it may hold', (command) => {
    const lines = renderHelp(command).split('\n')
    for (const { name, kind } of flagsOf(command)) {
      const entries = lines.filter((line) => new RegExp(`^ {2}--${name}(\\[=true\\|false\\]| \\S+)$`).test(line))
      expect({ name, entries: entries.length }).toEqual({ name, entries: 1 })
      expect(entries[0]?.includes('[=')).toBe(kind === 'boolean')
    }
  })

  it.each(commands)('promises nothing of %s that only a workflow has', (command) => {
    const help = renderHelp(command).replaceAll(/\s+/g, ' ')
    expect(help).not.toMatch(/owner of the repository|workflow runs on|actions\/cache|job summary/)
    expect(help).toMatch(/--owner TEXT User or organization[^.]*\. Required unless a plan or a receipt says it\./)
  })

  it.each([undefined, ...commands])('fits a terminal of 100 columns (%s)', (command) => {
    expect(
      renderHelp(command)
        .split('\n')
        .filter((line) => line.length > 100)
    ).toEqual([])
  })
})
