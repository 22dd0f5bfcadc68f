import { expect, it } from '@jest/globals'
import { ASSUMPTION_VALUES, type Assumptions, DEFAULT_ASSUMPTIONS } from '../../../simulator/world/assumptions.js'
import { problemsOf, races } from './races.js'

const only = process.env.SWITCH
const values = Object.entries(ASSUMPTION_VALUES).flatMap(([name, all]) =>
  all
    .filter((value) => JSON.stringify(value) !== JSON.stringify(DEFAULT_ASSUMPTIONS[name as keyof Assumptions]))
    .map((value): [string, Partial<Assumptions>] => [
      `${name} ${JSON.stringify(value)}`,
      { [name]: value } as Partial<Assumptions>
    ])
)
it.each(values.filter(([name]) => only === undefined || new RegExp(only).test(name)))('%s', async (_, assumptions) => {
  const problems: string[] = []
  for (const [name, race] of Object.entries(races)) {
    if (process.env.RACE !== undefined && !new RegExp(process.env.RACE).test(name)) continue
    const found = await problemsOf(
      race,
      assumptions,
      ({ kind }) => kind === 'delete-version',
      ({ log }) => log.includes('GitHub does not show the tags of deleted versions')
    )
    problems.push(...found.map((each) => `${name}: ${each.split('\n')[0]}`))
  }
  expect(problems).toEqual([])
})
