import { describe, expect, it } from '@jest/globals'
import { type ImageReference, namesOwner, namesPackage, parseImageReference } from '../../src/pattern/imageReference.js'

const digest = `sha256:${'0a'.repeat(32)}`
const ghcr = { host: 'ghcr.io', path: 'acme/app' }

describe('an image reference', () => {
  const references: [string, ImageReference][] = [
    ['ghcr.io/acme/app:1.2', { ...ghcr, tag: '1.2' }],
    [`ghcr.io/acme/app@${digest}`, { ...ghcr, digest }],
    [`ghcr.io/acme/app:1.2@${digest}`, { ...ghcr, tag: '1.2', digest }],
    [`ghcr.io/acme/app@${digest.toUpperCase()}`, { ...ghcr, digest }],
    [`docker-pullable://ghcr.io/acme/app@${digest}`, { ...ghcr, digest }],
    ['docker://ghcr.io/acme/app:1', { ...ghcr, tag: '1' }],
    ['oci://ghcr.io/acme/charts/app:1', { host: 'ghcr.io', path: 'acme/charts/app', tag: '1' }],
    ['localhost/acme/app:1', { host: 'localhost', path: 'acme/app', tag: '1' }],
    ['host:5000/acme/app', { host: 'host:5000', path: 'acme/app' }],
    ['[::1]:5000/acme/app:1', { host: '[::1]:5000', path: 'acme/app', tag: '1' }],
    ['acme/app:1', { path: 'acme/app', tag: '1' }],
    ['acme/app', { path: 'acme/app' }],
    ['app:1', { path: 'app', tag: '1' }],
    ['mirror.io/ghcr.io/acme/app:1', { host: 'mirror.io', path: 'ghcr.io/acme/app', tag: '1' }],
    ['ghcr.io/Acme/App:V_1.-x', { host: 'ghcr.io', path: 'Acme/App', tag: 'V_1.-x' }]
  ]
  it.each(references)('%s is taken apart', (text, reference) => {
    expect(parseImageReference(text)).toEqual(reference)
  })

  it.each([
    'app',
    '1.2.3',
    digest,
    'sha256:abc',
    'semver:1.2.3',
    'ghcr.io/acme/app:',
    'ghcr.io/acme/app:.1',
    `ghcr.io/acme/app:${'a'.repeat(129)}`,
    'ghcr.io/acme/app@sha256:abc',
    `ghcr.io/acme/app@${digest}@${digest}`,
    'ghcr.io/acme/app:*',
    'ghcr.io//app:1',
    '/acme/app:1',
    'acme/app/',
    'a b/c:1',
    ''
  ])('“%s” is not an image reference', (text) => {
    expect(parseImageReference(text)).toBeUndefined()
  })
})

describe('a reference names a package', () => {
  const app = { owner: 'Acme', name: 'app' }
  it.each([
    ['ghcr.io/acme/app:1', app, true],
    ['ghcr.io/ACME/App:1', app, true],
    ['acme/app:1', app, true],
    ['mirror:5000/proxy/ghcr.io/acme/app:1', app, true],
    ['containers.ghe.example.com/acme/app:1', app, true],
    ['ghcr.io/acme/app-extra:1', app, false],
    ['ghcr.io/xacme/app:1', app, false],
    ['ghcr.io/acme/app/sub:1', app, false],
    ['ghcr.io/acme/charts/app:1', app, false],
    ['ghcr.io/acme/charts/app:1', { owner: 'acme', name: 'charts/app' }, true],
    ['app:1', app, false]
  ])('%s, and the package %j: %j', (text, ref, fits) => {
    expect(namesPackage(parseImageReference(text)!, ref)).toBe(fits)
  })
})

describe('a reference is of an owner', () => {
  it.each([
    ['ghcr.io/acme/other:1', true],
    ['mirror.io/ghcr.io/Acme/x/y:1', true],
    ['acme/other:1', false],
    ['docker.io/acme/other:1', false],
    ['ghcr.io/other/acme:1', false],
    ['ghcr.io/xacme/app:1', false]
  ])('%s: %j', (text, fits) => {
    expect(namesOwner(parseImageReference(text)!, 'acme')).toBe(fits)
  })
})
