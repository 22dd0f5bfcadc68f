import type { Duration } from '../../domain/policy.js'
import { visible } from '../../domain/visible.js'
import { alternatives } from '../../formats/policyValues.js'
import { parseDuration } from '../../pattern/duration.js'
import { splitPatterns } from '../../pattern/names.js'
import { checkPattern } from '../../pattern/patterns.js'
import { didYouMean } from '../nearest.js'
import { type Problem, quote } from '../problem.js'
import { type InputName, inputSpec } from './inputs.js'

/** Larger counts are mistakes. */
const LARGEST_INTEGER = 1_000_000_000

/** How else YAML 1.2, and with it `getBooleanInput` of @actions/core, writes the two. */
const TRUTH: ReadonlyMap<string, string> = new Map([
  ['True', 'true'],
  ['TRUE', 'true'],
  ['False', 'false'],
  ['FALSE', 'false']
])

/**
 * Reads single inputs. A wrong input adds to `problems` and reads as if it were left out, which is harmless: a configuration
 * with problems is never used.
 */
export interface Values {
  /** Set, not blank, and not just what an action file fills in. */
  isGiven(name: InputName): boolean
  /** As written, trimmed, truth in lower case; the default of action.yml where there is one. */
  text(name: InputName): string | undefined
  boolean(name: InputName): boolean
  integer(name: InputName): number | undefined
  duration(name: InputName): Duration | undefined
  /** Exact milliseconds; months and years are refused, for they need a date. */
  milliseconds(name: InputName): number | undefined
  choice<T extends string>(name: InputName): T | undefined
  /** Items of a list that are among the choices of the input, each once. */
  choices<T extends string>(name: InputName): readonly T[] | undefined
  /** Items separated by commas or lines, without blanks and comment lines. */
  words(name: InputName): readonly string[] | undefined
  /** Patterns, split and not looked at. */
  items(name: InputName): readonly string[] | undefined
  patterns(name: InputName): readonly string[] | undefined
  /** A number, or a percentage such as `25%`. */
  limit(name: InputName): number | string | undefined
  refuse(name: InputName, what: string, remedy?: string): undefined
}

export function valuesOf(inputs: Readonly<Record<string, string>>, problems: Problem[]): Values {
  function refuse(name: InputName, what: string, remedy?: string): undefined {
    const problem = { where: `input ${name}`, what: visible(what), ...(remedy !== undefined && { remedy }) }
    if (!problems.some(({ where, what }) => where === problem.where && what === problem.what)) problems.push(problem)
  }

  function written(name: InputName): string | undefined {
    const value = Object.hasOwn(inputs, name) ? inputs[name]?.trim() : undefined
    if (value === undefined || value === '') return undefined
    const { kind, choices } = inputSpec(name)
    return kind === 'boolean' || choices?.includes('true') ? (TRUTH.get(value) ?? value) : value
  }

  function text(name: InputName): string | undefined {
    return written(name) ?? inputSpec(name).default
  }

  function oneOf(name: InputName, value: string, options: readonly string[]): string | undefined {
    if (options.includes(value)) return value
    return refuse(name, `expected ${alternatives(options)}, found ${quote(value)}.${didYouMean(value, options)}`)
  }

  function integer(name: InputName): number | undefined {
    const value = text(name)
    if (value === undefined) return undefined
    const { minimum = 0, maximum = LARGEST_INTEGER } = inputSpec(name)
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
    if (number >= minimum && number <= maximum) return number
    const range = maximum === LARGEST_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`
    return refuse(name, `expected a whole number ${range}, found ${quote(value)}.`)
  }

  function duration(name: InputName): Duration | undefined {
    const value = text(name)
    if (value === undefined) return undefined
    const parsed = parseDuration(value.slice(0, 100))
    return 'problem' in parsed ? refuse(name, `${parsed.problem}.`) : parsed
  }

  function items(name: InputName): readonly string[] | undefined {
    return notEmpty(name, 'pattern', splitPatterns)
  }

  function words(name: InputName): readonly string[] | undefined {
    return notEmpty(name, 'word', (value) =>
      value
        .split('\n')
        .filter((line) => !line.trim().startsWith('#'))
        .flatMap((line) => line.split(','))
        .map((item) => item.trim())
        .filter((item) => item !== '')
    )
  }

  function notEmpty(
    name: InputName,
    what: string,
    split: (value: string) => readonly string[]
  ): readonly string[] | undefined {
    const value = text(name)
    const parts = value === undefined ? undefined : split(value)
    return parts?.length === 0 ? refuse(name, `it holds only comments and separators, but needs a ${what}.`) : parts
  }

  return {
    isGiven(name) {
      const value = written(name)
      const { default: standard, actionDefault } = inputSpec(name)
      return value !== undefined && value !== standard && value !== actionDefault
    },
    text,
    boolean: (name) => oneOf(name, text(name) ?? 'false', ['true', 'false']) === 'true',
    integer,
    duration,
    milliseconds(name) {
      const length = duration(name)
      if (length === undefined) return undefined
      if (length.months > 0)
        return refuse(name, `${quote(length.text)}: months and years differ in length; write days.`)
      return length.ms > 0 ? length.ms : refuse(name, 'it must be longer than zero.')
    },
    choice<T extends string>(name: InputName) {
      const value = text(name)
      if (value === undefined) return undefined
      return oneOf(name, value, inputSpec(name).choices ?? []) as T | undefined
    },
    choices<T extends string>(name: InputName) {
      const read = words(name)?.map((item) => oneOf(name, item, inputSpec(name).choices ?? []))
      return read && ([...new Set(read.filter((item) => item !== undefined))] as T[])
    },
    words,
    items,
    patterns(name) {
      const patterns = items(name)
      for (const pattern of patterns ?? []) {
        const problem = checkPattern(pattern)
        if (problem !== undefined) refuse(name, problem)
      }
      return patterns
    },
    limit(name) {
      const value = text(name)
      if (value === undefined) return undefined
      if (/^(?:\d{1,9}|(?:100|\d{1,2})%)$/.test(value)) {
        const number = Number.parseInt(value, 10)
        return value.endsWith('%') ? `${number}%` : number
      }
      return refuse(name, `expected a number such as 50 or a percentage such as 25%, found ${quote(value)}.`)
    },
    refuse
  }
}
