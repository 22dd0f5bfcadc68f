import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { readConfig } from '../../src/config/inputs/read.js'
import type { PackagePlan } from '../../src/domain/plan.js'
import { plan } from '../../src/policy/plan/plan.js'
import { proseOf, snippetsOf } from './markdown.js'
import { days, type Images, inventoryOf, labelOf, listed, NOW, named, of, REGISTRIES } from './migrationRegistries.js'
import { KINDS, NO_VERSIONS, ROWS } from './migrationRows.js'
import { containerRetention, ghcrCleanup, ghcrPrune, type Listed } from './otherTools.js'
import { declaredBy, type Step, type Workflow } from './runWorkflow.js'

const PAGE = 'docs/migration.md'

/** The plan that a step makes, without the `max-delete` of action.yml. */
function planOf(inputs: Readonly<Record<string, string>>, images: readonly Listed[]): PackagePlan {
  const inventory = inventoryOf(images)
  const read = readConfig(
    {
      inputs: { token: 't', 'package-name': 'shop', 'package-type': inventory.package.type, ...inputs },
      unknown: [],
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
      repository: 'octo-org/shop',
      workspace: '/w',
      temp: '/t'
    },
    { texts: new Map(), fitting: new Map() }
  )
  if ('problems' in read) throw new Error(read.problems.map(({ what }) => what).join(' '))
  if (read.config.operation !== 'prune') throw new Error('no prune')
  const [own] = plan([inventory], read.config.policy, NOW, 'octo-org').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

function deletedOf(inputs: Readonly<Record<string, string>>, images: readonly Listed[]): readonly Listed[] {
  const deleted = new Set(
    planOf(inputs, images).decisions.flatMap(({ verdict, version }) => (verdict === 'delete' ? [version.id] : []))
  )
  return images.filter(({ id }) => deleted.has(id))
}

/** What a step deletes, as `tags days`. */
function deletedBy(inputs: Readonly<Record<string, string>>, images: Images): readonly string[] {
  return deletedOf(inputs, listed(images))
    .map(({ id }) => images[id - 1]?.join(' ') ?? '')
    .sort()
}

const told = (images: Images) => images.map((image) => image.join(' ')).sort()

const steps = snippetsOf(PAGE).flatMap(({ text }) => parse(text) as readonly Step[])

describe('the four most frequent workflows', () => {
  it.each<[string, Images, Images]>([
    [
      'the first keeps the ten newest untagged images and every tagged one',
      [...of('-', days(2, 14)), ...named('old-', [800, 900])],
      of('-', [12, 13, 14])
    ],
    [
      'the second keeps untagged images of a week and every tagged one',
      [...of('-', days(5, 9)), ...named('old-', [800, 900])],
      of('-', [8, 9])
    ],
    [
      'the third keeps the ten newest and what fits the patterns, and no untagged image is touched',
      [...named('build-', days(1, 12)), ['v1', 900], ['main', 800], ...of('-', [700])],
      named('build-', [11, 12])
    ],
    [
      'the fourth deletes the images of one pull request',
      [
        ['pr-12', 1],
        ['pr-12-abc', 1],
        ['pr-120', 1],
        ['pr-1', 1],
        ['main pr-12-x', 1]
      ],
      [
        ['pr-12', 1],
        ['pr-12-abc', 1]
      ]
    ]
  ])('%s', (title, images, deleted) => {
    const place = ['first', 'second', 'third', 'fourth'].findIndex((word) => title.includes(word))
    const given = Object.entries(steps[place]?.with ?? {}).map(([name, value]) => [
      name,
      String(value).replaceAll(/\$\{\{ github\.event\.number \}\}/g, '12')
    ])
    expect(deletedBy(Object.fromEntries(given), images)).toEqual(told(deleted))
  })
})

/** The lines of all lists: what the other tool says, and what to write here. */
const rows = [...proseOf(PAGE).matchAll(/^- (.*?) → (.*)$/gm)].map(([, there = '', here = '']) => ({
  there,
  here,
  inputs: [...here.matchAll(/`([a-z-]+): ([^`]+)`/g)].map(([, name = '', value = '']) => [name, value] as const)
}))

const fits = (difference: string) => (version: Listed) =>
  difference in KINDS ? KINDS[difference as keyof typeof KINDS](version) : labelOf(version) === difference

describe('the lists', () => {
  const told = new Map(ROWS.map((row) => [row.there, row]))

  it.each(rows.filter(({ there, here }) => !here.startsWith('policy') && told.get(there)?.here.policy === undefined))(
    'name inputs that the action declares: $there',
    ({ inputs }) => {
      expect(declaredBy('.')).toEqual(expect.arrayContaining(inputs.map(([name]) => name)))
    }
  )

  it('have a test for each line', () => {
    const tested = [...ROWS.map(({ there }) => there), ...NO_VERSIONS, ...OTHERWISE]
    expect(tested).toEqual(expect.arrayContaining(rows.map(({ there }) => there)))
    expect(rows.length).toBeGreaterThan(40)
  })

  it.each(rows.filter(({ there }) => told.has(there)))('are tested with what they say: $there', ({ there, inputs }) => {
    const { here = {} } = told.get(there) ?? {}
    const said = inputs
      .filter(([name]) => (here.policy === undefined ? declaredBy('.').includes(name) : name === 'policy'))
      .map(([name, value]) => [name, value.replace(/^'(.*)'$/, '$1')])
    expect(here).toMatchObject(Object.fromEntries(said))
  })

  it.each(ROWS)('mean what the other tool says, but for these differences: $there', (row) => {
    const versions = REGISTRIES[row.registry ?? 'images']
    const [theirs, ours] = [row.theirs(versions), deletedOf(row.here, versions)]
    const labels = (of: readonly Listed[]) => of.map(labelOf).sort()
    const differing = (of: readonly Listed[], kinds: readonly string[] = []) =>
      of.filter((each) => kinds.some((kind) => fits(kind)(each)))
    expect(theirs).not.toEqual([])
    expect({
      kept: labels(theirs.filter((each) => !ours.includes(each))),
      deleted: labels(ours.filter((each) => !theirs.includes(each)))
    }).toEqual({ kept: labels(differing(theirs, row.kept)), deleted: labels(differing(ours, row.deleted)) })
    const idle = [
      ...(row.kept ?? []).filter((kind) => !theirs.some(fits(kind))),
      ...(row.deleted ?? []).filter((kind) => !ours.some(fits(kind)))
    ]
    expect(idle).toEqual([])
  })
})

/** The set-ups that the page of actions/delete-package-versions shows, under `with`, and ours. */
const SET_UPS: readonly (readonly [what: string, theirs: string, ours: string])[] = [
  [
    'the newest ten images',
    'package-name: app\npackage-type: container\nmin-versions-to-keep: 10',
    "package-name: app\nmatch: '*'\nkeep-last: 10"
  ],
  [
    'the newest ten versions of the package named like the repository',
    'package-name: shop\npackage-type: npm\nmin-versions-to-keep: 10',
    "package-type: npm\nmatch: '*'\nkeep-last: 10"
  ],
  [
    'the newest ten, and what is ignored',
    "package-name: app\npackage-type: container\nmin-versions-to-keep: 10\nignore-versions: '^v'",
    "package-name: app\nmatch: '*'\nkeep-last: 10\nkeep: /^v/"
  ],
  [
    'the oldest fifty',
    'package-name: app\npackage-type: container\nnum-old-versions-to-delete: 50',
    "package-name: app\nmatch: '*'\ndelete-limit: 50"
  ],
  [
    'untagged images but ten',
    'package-name: app\npackage-type: container\nmin-versions-to-keep: 10\ndelete-only-untagged-versions: true',
    'package-name: app\ndelete-untagged: true\nkeep-last-untagged: 10'
  ],
  [
    'prereleases but ten',
    'package-name: lib\npackage-type: npm\nmin-versions-to-keep: 10\ndelete-only-pre-release-versions: true',
    "package-name: lib\npackage-type: npm\npolicy: '{ version: 1, rules: [{ match: { prerelease: true }, keep: [{ last: 10 }] }] }'"
  ],
  [
    'versions by id',
    'package-name: lib\npackage-type: npm\npackage-version-ids: 1, 2',
    'package-name: lib\npackage-type: npm\nversion-ids: 1, 2'
  ]
]

it.each(SET_UPS)('actions/delete-package-versions needs no fewer lines for %s', (_, theirs, ours) => {
  const given = Object.entries(parse(ours) as object).map(([name, value]) => [name, String(value)] as const)
  expect(declaredBy('.')).toEqual(expect.arrayContaining(given.map(([name]) => name)))
  expect(planOf(Object.fromEntries(given), REGISTRIES.images)).toHaveProperty('decisions')
  expect(ours.split('\n').length).toBeLessThanOrEqual(theirs.split('\n').length)
})

/** Lines that are tested below. */
const OTHERWISE = ['tags are taken off images with several', '`validate`']

it('with partial-tags: untag, the tag that the other tool removes is removed', () => {
  const policy = "version: 1\npartial-tags: untag\nrules: [{ match: { names: ['pr-*'] }, keep: [] }]"
  const { steps } = planOf({ policy }, REGISTRIES.images)
  expect(steps.flatMap((step) => (step.kind === 'untag' ? [step.tag] : []))).toEqual(['pr-9'])
})

it('every run warns of indexes with missing images', () => {
  const { notices } = planOf({ match: 'none' }, REGISTRIES.broken)
  expect(notices.map(({ message }) => message).join()).toMatch(/some-gone|all-gone/)
})

it('keep-last beside keep-within keeps no five of what is older, as three tools do', () => {
  const older = (versions: readonly Listed[]) => versions.filter(({ age }) => age > 30)
  const builds = REGISTRIES.images.filter(({ tags }) => tags.join().startsWith('build-'))
  const ours = deletedOf({ match: 'build-*', 'keep-last': '5', 'keep-within': '30d' }, builds)
  expect(ours).toEqual(older(builds))
  const five = older(builds).slice(5)
  expect(containerRetention({ selection: 'tagged', cutOff: 30, keepRecent: 5 }, builds)).toEqual(five)
  expect(ghcrPrune({ tags: /^build-/, youngerThan: 30, keepLast: 5 }, builds)).toEqual(five)
  expect(ghcrCleanup({ keepTagged: 5, olderThan: 30 }, builds)).toEqual(five)
})

describe('README.md', () => {
  const [first] = snippetsOf('README.md').filter(({ language }) => language === 'yaml')
  const workflow = parse(first?.text ?? '') as Workflow
  const given = Object.entries(workflow.jobs.prune?.steps?.[0]?.with ?? {}).map(([name, value]) => [
    name,
    String(value)
  ])
  const table = [...proseOf('README.md').matchAll(/^\| (.*) \| kept \| (kept|deleted) \|/gm)].map(
    ([, tags = '', verdict]) => ({
      // Each of several tags is an image of its own, but for those on one image.
      images: tags.includes(' and ')
        ? [tags.replaceAll(/`| and/g, '')]
        : [...tags.matchAll(/`([^`]+)`/g)].map(([, tag]) => tag ?? ''),
      verdict
    })
  )

  it.each(table)('says truly what the first workflow does with $images', ({ images, verdict }) => {
    const of = (days: number) =>
      (images.length > 0 ? images : ['-']).map((tags): readonly [string, number] => [tags, days])
    const others: Images = [['kept', 400]]
    expect(deletedBy(Object.fromEntries(given), [...of(3), ...others])).toEqual([])
    expect(deletedBy(Object.fromEntries(given), [...of(60), ...others])).toEqual(
      verdict === 'deleted' ? told(of(60)) : []
    )
  })

  it('tells it of six kinds of images', () => {
    expect(table).toHaveLength(6)
  })
})
