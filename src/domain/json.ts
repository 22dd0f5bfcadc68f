/** An object of JSON from a stranger. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value of JSON is an object: neither `null` nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `undefined` if the text, or the bytes of one, are not JSON; no JSON value is `undefined`. */
export function parseJson(source: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof source === 'string' ? source : new TextDecoder().decode(source))
  } catch {
    return undefined
  }
}
