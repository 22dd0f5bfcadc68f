import type { Annotations } from './manifest.js'

/** Reads a builder's settings from a scenario file; every mistake is an error that names the builder and the key. */
export interface SettingsReader {
  text<T extends string>(key: string, allowed?: readonly T[]): T | undefined
  count(key: string): number | undefined
  flag(key: string): boolean | undefined
  list<T extends string>(key: string, allowed?: readonly T[]): readonly T[] | undefined
  map(key: string): Annotations | undefined
}

export function readSettings<T>(
  builder: string,
  settings: Readonly<Record<string, unknown>>,
  read: (reader: SettingsReader) => T
): T {
  const known = new Set<string>()
  const value = <V>(key: string, what: string, isRight: (value: unknown) => boolean): V | undefined => {
    known.add(key)
    const found = settings[key]
    if (found === undefined) return undefined
    if (!isRight(found)) throw new Error(`${builder}: ${key} must be ${what}, not ${JSON.stringify(found)}`)
    return found as V
  }
  const isText = (allowed: readonly string[] | undefined) => (found: unknown) =>
    typeof found === 'string' && (allowed === undefined || allowed.includes(found))
  const oneOf = (allowed: readonly string[] | undefined) => (allowed ? `one of ${allowed.join(', ')}` : 'a text')
  const result = read({
    text: (key, allowed) => value(key, oneOf(allowed), isText(allowed)),
    count: (key) => value(key, 'a whole number', (found) => Number.isInteger(found) && Number(found) >= 0),
    flag: (key) => value(key, 'true or false', (found) => typeof found === 'boolean'),
    list: (key, allowed) =>
      value(key, `a list, each ${oneOf(allowed)}`, (found) => Array.isArray(found) && found.every(isText(allowed))),
    map: (key) =>
      value(
        key,
        'an object of texts',
        (found) =>
          typeof found === 'object' &&
          found !== null &&
          !Array.isArray(found) &&
          Object.values(found).every((item) => typeof item === 'string')
      )
  })
  const unknown = Object.keys(settings).filter((key) => !known.has(key))
  if (unknown.length > 0) {
    throw new Error(`${builder}: no such setting: ${unknown.join(', ')}; there are ${[...known].join(', ') || 'none'}`)
  }
  return result
}

/** The object without its undefined values, as `exactOptionalPropertyTypes` wants it. */
export function given<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
