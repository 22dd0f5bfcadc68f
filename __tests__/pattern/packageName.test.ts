import { describe, expect, it } from '@jest/globals'
import { misspeltPackageName } from '../../src/pattern/packageName.js'

const digest = `sha256:${'0a'.repeat(32)}`

describe('the name of a package', () => {
  it.each([
    ['ghcr.io/acme/app', 'app'],
    ['https://ghcr.io/acme/app', 'app'],
    ['ghcr.io/other/app', 'app'],
    ['ghcr.io/acme/charts/app', 'charts/app'],
    ['ghcr.io/acme/app-*', 'app-*'],
    ['containers.ghe.example.com/acme/app', 'app'],
    ['registry.example.com:5000/acme/app', 'app'],
    ['acme/app', 'app'],
    ['ACME/app', 'app'],
    ['acme/charts/app', 'charts/app'],
    ['app:latest', 'app'],
    [`app@${digest}`, 'app'],
    [`app:1@${digest}`, 'app'],
    ['App', 'app'],
    ['!App', '!app'],
    ['charts%2Fapp', 'charts/app'],
    ['ghcr.io%2facme%2fApp:1', 'app']
  ])('%s of a container is refused, and %s is suggested', (name, suggestion) => {
    expect(misspeltPackageName(name, 'Acme', 'container')).toEqual({ problem: expect.any(String), suggestion })
  })

  it.each(['app', 'charts/app', 'app-*', '**', '/^App/', 'docker.io/library/nginx', 'app.io', 'acme', '[A-Z]x', 'a_b'])(
    '%s of a container is fine',
    (name) => {
      expect(misspeltPackageName(name, 'acme', 'container')).toBeUndefined()
    }
  )

  it.each([
    ['@acme/lib', 'npm', 'lib'],
    ['acme/lib', 'npm', 'lib'],
    ['com.acme:lib', 'maven', 'com.acme.lib'],
    ['npm.pkg.github.com/acme/lib', 'npm', 'lib']
  ] as const)('%s of type %s is refused, and %s is suggested', (name, type, suggestion) => {
    expect(misspeltPackageName(name, 'acme', type)).toMatchObject({ suggestion })
  })

  it.each([
    ['Acme.Lib', 'nuget'],
    ['com.acme.Lib', 'maven'],
    ['My_Gem', 'rubygems']
  ] as const)('%s of type %s is fine', (name, type) => {
    expect(misspeltPackageName(name, 'acme', type)).toBeUndefined()
  })

  it('says every fault of a name', () => {
    expect(misspeltPackageName('ghcr.io/acme/App:1', 'acme', 'container')?.problem.split('; ')).toHaveLength(3)
  })
})
