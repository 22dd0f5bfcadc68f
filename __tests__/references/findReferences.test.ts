// biome-ignore-all lint/suspicious/noTemplateCurlyInString: files hold the variables of shells
import { describe, expect, it } from '@jest/globals'
import { findReferences, type TextFile } from '../../src/references/findReferences.js'
import { meansPackage } from '../../src/references/foundReference.js'
import { amount } from '../amount.js'
import { gitopsFiles } from './gitopsFiles.js'

const digest = `sha256:${'0a'.repeat(32)}`

/** Tags, digests, ranges as `semver:`, `?` for what nobody can tell; sorted, each once. */
function saysOf(name: string, files: readonly TextFile[]): readonly string[] {
  const says = (findReferences(files) ?? [])
    .filter((found) => meansPackage(found, { owner: 'acme', name }))
    .flatMap(({ tag, digest, range, unresolved }) => [tag, digest, range && `semver:${range}`, unresolved && '?'])
  return [...new Set(says.filter((each) => each !== undefined))].sort()
}
const saysOfApp = (text: string, name = 'values.yaml') => saysOf('app', [{ name, text }])

describe('a file keeps the parts of a reference apart', () => {
  it.each([
    ['Helm values', 'image:\n  repository: ghcr.io/acme/app\n  tag: 1.10', ['1.10']],
    ['a quoted tag', 'image:\n  repository: "ghcr.io/acme/app"\n  tag: "1.0" # now', ['1.0']],
    ['a registry apart', 'image:\n  registry: ghcr.io\n  repository: acme/app\n  tag: v1', ['v1']],
    ['a registry with the owner', 'image: {registry: ghcr.io/acme, repository: app, tag: v1}', ['v1']],
    ['a registry for all', 'global:\n  imageRegistry: ghcr.io/acme\nimage:\n  repository: app\n  tag: v1', ['v1']],
    ['a digest', `image:\n  repository: ghcr.io/acme/app\n  tag: v1\n  digest: ${digest}`, [digest, 'v1']],
    ['a digest behind the tag', `image:\n  repository: ghcr.io/acme/app\n  tag: v1@${digest}`, [digest, 'v1']],
    ['a number', 'image: {repository: ghcr.io/acme/app, tag: 20260105}', ['20260105']],
    ['prefixed keys', 'appImage: ghcr.io/acme/app\nappImageTag: v1\notherTag: v2', ['v1']],
    ['environment variables', 'IMAGE_REPOSITORY: ghcr.io/acme/app\nIMAGE_TAG: v1', ['v1']],
    ['JSON', '{"image": {"repository": "ghcr.io/acme/app", "tag": "v1"}}', ['v1']],
    ['an anchor', 'x: &t v1\nimage:\n  repository: ghcr.io/acme/app\n  tag: *t', ['v1']],
    ['a merged map', 'x: &i\n  repository: ghcr.io/acme/app\nimage:\n  <<: *i\n  tag: v1', ['v1']],
    [
      'several merged maps, of which the first wins',
      'x: &i {repository: ghcr.io/acme/app}\ny: &t {repository: x/y, tag: v1}\nimage: {<<: [*i, *t]}',
      ['v1']
    ],
    ['several documents', 'a: 1\n---\nimage:\n  repository: ghcr.io/acme/app\n  tag: v1', ['v1']],
    ['CRLF and a byte order mark', '\ufeffimage:\r\n  repository: ghcr.io/acme/app\r\n  tag: v1\r\n', ['v1']],
    ['kustomize', 'images:\n- name: app\n  newName: ghcr.io/acme/app\n  newTag: "1.10"', ['1.10']],
    ['kustomize by name', 'images:\n- name: ghcr.io/acme/app\n  newTag: v1', ['v1']],
    ['kustomize by digest', `images:\n- name: ghcr.io/acme/app\n  digest: ${digest}`, [digest]],
    [
      'a template that is no YAML',
      '{{- if .x }}\nimage:\n  repository: ghcr.io/acme/app\n  tag: v1\n{{- end }}',
      ['v1']
    ],
    ['templates between keys', 'image:\n  repository: ghcr.io/acme/app\n{{- if .x }}\n  tag: v1\n{{- end }}', ['v1']],
    ['broken YAML', 'a: [\nb: "\nimage: ghcr.io/acme/app:v1', ['v1']],
    ['a template as registry', 'image:\n  repository: "{{ .r }}/app"\n  tag: v1', ['v1']],
    ['a template as tag', 'image:\n  repository: ghcr.io/acme/app\n  tag: "{{ .Values.tag }}"', ['?']],
    ['a bare template as tag', 'image:\n  repository: ghcr.io/acme/app\n  tag: {{ .Values.tag }}', ['?']],
    ['a variable as tag', 'image:\n  repository: ghcr.io/acme/app\n  tag: ${TAG}', ['?']],
    ['no tag', 'image:\n  repository: ghcr.io/acme/app\n  tag: ""', ['?']],
    [
      'a tag of another image',
      'a:\n  repository: ghcr.io/acme/app\n  tag: v1\nb:\n  repository: x/y\n  tag: v2',
      ['v1']
    ],
    ['a name with a version', 'name: app\nversion: 1.2.3', []],
    ['no image', 'with:\n  repository: acme/app\n  ref: v1', []]
  ])('%s gives the references that it spells', (_what, text, says) => {
    expect(saysOfApp(text)).toEqual(says)
  })

  it.each([
    ['Argo CD', 'repoURL: ghcr.io/acme\nchart: app\ntargetRevision: 1.2.3', ['1.2.3']],
    ['Argo CD with oci://', 'repoURL: oci://ghcr.io/acme/app\ntargetRevision: 1.2.3', ['1.2.3']],
    ['Argo CD with a name', 'name: x\nrepoURL: oci://ghcr.io/acme/app\ntargetRevision: 1.2.3', ['1.2.3']],
    ['an HTTP repository with a template', 'repoURL: "https://{{ x }}/acme"\nchart: app\ntargetRevision: 1.2.3', []],
    ['Argo CD with git', 'repoURL: https://github.com/acme/app\ntargetRevision: v1', []],
    ['Argo CD with an HTTP repository', 'repoURL: https://acme.example/x\nchart: app\ntargetRevision: 1.2.3', []],
    ['a range', 'repoURL: ghcr.io/acme\nchart: app\ntargetRevision: 1.*', ['semver:1.*']],
    ['a range that could be a tag', 'repoURL: ghcr.io/acme\nchart: app\ntargetRevision: 1.x', ['1.x', 'semver:1.x']],
    ['Flux, a chart', 'chart:\n  spec:\n    chart: app\n    version: 1.2.3+b\n    sourceRef: {name: x}', ['1.2.3_b']],
    ['Flux, a tag', 'spec:\n  url: oci://ghcr.io/acme/app\n  ref:\n    tag: v1', ['v1']],
    ['Flux, a digest', `spec:\n  url: oci://ghcr.io/acme/app\n  ref:\n    digest: ${digest}`, [digest]],
    ['Flux, a range', 'spec:\n  url: oci://ghcr.io/acme/app\n  ref:\n    semver: ">=1.0"', ['semver:>=1.0']],
    ['a dependency', 'dependencies:\n- name: app\n  version: 1.2.3\n  repository: oci://ghcr.io/acme', ['1.2.3']],
    ['kustomize', 'helmCharts:\n- name: app\n  repo: oci://ghcr.io/acme\n  version: 1.2.3', ['1.2.3']],
    ['helmfile', 'releases:\n- chart: oci://ghcr.io/acme/app\n  version: 1.2.3', ['1.2.3']],
    ['a template', 'repoURL: ghcr.io/acme\nchart: app\ntargetRevision: "{{ version }}"', ['?']]
  ])('%s, for a chart', (_what, text, says) => {
    expect(saysOfApp(text)).toEqual(says)
  })

  it('and the line is that of the tag', () => {
    const text = 'a: 1\n---\nimage:\n  repository: ghcr.io/acme/app\n  tag: 1.10\n'
    expect(findReferences([{ name: 'values.yaml', text }])).toEqual([
      { host: 'ghcr.io', path: 'acme/app', tag: '1.10', line: 5, file: 'values.yaml' }
    ])
  })

  it('and the host is that of the registry', () => {
    const text = 'image:\n  registry: mirror.example.com\n  repository: acme/app\n  tag: v1\n'
    expect(findReferences([{ name: 'values.yaml', text }])).toMatchObject([{ host: 'mirror.example.com', tag: 'v1' }])
  })

  it('in a text within YAML too', () => {
    const text = 'helm:\n  values: |\n    image:\n      repository: ghcr.io/acme/app\n      tag: v1\n'
    expect(findReferences([{ name: 'app.yaml', text }])).toMatchObject([{ tag: 'v1', line: 5 }])
  })
})

