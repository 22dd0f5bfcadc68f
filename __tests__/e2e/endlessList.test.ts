import { describe, expect, it } from '@jest/globals'
import type { Owner, PackageRef } from '../../src/domain/package.js'
import { edgesTo } from '../github/edges.js'
import { site, type Told } from '../github/site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'npm', name: 'lib' }

describe('a list that claims to have no end', () => {
  it.each(['4000000000', '9007199254740991'])('is given up at once where its last page is %s', async (page) => {
    const told: Told = { body: [], headers: { link: `<http://x/versions?page=${page}>; rel="last"` } }
    const { url, asked } = await site(() => told)
    await expect(edgesTo({ apiUrl: url }).packages.listVersions(owner, ref, 'active')).rejects.toMatchObject({
      code: 'api',
      message: `GitHub's list claims ${page} pages; more than 10000 are not read.`
    })
    expect(asked).toHaveLength(1)
  })
})
