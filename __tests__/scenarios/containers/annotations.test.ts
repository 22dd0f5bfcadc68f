import { expect, it } from '@jest/globals'
import { descriptorOf, indexOf } from '../../../simulator/images/manifest.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'

it('an annotation of a platform image protects each image that shares it, although another keeps the platform', async () => {
  const app = containerPackage()
  const platform = singleImage('amd64', { annotations: { 'org.example.hold': 'yes' } })
  const entry = { ...descriptorOf(platform), platform: { os: 'linux', architecture: 'amd64' } }
  const [old, main] = ['pr-1', 'main'].map((tag) => indexOf([entry], { tags: [tag], annotations: { build: tag } }))
  app.push(60, [platform, old!])
  app.push(50, main!)
  const policy = (protect: string) => `version: 1
min-keep: 0
${protect}
rules: [ { name: previews, match: { names: ['pr-*'] }, keep: [] } ]`
  const held = await app.prune({ policy: policy("protect: { annotations: { org.example.hold: '*' } }") })
  expect(held.fateOf([platform, old!, main!])).toBe('kept')
  const after = await app.prune({ policy: policy('') })
  expect(after.fateOf(old!)).toBe('gone')
  expect(after.fateOf([platform, main!])).toBe('kept')
})
