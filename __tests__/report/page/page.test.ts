import { createHash } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Browser, findChromium, launch, type Page } from '../../../scripts/chromium.js'
import type { Report } from '../../../src/domain/outcome.js'
import { visible } from '../../../src/domain/visible.js'
import { pageText } from '../../../src/report/page/page.js'
import * as fixture from '../fixture.js'

const hostile = () => fixture.executed(fixture.hostilePlan(), (_, i) => (i % 5 === 1 ? 'failed' : 'done'))
const renderPage = (report: Report): string => [...pageText(report)].join('')
let large: string | undefined
function largePage(): string {
  large ??= renderPage(fixture.report(fixture.plan(fixture.realisticPlan(10_000))))
  return large
}
const mediumPage = (): string => renderPage(fixture.report(fixture.plan(fixture.realisticPlan(700))))

describe('pageText', () => {
  it('lets in exactly its own script and style, and nothing from elsewhere', () => {
    const page = largePage()
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]
    const hash = (text: string | undefined): string =>
      createHash('sha256')
        .update(text ?? '')
        .digest('base64')
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1]
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1]
    expect(policy).toBe(
      `default-src 'none'; script-src 'sha256-${hash(script)}'; style-src 'sha256-${hash(style)}'; base-uri 'none'; form-action 'none'`
    )
    expect(page).not.toMatch(/\s(?:src|href|style|on\w+)=/)
  })

  it('embeds its data without anything that ends a script or begins a comment', () => {
    const data = /id="data">([\s\S]*?)<\/script>\n<script>/.exec(renderPage(hostile()))?.[1] ?? ''
    expect(data).not.toContain('<')
    const { rows } = JSON.parse(data) as { rows: { names: string[] }[] }
    const names = rows.flatMap((row) => row.names)
    for (const name of fixture.HOSTILE)
      expect(names).toContainEqual(expect.stringContaining(visible(name).slice(0, 200)))
  })
})

const chromium = findChromium()
if (chromium === undefined) console.warn('chromium is not installed: the report page is not tested in a browser here')