describe('several files keep the parts apart', () => {
  const values = (repository: string, tag = '') => `image:\n  repository: ghcr.io/acme/${repository}\n  tag: "${tag}"`
  const chart = { name: 'charts/app/values.yaml', text: values('app') }
  const tagOnly = (tag: string) => `image:\n  tag: ${tag}`

  it('the chart says the version of an image without a tag', () => {
    const files = [chart, { name: 'charts/app/Chart.yaml', text: 'name: app\nversion: 0.1.0\nappVersion: 1.10' }]
    expect(saysOf('app', files)).toEqual(['1.10'])
  })

  it('the chart says nothing of an image that has a tag', () => {
    const files = [
      { name: 'charts/app/values.yaml', text: values('app', 'v1') },
      { name: 'charts/app/Chart.yaml', text: 'name: app\nversion: 0.1.0\nappVersion: 1.10' }
    ]
    expect(saysOf('app', files)).toEqual(['v1'])
  })

  it('a file of values names an image, and another its tag', () => {
    const files = [
      { name: 'values.yaml', text: 'image: ghcr.io/acme/app' },
      { name: 'prod.yaml', text: 'tag: v1' }
    ]
    expect(saysOf('app', files)).toEqual(['latest', 'v1'])
  })

  it('an environment says the tag alone', () => {
    expect(saysOf('app', [{ name: 'charts/app/prod.yaml', text: tagOnly('v1') }, chart])).toEqual(['v1'])
    expect(saysOf('app', [{ name: 'envs/prod.yaml', text: tagOnly('v1') }, chart])).toEqual(['v1'])
  })

  it('a tag belongs to the nearest repository', () => {
    const files = [
      chart,
      { name: 'charts/other/values.yaml', text: values('other') },
      { name: 'charts/app/prod.yaml', text: tagOnly('v1') },
      { name: 'charts/other/prod/values.yaml', text: tagOnly('v2') }
    ]
    expect([saysOf('app', files), saysOf('other', files)]).toEqual([['v1'], ['v2']])
  })

  it('a tag belongs to the repository at the same keys', () => {
    const files = [
      {
        name: 'values.yaml',
        text: 'a:\n  image: {repository: ghcr.io/acme/app}\nb:\n  image: {repository: ghcr.io/acme/b}'
      },
      { name: 'flux.yaml', text: 'spec:\n  values:\n    a:\n      image: {tag: v3}' },
      { name: 'prod.yaml', text: 'a:\n  image: {tag: v1}\nb:\n  image: {tag: v2}' }
    ]
    expect([saysOf('app', files), saysOf('b', files)]).toEqual([['v1', 'v3'], ['v2']])
  })

  it.each(['repo: ghcr.io/acme/app', 'repository: ghcr.io/acme/app', 'registry: ghcr.io\n  name: acme/app'])(
    'one names the repository by %j, the other its digest by sha256',
    (repository) => {
      const files = [
        { name: 'values.yaml', text: `app:\n  ${repository}` },
        { name: 'prod.yaml', text: `app:\n  sha256: ${digest.slice('sha256:'.length)}` }
      ]
      expect(saysOf('app', files).filter((each) => each !== '?')).toEqual([digest])
    }
  )

  it('Argo CD sets a tag as a parameter', () => {
    const text = 'helm:\n  parameters:\n  - name: image.tag\n    value: "1.10"'
    expect(saysOf('app', [chart, { name: 'argo/app.yaml', text }])).toEqual(['1.10'])
  })

  it('a kustomize overlay says the tag of an image that its base names', () => {
    const files = [
      { name: 'base/kustomization.yaml', text: 'images:\n- name: app\n  newName: ghcr.io/acme/app' },
      { name: 'overlays/prod/kustomization.yaml', text: 'images:\n- name: app\n  newTag: v1\n- name: x\n  newTag: v2' }
    ]
    expect(saysOf('app', files)).toEqual(['v1'])
  })
})

