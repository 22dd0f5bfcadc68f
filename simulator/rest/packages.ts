import { jsonReply, type Reply } from '../server/exchange.js'
import { shownVersion, shownVersions } from '../world/laggingView.js'
import { PACKAGE_TYPES, type PackageType, type StoredPackage } from '../world/package.js'
import { refusalToDeletePackage, refusalToDeleteVersion } from '../world/refusals.js'
import { mayRead, reaches } from '../world/token.js'
import { scattered } from '../world/versionList.js'
import type { Account } from '../world/world.js'
import { isAdmin, NEEDS, type Need, refuseOperation, refusePackage } from './access.js'
import { errorReply, noContent, notForIntegration, notFound, packageNotFound, type RestContext } from './context.js'
import { pageOf, pagingOf } from './pages.js'
import { renderPackage, versionRenderer } from './render.js'

/** Answers the nine operations on packages, for each of the three families. */
export function answerPackages(context: RestContext): Reply {
  const { route } = context
  const need = NEEDS[route.kind]
  if (need === undefined) return notFound()
  const account = accountOf(context)
  if ('status' in account) return account
  const refusal = refuseOperation(context, account, need)
  if (refusal !== undefined) return refusal
  if (route.kind === 'list-packages') return listPackages(context, account)
  if (route.kind === 'docker-conflicts') return listConflicts(context, account)
  const type = PACKAGE_TYPES.find((known) => known === route.type)
  if (type === undefined) return notFound()
  const ref = { owner: account.login, type, name: route.name }
  if (route.kind === 'restore-package') return restorePackage(context, ref)
  const stored = context.world.package(ref)
  const hidden = refusePackage(context, stored, need)
  if (hidden !== undefined || stored === undefined) return hidden ?? packageNotFound()
  return answerPackage(context, stored, need)
}

function answerPackage(context: RestContext, stored: StoredPackage, need: Need): Reply {
  const { world, route } = context
  switch (route.kind) {
    case 'get-package':
      return jsonReply(200, renderPackage(context, stored))
    case 'delete-package': {
      const refusal = refusalToDeletePackage(stored, world.assumptions)
      if (refusal !== undefined) return errorReply(refusal.status, refusal.message)
      world.deletePackage(stored.facts)
      return noContent()
    }
    case 'list-versions':
      return listVersions(context, stored)
    case 'restore-version':
      return restoreVersion(context, stored)
    default:
      return answerVersion(context, stored, need)
  }
}

function answerVersion(context: RestContext, stored: StoredPackage, need: Need): Reply {
  return need.changes ? deleteVersion(context, stored) : getVersion(context, stored)
}

function getVersion(context: RestContext, stored: StoredPackage): Reply {
  const { assumptions } = context.world
  const version = shownVersion(stored, context.route.id, assumptions)
  if (version === undefined) return packageNotFound()
  if (version.deletedAt !== undefined && assumptions.getOfDeleted === 404) return packageNotFound()
  return jsonReply(200, versionRenderer(context, stored)(version))
}

function deleteVersion(context: RestContext, stored: StoredPackage): Reply {
  const { world, route } = context
  const version = stored.versions.get(route.id)
  if (version === undefined) return packageNotFound()
  if (version.deletedAt !== undefined) return world.assumptions.secondDelete === 204 ? noContent() : packageNotFound()
  const refusal = refusalToDeleteVersion(stored, version, world.assumptions)
  if (refusal !== undefined) return errorReply(refusal.status, refusal.message)
  world.deleteVersion(stored.facts, version.id)
  return noContent()
}

