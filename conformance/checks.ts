import type { Check } from './check.ts'
import { families, packageList, rateLimit } from './checks/account.ts'
import { deletedList, deletedTags, deletedVersion, registryAfterDeletion, versionCount } from './checks/deletion.ts'
import { cascade, graph, indexRestored, manifestDeletion, referrers } from './checks/indexes.ts'
import { distTags } from './checks/npm.ts'
import { contentLimit, wholePackage } from './checks/packages.ts'
import { firstPush, lagAfterPush, order, pages } from './checks/push.ts'
import { digestTags, lastTagged, lastVersion } from './checks/refusals.ts'
import { addresses, tagList, unknownBlob, untag } from './checks/registryFacts.ts'
import { pushOfDeleted, restored, restoreOfNothing, tagMovedMeanwhile } from './checks/restore.ts'
import { pulls, pushedAgain, tagGained, tagLost } from './checks/updates.ts'

/** In the order in which they run: what measures a lag comes before what has to wait for it. */
export const CHECKS: readonly Check[] = [
  firstPush,
  lagAfterPush,
  order,
  pages,
  families,
  packageList,
  rateLimit,
  tagGained,
  pushedAgain,
  tagLost,
  pulls,
  graph,
  referrers,
  manifestDeletion,
  deletedVersion,
  deletedList,
  versionCount,
  registryAfterDeletion,
  deletedTags,
  restored,
  tagMovedMeanwhile,
  pushOfDeleted,
  restoreOfNothing,
  cascade,
  indexRestored,
  digestTags,
  lastTagged,
  lastVersion,
  untag,
  unknownBlob,
  addresses,
  tagList,
  contentLimit,
  wholePackage,
  distTags
]
