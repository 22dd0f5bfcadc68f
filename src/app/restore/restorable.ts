import { didYouMean } from '../../config/nearest.js'
import type { RestoreSelection } from '../../domain/config.js'
import { Failure } from '../../domain/failure.js'
import { isImage, type PackageInfo, type PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { isDigestTag } from '../../pattern/names.js'
import { inOrder, restorableLines } from '../../report/text/restorable.js'
import type { BothLists } from '../staleLists.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'

export type Selected = Extract<RestoreSelection, { by: 'versions' }>

/** Whether the inputs select no version at all. */
export const isEmpty = ({ match, versionIds, deletedWithin }: Selected): boolean =>
  match.length === 0 && versionIds.length === 0 && deletedWithin === undefined

/** What could be restored in one package. */
export type RestorablePackage = Omit<BothLists, 'active'> & { readonly package: PackageInfo }

/** The names by which a version can be selected. */
export const selectableNames = ({ type }: PackageRef, { name, tags }: Version): readonly string[] =>
  isImage(type) ? tags.filter((tag) => !isDigestTag(tag)) : [name]

/**
 * Lists what could be restored, newest deletion first, and says why nothing was. That fails, unless nothing was selected and
 * it is a dry run: then the list is what was asked for.
 */
export function nothingFound(
  { ports: { console }, dryRun, now }: RestoreContext,
  selection: Selected,
  packages: readonly RestorablePackage[]
): Pick<RestoreSummary, 'restorable' | 'failure'> {
  const restorable = inOrder(
    packages.flatMap(({ package: info, deleted }) => deleted.map((version) => ({ package: info, version })))
  )
  if (packages.length === 0) return { restorable }
  for (const line of restorableLines(restorable, now)) console.info(line)
  if (isEmpty(selection) && dryRun) return { restorable }
  return { restorable, failure: whyNothing(selection, packages) }
}

const USE_RECEIPT = 'Restore from the receipt of the run that deleted them (receipt-file).'

function whyNothing(selection: Selected, packages: readonly RestorablePackage[]): Failure {
  const where = packages.length === 1 ? (packages[0]?.package.name ?? '') : `${packages.length} packages`
  const fail = (message: string, remedy: string): Failure => new Failure('not-found', message, remedy)
  if (isEmpty(selection)) {
    return fail(
      'Nothing says what to restore.',
      'The log lists what can be restored: give receipt-file, match, version-ids, deleted-within or restore-package.'
    )
  }
  if (packages.some(({ ignored }) => ignored)) {
    return fail(
      `GitHub answered with the active versions of ${where} in place of the deleted ones, so none can be found by name or time.`,
      `${USE_RECEIPT} Or give version-ids: GitHub is asked for each of them.`
    )
  }
  const deleted = packages.flatMap((each) => each.deleted)
  if (deleted.length === 0) {
    return fail(`There are no deleted versions in ${where}.`, 'GitHub restores what was deleted within 30 days.')
  }
  const none = `None of the ${deleted.length} deleted versions in ${where}`
  if (selection.deletedWithin !== undefined && deleted.every(({ deletedAt }) => deletedAt === undefined)) {
    return fail(`${none} shows when it was deleted, so deleted-within can select nothing.`, USE_RECEIPT)
  }
  const names = packages.flatMap((own) => own.deleted.flatMap((version) => selectableNames(own.package, version)))
  if (selection.match.length > 0 && names.length === 0) {
    return fail(`${none} shows its tags, so match can select nothing.`, `${USE_RECEIPT} Or give version-ids.`)
  }
  const asked = [...selection.match, ...selection.versionIds].join(', ')
  const meant = [...new Set(selection.match.map((pattern) => didYouMean(pattern, names)))].join('')
  return fail(
    `${none} ${asked === '' ? 'was deleted within that time' : `matches ${asked}`}.${meant}`,
    'The log lists what can be restored.'
  )
}
