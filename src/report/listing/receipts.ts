import { packageKey } from '../../domain/package.js'
import { counted } from '../../domain/visible.js'
import type { Receipt } from '../../formats/receipt.js'
import type { Listing } from './listing.js'

/** Every step of a receipt, and what became of it. */
export function receiptListing({ header, entries, cut, problems }: Receipt): Listing {
  const done = entries.filter(({ outcome }) => outcome?.result === 'done').length
  const end = cut ? ' Its last line is cut off.' : ''
  const damaged = problems.length === 0 ? '' : ` Lines that cannot be read are left out: ${problems.join('; ')}.`
  return {
    title: `Receipt of ${header.startedAt} for ${header.owner}: ${counted(done, 'step')} of ${entries.length} done.${end}${damaged}`,
    columns: ['step', 'action', 'result', 'package', 'names', 'digest or version', 'id', 'at', 'restore before', 'why'],
    rows: entries.map(({ intent, outcome }) => [
      String(intent.step),
      intent.action,
      outcome?.result ?? 'unknown',
      packageKey({ owner: intent.owner, type: intent.type, name: intent.package }),
      (intent.tag === undefined ? (intent.tags ?? []) : [intent.tag]).join(' '),
      intent.digest ?? intent.name ?? '',
      intent.id === undefined ? '' : String(intent.id),
      outcome?.at ?? intent.at,
      intent.restoreBefore ?? '',
      outcome?.message ?? intent.reason ?? ''
    ])
  }
}

/** Whether the run of the receipt changed something. */
export function changedAnything({ entries }: Receipt): boolean {
  return entries.some(({ outcome }) => outcome === undefined || outcome.result === 'done')
}
