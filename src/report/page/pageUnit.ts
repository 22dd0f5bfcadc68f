/** The unit of a version as a tree, each version with its reason. The browser builds it when somebody opens the row. */
export const PAGE_UNIT = `
const MOST_NODES = 200
const key = (p, id) => p + ':' + id
const byKey = new Map(rows.map((row) => [key(row.p, row.id), row]))
const owned = new Map()
for (const row of rows) {
  if (!row.member) continue
  const present = (row.owners || []).filter(([id]) => byKey.has(key(row.p, id)))
  const edges = present.length > 0 ? present : row.units.map((id) => [id, 'e'])
  for (const [id, by] of edges) {
    const at = key(row.p, id)
    if (!owned.has(at)) owned.set(at, [])
    owned.get(at).push([row, by])
  }
}

const sizeOf = (row) => (row.members ? ' + ' + plural(row.members, 'member') : '')

function unitElement(row) {
  const roots = row.member ? row.units.map((id) => byKey.get(key(row.p, id))).filter(Boolean) : [row]
  const shownRoots = (roots.length > 0 ? roots : [row]).slice(0, 5)
  const left = roots.length - shownRoots.length
  const budget = { left: MOST_NODES }
  const trees = shownRoots.map((root) => el('ul', { class: 'tree', 'aria-label': 'Unit ' + label(root) }, nodeElement(root, undefined, row, budget, new Set())))
  const facts = el('dl', { class: 'facts' },
    ...(row.digest ? [el('dt', {}, 'Digest'), el('dd', {}, el('code', {}, row.digest))] : []),
    el('dt', {}, 'Version'), el('dd', {}, link(row.url, String(row.id))),
    ...(row.time === undefined ? [] : [el('dt', {}, 'Last push'), el('dd', {}, new Date(row.time).toISOString())]),
    ...(row.at === undefined ? [] : [el('dt', {}, 'Deleted'), el('dd', {}, new Date(row.at).toISOString()), el('dt', {}, 'Can be restored until'), el('dd', {}, date(row.at + 30 * DAY))]),
    ...(row.outcome === undefined ? [] : [el('dt', {}, 'Result'), el('dd', {}, row.outcome)]))
  const more = left > 0 ? el('p', { class: 'soft' }, 'It is part of ' + plural(left, 'more unit') + '.') : undefined
  return el('div', {}, ...trees, more, facts)
}

function nodeElement(row, by, here, budget, path) {
  budget.left -= 1
  const edge = by === undefined ? undefined : el('span', { class: 'edge' }, by === 's' ? 'refers to it:' : 'lists:')
  const node = el('span', { class: 'node ' + (row.go ? 'go' : 'stay') + (row === here ? ' here' : ''), 'aria-current': row === here ? 'true' : undefined },
    el('span', { class: 'line' }, edge, el('strong', {}, row.kind), row.names.length > 0 ? names(row) : undefined,
      row.digest ? el('code', { class: 'soft' }, short(row)) : undefined, badge(row)),
    row.why === '' ? undefined : el('span', { class: 'why' }, row.why))
  const below = path.has(row) ? [] : owned.get(key(row.p, row.id)) || []
  const next = new Set(path).add(row)
  const children = []
  for (const [child, how] of [...below].sort((a, b) => (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0))) {
    if (budget.left <= 0) break
    children.push(nodeElement(child, how, here, budget, next))
  }
  const left = below.length - children.length
  if (left > 0) children.push(el('li', { class: 'soft' }, 'and ' + left + ' more: search for them in the table'))
  return el('li', { class: by }, node, children.length > 0 ? el('ul', {}, ...children) : undefined)
}
`
