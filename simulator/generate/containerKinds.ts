import type { Artifact } from '../artifact.js'
import { buildCache } from '../images/buildCache.js'
import { hexOf } from '../images/digest.js'
import { type MultiArchSettings, multiArch, nestedIndex } from '../images/multiArch.js'
import { signatureStore } from '../images/oddPackages.js'
import { type SignedImageSettings, signedImage } from '../images/signedImage.js'
import { singleImage } from '../images/singleImage.js'
import type { Random } from './random.js'

/** What is known when a unit of the mix is built. */
export interface Occasion {
  readonly seed: string
  /** How many of its kind came before. */
  readonly number: number
  readonly at: number
  readonly random: Random
  /** BuildKit's shape of attestations at that time. */
  readonly attestations: 'annotated' | 'subject'
}

interface Kind {
  /** Units in 10,000 versions of the usual mix. */
  readonly usual: number
  /** Versions of one unit. */
  readonly size: number
  build(occasion: Occasion): readonly Artifact[]
}

/** A pull request gets about this many pushes, each of which leaves the image before it untagged. */
const pushesPerPullRequest = 12

export const containerKinds = {
  /** `v1.4.2` with the floating tags that it takes over, attested, signed, with GitHub's attestation. */
  release: {
    usual: 130,
    size: 8,
    build: (o) => signed(o, { tags: releaseTags(o), cosign: ['signature'], referrers: ['github-attestation'] })
  },
  nightly: {
    usual: 300,
    size: 6,
    build: (o) => signed(o, { tags: ['nightly', `nightly-${day(o.at)}-${o.number}`], cosign: ['signature'] })
  },
  /** A push to the default branch, signed by two tools that write the fallback tag one after the other. */
  main: {
    usual: 60,
    size: 9,
    build: (o) =>
      signed(o, { tags: ['main', commit(o)], cosign: [], referrers: ['cosign-bundle', 'github-attestation'] })
  },
  pullRequest: {
    usual: 1218,
    size: 5,
    build: (o) =>
      multiArch(o.seed, {
        attestations: o.attestations,
        tags: [`pr-${100 + Math.floor(o.number / pushesPerPullRequest) + o.random.between(0, 4)}`]
      })
  },
  /** Platform images pushed under tags of their own before the index over them. */
  staged: {
    usual: 40,
    size: 3,
    build: (o) => multiArch(o.seed, { platformTagStem: commit(o), tags: [`build-${commit(o)}`] })
  },
  dockerList: {
    usual: 30,
    size: 3,
    build: (o) => multiArch(o.seed, { format: 'docker', tags: [`legacy-${o.number}`] })
  },
  nested: { usual: 10, size: 7, build: (o) => nestedIndex(o.seed, { tags: [`all-${o.number}`] }) },
  cache: {
    usual: 180,
    size: 1,
    build: (o) => [buildCache(o.seed, { tags: o.number % 6 === 0 ? [`cache-${commit(o)}`] : ['buildcache'] })]
  },
  oldCache: {
    usual: 20,
    size: 1,
    build: (o) => [buildCache(o.seed, { shape: 'index', tags: ['buildcache-arm'] })]
  },
  /** A signature whose image is gone. */
  orphan: { usual: 50, size: 1, build: (o) => signatureStore(o.seed, 1) },
  /** An untagged image without index or attestation. */
  single: { usual: 10, size: 1, build: (o) => [singleImage(o.seed)] }
} satisfies Readonly<Record<string, Kind>>

export type ContainerKind = keyof typeof containerKinds

function signed(occasion: Occasion, settings: SignedImageSettings): readonly Artifact[] {
  const shared: MultiArchSettings = { attestations: occasion.attestations, platforms: ['linux/amd64', 'linux/arm64'] }
  return signedImage(occasion.seed, { ...shared, ...settings })
}

/** Ten patches a minor, eight minors a major; floating tags move with each release. Every fifth is a candidate of the next. */
function releaseTags({ number }: Occasion): readonly string[] {
  const release = number - Math.floor(number / 5)
  const [patch, minor, major] = [release % 10, Math.floor(release / 10) % 8, 1 + Math.floor(release / 80)]
  const name = `v${major}.${minor}.${patch}`
  return number % 5 === 4 ? [`${name}-rc.1`] : [name, `v${major}.${minor}`, `v${major}`, 'latest']
}

function commit({ seed }: Occasion): string {
  return hexOf(`commit ${seed}`).slice(0, 7)
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '')
}
