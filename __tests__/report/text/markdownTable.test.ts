import { expect, it } from '@jest/globals'
import { fitting } from '../../../src/report/text/markdownTable.js'

it('shows the blocks that fit, each within what those before it leave, and no empty ones', () => {
  const told: number[] = []
  const block = (text: string) => (bytes: number) => {
    told.push(bytes)
    return text
  }
  const blocks = [block('ä'), block(''), block('too long'), block('b')]
  expect(fitting(blocks, 9)).toEqual({ shown: ['ä', 'b'], left: 2 })
  expect(told).toEqual([9, 5, 5, 5])
})
