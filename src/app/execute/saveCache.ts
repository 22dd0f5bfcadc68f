import { failureOf } from '../failureOf.js'
import type { Ports } from '../ports.js'

/** What was learned of manifests is kept for the next run; that it could not be is no reason to lose this one's report. */
export async function saveCache({ manifests, console }: Ports): Promise<void> {
  try {
    await manifests.close()
  } catch (error) {
    console.warning(`The cache of manifests could not be saved: ${failureOf(error).message}`)
  }
}
