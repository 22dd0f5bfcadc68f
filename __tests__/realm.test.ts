import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'

class OwnFailure extends Error {}

describe('errors that Node makes', () => {
  it('are instances of Error in a test file, as they are in production', async () => {
    let fromFs: unknown
    try {
      readFileSync('/no/such/file')
    } catch (error) {
      fromFs = error
    }
    expect(fromFs instanceof Error).toBe(true)
    expect(() => new URL('no url')).toThrow(TypeError)
    expect(AbortSignal.abort().reason instanceof Error).toBe(true)
    const refused = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error)
    expect(refused instanceof TypeError).toBe(true)
    expect(refused instanceof RangeError).toBe(false)
  })

  it('are not instances of a class of our own', () => {
    expect(AbortSignal.abort().reason instanceof OwnFailure).toBe(false)
    expect(new OwnFailure('x') instanceof OwnFailure).toBe(true)
    expect({ name: 'Error', message: 'x' } instanceof Error).toBe(false)
  })
})
