import type { Artifact } from '../artifact.js'
import { type ContainerKind, containerKinds } from './containerKinds.js'
import { countContainer, type GeneratedContainer, type Push } from './generatedPackage.js'
import { randomFrom } from './random.js'

export interface ContainerPackageOptions {
  /** Exactly so many versions. */
  readonly versions: number
  readonly seed: string | number
  /** Milliseconds since the epoch; the last push is a minute before or more, the first 400 days. */
  readonly now: number
  readonly name?: string
  /** Units of each kind, in proportion to each other; a kind left out has its usual share. */
  readonly mix?: Readonly<Partial<Record<ContainerKind, number>>>
}

const minute = 60_000
const day = 1_440 * minute
const span = 400 * day

/**
 * A container package as busy repositories have them. In the usual mix, 10,000 versions hold about 2,700 that no index
 * lists; the exact numbers are in `counts`. Equal options give equal packages.
 */
export function generateContainerPackage(options: ContainerPackageOptions): GeneratedContainer {
  const { versions, seed, now, name = 'app' } = options
  const random = randomFrom(`container package ${seed}`)
  const units = random.shuffled(deck(versions, options.mix))
  const seen = new Map<ContainerKind, number>()
  const pushes = units.flatMap((kind, index): readonly Push[] => {
    const number = seen.get(kind) ?? 0
    seen.set(kind, number + 1)
    const progress = (index + random.fraction()) / units.length
    const at = Math.floor((now - minute - span * (1 - progress)) / 1000) * 1000
    const artifacts = containerKinds[kind].build({
      seed: `${seed} ${kind} ${number}`,
      number,
      at,
      random,
      attestations: progress < 0.6 ? 'annotated' : 'subject'
    })
    return inSeconds(artifacts, at)
  })
  return { name, pushes, counts: countContainer(pushes) }
}

/** How many units of each kind, so that their sizes add up to the number of versions. */
function deck(versions: number, mix: ContainerPackageOptions['mix'] = {}): readonly ContainerKind[] {
  const kinds = Object.keys(containerKinds) as ContainerKind[]
  const shares = kinds.map((kind) => ({ kind, size: containerKinds[kind].size, share: shareOf(kind, mix) }))
  const whole = shares.reduce((sum, { size, share }) => sum + size * share, 0)
  if (whole <= 0) throw new Error('a mix needs at least one kind with a share above 0')
  const units = shares.flatMap(({ kind, share }) =>
    new Array<ContainerKind>(Math.floor((share * versions) / whole)).fill(kind)
  )
  const left = versions - units.reduce((sum, kind) => sum + containerKinds[kind].size, 0)
  const perPush = containerKinds.pullRequest.size
  const pullRequests = shareOf('pullRequest', mix) > 0 ? Math.floor(left / perPush) : 0
  return [
    ...units,
    ...new Array<ContainerKind>(pullRequests).fill('pullRequest'),
    ...new Array<ContainerKind>(left - pullRequests * perPush).fill('single')
  ]
}

function shareOf(kind: ContainerKind, mix: NonNullable<ContainerPackageOptions['mix']>): number {
  return mix[kind] ?? containerKinds[kind].usual
}

/** Pushes of one build: one manifest after another, a second apart. */
function inSeconds(artifacts: readonly Artifact[], at: number): readonly Push[] {
  return artifacts.map((artifact, index) => ({ at: at + index * 1000, artifacts: [artifact] }))
}
