import { describe, expect, it } from '@jest/globals'
import { INPUTS } from '../../src/config/inputs/inputs.js'
import { nearest } from '../../src/config/nearest.js'

const names = INPUTS.map(({ name }) => name)

describe('nearest', () => {
  it.each([
    ['keep-lats', names, 'keep-last'],
    ['keep_last', names, 'keep-last'],
    ['KEEP-LAST', names, 'keep-last'],
    ['keeplast', names, 'keep-last'],
    ['keep-whitin', names, 'keep-within'],
    ['packages-name', names, 'package-name'],
    ['dryrun', names, 'dry-run'],
    ['delete-untaged', names, 'delete-untagged'],
    ['ture', ['true', 'false'], 'true'],
    ['yes', ['true', 'false'], 'true'],
    ['OFF', ['true', 'false'], 'false'],
    ['0', ['true', 'false'], 'false'],
    ['conatiner', ['container', 'npm'], 'container'],
    ['gradle', ['container', 'maven'], 'maven'],
    ['keeep', ['keep', 'match'], 'keep']
  ])('takes %s among %# for what was meant', (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant)
  })

  it.each([
    ['zebra', names],
    ['x', ['a', 'b']],
    ['', names],
    ['k'.repeat(100_000), names],
    ['yes', ['keep', 'untag']],
    ['toString', ['true', 'false']]
  ])('guesses nothing for %.20s', (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined()
  })
})
