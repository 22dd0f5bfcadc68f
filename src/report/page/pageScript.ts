import { PAGE_UNIT } from './pageUnit.js'

/**
 * The script of the report page. It reads the data block and builds elements with text nodes: no markup is ever made of
 * data. Only one page of rows is in the document at a time, so the page is quick with ten thousand versions.
 */
const PAGE_TABLE = String.raw`
const data = JSON.parse(document.getElementById('data').textContent)
const rows = data.rows
rows.forEach((row, i) => { row.n = i })
const plural = (count, noun) => count.toLocaleString('en-US') + ' ' + noun + (count === 1 ? '' : 's')
const DAY = 86400000
const stopped = (row) => row.go === 1 && data.packages[row.p].stopped
const toDelete = data.dryRun || rows.some(stopped) ? 'would be deleted' : rows.every((row) => !row.go || row.outcome === 'done') ? 'deleted' : 'to delete'
// On a narrow screen tables are blocks, and some browsers then do not treat them as tables.
const ROLES = { tr: 'row', td: 'cell', th: 'columnheader', thead: 'rowgroup', tbody: 'rowgroup' }

function el(tag, attributes, ...children) {
  const element = document.createElement(tag)
  if (ROLES[tag]) element.setAttribute('role', ROLES[tag])
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, String(value))
  }
  element.append(...children.filter((child) => child !== undefined && child !== ''))
  return element
}
const fill = (id, ...children) => document.getElementById(id).replaceChildren(...children.filter(Boolean))
const link = (url, text) => (url ? el('a', { href: url, rel: 'noopener noreferrer' }, text) : text)
const short = (row) => (row.digest ? row.digest.slice(7, 19) : '')
const date = (time) => (time === undefined ? 'unknown' : new Date(time).toISOString().slice(0, 10))
const minute = (time) => (time === undefined ? '' : new Date(time).toISOString().slice(0, 16).replace('T', ' '))
const label = (row) => row.names.join(' ') || 'untagged ' + short(row)
const verdict = (row) => row.result ? (row.go ? '✕ ' : '✓ ') + row.result : (row.go ? '✕ ' + (row.outcome === 'done' ? 'deleted' : stopped(row) ? 'would be deleted' : toDelete) : '✓ kept')
const badge = (row) => el('span', { class: 'badge ' + (row.go ? 'go' : 'stay') }, verdict(row))

function names(row) {
  if (row.names.length === 0) return el('span', { class: 'names' }, el('em', { class: 'soft' }, 'untagged'), el('code', {}, short(row)))
  const more = row.more ? '+' + row.more : ''
  return el('span', { class: 'names' }, ...row.names.map((name) => el('code', {}, name)), more)
}

const state = { text: '', package: '', verdict: '', reason: '', kind: '', members: false, sort: 'plan', down: false, page: 0, size: 100 }
const open = new Set()
let shown = []
const haystacks = new Map()
function haystack(row) {
  let text = haystacks.get(row)
  if (text === undefined) {
    text = [...row.names, ...(row.untag || []).flat(), row.digest || '', row.id, row.kind, row.why, row.outcome || ''].join('\n').toLowerCase()
    haystacks.set(row, text)
  }
  return text
}
const reasonOf = (row) => (row.rule === undefined ? row.code : row.code + ' (rule ' + row.rule + ')')

function fits(row, words) {
  if (row.member && !state.members && words.length === 0) return false
  if (state.package !== '' && row.p !== Number(state.package)) return false
  if (state.verdict === 'changes' ? !row.go && !row.untag : state.verdict === 'tags' ? !row.untag : state.verdict !== '' && row.go !== Number(state.verdict)) return false
  if (state.reason !== '' && reasonOf(row) !== state.reason) return false
  if (state.kind !== '' && row.kind !== state.kind) return false
  return words.every((word) => haystack(row).includes(word))
}

const collator = new Intl.Collator('en', { numeric: true })
const ORDERS = {
  plan: () => 0,
  name: (a, b) => collator.compare(label(a), label(b)),
  verdict: (a, b) => a.go - b.go,
  why: (a, b) => collator.compare(reasonOf(a), reasonOf(b)),
  kind: (a, b) => collator.compare(a.kind, b.kind),
  time: (a, b) => (a.time || 0) - (b.time || 0),
  at: (a, b) => (a.at || 0) - (b.at || 0),
  package: (a, b) => collator.compare(data.packages[a.p].name, data.packages[b.p].name)
}

function update() {
  const words = state.text.toLowerCase().split(/\s+/).filter(Boolean)
  shown = rows.filter((row) => fits(row, words))
  if (state.sort !== 'plan') {
    const order = ORDERS[state.sort]
    shown = shown.map((row, i) => [row, i]).sort((a, b) => (state.down ? order(b[0], a[0]) : order(a[0], b[0])) || a[1] - b[1]).map(([row]) => row)
  }
  drawTable()
}

function drawTable() {
  const pages = Math.max(1, Math.ceil(shown.length / state.size))
  state.page = Math.min(state.page, pages - 1)
  const from = state.page * state.size
  const part = shown.slice(from, from + state.size)
  fill('rows', ...part.flatMap(rowElements))
  const units = plural(shown.length, noun())
  const deleted = shown.reduce((sum, row) => sum + row.go, 0)
  const tags = shown.reduce((sum, row) => sum + (row.untag ? row.untag.length : 0), 0)
  const parts = restored ? '' : ': ' + deleted.toLocaleString('en-US') + ' ' + toDelete + ', ' + (shown.length - deleted).toLocaleString('en-US') + ' kept' + (tags > 0 ? ', ' + plural(tags, 'tag') + (shown.every((row) => (row.untag || []).every((tag) => tag[1] === 'done')) ? ' removed' : ' to remove') : '')
  fill('status', units + parts)
  document.getElementById('clear').disabled = !filtered()
  document.getElementById('previous').disabled = state.page === 0
  document.getElementById('next').disabled = state.page >= pages - 1
  fill('pages', 'Page ' + (state.page + 1) + ' of ' + pages)
  for (const head of document.querySelectorAll('th[data-sort]')) {
    const isSorted = head.getAttribute('data-sort') === state.sort
    if (isSorted) head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending')
    else head.removeAttribute('aria-sort')
  }
}

const many = data.packages.length > 1
const restored = rows.some((row) => row.result)
const anyMembers = rows.some((row) => row.member)
const noun = () => restored ? 'result' : (state.members || state.text !== '' || !anyMembers ? 'version' : 'unit')
// A restore does not know the kind of a version, and gives a reason only if something failed.
const COLUMNS = [
  ['name', 'Name'],
  ['verdict', restored ? 'Result' : 'Verdict'],
  ...(rows.some((row) => row.why !== '') ? [['why', 'Why']] : []),
  ...(restored ? [] : [['kind', 'What']]),
  ['time', 'Last push'],
  ...(rows.some((row) => row.at !== undefined) ? [['at', 'Deleted (UTC)']] : []),
  ...(many ? [['package', 'Package']] : [])
]
const CELLS = {
  name: (row) => el('td', { class: 'name' }, toggle(row)),
  verdict: (row) => el('td', { class: 'verdict' }, badge(row), ...(row.untag || []).map(untagElement), row.outcome === undefined || row.outcome === 'done' ? '' : el('div', { class: 'bad' }, row.outcome)),
  why: (row) => el('td', { class: 'why' }, row.why),
  kind: (row) => el('td', { class: 'kind' }, row.kind + sizeOf(row)),
  time: (row) => el('td', { class: 'date' }, date(row.time)),
  at: (row) => el('td', { class: 'date' }, minute(row.at)),
  package: (row) => el('td', { class: 'of' }, el('code', {}, data.packages[row.p].name))
}

function untagElement([tag, result]) {
  const words = result === 'done' ? 'tag removed: ' : result === undefined ? 'tag to remove: ' : 'tag not removed: '
  return el('div', { class: 'untag' }, words, el('code', {}, tag), result === undefined || result === 'done' ? '' : el('div', { class: 'bad' }, result))
}

function toggle(row) {
  const isOpen = open.has(row)
  return el('button', { type: 'button', class: 'toggle', 'aria-expanded': isOpen, 'aria-controls': isOpen ? 'detail-' + row.n : undefined, id: 'row-' + row.n, onclick: () => flip(row) }, names(row))
}

function rowElements(row) {
  const isOpen = open.has(row)
  const line = el('tr', { class: isOpen ? 'open' : undefined }, ...COLUMNS.map(([key]) => CELLS[key](row)))
  if (!isOpen) return [line]
  return [line, el('tr', { class: 'detail', id: 'detail-' + row.n }, el('td', { colspan: COLUMNS.length }, unitElement(row)))]
}

function flip(row) {
  if (!open.delete(row)) open.add(row)
  drawTable()
  document.getElementById('row-' + row.n).focus()
}

function filtered() {
  return state.text !== '' || state.package !== '' || state.verdict !== '' || state.reason !== '' || state.kind !== '' || state.members
}

function choose(id, all, options) {
  const select = document.getElementById(id)
  select.append(el('option', { value: '' }, all), ...options.map(([value, text]) => el('option', { value }, text)))
  select.addEventListener('change', () => change({ [id]: select.value }))
}

function change(next) {
  Object.assign(state, next, { page: 0 })
  update()
}

function distinct(of) {
  const counts = new Map()
  for (const row of rows) counts.set(of(row), (counts.get(of(row)) || 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value, count]) => [value, value + ' (' + count.toLocaleString('en-US') + ')'])
}

function start() {
  fill('result', data.result)
  fill('failure', data.failure)
  fill('facts', ...data.facts.flatMap(([word, value]) => [el('dt', {}, word), el('dd', {}, el('code', {}, value))]))
  drawPackages()
  drawKeepers()
  fill('head', el('tr', {}, ...COLUMNS.map(([key, text]) => el('th', { scope: 'col', 'data-sort': key }, el('button', { type: 'button', onclick: () => change({ sort: key, down: state.sort === key ? !state.down : key === 'time' || key === 'at' }) }, text)))))
  choose('package', 'All packages', data.packages.map((each, i) => [i, each.type + '/' + each.name]))
  document.getElementById('package').parentElement.hidden = !many
  const tags = rows.some((row) => row.untag)
  const deletes = rows.some((row) => row.go)
  choose('verdict', 'Deleted or kept', [...(tags && deletes ? [['changes', toDelete + ', or loses tags']] : []), ['1', toDelete], ['0', 'kept'], ...(tags ? [['tags', 'loses tags']] : [])])
  // The page opens on what changes.
  const first = tags && deletes ? 'changes' : deletes ? '1' : tags ? 'tags' : ''
  if (!restored && first !== '') document.getElementById('verdict').value = state.verdict = first
  document.getElementById('verdict').parentElement.hidden = restored
  choose('reason', restored ? 'Any result' : 'Any reason', distinct(reasonOf))
  choose('kind', 'Any kind', distinct((row) => row.kind))
  document.getElementById('kind').parentElement.hidden = restored
  const members = document.getElementById('members')
  members.parentElement.hidden = !anyMembers
  members.addEventListener('change', () => change({ members: members.checked }))
  const text = document.getElementById('text')
  let timer
  text.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => change({ text: text.value }), 120) })
  const size = document.getElementById('size')
  size.addEventListener('change', () => change({ size: Number(size.value) }))
  document.getElementById('previous').addEventListener('click', () => turn(-1))
  document.getElementById('next').addEventListener('click', () => turn(1))
  document.getElementById('clear').addEventListener('click', () => {
    for (const id of ['text', 'package', 'verdict', 'reason', 'kind']) document.getElementById(id).value = ''
    members.checked = false
    change({ text: '', package: '', verdict: '', reason: '', kind: '', members: false })
    text.focus()
  })
  update()
}

function turn(by) {
  state.page += by
  drawTable()
  document.getElementById('versions').scrollIntoView()
}

function drawPackages() {
  const heads = ['Package', 'Type', ...data.heads]
  const body = data.packages.map((each) => el('tr', {},
    el('td', { class: 'package' }, link(each.url, el('code', {}, each.owner + '/' + each.name)), remarksOf(each)), el('td', {}, each.type),
    ...each.numbers.map((text, i) => el('td', { class: 'number', 'data-head': data.heads[i] }, text))))
  fill('packages', el('thead', {}, el('tr', {}, ...heads.map((text, i) => el('th', { scope: 'col', class: i > 1 ? 'number' : undefined }, text)))), el('tbody', {}, ...body))
}

function drawKeepers() {
  document.getElementById('keepers').hidden = data.keepers.length === 0
  fill('keepers-summary', plural(data.keepers.length, 'reason') + ', each with the number of units that it keeps')
  fill('keepers-head', el('tr', {}, el('th', { scope: 'col' }, 'Reason'), el('th', { scope: 'col', class: 'number' }, 'Units')))
  fill('keepers-rows', ...data.keepers.map(([text, count]) => el('tr', {}, el('td', { class: 'why' }, text), el('td', { class: 'number', 'data-head': 'Units' }, count.toLocaleString('en-US')))))
}

function remarksOf(each) {
  if (each.remarks.length === 0) return undefined
  return el('ul', { class: 'remarks' }, ...each.remarks.map((remark) => el('li', {}, remark)))
}
`

export const PAGE_SCRIPT = `(() => {
'use strict'
${PAGE_TABLE}${PAGE_UNIT}
start()
})()`
