import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readEnvironment } from '../../src/action/environment.js'

const DECLARED = ['token', 'keep-last', 'package-name', 'dry run']

describe('readEnvironment', () => {
  it('gives declared inputs by their names, as the runner hands them on', () => {
    const { raw } = readEnvironment(DECLARED, {
      'INPUT_KEEP-LAST': ' 5 ',
      'INPUT_PACKAGE-NAME': 'a\nb',
      INPUT_DRY_RUN: 'true',
      PATH: '/bin'
    })
    expect(raw.inputs).toEqual({ 'keep-last': ' 5 ', 'package-name': 'a\nb', 'dry run': 'true' })
    expect(raw.unknown).toEqual([])
  })

  it('hands an empty input on as it is', () => {
    const inputs = { token: '', 'keep-last': ' \n ' }
    expect(readEnvironment(DECLARED, { INPUT_TOKEN: '', 'INPUT_KEEP-LAST': ' \n ' }).raw.inputs).toEqual(inputs)
  })

  it('names what was set and is not declared, empty or not', () => {
    const { raw } = readEnvironment(DECLARED, { 'INPUT_KEEP-LATS': '5', INPUT_TOKN: '', INPUT_TOKEN: 't' })
    expect(raw.unknown).toEqual(['keep-lats', 'tokn'])
    expect(raw.inputs).toEqual({ token: 't' })
  })

  it('reads variables whatever their case, as Windows has them', () => {
    expect(readEnvironment(DECLARED, { 'Input_Keep-Last': '5' }).raw.inputs).toEqual({ 'keep-last': '5' })
  })

  it('is not confused by names of the language', () => {
    const { raw } = readEnvironment(DECLARED, { INPUT___PROTO__: 'x', INPUT_CONSTRUCTOR: 'y' })
    expect(raw.unknown).toEqual(['__proto__', 'constructor'])
  })

  it('reads the server and the places of the job, without trailing slashes', () => {
    const { raw } = readEnvironment(DECLARED, {
      GITHUB_API_URL: 'https://ghe.example/api/v3/',
      GITHUB_SERVER_URL: 'https://ghe.example//',
      GITHUB_REPOSITORY: 'octo-org/app',
      GITHUB_WORKSPACE: '/github/workspace',
      RUNNER_TEMP: '/runner/temp'
    })
    expect(raw).toEqual({
      inputs: {},
      unknown: [],
      apiUrl: 'https://ghe.example/api/v3',
      serverUrl: 'https://ghe.example',
      repository: 'octo-org/app',
      workspace: '/github/workspace',
      temp: '/runner/temp'
    })
  })

  it.each<[string, string | undefined, string | undefined]>([
    ['says it', '{"repository":{"default_branch":"trunk"}}', 'trunk'],
    ['has none', '{"repository":{"default_branch":""}}', undefined],
    ['is of another kind', '{"schedule":"17 3 * * *"}', undefined],
    ['is no object', 'null', undefined],
    ['cannot be read', undefined, undefined]
  ])('knows the default branch where the event %s', (_, event, known) => {
    const path = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json')
    if (event !== undefined) writeFileSync(path, event)
    const { defaultBranch } = readEnvironment(DECLARED, { GITHUB_EVENT_PATH: path }).raw
    rmSync(dirname(path), { recursive: true })
    expect(defaultBranch).toBe(known)
  })

  it('stands on its own outside of a runner', () => {
    const { raw, runner, debug, outputFile, summaryFile, proxy, action } = readEnvironment(DECLARED, {})
    expect(raw).toMatchObject({ apiUrl: 'https://api.github.com', serverUrl: 'https://github.com' })
    expect([runner, debug, outputFile, summaryFile, action]).toEqual([false, false, undefined, undefined, undefined])
    expect(proxy).toEqual({})
  })

  it('reads proxies, the lower-case names first', () => {
    const env = { http_proxy: 'http://low:1', HTTP_PROXY: 'http://up:1', HTTPS_PROXY: 'http://tls:1', NO_PROXY: 'x' }
    expect(readEnvironment(DECLARED, env).proxy).toEqual({ http: 'http://low:1', https: 'http://tls:1', bypass: 'x' })
  })

  it('knows how the workflow names this action, and the files of the step', () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      RUNNER_DEBUG: '1',
      GITHUB_ACTION_REPOSITORY: 'octo-org/retention',
      GITHUB_ACTION_REF: 'v1',
      GITHUB_RUN_ID: '1234567890',
      GITHUB_OUTPUT: '/o',
      GITHUB_STEP_SUMMARY: '/s'
    }
    expect(readEnvironment(DECLARED, env)).toMatchObject({
      runner: true,
      debug: true,
      action: 'octo-org/retention@v1',
      runId: '1234567890',
      outputFile: '/o',
      summaryFile: '/s'
    })
  })
})
