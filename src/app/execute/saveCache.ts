import { failureOf } from '../failureOf.js'
import type { Ports } from '../ports.js'

/** Keeps the manifests for the next run. If that fails, this run still reports what it did. */
export async function saveCache({ manifests, console }: Ports): Promise<void> {
  try {
    await manifests.close()
  } catch (error) {
    console.warning(`The cache of manifests could not be saved: ${failureOf(error).message}`)
  }
}
