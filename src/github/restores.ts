import type { Packages, RestoreResult } from '../app/ports.js'
import type { Owner, PackageRef } from '../domain/package.js'
import { named, packageAt, versionAt } from './address.js'
import type { Answer } from './answer.js'
import { presence, type Reads, sendChange, withoutAnswer } from './change.js'
import type { Client, Query } from './client.js'
import { type Purpose, refusal } from './failures.js'

const CONFLICT_TEXT = /conflict|already|taken|in use|same (name|version|namespace)|exists/i
const EXPIRED_TEXT = /30 days|expired|no longer|permanently/i

/** GitHub restores within 30 days, while nothing newer has the same name ("Deleting and restoring a package"). */
export function createRestores(client: Client, reads: Reads): Pick<Packages, 'restoreVersion' | 'restorePackage'> {
  async function restore(query: Query, look: () => Promise<unknown>, missing: string): Promise<RestoreResult> {
    const sent = await sendChange(client, query)
    if (sent.kind === 'unanswered') return (await withoutAnswer(sent, look, (present) => present)) ?? { kind: 'done' }
    const { answer } = sent
    if (answer.status >= 200 && answer.status < 300) return { kind: 'done' }
    const failure = refusal(query.asked, answer, client.token)
    if (failure.scope !== 'item') throw failure
    if (await presence(look)) return { kind: answer.uncertain ? 'done' : 'already-active' }
    const kind = meaning(answer)
    const remedy = kind === 'failed' && answer.status === 404 ? missing : failure.remedy
    return { kind, message: failure.message, remedy }
  }

  return {
    restoreVersion(owner: Owner, ref: PackageRef, id: number) {
      const { path, parameters } = versionAt(owner, ref, id)
      const asked: Purpose = { doing: `restore version ${id} of the ${named(ref)}`, needs: 'restore' }
      return restore(
        { kind: 'restore', asked, route: `POST ${path}/restore`, parameters },
        () => reads.getVersion(owner, ref, id),
        'It was deleted more than 30 days ago, or its whole package was deleted (restore-package), or the token lacks the ' +
          'role Admin of the package (Package settings > Manage Actions access).'
      )
    },
    restorePackage(owner: Owner, ref: PackageRef) {
      const { path, parameters } = packageAt(owner, ref)
      const asked: Purpose = { doing: `restore the ${named(ref)}`, needs: 'restore' }
      return restore(
        { kind: 'restore', asked, route: `POST ${path}/restore{?token}`, parameters },
        () => reads.getPackage(owner, ref.type, ref.name),
        'It was deleted more than 30 days ago, or never existed under this name, or the token lacks admin rights on it.'
      )
    }
  }
}

function meaning({ message }: Answer): 'conflict' | 'expired' | 'failed' {
  if (EXPIRED_TEXT.test(message)) return 'expired'
  return CONFLICT_TEXT.test(message) ? 'conflict' : 'failed'
}
