import { describe, expect, it } from '@jest/globals'
import { renderJson } from '../../src/cli/renderJson.js'

describe('renderJson', () => {
  it('gives outputs their types and leaves out files that were not written', () => {
    const outputs = { 'deleted-count': '3', changed: 'true', deleted: '[{"name":"v1"}]', 'receipt-file': '' }
    expect(JSON.parse(renderJson(outputs, undefined))).toEqual({
      'deleted-count': 3,
      changed: true,
      deleted: [{ name: 'v1' }],
      failure: null
    })
  })

  it('says what failed', () => {
    expect(JSON.parse(renderJson({}, 'no right'))).toEqual({ failure: 'no right' })
  })

  it('holds nothing that a terminal or a runner would obey', () => {
    const json = renderJson({ deleted: JSON.stringify(['\u001b[2J\u009b2J']) }, '\u0007')
    expect(json).not.toMatch(/[^\P{Cc}\n]/u)
    const command = renderJson({}, '##[add-mask]x')
    expect(command).not.toContain('##[')
    expect(JSON.parse(command)).toEqual({ failure: '##[add-mask]x' })
    expect(JSON.parse(json)).toMatchObject({ deleted: ['\u001b[2J\u009b2J'] })
  })
})
