import type { Finding, Verdict } from './runChecks.ts'

export interface Conformance {
  readonly owner: string
  readonly api: string
  /** ISO time at the start. */
  readonly time: string
  readonly seconds: number
  readonly requests: number
  readonly findings: readonly Finding[]
  /** Packages that could not be deleted. */
  readonly left: readonly string[]
}

const VERDICTS: readonly Verdict[] = ['contradicted', 'could not tell', 'confirmed']

/** What matters to whoever looks at the run: whether all is well, and each finding. */
export function renderReport({ owner, api, seconds, requests, findings, left }: Conformance): string {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length
  const unsafe = findings.filter((finding) => finding.unsafe)
  return [
    `# Conformance of ${api}`,
    '',
    `${VERDICTS.map((verdict) => `${count(verdict)} ${verdict}`).join(', ')}; ${requests} requests in ${Math.round(seconds)} s for packages of ${owner}.`,
    '',
    ...(unsafe.length === 0 ? [] : [`**Unsafe: ${unsafe.map(({ key }) => key).join('; ')}.**`, '']),
    ...(left.length === 0 ? [] : [`**These packages could not be deleted: ${left.join(', ')}.**`, '']),
    '| check | we assume | assumed | observed | verdict | requests |',
    '| --- | --- | --- | --- | --- | --- |',
    ...VERDICTS.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict)).map(row),
    ''
  ].join('\n')
}

function row({ check, says, assumed, observed, verdict, why, unsafe, requests }: Finding): string {
  const result = `${verdict}${unsafe ? ', unsafe' : ''}${why === undefined ? '' : `: ${why}`}`
  const cells = [check, says, assumed, observed ?? '', result, requests[1] < requests[0] ? 'none' : requests.join('–')]
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
}

/** 1 only if something is left behind, or a run of the product could break or lose something. */
export function exitCode({ findings, left }: Conformance): 0 | 1 {
  return left.length > 0 || findings.some(({ unsafe }) => unsafe) ? 1 : 0
}
