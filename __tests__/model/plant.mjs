/** Plants faults in copies of the product, one each, and lets tests look for them: tests that find none of these find nothing. */
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const PARTS = ['src', 'simulator', 'scripts', '__tests__', 'package.json', 'jest.config.js', 'jest.setup.js']

/**
 * Prints for each fault what found it, and sets the exit code where one was missed. `planted`: name to file, then pairs of
 * what stands there and what stands there instead. `tests`: name to the test file, its environment, after how
 * many milliseconds it counts as endless (which is a find, too), and how to read from its output what it found. The arguments of the process narrow it to some names.
 */
export function search(planted, tests) {
  // A test imports the faults, to look whether each still has its place.
  if (!process.argv[1]?.endsWith('planted.mjs')) return
  const wanted = process.argv.slice(2)
  for (const [name, [file, ...edits]] of Object.entries(planted)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const { test, env, longest, found } = tests(name)
    const folder = resolve('.build/planted', name)
    rmSync(folder, { recursive: true, force: true })
    for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true })
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, file), edited(name, file, edits))
    const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js']
    // In one process, so that what does not end can be ended.
    const ran = spawnSync(process.execPath, [...jest, '--silent', '--runInBand', test], {
      cwd: folder,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: longest
    })
    writeFileSync(join(folder, 'log.txt'), `${ran.stdout}${ran.stderr}`)
    // A test that cannot be run at all finds nothing.
    const by = ran.status === null ? 'it did not come to an end' : found(ran.stderr)
    const missed = ran.status === 0 || by === undefined
    if (missed) process.exitCode = 1
    process.stdout.write(`${name}: ${missed ? 'NOT FOUND' : `found: ${by}`}\n`)
  }
}

/** The text of a file with a fault in it. Throws unless what the fault takes the place of is there once. */
export function edited(name, file, edits) {
  let text = readFileSync(file, 'utf8')
  for (let i = 0; i < edits.length; i += 2) {
    const places = text.split(edits[i]).length - 1
    if (places !== 1) throw new Error(`${name}: ${file} has ${places} times ${edits[i]}`)
    text = text.replace(edits[i], edits[i + 1])
  }
  return text
}
