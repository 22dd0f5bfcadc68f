import type { Dispatcher } from 'undici'
import { Failure } from '../domain/failure.js'

export interface Received {
  readonly status: number
  /** Names in lower case; repeated headers are joined by a comma and a blank. */
  readonly headers: Readonly<Record<string, string>>
  /** Complete, as it was sent. */
  readonly body: Uint8Array
}

export interface Limits {
  /** What the request is called in an error. */
  readonly label: string
  /** Milliseconds from now to the headers, connecting included. */
  readonly headersTimeout: number
  /** Milliseconds from the headers to the end of the body. */
  readonly bodyTimeout: number
  /** Bytes of the body. */
  readonly maxBytes: number
  readonly signal: AbortSignal | undefined
}

/**
 * Sends one request and collects its whole answer. It uses no stream, as `request` of undici does: a stream takes 50
 * microseconds more, and a run may have thousands of small answers. Throws `Failure` for a limit that was passed and for the
 * signal, and what undici throws otherwise.
 */
export function receive(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { label, headersTimeout, bodyTimeout, maxBytes, signal }: Limits
): Promise<Received> {
  return new Promise((resolve, reject) => {
    let abort: ((error?: Error) => void) | undefined
    let stopped: Failure | undefined
    let status = 0
    let headers: Received['headers'] = {}
    let chunks: Buffer[] = []
    let size = 0

    /** Ends it at once, even while undici still connects. */
    const stop = (failure: Failure): void => {
      stopped = failure
      end()
      reject(failure)
      abort?.(failure)
    }
    const late = (what: string) => () => stop(new Failure('network', `${label}: ${what}.`))
    const cancel = () => stop(new Failure('cancelled', `${label} was cancelled.`))
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    }
    let timer = setTimeout(late(`no answer within ${headersTimeout / 1000} s`), headersTimeout)
    signal?.addEventListener('abort', cancel)

    dispatcher.dispatch(request, {
      onConnect(abortRequest) {
        if (stopped !== undefined) abortRequest(stopped)
        else abort = abortRequest
      },
      onHeaders(code, raw) {
        if (code < 200) return true
        status = code
        headers = pairs(raw)
        chunks = []
        clearTimeout(timer)
        timer = setTimeout(late(`the answer was not complete within ${bodyTimeout / 1000} s`), bodyTimeout)
        return true
      },
      onData(chunk) {
        size += chunk.byteLength
        if (size > maxBytes) stop(tooLarge(label, maxBytes))
        else chunks.push(chunk)
        return true
      },
      onComplete() {
        end()
        resolve({ status, headers, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size) })
      },
      onError(error) {
        end()
        reject(error)
      }
    })
  })
}

export function tooLarge(label: string, maxBytes: number): Failure {
  return new Failure('api', `${label}: the answer is larger than ${maxBytes} bytes.`)
}

/** Headers that undici gives as names and values in turn, as bytes. */
function pairs(raw: readonly Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = String(raw[i]).toLowerCase()
    const value = String(raw[i + 1])
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}