;(chromium === undefined ? describe.skip : describe)('the report page in a browser', () => {
  let browser: Browser
  let directory = ''
  beforeAll(async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'page-')))
    browser = await launch(chromium ?? '')
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    rmSync(directory, { recursive: true, force: true })
  }, 60_000)

  async function open(name: string, html: string): Promise<Page> {
    const path = join(directory, name)
    writeFileSync(path, html)
    return browser.open(path)
  }
  const status = (page: Page): Promise<string> => page.evaluate(`document.getElementById('status').textContent`)
  const rows = (page: Page): Promise<number> => page.evaluate(`document.querySelectorAll('#rows > tr').length`)
  const column = (page: Page, n: number): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll('#rows > tr:not(.detail) > td:nth-child(${n})')].map((td) => td.innerText.trim())`
    )
  const heads = (page: Page): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll('#head button')].map((button) => button.innerText.trim())`)
  const choose = (page: Page, id: string, value: string): Promise<void> =>
    page.evaluate(
      `(() => { const e = document.getElementById('${id}'); e.value = ${JSON.stringify(value)}; e.dispatchEvent(new Event('change')) })()`
    )
  /** Types and waits until the table says something else. */
  const search = (page: Page, text: string): Promise<void> =>
    page.evaluate(`new Promise((resolve) => {
      const input = document.getElementById('text')
      const seen = new MutationObserver(() => { seen.disconnect(); resolve() })
      seen.observe(document.getElementById('status'), { childList: true })
      input.value = ${JSON.stringify(text)}
      input.dispatchEvent(new Event('input'))
    })`)

  it('shows 10,000 versions a page at a time, sorted and filtered on demand', async () => {
    const page = await open('large.html', largePage())
    expect(await status(page)).toBe('1,167 units: 1,167 would be deleted, 0 kept')
    expect(await rows(page)).toBe(100)
    await page.evaluate(`document.getElementById('clear').click()`)
    expect(await status(page)).toBe('1,667 units: 1,167 would be deleted, 500 kept')
    await page.evaluate(`document.getElementById('members').click()`)
    expect(await status(page)).toBe('10,002 versions: 7,002 would be deleted, 3,000 kept')
    await page.evaluate(`document.getElementById('next').click()`)
    expect(await page.evaluate(`document.getElementById('pages').textContent`)).toBe('Page 2 of 101')
    await page.evaluate(`document.getElementById('clear').click()`)
    expect(await status(page)).toBe('1,667 units: 1,167 would be deleted, 500 kept')
    await choose(page, 'verdict', '1')
    expect(await status(page)).toBe('1,167 units: 1,167 would be deleted, 0 kept')
    expect(new Set(await column(page, 2))).toEqual(new Set(['✕ would be deleted']))
    await page.evaluate(`document.querySelector('th[data-sort=name] button').click()`)
    expect((await column(page, 1)).slice(0, 4)).toEqual(['pr-33', 'pr-34', 'pr-36', 'pr-37'])
    expect(await page.evaluate(`document.querySelector('th[data-sort=name]').getAttribute('aria-sort')`)).toBe(
      'ascending'
    )
    await page.evaluate(`document.querySelector('th[data-sort=name] button').click()`)
    expect((await column(page, 1))[0]).toBe('pr-1665')
    expect(page.complaints).toEqual([])
  }, 60_000)

  it('finds a member by its digest, and opens the unit that keeps it', async () => {
    const page = await open('unit.html', mediumPage())
    await choose(page, 'verdict', '')
    await search(page, fixture.digest(1001))
    expect(await status(page)).toBe('1 version: 0 would be deleted, 1 kept')
    await page.evaluate(`document.querySelector('#rows button').click()`)
    const nodes = await page.evaluate<string[]>(
      `[...document.querySelectorAll('#rows .node')].map((node) => node.innerText.replace(/\\s+/g, ' '))`
    )
    expect(nodes).toHaveLength(6)
    expect(nodes[0]).toMatch(/^index v1\.0\.0 1\.0 .* ✓ kept protected by v\*; 1\.0 follows v1\.0\.0$/)
    expect(nodes[1]).toMatch(/^lists: image .* part of v1\.0\.0$/)
    expect(nodes[5]).toMatch(/^refers to it: signature sha256-.*\.sig .* refers to v1\.0\.0$/)
    expect(await page.evaluate(`document.querySelector('[aria-current=true]').innerText`)).toContain('image')
  }, 60_000)

  it('can be used by keyboard alone', async () => {
    const page = await open('keys.html', mediumPage())
    await page.evaluate(`document.querySelector('#rows button').focus()`)
    await page.press('Enter')
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-expanded')`)).toBe('true')
    expect(
      await page.evaluate(`document.getElementById(document.activeElement.getAttribute('aria-controls')) !== null`)
    ).toBe(true)
    await page.press('Enter')
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-expanded')`)).toBe('false')
  }, 60_000)

  it('gives a screen reader a name for every control', async () => {
    const page = await open('names.html', renderPage(hostile()))
    const nameless =
      await page.evaluate(`[...document.querySelectorAll('button, select, input, [role=region], [role=group], nav, section')]
      .filter((e) => !(e.innerText || '').trim() && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby') && !(e.labels && e.labels.length))
      .map((e) => e.outerHTML)`)
    expect(nameless).toEqual([])
    expect(await page.evaluate(`document.documentElement.lang + ' ' + document.querySelectorAll('h1').length`)).toBe(
      'en 1'
    )
  }, 60_000)

  it('shows hostile names letter by letter and obeys none', async () => {
    const page = await open('hostile.html', renderPage(hostile()))
    await choose(page, 'size', '500')
    await choose(page, 'verdict', '')
    const shown = (await column(page, 1)).map((text) => text.replace(/\s+/g, ' '))
    for (const name of fixture.HOSTILE) {
      const text = visible(name).slice(0, 200).replace(/\s+/g, ' ').trim()
      expect(shown).toContainEqual(expect.stringContaining(text))
    }
    await page.evaluate(
      `[...document.querySelectorAll('#rows button')].slice(0, 20).forEach((button) => document.getElementById(button.id).click())`
    )
    expect(await page.evaluate(`document.title`)).toBe('Package Retention report')
    expect(
      await page.evaluate(`document.querySelectorAll('main img, main script, main b, main iframe, td details').length`)
    ).toBe(0)
    expect(
      await page.evaluate(`[...document.querySelectorAll('a')].every((a) => a.href.startsWith('https://github.com/'))`)
    ).toBe(true)
    expect(page.complaints).toEqual([])
    expect(page.requests).toEqual([])
  }, 60_000)

  it('says what became of each version in a real run', async () => {
    const page = await open('real.html', renderPage(hostile()))
    await choose(page, 'verdict', '')
    const verdicts = new Set(await column(page, 2))
    expect([...verdicts].sort()).toEqual(['✓ kept', '✕ deleted', '✕ to delete\nfailed: because of failed'])
  }, 60_000)

  it('says when each version was deleted, and until when it can be restored', async () => {
    const run = fixture.executed(fixture.plan(fixture.realisticPlan(300)), (_, i) => (i === 0 ? 'failed' : 'done'))
    const page = await open('times.html', renderPage(run))
    expect(await heads(page)).toEqual(['Name', 'Verdict', 'Why', 'What', 'Last push', 'Deleted (UTC)'])
    expect((await column(page, 6)).slice(0, 2)).toEqual(['', '2026-11-22 12:00'])
    await page.evaluate(`document.querySelectorAll('#rows button')[1].click()`)
    const facts = await page.evaluate<string>(`document.querySelector('#rows dl').innerText.replace(/\\s+/g, ' ')`)
    expect(facts).toContain('Deleted 2026-11-22T12:00:00.000Z Can be restored until 2026-12-22')
    expect(page.complaints).toEqual([])
  }, 60_000)

  it('opens on what is deleted and on tags that are removed, and says what became of each tag', async () => {
    const made = fixture.realisticPlan(300)
    const [tagged] = fixture.unit(31, ['v9.0.0', 'pr-9', 'pr-10'], 2, 'keep', [{ code: 'no-rule', name: 'v9.0.0' }], [])
    if (tagged === undefined) throw new Error('no decision')
    const kept = { ...tagged, untag: ['pr-9', 'pr-10'] }
    const untags = kept.untag.map((tag) => ({ kind: 'untag', version: kept.version, tag, reasons: [] }) as const)
    const plan = { ...made, decisions: [...made.decisions, kept], steps: [...made.steps, ...untags] }
    const run = fixture.executed(fixture.plan(plan), (step) =>
      step.kind === 'untag' && step.tag === 'pr-10' ? 'failed' : 'done'
    )
    const page = await open('untags.html', renderPage(run))
    expect(await status(page)).toBe('13 units: 12 deleted, 1 kept, 2 tags to remove')
    const verdicts = await column(page, 2)
    expect(verdicts.at(-1)).toBe('✓ kept\ntag removed: pr-9\ntag not removed: pr-10\nfailed: because of failed')
    expect(new Set(verdicts.slice(0, -1))).toEqual(new Set(['✕ deleted']))
  }, 60_000)

  it('lists what can be restored, and why nothing was', async () => {
    const ref = fixture.container('app')
    const other = fixture.container('other')
    const version = { ...fixture.version(1, ['v1'], 3), deletedAt: fixture.NOW - 3_600_000 }
    const page = await open(
      'restorable.html',
      renderPage({
        ...fixture.report(fixture.plan()),
        operation: 'restore',
        packages: [ref, other].map((each) => ({ package: each, outcomes: [], notices: [] })),
        restorable: [
          { package: ref, version },
          { package: other, version: { ...version, id: 2, tags: ['v2'] } }
        ],
        failure: { code: 'not-found', message: 'None matches v2.', remedy: 'Give another name.' }
      })
    )
    expect(await page.evaluate(`document.getElementById('failure').innerText`)).toBe(
      'None matches v2. Give another name.'
    )
    expect(await heads(page)).toEqual(['Name', 'Result', 'Last push', 'Deleted (UTC)', 'Package'])
    expect([await column(page, 1), await column(page, 2), await column(page, 4), await column(page, 5)]).toEqual([
      ['v1', 'v2'],
      ['✓ can be restored', '✓ can be restored'],
      ['2026-11-22 11:00', '2026-11-22 11:00'],
      ['app', 'other']
    ])
    expect(page.complaints).toEqual([])
  }, 60_000)

  it('says of what max-delete stopped that it would be deleted', async () => {
    const violations = [{ code: 'max-delete' as const, message: '48 of 90.' }]
    const stopped = fixture.stopped(fixture.realisticPlan(300), violations)
    const page = await open('stopped.html', renderPage(fixture.executed(fixture.plan(stopped))))
    expect(new Set(await column(page, 2))).toEqual(new Set(['✕ would be deleted\nstopped by max-delete']))
    expect(page.complaints).toEqual([])
  }, 60_000)

  it('shows first what restore could not do, and then what it did', async () => {
    const ref = fixture.container('app')
    const page = await open(
      'restore.html',
      renderPage({
        ...fixture.report(fixture.plan()),
        operation: 'restore',
        dryRun: false,
        restored: [
          { package: ref, version: fixture.version(1, ['v1'], 3), kind: 'restored' },
          {
            package: ref,
            version: fixture.version(1, ['v1'], 3),
            kind: 'conflict',
            message: 'v2 names another digest now'
          }
        ]
      })
    )
    expect(await column(page, 1)).toEqual(['v1', 'v1'])
    expect(await column(page, 2)).toEqual(['✕ conflict', '✓ restored'])
    expect(await status(page)).toBe('2 results')
    expect(await heads(page)).toEqual(['Name', 'Result', 'Why', 'Last push'])
    expect(await page.evaluate(`document.getElementById('kind').offsetParent`)).toBeNull()
    expect(page.complaints).toEqual([])
  }, 60_000)

  it('has no column of reasons in a restore that needs none', async () => {
    const item = {
      package: fixture.container('app'),
      version: fixture.version(1, ['v1'], 3),
      kind: 'restored' as const
    }
    const report = { ...fixture.report(fixture.plan()), operation: 'restore' as const, restored: [item] }
    const page = await open('restored.html', renderPage(report))
    expect(await heads(page)).toEqual(['Name', 'Result', 'Last push'])
    await page.evaluate(`document.querySelector('#rows button').click()`)
    expect(await page.evaluate(`document.querySelectorAll('#rows .node').length`)).toBe(1)
    expect(page.complaints).toEqual([])
  }, 60_000)

  it.each([320, 390])(
    'shows everything at %i px without a sideways scroll',
    async (width) => {
      const path = join(directory, `narrow-${width}.html`)
      writeFileSync(path, renderPage(hostile()))
      const page = await browser.open(path, { width })
      await page.evaluate(
        `[...document.querySelectorAll('#rows button')].slice(0, 40).forEach((button) => document.getElementById(button.id).click())`
      )
      const wide = await page.evaluate(
        `[document.documentElement, ...document.querySelectorAll('.scroll')].map((e) => e.scrollWidth - e.clientWidth)`
      )
      expect(wide).toEqual([0, 0, 0, 0])
      // Laid out as blocks, they are a table only by their roles.
      const bare = await page.evaluate(
        `[...document.querySelectorAll('table, thead, tbody, tr, td, th')].filter((e) => !e.hasAttribute('role')).length`
      )
      expect(bare).toBe(0)
    },
    60_000
  )

  it('draws the filters in one line and no node wider than what it holds', async () => {
    const page = await open('lines.html', mediumPage())
    const [boxes, labels] = await page.evaluate<number[][]>(
      `[[...document.querySelectorAll('.filters select, #text')].filter((e) => e.offsetParent), [...document.querySelectorAll('.filters label:not(.check)')].filter((e) => e.offsetParent)]
        .map((all) => [...new Set(all.map((e) => Math.round(e.getBoundingClientRect().top)))])`
    )
    expect([boxes?.length, labels?.length]).toEqual([1, 1])
    await page.evaluate(`document.querySelector('#rows button').click()`)
    const spare = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.node')].map((node) => {
        const range = document.createRange()
        const ends = [...node.querySelectorAll('.badge, code, .why')].map((e) => {
          range.selectNodeContents(e)
          return range.getBoundingClientRect().right
        })
        return node.getBoundingClientRect().right - Math.max(...ends)
      })`
    )
    expect(spare.filter((pixels) => pixels > 30)).toEqual([])
  }, 60_000)

  it.each(['light', 'dark'])(
    'has enough contrast for its text in %s mode',
    async (mode) => {
      const path = join(directory, `${mode}.html`)
      writeFileSync(path, renderPage(hostile()))
      const page = await browser.open(path, { dark: mode === 'dark' })
      await page.evaluate(`document.querySelector('#rows button').click()`)
      const poor = await page.evaluate(`(() => {
      const parts = (color) => color.match(/[\\d.]+/g).map(Number)
      const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
      const back = (e) => { for (let n = e; n; n = n.parentElement) { const p = parts(getComputedStyle(n).backgroundColor); if (p.length === 3 || p[3] > 0) return p } return [255, 255, 255] }
      const poor = []
      for (const e of document.querySelectorAll('body *')) {
        const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
        if (!text || e.offsetParent === null || e.closest('script, style, button:disabled')) continue
        const [a, b] = [light(parts(getComputedStyle(e).color)), light(back(e))].sort((x, y) => y - x)
        if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(e.className + ' ' + e.textContent.slice(0, 30) + ' ' + ((a + 0.05) / (b + 0.05)).toFixed(2))
      }
      return [...new Set(poor)].slice(0, 10)
    })()`)
      expect(poor).toEqual([])
    },
    60_000
  )
})
