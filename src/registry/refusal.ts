import { isObject, parseJson } from '../domain/json.js'
import type { HttpResponse } from '../http/transport.js'

/** Bytes of an error body that are looked at. */
const MOST = 16 * 1024

/**
 * Reads the first error of a body (OCI distribution-spec, "error codes"). `code` is in upper case, such as `MANIFEST_UNKNOWN`,
 * and empty for a body of another form; `message` is one printable line.
 */
export function parseRefusal(body: Uint8Array): { readonly code: string; readonly message: string } {
  const text = new TextDecoder().decode(body.subarray(0, MOST))
  const json = parseJson(text)
  const errors = isObject(json) && Array.isArray(json.errors) ? json.errors : []
  const first: unknown = errors[0]
  if (!isObject(first)) return { code: '', message: printable(text) }
  const code = typeof first.code === 'string' ? first.code.toUpperCase() : ''
  const message = typeof first.message === 'string' ? first.message : ''
  return { code: printable(code), message: printable(message) }
}

/**
 * True only where the registry says that it does not have this manifest. A 404 also answers an `Accept` header that
 * lacks a type ("OCI index found, but Accept header does not support OCI indexes"), an unknown package, or a proxy.
 */
export function saysMissing(response: HttpResponse): boolean {
  if (response.status !== 404) return false
  const { code, message } = parseRefusal(response.body)
  return code === 'MANIFEST_UNKNOWN' && !/accept header/i.test(message)
}

/** `404 MANIFEST_UNKNOWN: manifest unknown`, for a sentence. */
export function describeRefusal(response: HttpResponse): string {
  const { code, message } = parseRefusal(response.body)
  const why = [code, message].filter((part) => part !== '').join(': ')
  return `${response.status} ${why}`.trimEnd()
}

const LONGEST_LINE = 200

/** What a registry says ends in a log and in annotations: one line of ASCII, not too long. */
function printable(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line
}
