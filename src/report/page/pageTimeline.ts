/** Bars by time, each a button that narrows the table: arrow keys move between them, a pattern tells them apart without colour. */
export const PAGE_TIMELINE = `
let focusedBar = 0

function drawTimeline(found) {
  const box = document.getElementById('timeline')
  box.hidden = data.bars === undefined || data.bars.labels.length < 2
  if (box.hidden) return
  const labels = data.bars.labels
  const counts = labels.map(() => [0, 0])
  for (const row of found) if (row.bar !== undefined) counts[row.bar][row.go] += 1
  const most = Math.max(1, ...counts.map(([stay, go]) => stay + go))
  const hadFocus = document.activeElement && document.activeElement.closest('#bars')
  fill('bars', ...labels.map((text, i) => bar(text, i, counts[i], most)))
  if (hadFocus) document.getElementById('bars').children[focusedBar].focus()
  const every = Math.ceil(labels.length / Math.min(12, Math.max(2, document.body.clientWidth / 100)))
  fill('scale', ...labels.map((text, i) => el('span', {}, i % every === 0 ? text : '')))
  fill('most', 'Highest bar: ' + plural(most, noun()))
  readOut(counts)
}

function describe(text, [stay, go]) {
  const unit = data.bars.unit === 'week' ? 'week of ' : ''
  return unit + text + ': ' + stay + ' ' + (data.dryRun ? 'would stay' : 'stay') + ', ' + go + ' ' + data.goes.replace('goes', 'go')
}

function bar(text, i, count, most) {
  const part = (kind, value) => {
    const element = el('i', { class: kind })
    element.style.height = (value / most) * 100 + '%'
    return element
  }
  return el('button', {
    type: 'button',
    'aria-label': describe(text, count),
    title: describe(text, count),
    'aria-pressed': state.bar === i,
    tabindex: i === focusedBar ? 0 : -1,
    onclick: () => { focusedBar = i; change({ bar: state.bar === i ? undefined : i }) },
    onkeydown: (event) => moveBar(event, i)
  }, part('go', count[1]), part('stay', count[0]))
}

function moveBar(event, i) {
  const last = data.bars.labels.length - 1
  const to = { ArrowLeft: Math.max(0, i - 1), ArrowRight: Math.min(last, i + 1), Home: 0, End: last }[event.key]
  if (to === undefined) return
  event.preventDefault()
  const bars = document.getElementById('bars').children
  bars[i].tabIndex = -1
  bars[to].tabIndex = 0
  focusedBar = to
  bars[to].focus()
}

function readOut(counts) {
  fill('chosen', state.bar === undefined ? 'Choose a bar to see only its versions.' : 'Only ' + describe(data.bars.labels[state.bar], counts[state.bar]))
}
`
