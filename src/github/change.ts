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

/**
 * The result of a change without an answer; `undefined` where a look shows that it was carried out. Where it shows that it was
 * not, what kept it from being sent again is thrown.
 */
export async function withoutAnswer(
  { failure: { message, remedy }, unsent }: Extract<Sent, { kind: 'unanswered' }>,
  look: () => Promise<unknown>,
  isCarriedOut: (present: boolean) => boolean
): Promise<(FailureText & { readonly kind: 'failed' }) | undefined> {
  const present = await presence(look)
  if (present === undefined)
    return { kind: 'failed', message: `${message} Whether it was carried out is not known.`, remedy }
  if (isCarriedOut(present)) return undefined
  if (unsent !== undefined) throw unsent
  return { kind: 'failed', message, remedy }
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
