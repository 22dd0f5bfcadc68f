import { DIGEST } from '../domain/manifest.js'
import { splitHost, TAG } from '../pattern/imageReference.js'
import { chartTag, type FoundReference } from './foundReference.js'
import { TEMPLATED, textOf, type YamlEntry } from './yamlTree.js'

export type Entries = ReadonlyMap<string, YamlEntry>
export type Place = Pick<FoundReference, 'host' | 'path' | 'open'>
type ChartVersion = Pick<FoundReference, 'tag' | 'digest' | 'range' | 'unresolved'>

const VERSION_KEYS = ['version', 'targetRevision']

/**
 * Charts and other OCI artifacts of one map: Argo CD's `repoURL`, `chart`, `targetRevision`; Flux's `chart` and `version`, and
 * `url` and `ref`; dependencies in a Chart.yaml; kustomize's `helmCharts`; helmfile's releases.
 */
export function findCharts(entries: Entries): readonly FoundReference[] {
  const text = (key: string): string | undefined => textOf(entries.get(key)?.value) || undefined
  const versions = VERSION_KEYS.flatMap((key) => {
    const version = text(key)
    return version === undefined ? [] : [{ ...chartVersion(version), line: entries.get(key)?.line ?? 1 }]
  })
  const all = [...versions, ...artifactVersions(entries), ...artifactVersions(mapAt(entries, 'ref'))]
  if (all.length === 0 || isFromGit(entries)) return []
  const source = text('repoURL') ?? text('url')
  const list = [text('repository'), text('repo')].find((each) => each?.startsWith('oci://'))
  // A source may have a name of its own; in a list of dependencies the name is the chart's.
  const named = source === undefined && list !== undefined ? text('name') : undefined
  const place = placeOfChart(source ?? list, text('chart') ?? named)
  return place === undefined ? [] : all.map((version) => ({ ...place, ...version }))
}

/** Flux: a chart may come out of a repository of sources, and then from no registry. */
function isFromGit(entries: Entries): boolean {
  return ['GitRepository', 'Bucket'].includes(textOf(mapAt(entries, 'sourceRef').get('kind')?.value) ?? '')
}

function mapAt(entries: Entries, key: string): Entries {
  const value = entries.get(key)?.value
  return value?.kind === 'map' ? value.entries : new Map()
}

function placeOfChart(source: string | undefined, chart: string | undefined): Place | undefined {
  if (chart?.startsWith('oci://') === true) return placeOf(chart)
  // Argo CD leaves `oci://` out. A chart of an HTTP repository is in no registry.
  if (source !== undefined) return placeOf(source, chart)
  // Flux and helmfile name the source by an alias that another document explains.
  const path = chart?.slice(chart.lastIndexOf('/') + 1) ?? ''
  return path === '' || path.includes(TEMPLATED) ? undefined : { path, open: true }
}

/** Joins a source and the name of the chart; an OCI source of Argo CD or Flux is the whole place. */
function placeOf(source: string, name?: string): Place | undefined {
  const whole = [source.replace(/^oci:\/\//, '').replace(/\/+$/, ''), ...(name === undefined ? [] : [name])].join('/')
  if (whole.includes('://')) return undefined
  return /[\ue000${}]/.test(whole) ? openPlace(whole) : splitHost(whole)
}

/** The path behind a variable or a template that stands for what is in front. */
export function openPlace(written: string): Place | undefined {
  const path = /[\ue000})]\/([A-Za-z0-9._/-]+)$/.exec(written)?.[1]
  return path === undefined ? undefined : { path, open: true }
}

/** Flux: `ref: { tag, semver, digest }`. */
function artifactVersions(entries: Entries): readonly (ChartVersion & { readonly line: number })[] {
  return [...entries].flatMap(([key, { value, line }]) => {
    const text = textOf(value) ?? ''
    if (text === '' || !['tag', 'digest', 'semver'].includes(key)) return []
    return [{ ...(key === 'semver' ? { range: text } : exactVersion(text)), line }]
  })
}

/** A version may be a range, and a range may look like a tag (`1.x`): then it is both. */
function chartVersion(version: string): ChartVersion {
  const isRange = /[*^~<>=|]|(?:^|\.)[xX](?:\.|$)|^v?\d+(?:\.\d+)?$/.test(version)
  return { ...exactVersion(version), ...(isRange && !isUnresolved(version) && { range: version }) }
}

function exactVersion(version: string): ChartVersion {
  if (isUnresolved(version)) return { unresolved: true }
  if (DIGEST.test(version)) return { digest: version }
  const tag = chartTag(version)
  return TAG.test(tag) ? { tag } : {}
}

/** Whether a variable or a template stands in a value. */
export function isUnresolved(value: string): boolean {
  return /\ue000|\$[A-Za-z_({]|\{|#\{|%[A-Za-z_]+%|^<[A-Za-z]/.test(value)
}
