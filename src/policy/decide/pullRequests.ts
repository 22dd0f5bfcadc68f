import type { PackageType } from '../../domain/package.js'
import { compilePatterns } from '../../pattern/patterns.js'

/** Stands for the number; no tag can hold it, so that other digits of a name are never taken for it. */
const NUMBER = '\ue000'

/**
 * The numbers that a name may hold where a pattern such as `pr-{number}*` has its placeholder. A number is a whole run of
 * digits: `pr-1*` for pull request 1 does not fit `pr-12`.
 */
export function pullRequestNumbers(template: string, type: PackageType): (name: string) => readonly number[] {
  const patterns = compilePatterns([template.replaceAll('{number}', NUMBER)], { type })
  // Digits of the pattern itself that touch the number belong to the same run.
  const [, before = '', after = ''] = /(\d*)\{number\}(\d*)/.exec(template) ?? []
  const stand = `${before}${NUMBER}${after}`

  return (name) => {
    const numbers = new Set<number>()
    for (const run of name.matchAll(/\d+/g)) {
      const [digits] = run
      const number = digits.slice(before.length, digits.length - after.length)
      if (number === '' || digits !== `${before}${number}${after}`) continue
      const here = `${name.slice(0, run.index)}${stand}${name.slice(run.index + digits.length)}`
      const everywhere = name.replaceAll(/\d+/g, (each) => (each === digits ? stand : each))
      if ([here, everywhere].some((text) => patterns.match(text) !== undefined)) numbers.add(Number(number))
    }
    return [...numbers]
  }
}
