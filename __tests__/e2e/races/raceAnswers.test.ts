import { expect, it } from '@jest/globals'
import type { Request } from '../../../simulator/server/exchange.js'
import { ASSUMPTION_VALUES, type Assumptions, DEFAULT_ASSUMPTIONS } from '../../../simulator/world/assumptions.js'
import { ALL, amount } from '../../amount.js'
import type { RanHere } from '../harness.js'
import { problemsOf, races } from './races.js'

/** Where no witness shows the loss, the run says so. */
const EXCUSES: Partial<Record<keyof Assumptions, RegExp>> = {
  stateIgnoredIn: /GitHub does not show the tags of deleted versions/,
  cascade: /lists sha256:\w+, which was there before this run/
}

/** A tag that a restore loses is lost by whoever restores. */
const NOT_OURS: Readonly<Record<string, RegExp>> = { tagsOnRestore: /^a restore of an index/ }

/** Switches that what guards a deletion hangs on. A search takes all the others too. */
const GUARDED = [
  'activeListLag',
  'deletedListLag',
  'versionLag',
  'registryLag',
  'tagListLag',
  'deletedTags',
  'deletedAt',
  'stateIgnoredIn',
  'getOfDeleted',
  'secondDelete',
  'pushOfDeleted',
  'cascade',
  'updatedAtOn',
  'tagsOnRestore',
  'restoreConflictStatus'
] as const satisfies readonly (keyof Assumptions)[]
const NAMES = ALL ? (Object.keys(ASSUMPTION_VALUES) as (keyof Assumptions)[]) : GUARDED
const everyLag = (seconds: number): Partial<Assumptions> =>
  Object.fromEntries(NAMES.filter((name) => name.endsWith('Lag')).map((name) => [name, seconds]))

const single = NAMES.flatMap((name) =>
  ASSUMPTION_VALUES[name]
    .filter((value) => JSON.stringify(value) !== JSON.stringify(DEFAULT_ASSUMPTIONS[name]))
    .map((value) => ({ name, value, assumptions: { [name]: value } as Partial<Assumptions> }))
)
/** Where only one kind of change lags, one witness shows nothing and another has to. */
const late = [
  { name: 'activeListLag', value: '10 after a push', assumptions: { activeListLag: 10, lagAfter: ['push'] } },
  { name: 'deletedListLag', value: '10 after a deletion', assumptions: { deletedListLag: 10, lagAfter: ['deletion'] } }
] as const
const cases = [
  ...single,
  ...late,
  { name: 'versionLag', value: 'that of all lists', assumptions: everyLag(2) } as const
]

/** The race that goes wrong without what guards against the switch. */
const HARDEST: Partial<Record<keyof Assumptions, string>> = {
  activeListLag: 'a new index over old children',
  deletedListLag: 'a tag on an untagged image',
  deletedTags: 'a tag on an untagged image',
  stateIgnoredIn: 'a tag on an untagged image',
  versionLag: 'a deletion of an index that goes',
  cascade: 'a second tag on a tagged index that goes'
}

/** Each value meets some of the races, each race some of the values; in a search each meets all. */
const rows = cases.map((each, index) => {
  const fitting = Object.entries(races).filter(([race]) => NOT_OURS[each.name]?.test(race) !== true)
  const hardest = fitting.find(([race]) => race === HARDEST[each.name])
  const chosen = ALL ? fitting : [hardest ?? fitting[index % fitting.length]]
  return { ...each, chosen: chosen.filter((one) => one !== undefined) }
})

it.each(rows)(
  'if $name is $value, a race at a deletion loses or breaks no tag, or the run says what it cannot see',
  async ({ assumptions, name: switched, chosen }) => {
    const excused = ({ log }: RanHere): boolean => EXCUSES[switched]?.test(log) === true
    const problems: string[] = []
    for (const [name, race] of chosen) {
      const at = ({ kind }: Request): boolean => kind === 'delete-version'
      const every = amount(name === HARDEST[switched] ? 3 : 8, 1)
      const found = await problemsOf(race, assumptions, { at, every }, excused)
      for (const problem of found) problems.push(`${name}: ${problem}`)
    }
    expect(problems).toEqual([])
  }
)
