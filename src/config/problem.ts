import { visible } from '../domain/visible.js'

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** `input keep-last`, or `policy.yml:6:16`. */
  readonly where: string
  /** What is wrong and why, as a sentence. */
  readonly what: string
  /** What to do about it. */
  readonly remedy?: string
  /** The line with the problem and a caret under the place, indented for display. */
  readonly excerpt?: string
}

/** Nobody corrects more in one go; the text counts the rest. */
const SHOWN = 50

/** All problems as one text of several lines, in the order given. */
export function renderProblems(problems: readonly Problem[]): string {
  const lines = [headOf(problems)]
  for (const problem of problems.slice(0, SHOWN)) {
    lines.push(`- ${problem.where}: ${problem.what}`)
    if (problem.excerpt !== undefined) lines.push(problem.excerpt)
    if (problem.remedy !== undefined) lines.push(`    ${problem.remedy}`)
  }
  if (problems.length > SHOWN) lines.push(`- and ${problems.length - SHOWN} more`)
  return lines.join('\n')
}

/** The same in one line, without excerpts and remedies. */
export function problemsLine(problems: readonly Problem[]): string {
  return [headOf(problems), ...problems.slice(0, SHOWN).map(({ where, what }) => `${where}: ${what}`)].join(' ')
}

function headOf({ length }: readonly Problem[]): string {
  const count = length === 1 ? '1 problem' : `${length} problems`
  return `${count} in the configuration; nothing was requested and nothing was changed.`
}

const QUOTED = 60

/** Quotes a stranger's text, shortened, without characters that a log would interpret. */
export function quote(text: string): string {
  const short = text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text
  return `"${visible(short)}"`
}
