import type { Packages } from '../app/ports.js'
import { Failure, type FailureText } from '../domain/failure.js'
import type { Answer } from './answer.js'
import type { Client, Query } from './client.js'

/** The reads by which a change whose answer says too little is verified. */
export type Reads = Pick<Packages, 'getPackage' | 'getVersion'>

export type Sent =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** `unsent`: what kept it from being sent again. */
  | { readonly kind: 'unanswered'; readonly failure: Failure; readonly unsent?: Failure }

/** Sends a change. A missing answer is a result and not thrown, as GitHub may have carried out the change. */
export async function sendChange(client: Client, query: Query): Promise<Sent> {
  try {
    return { kind: 'answered', answer: await client.send(query) }
  } catch (error) {
    if (!(error instanceof Failure) || (error.code !== 'network' && error.code !== 'api')) throw error
    const { cause } = error
    return { kind: 'unanswered', failure: error, ...(cause instanceof Failure && { unsent: cause }) }
  }
}

/** The result of a change without an answer; `present`: whether it is there now. */
export function withoutAnswer(
  { message, remedy }: Failure,
  present: boolean | undefined
): FailureText & { readonly kind: 'failed' } {
  const doubt = present === undefined ? ' Whether it was carried out is not known.' : ''
  return { kind: 'failed', message: `${message}${doubt}`, remedy }
}

/** Whether it is there now; `undefined` where that cannot be found out. */
export async function presence(look: () => Promise<unknown>): Promise<boolean | undefined> {
  try {
    return (await look()) !== undefined
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return error.code === 'not-found' ? false : undefined
  }
}
