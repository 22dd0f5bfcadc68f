import type { ChangeResult, Conditions, Objection, Packages } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import { type PackageRef, packageKey } from '../domain/package.js'
import { named, packageAt, versionAt } from './address.js'
import type { Answer } from './answer.js'
import { presence, type Reads, sendChange, withoutAnswer } from './change.js'
import type { Client, Query } from './client.js'
import { ADMIN_REMEDY, type Purpose, refusal } from './failures.js'

/** Texts with which GitHub refuses a version that nobody can delete. The status, 400 where it was seen, is not documented. */
const LAST_TEXT = /last (tagged )?version/i
const DOWNLOADS_TEXT = /\bdownloads\b/i
/** A request without an answer may have been carried out. It counts as done, so that a restore brings the version back. */
const UNANSWERED: ChangeResult = {
  kind: 'done',
  message: 'it is gone, and GitHub left a request unanswered: somebody else may have deleted it'
}

/** Deletions of versions and packages; see `Packages` for what they promise. */
export function createDeletions(client: Client, reads: Reads): Pick<Packages, 'deleteVersion' | 'deletePackage'> {
  /** Packages in which a deletion succeeded: there a 404 does not mean that the right to delete is missing. */
  const deletable = new Set<string>()

  /** Sends a deletion, unless there is an objection right before. */
  async function remove(
    query: Query,
    ref: PackageRef,
    look: () => Promise<unknown>,
    { stop, objection }: Omit<Conditions, 'look'>
  ): Promise<ChangeResult> {
    /** An objection, or why it could not be heard. */
    let kept: Objection | { readonly error: unknown } | undefined
    const beforehand = async (): Promise<void> => {
      kept = await objection?.().catch((error: unknown) => ({ error }))
      if (kept !== undefined) throw new Failure('refused', `Kept from being sent: ${query.asked.doing}.`)
    }
    try {
      return await send({ ...query, ...(objection && { beforehand }), stop }, ref, look)
    } catch (error) {
      if (kept === undefined) throw error
      if ('error' in kept) throw kept.error
      return kept
    }
  }

  async function send(query: Query, ref: PackageRef, look: () => Promise<unknown>): Promise<ChangeResult> {
    const key = packageKey(ref)
    // GitHub confirms a deletion with 204. A proxy may answer 200 in its place, so that is sent again.
    const sent = await sendChange(client, { ...query, usable: () => false })
    if (sent.kind === 'unanswered') return (await withoutAnswer(sent, look, (present) => !present)) ?? UNANSWERED
    const { answer } = sent
    if (answer.status >= 200 && answer.status < 300) {
      // GitHub says 204 and nothing else; another server on the way may say anything.
      const present = answer.status === 204 ? false : await presence(look)
      if (present !== false) {
        return failed(
          `Could not ${query.asked.doing}: it was answered with ${answer.status}, and ${present ? 'it is still there' : 'whether it is still there is not known'}.`
        )
      }
      deletable.add(key)
      return { kind: 'done' }
    }
    const never = undeletable(answer)
    if (never !== undefined) return { kind: never, message: answer.message }
    if (answer.status === 404) return notFound(query.asked, answer, await presence(look), deletable.has(key))
    const failure = refusal(query.asked, answer, client.token)
    if (failure.scope !== 'item') throw failure
    return failed(failure.message, failure.remedy)
  }

  function notFound(
    asked: Purpose,
    answer: Answer,
    present: boolean | undefined,
    deletedBefore: boolean
  ): ChangeResult {
    if (present === false) return answer.uncertain ? UNANSWERED : { kind: 'already-gone' }
    if (present === undefined)
      return failed(`Could not ${asked.doing}: 404, and whether it is still there is not known.`)
    if (answer.uncertain) {
      return failed(
        `Could not ${asked.doing}: GitHub left a request unanswered, then returned 404, and still shows it. Whether it was deleted is not known.`,
        'Run again.'
      )
    }
    const message = `Could not ${asked.doing}: GitHub returned 404 although it exists`
    if (deletedBefore) return failed(`${message} and others of this package could be deleted.`, ADMIN_REMEDY)
    throw new Failure('auth', `${message}: the token lacks the right to delete it.`, ADMIN_REMEDY)
  }

  return {
    async deleteVersion(owner, ref, id, { look = () => reads.getVersion(owner, ref, id), ...conditions } = {}) {
      const { path, parameters } = versionAt(owner, ref, id)
      const asked: Purpose = { doing: `delete version ${id} of the ${named(ref)}`, needs: 'delete' }
      return remove({ kind: 'delete', asked, route: `DELETE ${path}`, parameters }, ref, look, conditions)
    },
    async deletePackage(owner, ref, conditions = {}) {
      const { path, parameters } = packageAt(owner, ref)
      const asked: Purpose = { doing: `delete the ${named(ref)}`, needs: 'delete' }
      const look = () => reads.getPackage(owner, ref.type, ref.name)
      return remove({ kind: 'delete', asked, route: `DELETE ${path}`, parameters }, ref, look, conditions)
    }
  }
}

function undeletable({ status, message }: Answer): 'refused-last' | 'refused-downloads' | undefined {
  if (status < 400 || status >= 500) return undefined
  if (LAST_TEXT.test(message)) return 'refused-last'
  return DOWNLOADS_TEXT.test(message) ? 'refused-downloads' : undefined
}

function failed(message: string, remedy?: string): ChangeResult {
  return { kind: 'failed', message, remedy }
}
