import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { readConfig } from '../../src/config/inputs/read.js'
import type { Inventory } from '../../src/domain/inventory.js'
import type { Version } from '../../src/domain/version.js'
import { plan } from '../../src/policy/plan/plan.js'
import { proseOf, snippetsOf } from './markdown.js'
import { declaredBy, type Step, type Workflow } from './runWorkflow.js'

const PAGE = 'docs/migration.md'
const NOW = Date.UTC(2026, 10, 30, 12)
const DAY = 24 * 3_600_000

/** Tags and ages in days; `-` is untagged. All are images for one platform. */
type Images = readonly (readonly [tags: string, days: number])[]

function inventoryOf(images: Images): Inventory {
  const versions = images.map(([tags, days], i): Version => {
    const at = NOW - days * DAY
    const digest = `sha256:${String(i).padStart(64, '0')}`
    return { id: i + 1, name: digest, tags: tags === '-' ? [] : tags.split(' '), createdAt: at, updatedAt: at }
  })
  const manifests = versions.map(({ name }) => {
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    return [name, { digest: name, mediaType, kind: 'image', entries: [], blobs: [], annotations: {}, size: 1 }] as const
  })
  const info = {
    owner: 'octo-org',
    type: 'container',
    name: 'shop',
    id: 1,
    visibility: 'private',
    htmlUrl: ''
  } as const
  return { package: info, versions, manifests: new Map(manifests), inUse: {}, gaps: [] }
}

/** What a step deletes, as `tags days`. */
function deletedBy(inputs: Readonly<Record<string, string>>, images: Images): readonly string[] {
  const read = readConfig(
    {
      inputs: { token: 't', ...inputs },
      unknown: [],
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
      repository: 'octo-org/shop',
      workspace: '/w',
      temp: '/t'
    },
    new Map()
  )
  if ('problems' in read) throw new Error(read.problems.map(({ what }) => what).join(' '))
  if (read.config.operation !== 'prune') throw new Error('no prune')
  const [own] = plan([inventoryOf(images)], read.config.policy, NOW, 'octo-org').packages
  return (own?.decisions ?? [])
    .filter(({ verdict }) => verdict === 'delete')
    .map(({ version }) => images[version.id - 1]?.join(' ') ?? '')
    .sort()
}

const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const of = (tags: string, ages: readonly number[]): Images => ages.map((age) => [tags, age])
const named = (prefix: string, ages: readonly number[]): Images => ages.map((age) => [`${prefix}${age}`, age])
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

/** Of each line of the tools: the inputs that it gives with their values, where it speaks of inputs. */
const [tables = ''] = proseOf(PAGE).split('## Policies of registries')
const rows = [...tables.matchAll(/^- (.*?) → (.*)$/gm)]
  .filter(([, , here = '']) => !here.includes('policy') && !here.includes('{'))
  .map(([, there = '', here = '']) => ({
    there,
    inputs: [...here.matchAll(/`([a-z-]+): ([^`]+)`/g)].map(([, name = '', value = '']) => [name, value] as const)
  }))
  .filter(({ inputs }) => inputs.length > 0)

describe('the lists', () => {
  it('are read', () => {
    expect(rows.length).toBeGreaterThan(15)
  })

  it.each(rows)('name inputs that the action declares: $there', ({ inputs }) => {
    expect(declaredBy('.')).toEqual(expect.arrayContaining(inputs.map(([name]) => name)))
  })

  const images: Images = [
    ...named('build-', days(1, 40)),
    ...named('pr-', days(1, 40)),
    ...named('v1.', days(1, 40)),
    ...of('-', days(2, 40))
  ]
  it.each<[string, Readonly<Record<string, string>>, (image: string, age: number) => boolean]>([
    ['min-versions-to-keep: 108', { match: '*', 'keep-last': '108' }, (tag, age) => tag !== '-' && age > 36],
    [
      'delete-only-untagged-versions: true',
      { 'delete-untagged': 'true', 'keep-last-untagged': '10' },
      (tag, age) => tag === '-' && age > 11
    ],
    ['ignore-versions', { match: '*', keep: '/^v/' }, (tag) => !tag.startsWith('v') && tag !== '-'],
    [
      'delete-tags, exclude-tags, older-than',
      { match: 'pr-*', keep: 'v*', 'keep-within': '30d' },
      (tag, age) => tag.startsWith('pr-') && age > 30
    ],
    [
      'cut-off for untagged',
      { 'delete-untagged': 'true', 'keep-within': '30d' },
      (tag, age) => tag === '-' && age > 30
    ],
    ['prune-tags-regexes', { match: '/^pr-/', 'keep-within': '7d' }, (tag, age) => tag.startsWith('pr-') && age > 7],
    ['untagged_only: true', { 'delete-untagged': 'true' }, (tag) => tag === '-'],
    ['version-pattern', { match: '/^v1\\.3/', 'keep-last': '5' }, (tag, age) => /^v1\.3/.test(tag) && age > 33]
  ])('mean what the other tool says by %s', (_, inputs, deleted) => {
    expect(deletedBy(inputs, images)).toEqual(told(images.filter(([tag, age]) => deleted(tag, age))))
  })
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