function listPackages(context: RestContext, account: Account): Reply {
  const { world, request, token } = context
  const type = PACKAGE_TYPES.find((known) => known === request.query.get('package_type'))
  if (type === undefined) return errorReply(400, 'Invalid argument.')
  const isJob = token?.kind === 'workflow' || token?.kind === 'installation'
  if (isJob && type === 'container') return errorReply(400, 'Invalid argument.')
  const { page, perPage } = pagingOf(request)
  if (page * perPage > 10_000) return errorReply(400, 'Only the first 10000 packages are available.')
  const visibility = request.query.get('visibility')
  const found = packagesOf(context, account, type).filter(
    (stored) => visibility === null || stored.visibility === visibility
  )
  const ordered = { newest: -1, oldest: 1, random: 0 }[world.assumptions.order]
  found.sort((a, b) =>
    ordered === 0 ? scattered(a.facts.id) - scattered(b.facts.id) : ordered * (a.facts.id - b.facts.id)
  )
  return packageList(context, found)
}

function listConflicts(context: RestContext, account: Account): Reply {
  const docker = packagesOf(context, account, 'docker')
  return jsonReply(
    200,
    docker.filter((stored) => stored.facts.dockerConflict).map((stored) => renderPackage(context, stored))
  )
}

function packageList(context: RestContext, found: readonly StoredPackage[]): Reply {
  const { world, request, token, route } = context
  const { items, headers } = pageOf(request, new URL(context.apiUrl).origin, found)
  const unseen = [...world.accounts.values()].filter(
    (account) => account.sso && token?.kind === 'classic' && !reaches(token.sso, account.login)
  )
  // Lists over several organizations leave out those that the token is not authorized for.
  const partial =
    route.family === 'user' && unseen.length > 0
      ? { 'x-github-sso': `partial-results; organizations=${unseen.map(({ id }) => id).join(',')}` }
      : {}
  const body = items.map((stored) => renderPackage(context, stored))
  return jsonReply(200, body, { ...headers, ...partial })
}

function packagesOf(context: RestContext, account: Account, type: PackageType): StoredPackage[] {
  return [...context.world.packages()].filter(
    (stored) =>
      stored.facts.type === type &&
      stored.facts.owner.toLowerCase() === account.login.toLowerCase() &&
      mayRead(context.token, stored)
  )
}

function listVersions(context: RestContext, stored: StoredPackage): Reply {
  const { request, route, world } = context
  const asked = request.query.get('state') === 'deleted' ? 'deleted' : 'active'
  const state = world.assumptions.stateIgnoredIn.includes(route.family) ? 'active' : asked
  const shown = shownVersions(stored, state, world.assumptions)
  const { items, headers } = pageOf(request, new URL(context.apiUrl).origin, shown)
  return jsonReply(200, items.map(versionRenderer(context, stored)), headers)
}

function restoreVersion(context: RestContext, stored: StoredPackage): Reply {
  return restoreReply(context, stored.restore(context.route.id), 'Package version', 'version')
}

function restorePackage(context: RestContext, ref: Parameters<RestContext['world']['restorePackage']>[0]): Reply {
  const { world, token } = context
  if (token === undefined || !isAdmin(token, ref.owner, ref.name)) return packageNotFound()
  return restoreReply(context, world.restorePackage(ref), 'Package', 'package')
}

function restoreReply(
  { world }: RestContext,
  result: ReturnType<StoredPackage['restore']>,
  subject: string,
  taker: string
): Reply {
  switch (result) {
    case 'done':
      return noContent()
    case 'not-deleted':
    case 'expired':
      return packageNotFound()
    case 'name-taken':
    case 'tag-taken':
      return errorReply(
        world.assumptions.restoreConflictStatus,
        `${subject} cannot be restored: its name is taken by a newer ${taker}.`
      )
  }
}

function accountOf(context: RestContext): Account | Reply {
  const { world, route, token } = context
  if (route.family === 'user') {
    if (token === undefined) return errorReply(401, 'Requires authentication')
    if (token.kind === 'workflow' || token.kind === 'installation') return notForIntegration()
    return world.account(token.login) ?? notFound()
  }
  const account = world.account(route.login)
  if (account === undefined) return notFound()
  const right =
    route.family === 'orgs'
      ? account.type === 'Organization'
      : account.type === 'User' || world.assumptions.usersFamilyServesOrganizations
  return right ? account : notFound()
}
