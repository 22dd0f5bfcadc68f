import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { loadScenario } from '../../../simulator/scenario/load.js'
import { readScenario } from '../../../simulator/scenario/read.js'

const file = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'simulator', 'samples', 'octo-org.json')
const { world } = loadScenario(readScenario(file))
const packages = [...world.packages()]
const shop = world.packageAt({ owner: 'octo-org', type: 'container', name: 'shop' })

describe('the sample organization', () => {
  it('has packages of every type', () => {
    const types = new Set(packages.map(({ facts }) => facts.type))
    expect([...types].sort()).toEqual(['container', 'docker', 'maven', 'npm', 'nuget', 'rubygems'])
  })

  it('has only tags that can be pulled', () => {
    const broken = packages
      .filter(({ facts }) => facts.type === 'container')
      .flatMap(({ facts, byTag }) =>
        [...byTag.keys()].filter((tag) => !world.checkTag(facts.owner, facts.name, tag).ok)
      )
    expect(broken).toEqual([])
  })

  it('has thousands of npm versions, each name once, whose dist-tags are there', () => {
    const compiler = world.packageAt({ owner: 'octo-org', type: 'npm', name: 'shop-compiler' })
    expect(compiler.activeCount).toBe(3_478)
    expect(compiler.byName.size).toBe(3_478)
    for (const { distTags, byName } of packages) {
      expect([...distTags.values()].filter((version) => !byName.has(version))).toEqual([])
    }
  })

  it('has a GitHub Release for each release of the shop and none for candidates', () => {
    const tags = [...shop.byTag.keys()].filter((tag) => /^v\d+\.\d+\.\d+$/.test(tag))
    expect([...(world.repositories.get('octo-org/shop')?.releases ?? [])].sort()).toEqual(tags.sort())
  })

  it('has images of open pull requests, of closed ones, and one that was promoted to a release', () => {
    expect(world.repositories.get('octo-org/shop')?.pulls).toEqual([58, 60])
    expect(['pr-48', 'pr-58', 'pr-60'].filter((tag) => !shop.byTag.has(tag))).toEqual([])
    expect(shop.byTag.get('pr-51')?.tags).toEqual(['v2.2.0', 'v2.2', 'pr-51'])
  })

  it('has a nightly whose platform images another tag needs', () => {
    const [nightly, demo] = ['nightly-303', 'conference-demo'].map((tag) => {
      const body = String(shop.manifests.get(shop.byTag.get(tag)?.name ?? '')?.body)
      return (JSON.parse(body) as { manifests: object[] }).manifests
    })
    expect(nightly?.length).toBe(4)
    expect(nightly).toEqual(demo)
  })

  it('has untagged leftovers of moved tags', () => {
    const untagged = [...shop.byName.values()].filter(({ tags }) => tags.length === 0)
    expect(untagged.length).toBeGreaterThan(100)
  })
})
