import { OWNER } from '../e2e/harness.js'
import { BUILDKIT_TOOLS, builtWithProvenance } from './buildkit.js'
import { indexOfTwo, whole } from './crane.js'
import type { Maker, Push } from './maker.js'
import type { Toolbox } from './tools.js'

interface Format {
  readonly sign: readonly string[]
  readonly verify: readonly string[]
  /** `cosign copy` 3 leaves bundles behind. */
  readonly copiesSignatures: boolean
}

const UNDER_TAGS: Format = {
  sign: ['--tlog-upload=false', '--use-signing-config=false', '--new-bundle-format=false'],
  verify: ['--new-bundle-format=false'],
  copiesSignatures: true
}
const AS_BUNDLES: Format = {
  sign: ['--signing-config', 'signing-config.json', '--trusted-root', 'trusted-root.json'],
  verify: ['--trusted-root', 'trusted-root.json'],
  copiesSignatures: false
}

/** Fails unless all of these images are signed, and the first one is attested. */
type Verify = (images: readonly string[]) => Promise<void>

/** With a local key, an empty signing configuration and no trust in any service, so that it needs no network. */
async function sign(
  box: Toolbox,
  tag: string,
  format: Format,
  image: string,
  how: readonly string[] = []
): Promise<Verify> {
  const key = tag.replaceAll('.', '-')
  await box.run('cosign', 'generate-key-pair', '--output-key-prefix', key)
  await box.run('cosign', 'signing-config', 'create', '--out', 'signing-config.json')
  await box.run('cosign', 'trusted-root', 'create', '--out', 'trusted-root.json')
  const by = ['--key', `${key}.key`, '--yes', ...format.sign]
  await box.run('cosign', 'sign', ...by, ...how, image)
  const predicate = box.file('predicate.json', `{"of":"${tag}"}`)
  await box.run('cosign', 'attest', ...by, '--type', 'custom', '--predicate', predicate, image)
  return async (images) => {
    const against = ['--key', `${key}.pub`, '--insecure-ignore-tlog=true', ...format.verify]
    await box.run('cosign', 'verify', ...against, ...images)
    await box.run('cosign', 'verify-attestation', ...against, '--type', 'custom', ...images.slice(0, 1))
  }
}

/** An index and all that it lists, by digest. */
async function partsOf(box: Toolbox, index: string): Promise<readonly string[]> {
  const { manifests } = JSON.parse(await box.run('crane', 'manifest', index)) as { manifests: { digest: string }[] }
  const digests = [(await box.run('crane', 'digest', index)).trim(), ...manifests.map(({ digest }) => digest)]
  return digests.map((digest) => `${index.replace(/:[^:/]*$/, '')}@${digest}`)
}

const signedIndex =
  (format: Format): Push =>
  async (box, tag) => {
    const image = await indexOfTwo(box, tag)
    const copy = `${box.registry}/${OWNER}/copy:${tag}`
    const [exactly = ''] = await partsOf(box, image)
    const verify = await sign(box, tag, format, exactly)
    await box.run('cosign', 'copy', image, copy)
    return async () => {
      for (const each of format.copiesSignatures ? [image, copy] : [image]) await verify([each])
      return (await whole(box, image)()) + (await whole(box, copy)())
    }
  }

const signedBuild =
  (format: Format): Push =>
  async (box, tag) => {
    const checkBuild = await builtWithProvenance(box, tag)
    const image = `${box.registry}/${OWNER}/app:${tag}`
    const copy = `${box.registry}/${OWNER}/copy:${tag}`
    const parts = await partsOf(box, image)
    const verify = await sign(box, tag, format, parts[0] ?? image, ['--recursive'])
    const sbom = box.file('sbom.json', `{"of":"${tag}"}`)
    const attached = ['--disable-path-validation', '--artifact-type', 'application/vnd.example.sbom', sbom]
    for (const part of parts) await box.run('oras', 'attach', '--plain-http', part, ...attached)
    await box.run('regctl', 'image', 'copy', '--referrers', '--digest-tags', image, copy)
    return async () => {
      const found: string[] = []
      for (const index of [image, copy]) {
        const each = await partsOf(box, index)
        await verify(each)
        for (const part of each) {
          const tree = await box.run('oras', 'discover', '--plain-http', '--format', 'tree', part)
          found.push(...(tree.match(/sha256:[0-9a-f]+/g) ?? []).toSorted())
        }
      }
      return (await checkBuild()) + found.join('\n')
    }
  }

const BUILD_TOOLS = ['crane', 'cosign', 'oras', ...BUILDKIT_TOOLS] as const

export const COSIGN: Readonly<Record<string, Maker>> = {
  'cosign: a signature and an attestation under tags, and a copy of all': {
    tools: ['crane', 'cosign'],
    push: signedIndex(UNDER_TAGS)
  },
  'cosign: a signature and an attestation as bundles, and a copy': {
    tools: ['crane', 'cosign'],
    push: signedIndex(AS_BUNDLES)
  },
  'cosign: a build signed recursively under tags, with what oras attached to each part, and a copy by regctl': {
    tools: BUILD_TOOLS,
    push: signedBuild(UNDER_TAGS)
  },
  'cosign: a build signed recursively with bundles, with what oras attached to each part, and a copy by regctl': {
    tools: BUILD_TOOLS,
    push: signedBuild(AS_BUNDLES)
  }
}
