import type { Artifact } from '../artifact.js'
import { builders } from '../images/builders.js'
import { cosignTagName } from '../images/cosign.js'
import { hexOf } from '../images/digest.js'
import { type Descriptor, descriptorOf, digestTag, indexOf, tagged } from '../images/manifest.js'
import { dockerList, ociIndex, ociManifest } from '../images/mediaTypes.js'
import { fallbackIndex, type ReferrerKind, referrer } from '../images/referrers.js'
import { countContainer, type GeneratedContainer, type Push } from './generatedPackage.js'
import { oddMoves } from './oddMoves.js'
import { type Random, randomFrom } from './random.js'
import { labelled, type Move, names, ownSeed, referrerKinds, type State, something, tagsFor } from './registryState.js'

export interface RandomRegistry {
  readonly owner: string
  readonly packages: readonly GeneratedContainer[]
  /** Milliseconds since the epoch; no push is later. */
  readonly now: number
}

/**
 * One to three container packages of 5 to 60 versions that mix every shape in ways that no tool pushes: shared, tagged
 * and foreign children, indexes over signatures, referrers of anything, rings through tags, moved tags, equal times,
 * dangling subjects, partial and ghost indexes, orphans, deleted versions, manifests that are not served, and all that
 * `oddMoves` makes: indexes that lie, odd manifests, odd tags. Equal seeds give equal registries.
 */
export function randomRegistry(seed: string | number): RandomRegistry {
  const random = randomFrom(`registry ${seed}`)
  const now = Date.UTC(2026, 10, 22, 12)
  const count = random.pick([1, 1, 1, 2, 3])
  const packages = Array.from({ length: count }, (_, index) =>
    randomContainer(`${seed} ${index}`, index === 0 ? 'app' : `group/app-${index}`, now, random)
  )
  return { owner: 'octo-org', packages, now }
}

function randomContainer(seed: string, name: string, now: number, random: Random): GeneratedContainer {
  const wanted = random.between(5, 45)
  const store = random.chance(0.05)
  const state: State = { seed, random, present: new Map(), step: 0 }
  const pushes: Push[] = []
  let at = now - random.between(20, 120) * day
  while (state.present.size < wanted) {
    state.step += 1
    const artifacts = store ? built(state, 'signature-store', { count: 1 }) : random.pick(moves)(state)
    const pushed = random.chance(0.08) ? artifacts.filter(() => random.chance(0.7)) : artifacts
    if (pushed.length === 0) continue
    for (const artifact of pushed) state.present.set(artifact.digest, artifact)
    // Equal times are common: a build pushes several manifests within one second.
    if (random.chance(0.7)) at = Math.min(now, at + random.pick([1_000, 3_600_000, 0.9 * day, 3 * day]))
    pushes.push({ at, artifacts: pushed })
  }
  const some = (probability: number) => [...state.present.keys()].filter(() => random.chance(probability))
  const deleted = new Map(
    random.chance(0.3) ? some(0.08).map((digest) => [digest, now - random.between(1, 29) * day]) : []
  )
  const unserved = new Set(random.chance(0.15) ? some(0.05) : [])
  return { name, pushes, deleted, unserved, counts: countContainer(pushes, deleted) }
}

const day = 86_400_000

/** What may be pushed next. A move listed twice is twice as likely. */
const moves: readonly Move[] = [
  (state) => built(state, 'image', { format: state.random.pick(['oci', 'docker']), layers: 1 }),
  (state) => built(state, 'image', { layers: 1 }),
  (state) => built(state, 'multi-arch', multiArch(state)),
  (state) => built(state, 'multi-arch', multiArch(state)),
  (state) => built(state, 'multi-arch', { ...multiArch(state), platformTagStem: `stage${state.random.between(1, 3)}` }),
  (state) => built(state, 'signed-image', { referrers: someKinds(state), fallback: state.random.chance(0.7) }),
  (state) => built(state, 'signed-image', { platformReferrers: [state.random.pick(referrerKinds)] }),
  (state) => built(state, 'nested-index', {}),
  (state) => built(state, 'partial-index', {}),
  (state) => built(state, 'ghost-index', {}),
  (state) => built(state, 'shared-children', { secondTags: tagsFor(state) }),
  (state) => built(state, 'dangling-referrer', {}),
  (state) => built(state, 'signature-store', { count: 1 }),
  (state) => built(state, 'ring', { length: state.random.between(2, 3) }),
  (state) => built(state, 'helm-chart', {}),
  (state) => built(state, 'build-cache', { shape: state.random.pick(['image', 'index']) }),
  indexOverAnything,
  indexOverAnything,
  cosignOfAnything,
  cosignOfAnything,
  referrerOfAnything,
  referrerOfAnything,
  retagAnything,
  retagAnything,
  digestTagOnAnything,
  attestationOfSomethingElse,
  ...oddMoves
]