describe('a GitOps repository', () => {
  it('says what runs in it', () => {
    const files = gitopsFiles
    expect(saysOf('web', files)).toEqual(['1.10', '1.9.0', digest])
    expect(saysOf('worker', files)).toEqual(['2026.01.05', 'main-0a1b2c3'])
    expect(saysOf('charts/web', files)).toEqual(['3.1.0', 'semver:3.x', '3.x'].sort())
    expect(saysOf('migrate', files)).toEqual(['?', 'v7'])
    expect(saysOf('base', files)).toEqual(['latest'])
    expect(saysOf('manifests', files)).toEqual(['v5'])
    expect(saysOf('web-extra', files)).toEqual(['v9'])
  })
})

describe('hostile files', () => {
  it.each([
    ['deep maps', '{a: '.repeat(100_000)],
    ['deep lists', '- '.repeat(100_000)],
    ['aliases of aliases', `a: &a [x]\n${Array.from({ length: 100 }, (_, i) => `b${i}: &b${i} [*a, *a]`).join('\n')}`],
    [
      'merges of merges',
      Array.from({ length: 300 }, (_, i) => `m${i}: &m${i}\n  k${i}: 1\n  <<: *m${i - 1}\n`).join('')
    ],
    ['open templates', '{{'.repeat(300_000)],
    ['templates in one line', `a: ${'{{}}'.repeat(200_000)}`],
    ['templates', 'a: {{ x }}\n'.repeat(amount(10_000, 50_000))],
    ['errors', 'a: b: c: "\n'.repeat(20_000)],
    ['inherited keys', '__proto__: {tag: 1}\nconstructor: {tag: 2}\ntoString: {repository: a/b}']
  ])('such as %s hide nothing and end', (_what, text) => {
    expect(saysOfApp(`${text}\ntag: ghcr.io/acme/app:v1`)).toEqual(['v1'])
  })

  const lines = (line: (i: number) => string): string => Array.from({ length: 460 }, (_, i) => line(i)).join('\n')

  it.each([
    ['repositories and tags', lines((i) => `- image: {repository: ghcr.io/acme/r${i}}\n- image: {tag: v${i}}`)],
    ['registries and repositories', lines((i) => `a${i}: {registry: ghcr.io/x}\nb${i}: {repository: acme}`)],
    ['parts of one map', lines((i) => `registry${'-'.repeat(i)}: ghcr.io\nrepository${'-'.repeat(i)}: acme/r${i}`)],
    ['tags of one map', lines((i) => `repository${'-'.repeat(i)}: acme/r${i}\ntag${'-'.repeat(i)}: v${i}`)]
  ])('with %s in too many combinations are not read to their end', (_what, text) => {
    expect(findReferences([{ name: 'values.yaml', text }])).toBeUndefined()
  })

  it('in folders below folders have their places found', () => {
    const deep = (name: string): string => `${'a/'.repeat(2000)}${name}`
    const many = Array.from({ length: 300 }, (_, i) => ({ name: deep(`${i}/x.yaml`), text: 'repository: acme/other' }))
    const files = [
      ...many,
      { name: deep('values.yaml'), text: 'image: {repository: acme/app}' },
      { name: deep('b/prod.yaml'), text: 'image: {tag: v1}' }
    ]
    expect(saysOf('app', files)).toEqual(['v1'])
  })
})
