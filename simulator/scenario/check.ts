/** Checks one value and adds what is wrong with it, with the place, to the problems. */
export type Check = (value: unknown, place: string, problems: string[]) => void

export function all(check: Check, value: unknown, place: string): readonly string[] {
  const problems: string[] = []
  check(value, place, problems)
  return problems
}

export const text: Check = kindOf('a text', (value) => typeof value === 'string')
export const flag: Check = kindOf('true or false', (value) => typeof value === 'boolean')
export const count: Check = kindOf('a whole number from 0', (value) => Number.isInteger(value) && Number(value) >= 0)
export const number: Check = kindOf('a number', (value) => typeof value === 'number')
export const anything: Check = () => {}

export function matching(what: string, pattern: RegExp): Check {
  return kindOf(what, (value) => typeof value === 'string' && pattern.test(value))
}

export function oneOf(...values: readonly (string | number | boolean)[]): Check {
  const what = `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`
  return kindOf(what, (value) => values.some((known) => known === value))
}

export function either(what: string, ...checks: readonly Check[]): Check {
  return (value, place, problems) => {
    const attempts = checks.map((check) => all(check, value, place))
    if (attempts.some((found) => found.length === 0)) return
    // What is wrong inside is worth more than that nothing fits: a deeper place is a nearer miss.
    const depth = (found: readonly string[]) => Math.max(...found.map((problem) => problem.split(': ')[0]?.length ?? 0))
    const nearest = [...attempts].sort((a, b) => depth(b) - depth(a))[0] ?? []
    if (depth(nearest) > place.length) problems.push(...nearest)
    else problems.push(`${place}: must be ${what}, not ${shown(value)}`)
  }
}

export function listOf(check: Check): Check {
  return (value, place, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${place}: must be a list, not ${shown(value)}`)
      return
    }
    for (const [index, item] of value.entries()) check(item, `${place}[${index}]`, problems)
  }
}

export function recordOf(check: Check): Check {
  return (value, place, problems) => {
    if (!isObject(value)) problems.push(`${place}: must be an object, not ${shown(value)}`)
    else for (const [key, item] of Object.entries(value)) check(item, `${place}.${key}`, problems)
  }
}

/** An object with these keys and no others; those whose name ends with `!` must be there. */
export function shape(fields: Readonly<Record<string, Check>>): Check {
  const checks = new Map(Object.entries(fields).map(([key, check]) => [key.replace(/!$/, ''), check]))
  const required = Object.keys(fields)
    .filter((key) => key.endsWith('!'))
    .map((key) => key.slice(0, -1))
  return (value, place, problems) => {
    if (!isObject(value)) {
      problems.push(`${place}: must be an object, not ${shown(value)}`)
      return
    }
    for (const key of required) if (!(key in value)) problems.push(`${place}: "${key}" is missing`)
    for (const [key, item] of Object.entries(value)) {
      const check = checks.get(key)
      if (check === undefined) {
        problems.push(`${place}.${key}: there is no such key; there are ${[...checks.keys()].join(', ')}`)
      } else if (item !== undefined) check(item, `${place}.${key}`, problems)
    }
  }
}

function kindOf(what: string, isRight: (value: unknown) => boolean): Check {
  return (value, place, problems) => {
    if (!isRight(value)) problems.push(`${place}: must be ${what}, not ${shown(value)}`)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing'
  return json.length > 60 ? `${json.slice(0, 57)}...` : json
}
