import type { Artifact } from '../artifact.js'
import type { Annotations } from '../images/manifest.js'
import type { ReferrerKind } from '../images/referrers.js'
import type { Random } from './random.js'

/** A package while a random history of pushes is made. */
export interface State {
  readonly seed: string
  readonly random: Random
  readonly present: Map<string, Artifact>
  step: number
}

/** What one push adds; nothing where the package has not got what it takes. */
export type Move = (state: State) => readonly Artifact[]

export const referrerKinds: readonly ReferrerKind[] = ['cosign-bundle', 'cosign-oci-1-1', 'github-attestation', 'sbom']

/** Any manifest of the package; often one of the newest, so that structures grow deep. */
export function something({ present, random }: State): Artifact | undefined {
  const all = [...present.values()]
  if (all.length === 0) return undefined
  return random.chance(0.4) ? random.pick(all.slice(-3)) : random.pick(all)
}

export const names = [
  'latest',
  'main',
  'v1.0.0',
  'v1.0.1',
  'v1.0',
  'v1',
  '1.1.0',
  '2.0.0-rc.1',
  '2.0.0',
  'nightly',
  'pr-7',
  'pr-70'
]

export function tagsFor({ random, step }: State): readonly string[] {
  if (random.chance(0.45)) return []
  const own = random.pick([`v1.${step}.0`, `pr-${step}`, `sha-${step}`, `2.0.0-beta.${step}`, `sha256-short-${step}`])
  return random.chance(0.3) ? [own, random.pick(names)] : [random.chance(0.3) ? random.pick(names) : own]
}

export function labelled(state: State): { readonly tags: readonly string[]; readonly annotations: Annotations } {
  return { tags: tagsFor(state), annotations: { 'org.opencontainers.image.ref.name': ownSeed(state) } }
}

export function ownSeed({ seed, step }: State): string {
  return `${seed} step ${step}`
}
