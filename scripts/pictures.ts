// Takes the pictures of the documentation from what `npm run demo` left: `npm run pictures`. It needs Chromium, `script`,
// pngquant and Noto fonts. The libraries that draw a job summary as GitHub does are installed beside, for nobody else needs them.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readScenario } from '../simulator/scenario/read.js'
import { startSimulator } from '../simulator/simulator.js'
import { type Browser, findChromium, launch } from './chromium.js'

const LIBRARIES = ['marked@18.2.1', 'mermaid@11.17.2', 'github-markdown-css@5.9.0']
const LARGEST = 150_000
const root = process.cwd()
const images = join(root, 'docs', 'images')
const demo = join(root, 'reports', 'demo')
const work = join(root, '.build', 'pictures')

/** Of the dry run, which is the first of the demo. */
async function reportPages({ open }: Browser): Promise<void> {
  const runs = join(demo, 'package-retention')
  const [first] = readdirSync(runs).toSorted()
  if (first === undefined) throw new Error('npm run demo has to run before')
  const page = join(runs, first, 'report.html')
  for (const [name, options] of [
    ['report-page', { height: 1000 }],
    ['report-page-dark', { height: 1000, dark: true }],
    ['report-page-phone', { width: 390, height: 1000 }]
  ] as const) {
    await (await open(page, options)).screenshot(join(images, `${name}.png`))
  }
  const unit = await open(page, { height: 780 })
  await unit.evaluate(`(() => {
    document.getElementById('clear').click()
    const row = [...document.querySelectorAll('#rows button')].find((each) => each.innerText.startsWith('v2.1.1'))
    row.click()
    document.getElementById(row.id).scrollIntoView()
    scrollBy(0, -120)
  })()`)
  await unit.screenshot(join(images, 'report-unit.png'))
}

async function jobSummary({ open }: Browser): Promise<void> {
  const require = createRequire(join(work, 'package.json'))
  const { parse } = await import(pathToFileURL(require.resolve('marked')).href)
  const markdown = readFileSync(join(demo, 'prune-dry-run-summary.md'), 'utf8')
    .replaceAll(/`[^`]*package-retention\/[^/`]*\//g, '`/home/runner/work/_temp/package-retention/')
    // One package unfolded, to show what is in it.
    .replace('<details><summary><code>shop-cache', '<details open><summary><code>shop-cache')
  const html = String(parse(markdown, { gfm: true })).replaceAll(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    '<pre class="mermaid">$1</pre>'
  )
  const style = readFileSync(require.resolve('github-markdown-css/github-markdown-light.css'), 'utf8')
  const path = join(work, 'summary.html')
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><style>${style} body.markdown-body { margin: 24px; background: #fff } .markdown-body pre.mermaid { background: none; padding: 0 }</style>
<body class="markdown-body">${html}<script src="node_modules/mermaid/dist/mermaid.min.js"></script>`
  )
  const page = await open(path, { width: 1060, height: 1320 })
  await page.evaluate(`mermaid.run().then(() => document.fonts.ready).then(() => 0)`)
  await page.screenshot(join(images, 'job-summary.png'))
  await page.evaluate(`document.querySelector('.mermaid').scrollIntoView({ block: 'end' })`)
  await page.screenshot(join(work, 'job-summary-chart.png'))
}

/** What the command line prints at a terminal: `script` gives it one. */
async function terminal({ open }: Browser): Promise<void> {
  const simulator = await startSimulator(readScenario(join(root, 'simulator', 'samples', 'octo-org.json')))
  const shown = 'package-retention plan --owner octo-org --package-name shop-cache --match "cache-*" --keep-within 30d'
  const command = shown
    .replace('package-retention', `node ${join(root, 'dist', 'index.js')}`)
    .concat(` --registry-url ${simulator.registryUrl}`)
  const token = [...simulator.world.tokens.keys()][0] ?? ''
  const output = await new Promise<string>((resolve, reject) => {
    const { NO_COLOR: _, ...environment } = process.env
    const child = spawn('script', ['-qec', `stty cols 120; ${command}`, '/dev/null'], {
      cwd: work,
      env: { ...environment, ...simulator.environment, GH_TOKEN: token, TERM: 'xterm' },
      stdio: ['ignore', 'pipe', 'inherit']
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
    child.once('error', reject)
    child.once('exit', () => resolve(text))
  })
  await simulator.stop()
  const path = join(work, 'terminal.html')
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><style>body { margin: 0; padding: 16px; background: #0d1117; color: #e6edf3 }
pre { margin: 0; font: 13px/1.45 'DejaVu Sans Mono', monospace; white-space: pre-wrap }</style><pre>$ ${escaped(shown)}
${coloured(output)}</pre>`
  )
  const page = await open(path, { width: 1060, height: 640 })
  await page.screenshot(join(images, 'terminal.png'))
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const COLOURS: Readonly<Record<string, string>> = {
  '1': 'font-weight: bold',
  '2': 'opacity: 0.65',
  '31': 'color: #ff7b72',
  '32': 'color: #3fb950',
  '33': 'color: #d29922',
  '35': 'color: #bc8cff'
}

/** Lines as a terminal leaves them: a progress line is gone once it was cleared. */
function coloured(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/\r$/, '').split('\r\u001b[2K').at(-1) ?? '')
  const [first = '', ...rest] = escaped(lines.join('\n').replaceAll(root, '~')).split('\u001b[')
  const spans = rest.map((text) => {
    const code = text.slice(0, text.indexOf('m'))
    return `${code === '0' ? '</span>' : `<span style="${COLOURS[code]}">`}${text.slice(code.length + 1)}`
  })
  return `${first}${spans.join('')}`
}

const chromium = findChromium()
if (chromium === undefined) throw new Error('Chromium is not installed')
mkdirSync(work, { recursive: true })
if (!existsSync(join(work, 'node_modules'))) {
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--prefix', work, ...LIBRARIES], { stdio: 'inherit' })
}
const browser = await launch(chromium)
try {
  await reportPages(browser)
  await jobSummary(browser)
  await terminal(browser)
} finally {
  await browser.close()
}
execFileSync('pngquant', ['--force', '--ext', '.png', '64', ...readdirSync(images).map((name) => join(images, name))])
for (const name of readdirSync(images)) {
  const { size } = statSync(join(images, name))
  console.log(`docs/images/${name}: ${Math.ceil(size / 1000)} kB`)
  if (size > LARGEST) process.exitCode = 1
}
