import type { Artifact } from '../artifact.js'
import { sha256 } from '../images/digest.js'
import { type Descriptor, descriptorOf, digestTag, indexOf, inventedBlob, tagged } from '../images/manifest.js'
import {
  dockerLayer,
  ociArtifactManifest,
  ociConfig,
  ociEmpty,
  ociIndex,
  ociManifest,
  schema1,
  spdx
} from '../images/mediaTypes.js'
import { referrerHistory } from '../images/referrers.js'
import { singleImage } from '../images/singleImage.js'
import { labelled, type Move, ownSeed, referrerKinds, type State, something, tagsFor } from './registryState.js'

/** Pushes of strangers, of old tools and of tools that few know: what a client must not believe, or must know how to read. */
export const oddMoves: readonly Move[] = [
  lyingIndex,
  lyingIndex,
  indexesAsImages,
  twoThatDisagree,
  indexAsTwoImages,
  ownDigestTag,
  ownDigestTag,
  digestInTag,
  digestInTag,
  replacedFallback,
  replacedFallback,
  dockerSchema1,
  artifactManifest,
  caseVariants,
  uninterpretable
]

/** What one says of a manifest that is something else. */
function lieAbout({ mediaType, digest, size }: Descriptor, state: State): Descriptor {
  const { random } = state
  const plain = { mediaType, digest, size }
  return random.pick<() => Descriptor>([
    () => plain,
    () => ({ ...plain, mediaType: ociManifest }),
    () => ({ ...plain, mediaType: ociManifest, platform: { architecture: 'amd64', os: 'linux' } }),
    () => ({ ...plain, mediaType: ociIndex }),
    () => ({ ...plain, platform: { architecture: 'unknown', os: 'unknown' } }),
    () => ({ ...plain, artifactType: random.pick([ociConfig, spdx]) }),
    () => ({
      ...plain,
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': something(state)?.digest ?? digest
      }
    })
  ])()
}

function some(state: State, most: number): readonly Artifact[] {
  const found = Array.from({ length: state.random.between(1, most) }, () => something(state) ?? [])
  return [...new Set(found.flat())]
}

function lyingIndex(state: State): readonly Artifact[] {
  const entries = some(state, 4).map((artifact) => lieAbout(descriptorOf(artifact), state))
  return entries.length === 0 ? [] : [indexOf(entries, labelled(state))]
}

/** Somebody who may push one tag lists the releases of others as images. */
function indexesAsImages(state: State): readonly Artifact[] {
  const indexes = [...state.present.values()].filter(({ mediaType }) => mediaType === ociIndex)
  const entries = state.random
    .shuffled(indexes)
    .slice(0, 3)
    .map((artifact) => ({ ...descriptorOf(artifact), mediaType: ociManifest }))
  const { annotations } = labelled(state)
  const tags = state.random.chance(0.7) ? [state.random.pick(['pr-1', 'pr-7'])] : []
  return entries.length === 0 ? [] : [indexOf(entries, { tags, annotations })]
}

function twoThatDisagree(state: State): readonly Artifact[] {
  return [...lyingIndex(state), ...some(state, 2)].flatMap((artifact, i) => {
    const annotations = { number: `${ownSeed(state)} ${i}` }
    return [artifact, indexOf([lieAbout(descriptorOf(artifact), state)], { annotations, tags: tagsFor(state) })]
  })
}

/** An untagged index over two platforms that two others list as an image, each in words of its own. */
function indexAsTwoImages(state: State): readonly Artifact[] {
  const images = ['linux/amd64', 'linux/arm64'].map((platform) => singleImage(ownSeed(state), { platform, layers: 1 }))
  const index = indexOf(images.map((image) => descriptorOf(image)))
  const asImage = { ...descriptorOf(index), mediaType: ociManifest }
  const entries = [asImage, { ...asImage, platform: { architecture: 'amd64', os: 'linux' } }]
  return [...images, index, ...entries.map((entry) => indexOf([entry], { tags: tagsFor(state) }))]
}

/** As `cosign copy` and imgpkg tag each image that they copy. */
function ownDigestTag(state: State): readonly Artifact[] {
  const artifact = something(state)
  if (artifact === undefined) return []
  const tag = digestTag(artifact.digest)
  return [tagged(artifact, [state.random.pick([tag, `${tag}.imgpkg`])])]
}

