import type { Artifact } from '../../simulator/artifact.js'
import { type Random, randomFrom } from '../../simulator/generate/random.js'
import { sha256 } from '../../simulator/images/digest.js'
import { digestTag } from '../../simulator/images/manifest.js'
import { inToto, ociConfig, ociIndex, ociManifest } from '../../simulator/images/mediaTypes.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import type { World } from '../../simulator/world/world.js'
import { OWNER } from '../scenarios/containers/facts.js'

const DAY = 86_400_000

/** What nobody should believe: pushes on top of a package that is there, each drawn anew. Equal seeds push the same. */
export function pushLies(world: World, stored: StoredPackage, seed: number, now: number): void {
  const random = randomFrom(`lies ${seed} ${stored.facts.name}`)
  const count = random.between(1, 6)
  for (let n = 0; n < count; n++) {
    const present = [...stored.byName.values()].filter(({ name }) => stored.manifests.has(name))
    const { name } = random.pick(present)
    const at = now - random.between(0, 90) * DAY
    if (random.chance(0.2)) {
      // Its own digest, that of another version, and text around it.
      const other = random.pick(present).name
      const tag = random.pick([
        digestTag(name),
        `${digestTag(name)}.imgpkg`,
        `b-${digestTag(other)}.x`,
        digestTag(other)
      ])
      world.tag(OWNER, stored.facts.name, tag, name)
      continue
    }
    const tags = random.chance(0.4) ? [random.pick(['pr-9', 'v9', 'old'])] : []
    const pushed = random.pick(KINDS)(
      random,
      present.map((version) => version.name),
      `${seed} ${n}`
    )
    world.push(OWNER, stored.facts.name, [{ ...pushed, tags }], [], at)
  }
}

type Kind = (random: Random, digests: readonly string[], seed: string) => Artifact

const artifact = (mediaType: string, body: string): Artifact => ({ mediaType, body, digest: sha256(body) })

/** A descriptor that says anything about a digest. */
function descriptor(random: Random, digest: string): Readonly<Record<string, unknown>> {
  const reference = { 'vnd.docker.reference.type': 'attestation-manifest' }
  return {
    mediaType: random.pick([ociManifest, ociManifest, ociIndex, 'application/vnd.example']),
    digest,
    size: 500,
    ...random.pick([
      {},
      { platform: { os: 'linux', architecture: 'amd64' } },
      { platform: { os: 'unknown', architecture: 'unknown' } },
      { platform: { os: 'unknown', architecture: 'unknown' }, annotations: reference }
    ]),
    ...random.pick([{}, {}, { artifactType: ociConfig }, { artifactType: inToto }])
  }
}

const some = (random: Random, digests: readonly string[]): readonly string[] =>
  Array.from({ length: random.between(1, 3) }, () => random.pick(digests))

const KINDS: readonly Kind[] = [
  // An index over anything, described as anything; twice, so that two disagree.
  ...[1, 2].map(
    (): Kind => (random, digests, seed) =>
      artifact(
        ociIndex,
        JSON.stringify({
          schemaVersion: 2,
          mediaType: ociIndex,
          manifests: some(random, digests).map((digest) => descriptor(random, digest)),
          annotations: { seed }
        })
      )
  ),
  (random, digests, seed) =>
    artifact(
      ociIndex,
      JSON.stringify({
        schemaVersion: 2,
        mediaType: ociIndex,
        manifests: [],
        Manifests: some(random, digests).map((digest) => ({
          ...descriptor(random, digest),
          Digest: random.pick(digests)
        })),
        annotations: { seed }
      })
    ),
  // What nobody can interpret.
  (random, digests, seed) =>
    artifact(
      'application/vnd.example.v1+json',
      JSON.stringify({ mediaType: 'application/vnd.example', seed, all: some(random, digests) })
    ),
  // Docker schema 1, and the withdrawn artifact manifest.
  (_random, _digests, seed) =>
    artifact(
      'application/vnd.docker.distribution.manifest.v1+json',
      JSON.stringify({ schemaVersion: 1, seed, fsLayers: [] })
    ),
  (random, digests, seed) =>
    artifact(
      'application/vnd.oci.artifact.manifest.v1+json',
      JSON.stringify({
        mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
        seed,
        subject: { mediaType: ociManifest, digest: random.pick(digests), size: 1 }
      })
    )
]
