import Sequencer from '@jest/test-sequencer'

const LONGEST = '/__tests__/model/model.test.ts'

/** Jest knows no times on a fresh checkout and goes by file size: what takes longest would begin last, and go on alone. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const isLongest = ({ path }) => path.replaceAll('\\', '/').endsWith(LONGEST)
    return super.sort(tests).toSorted((a, b) => Number(isLongest(b)) - Number(isLongest(a)))
  }
}
