import { describe, expect, it } from '@jest/globals'
// @ts-expect-error: a script without types
import { PLANTED as FOR_FUZZING } from './fuzz/planted.mjs'
// @ts-expect-error: a script without types
import { edited } from './model/plant.mjs'
// @ts-expect-error: a script without types
import { PLANTED as FOR_THE_MODEL } from './model/planted.mjs'

type Faults = Readonly<Record<string, readonly [string, ...(string | RegExp)[]]>>

const forTheModel: Faults = FOR_THE_MODEL
const forFuzzing: Readonly<Record<string, Faults>> = FOR_FUZZING

describe('a fault that is planted to verify the tests', () => {
  it.each([...Object.entries(forTheModel), ...Object.values(forFuzzing).flatMap(Object.entries<Faults[string]>)])(
    'has its place in the code: %s',
    (name, [file, ...edits]) => {
      expect(() => edited(name, file, edits)).not.toThrow()
    }
  )
})