/** A tag in which a digest stands among other text: the version's own, that of another, or of none. */
function digestInTag(state: State): readonly Artifact[] {
  const [artifact, other] = [something(state), something(state)]
  if (artifact === undefined || other === undefined) return []
  const { random } = state
  const digest = random.pick([artifact.digest, other.digest, other.digest, sha256(`nothing ${ownSeed(state)}`)])
  const [before, after] = random.pick([
    ['build-', '.amd64'],
    ['build-', ''],
    ['', '.arm64'],
    ['', '.scan']
  ])
  return [tagged(artifact, [`${before}${digestTag(digest)}${after}`])]
}

/** Each further bundle leaves the fallback index before it untagged. */
function replacedFallback(state: State): readonly Artifact[] {
  const subject = something(state)
  if (subject === undefined) return []
  const kinds = Array.from({ length: state.random.between(2, 3) }, () => state.random.pick(referrerKinds))
  return referrerHistory(ownSeed(state), descriptorOf(subject), kinds)
}

function dockerSchema1(state: State): readonly Artifact[] {
  const { digest } = inventedBlob(dockerLayer, ownSeed(state), 1_000, 9_000)
  const document = { schemaVersion: 1, name: 'app', tag: 'old', fsLayers: [{ blobSum: digest }], history: [] }
  return [made(schema1, document, tagsFor(state))]
}

/** Withdrawn before OCI 1.1 came out; it has no `schemaVersion`. */
function artifactManifest(state: State): readonly Artifact[] {
  const subject = state.random.chance(0.7) ? something(state) : undefined
  const document = {
    mediaType: ociArtifactManifest,
    artifactType: spdx,
    blobs: [inventedBlob(spdx, ownSeed(state), 1_000, 9_000)],
    ...(subject && { subject: descriptorOf(subject) })
  }
  return [made(ociArtifactManifest, document, tagsFor(state))]
}

/** Keys that Go clients take for the known ones, and keys that are there twice. */
function caseVariants(state: State): readonly Artifact[] {
  const [one, other] = [something(state), something(state)]
  if (one === undefined || other === undefined) return []
  const [entry, second] = [descriptorOf(one), descriptorOf(other)]
  const annotations = { seed: ownSeed(state) }
  const index = { schemaVersion: 2, mediaType: ociIndex, annotations }
  const config = { mediaType: ociEmpty, digest: sha256('{}'), size: 2 }
  const image = { schemaVersion: 2, mediaType: ociManifest, config, layers: [], annotations }
  return state.random.pick<() => readonly Artifact[]>([
    () => [made(ociIndex, { ...index, manifests: [], Manifests: [entry] }, tagsFor(state))],
    () => [made(ociIndex, { ...index, manifests: [{ ...entry, Digest: second.digest }] }, tagsFor(state))],
    () => [made(ociManifest, { ...image, Subject: entry }, tagsFor(state))],
    () => [made(ociManifest, { ...image, subject: entry, SUBJECT: second }, tagsFor(state))],
    () => {
      const { body } = made(ociIndex, { ...index, manifests: [second] }, [])
      const text = String(body).replace('{', `{"manifests":[${JSON.stringify(entry)}],`)
      return [{ mediaType: ociIndex, body: text, digest: sha256(text), tags: tagsFor(state) }]
    }
  ])()
}

/** Nobody can tell what it means; it names others all the same. */
function uninterpretable(state: State): readonly Artifact[] {
  const named = some(state, 2).map((artifact) => descriptorOf(artifact))
  if (named.length === 0) return []
  const config = { mediaType: ociEmpty, digest: sha256('{}'), size: 2 }
  const seed = ownSeed(state)
  return [
    state.random.pick([
      made(exampleBundle, { schemaVersion: 2, mediaType: exampleBundle, things: named, seed }, tagsFor(state)),
      made(ociManifest, { schemaVersion: 2, mediaType: ociManifest, config, manifests: named, seed }, tagsFor(state))
    ])
  ]
}

const exampleBundle = 'application/vnd.example.bundle+json'

function made(mediaType: string, document: object, tags: readonly string[]): Artifact {
  const body = JSON.stringify(document)
  return { mediaType, body, digest: sha256(body), ...(tags.length > 0 && { tags }) }
}
