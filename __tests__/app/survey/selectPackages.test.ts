import { describe, expect, it } from '@jest/globals'
import type { Ports } from '../../../src/app/ports.js'
import { selectPackages } from '../../../src/app/survey/selectPackages.js'
import type { Scope } from '../../../src/domain/config.js'
import { Failure } from '../../../src/domain/failure.js'
import type { PackageInfo, PackageType } from '../../../src/domain/package.js'

const owner = { login: 'octo', kind: 'organization' } as const

const info = (type: PackageType, name: string): PackageInfo => {
  return { owner: 'octo', type, name, id: 1, visibility: 'private', htmlUrl: '' }
}

/** Selects from an owner who has these packages, and keeps what was asked for and shown. */
async function select(there: readonly PackageInfo[], scope: Partial<Scope>, conflicts: readonly PackageInfo[] = []) {
  const asked: string[] = []
  const notices: string[] = []
  const packages: Partial<Ports['packages']> = {
    async listPackages(_owner, type) {
      asked.push(`list ${type}`)
      return there.filter((each) => each.type === type)
    },
    async getPackage(_owner, type, name) {
      asked.push(`get ${type}/${name}`)
      const found = there.find((each) => each.type === type && each.name === name)
      if (name === 'secret') throw new Failure('auth', 'no right')
      if (found === undefined) throw new Failure('not-found', `no ${type}/${name}`)
      return found
    },
    dockerConflicts: async () => conflicts
  }
  const ports = { packages, console: { notice: (text: string) => notices.push(text) } } as unknown as Ports
  const { packages: selected, failed } = await selectPackages(ports, owner, {
    names: [],
    types: ['container'],
    ifMissing: 'fail',
    ...scope
  })
  return {
    selected: selected.map(({ type, name }) => `${type}/${name}`),
    failed: failed.map(({ package: ref, failure }) => `${ref.type}/${ref.name}: ${failure.message}`),
    remedies: failed.map(({ failure }) => failure.remedy),
    asked,
    notices
  }
}

const APPS = [info('container', 'b'), info('container', 'a'), info('container', 'team/c'), info('npm', 'a')]

describe('selecting packages', () => {
  it('asks for plain names one by one, which every token may do', async () => {
    expect(await select(APPS, { names: ['b', 'a'] })).toMatchObject({
      selected: ['container/a', 'container/b'],
      asked: ['get container/b', 'get container/a'],
      notices: []
    })
  })

  it('reads the list for a pattern, and asks only for names that it does not have', async () => {
    expect(await select(APPS, { names: ['team/*', 'a', 'z'] })).toMatchObject({
      selected: ['container/a', 'container/team/c'],
      asked: ['list container', 'get container/z'],
      failed: ['container/z: no container/z']
    })
  })

  it('selects every package of the types, by type and then by name, where the scope names none', async () => {
    expect(await select(APPS, { types: ['npm', 'container'] })).toMatchObject({
      selected: ['npm/a', 'container/a', 'container/b', 'container/team/c'],
      notices: []
    })
  })

  it('shows a notice for each pattern that fits nothing, and none for an exclusion', async () => {
    expect(await select(APPS, { names: ['x-*', '*', '!y-*'], types: ['container', 'npm'] })).toMatchObject({
      selected: ['container/a', 'container/b', 'npm/a'],
      notices: ['no container package of octo fits x-*', 'no npm package of octo fits x-*']
    })
  })

  it('does not ask for a name that an exclusion takes away', async () => {
    const { selected, asked } = await select(APPS, { names: ['a', 'z', '!z', '!a'] })
    expect(selected).toEqual([])
    expect(asked).toEqual(['list container'])
  })

  it('fails for a name that does not exist, or shows a notice with if-missing: ignore', async () => {
    expect((await select(APPS, { names: ['z'] })).failed).toEqual(['container/z: no container/z'])
    expect(await select(APPS, { names: ['z', 'secret'], ifMissing: 'ignore' })).toMatchObject({
      failed: ['container/secret: no right'],
      notices: ['The container package z of octo does not exist and is ignored (if-missing).']
    })
  })

  it('is content with one of several types for a name', async () => {
    expect(await select(APPS, { names: ['b'], types: ['npm', 'container'] })).toMatchObject({
      selected: ['container/b'],
      failed: []
    })
  })

  it('says how GitHub names an npm package that was written with its scope', async () => {
    const { remedies } = await select(APPS, { names: ['@octo/z'], types: ['npm'] })
    expect(remedies).toEqual(['GitHub names npm packages without their scope: write z.'])
  })

  it('shows which docker packages met a conflict when GitHub moved them', async () => {
    const [one, two] = [info('docker', 'one'), info('docker', 'two')]
    expect(await select([one, two], { types: ['docker'] }, [two])).toMatchObject({
      notices: ['The docker package two met a conflict when it was moved to the container registry.']
    })
  })
})
