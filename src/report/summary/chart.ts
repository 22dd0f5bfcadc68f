import type { Report } from '../../domain/outcome.js'
import { timeline } from './timeline.js'

const MOST_BARS = 24

/**
 * A mermaid chart of kept and deleted versions by the time of their last push; empty where no plan has several times. An
 * xychart draws bars over each other: all versions first and the kept ones on top of them look stacked. Everybody can tell
 * blue from orange.
 */
export function chart({ operation, packages, dryRun }: Report): string {
  if (operation !== 'prune' && operation !== 'apply') return ''
  const decisions = packages.flatMap(({ plan }) => plan?.decisions ?? [])
  const line = timeline(decisions, MOST_BARS)
  if (line === undefined || line.labels.length < 2) return ''
  const all = line.kept.map((kept, i) => kept + (line.deleted[i] ?? 0))
  const most = all.reduce((a, b) => Math.max(a, b), 1)
  return [
    '```mermaid',
    '---',
    'config:',
    '  xyChart:',
    '    width: 960',
    '    height: 320',
    '  themeVariables:',
    '    xyChart:',
    "      plotColorPalette: '#d1690f, #0969da'",
    '---',
    'xychart-beta',
    `  title "Versions by ${line.unit} of their last push: kept blue, ${dryRun ? 'to be deleted' : 'deleted'} orange"`,
    `  x-axis [${line.labels.map((label) => `"${shorten(label, line.unit)}"`).join(', ')}]`,
    `  y-axis "versions" 0 --> ${most}`,
    `  bar [${all.join(', ')}]`,
    `  bar [${line.kept.join(', ')}]`,
    '```'
  ].join('\n')
}

/** Labels stand side by side: two digits of the year are enough. */
function shorten(label: string, unit: string): string {
  if (unit === 'day' || unit === 'week') return label.slice(5)
  return unit === 'year' ? label : label.slice(2)
}