function built(state: State, builder: string, settings: Readonly<Record<string, unknown>>): readonly Artifact[] {
  const build = builders[builder]
  if (build === undefined) throw new Error(`no builder ${builder}`)
  return build({ seed: ownSeed(state), tags: tagsFor(state), settings })
}

/** An index, nested or not, over any manifests of the package, one of which may never have been pushed. */
function indexOverAnything(state: State): readonly Artifact[] {
  const { random } = state
  const entries = Array.from({ length: random.between(1, 4) }, () => something(state))
  const gone: readonly Descriptor[] = random.chance(0.3)
    ? [{ mediaType: ociManifest, digest: `sha256:${hexOf(`gone ${ownSeed(state)}`)}`, size: 500 }]
    : []
  const list = [...entries.flatMap((artifact) => (artifact ? [descriptorOf(artifact)] : [])), ...gone]
  return [indexOf(list, { mediaType: random.pick([ociIndex, ociIndex, dockerList]), ...labelled(state) })]
}

function cosignOfAnything(state: State): readonly Artifact[] {
  const subject = something(state)?.digest
  const build = builders.cosign
  if (subject === undefined || build === undefined) return []
  const kinds = [state.random.pick(['signature', 'attestation', 'sbom'])]
  const prefix = state.random.pick(['', '', 'signed-'])
  return build({ seed: ownSeed(state), tags: [], subject, settings: { kinds, prefix } })
}

/** With the fallback tag (which supersedes the index that had it), without, or in an index without that tag. */
function referrerOfAnything(state: State): readonly Artifact[] {
  const { random } = state
  const subject = something(state)
  if (subject === undefined) return []
  const one = referrer(ownSeed(state), descriptorOf(subject), random.pick(referrerKinds))
  const others = [...state.present.values()].filter(() => random.chance(0.1)).map((artifact) => descriptorOf(artifact))
  const earlier = random.chance(0.3) ? others : []
  return random.pick([
    [one.artifact],
    [one.artifact, fallbackIndex(subject.digest, [...earlier, one.entry])],
    [one.artifact, indexOf([one.entry], labelled(state))]
  ])
}

/** Names move to, or are added to, a manifest that is there. */
function retagAnything(state: State): readonly Artifact[] {
  const artifact = something(state)
  return artifact ? [tagged(artifact, [state.random.pick(names), ...tagsFor(state)])] : []
}

/** A tag that makes any manifest look like a signature or a fallback index of any other: rings come from here. */
function digestTagOnAnything(state: State): readonly Artifact[] {
  const [artifact, target] = [something(state), something(state)]
  if (artifact === undefined || target === undefined) return []
  const { digest } = target
  return [tagged(artifact, [state.random.pick([digestTag(digest), cosignTagName(digest, 'signature')])])]
}

/** An index with an attestation entry that names an image which the index does not list. */
function attestationOfSomethingElse(state: State): readonly Artifact[] {
  const [image, attestation, other] = [something(state), something(state), something(state)]
  if (image === undefined || attestation === undefined || other === undefined) return []
  const entry = descriptorOf(attestation, {
    platform: { architecture: 'unknown', os: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': other.digest }
  })
  return [indexOf([descriptorOf(image), entry], labelled(state))]
}

function multiArch({ random }: State): Readonly<Record<string, unknown>> {
  return {
    format: random.pick(['oci', 'oci', 'docker']),
    layers: 1,
    ...(random.chance(0.5) && { attestations: random.pick(['annotated', 'subject']) })
  }
}

function someKinds({ random }: State): readonly ReferrerKind[] {
  return Array.from({ length: random.between(1, 2) }, () => random.pick(referrerKinds))
}
