import { describe, expect, it } from '@jest/globals'
import type { Report } from '../../src/domain/outcome.js'
import type { PackageRef } from '../../src/domain/package.js'
import { countReport } from '../../src/report/text/counts.js'
import { reasonText } from '../../src/report/text/reason.js'
import { failureText, resultText } from '../../src/report/text/result.js'

const app: PackageRef = { owner: 'octo-org', type: 'container', name: 'app' }

function report(more: Partial<Report>): Report {
  return {
    operation: 'prune',
    dryRun: false,
    packages: [],
    restored: [],
    requests: {},
    startedAt: 0,
    endedAt: 1,
    ...more
  }
}

describe('what the end of a run says', () => {
  it('does not call a package that could not be read one in which all versions stay', () => {
    const failure = { code: 'api', message: 'Could not list the versions.' } as const
    const text = failureText(report({ packages: [{ package: app, outcomes: [], notices: [], failure }] }))
    expect(text).toBe(
      'Nothing could be planned in 1 package. Nothing was changed.\ncontainer/octo-org/app: Could not list the versions.'
    )
  })

  it('ends the reason for an early end with one full stop', () => {
    expect(resultText(report({ stopped: 'Stopped rather than wait.' }))).toMatch(
      / Stopped early: Stopped rather than wait\.$/
    )
    expect(resultText(report({ stopped: 'cancelled (SIGINT)' }))).toMatch(/ Stopped early: cancelled \(SIGINT\)\.$/)
  })

  it('counts a version once that came back without its tag', () => {
    const version = { id: 7, name: 'sha256:aa', tags: ['a'] }
    const counts = countReport(
      report({
        operation: 'restore',
        restored: [
          { package: app, version, kind: 'restored' },
          { package: app, version, kind: 'conflict', message: 'a is on sha256:bb now and is left there' }
        ]
      })
    )
    expect(counts).toMatchObject({ planned: 1, restored: 1, failed: 1 })
  })

  it('calls a rule without a name by its place', () => {
    expect(reasonText({ code: 'last', rule: 'rule 2', rank: 1, of: 3 })).toBe('last 1 of 3 (rule 2)')
    expect(reasonText({ code: 'last', rule: 'nightlies', rank: 1, of: 3 })).toBe('last 1 of 3 (rule nightlies)')
  })
})
