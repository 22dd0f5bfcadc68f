/**
 * Plants faults in copies of the product, one each, and lets the model test look for them: a search that finds none of these
 * finds nothing. `node __tests__/model/planted.mjs [name ...]`; copies and logs are in `.build/planted`.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const RUNS = process.env.MODEL_RUNS ?? '160'

/** Name to file, what stands there, and what stands there instead. */
const PLANTED = {
  'tie-break': [
    'src/policy/vote.ts',
    /b\.time - a\.time \|\| highestVersion\(b, a, scheme\) \|\| b\.unit\S+ - a\.unit\S+/,
    'b.time - a.time'
  ],
  'index-edge': ['src/policy/graph.ts', 'for (const child of node.children) seen.add(child)', ''],
  'referrer-edge': ['src/policy/graph.ts', 'for (const referrer of node.referrers) seen.add(referrer)', ''],
  closure: ['src/policy/closure.ts', 'if (held.has(member)) continue', ''],
  're-check': ['src/app/deleteVersion.ts', '(await changedMeanwhile(version, pushes))', 'undefined'],
  'closing-check': ['src/app/executePackage.ts', 'if (closing.needed.size === 0) return', 'if (closing) return'],
  page: [
    'src/github/pages.ts',
    'for (let next = following(pages); next !== undefined;',
    'for (let next = following(pages); false;',
    'const numbers = Array.from({ length: Math.max(0, (first.last ?? 1) - 1)',
    'const numbers = Array.from({ length: Math.max(0, (first.last ?? 1) - 2)'
  ],
  order: [
    'src/policy/plan.ts',
    '...orderSteps(decided.units.units, closure.gone, reasonsFor)',
    '...orderSteps(decided.units.units, closure.gone, reasonsFor).reverse().map((step) => ({ ...step, after: [] }))'
  ],
  grace: ['src/policy/decide.ts', 'unit.time > view.youngest', 'unit.time > view.now'],
  floor: ['src/policy/limits.ts', 'if (named >= minKeep) break', 'if (named + 1 >= minKeep) break'],
  protection: ['src/policy/decide.ts', 'if (shield !== undefined) keep.push(shield.reason)', ''],
  count: ['src/report/counts.ts', 'counts.deleted += versions', 'counts.deleted += versions + 1']
}

const wanted = process.argv.slice(2)
let missed = 0
for (const [name, [file, ...edits]] of Object.entries(PLANTED)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const folder = resolve('.build/planted', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, '__tests__'), { recursive: true })
  for (const part of ['src', 'simulator', '__tests__/model', 'package.json', 'jest.config.js', 'jest.setup.js']) {
    cpSync(part, join(folder, part), { recursive: true })
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  let text = readFileSync(file, 'utf8')
  for (let i = 0; i < edits.length; i += 2) {
    const planted = text.replace(edits[i], edits[i + 1])
    if (planted === text) throw new Error(`${name}: ${file} has no ${edits[i]}`)
    text = planted
  }
  writeFileSync(join(folder, file), text)
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js']
  const ran = spawnSync(process.execPath, [...jest, '--silent', '__tests__/model/model'], {
    cwd: folder,
    env: { ...process.env, MODEL_RUNS: RUNS, MODEL_STOP: '1' },
    encoding: 'utf8'
  })
  writeFileSync(join(folder, 'log.txt'), `${ran.stdout}${ran.stderr}`)
  const [, by = ''] = /MODEL_SEED=[^\n]*\n[^\n]*?([^\n+]+)\n/.exec(ran.stderr) ?? []
  if (ran.status === 0) missed += 1
  process.stdout.write(
    `${name}: ${ran.status === 0 ? 'NOT FOUND' : `found: ${by.replaceAll(/[0-9a-f]{58}\b/g, '…').trim()}`}\n`
  )
}
process.exitCode = missed > 0 ? 1 : 0
