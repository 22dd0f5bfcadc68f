import { OWNER } from '../e2e/harness.js'
import type { Check, Maker, Push } from './maker.js'
import type { Toolbox } from './tools.js'

const PLATFORMS = 'linux/amd64,linux/arm64'
/** Nothing runs and nothing is pulled, so the build needs no network. */
const DOCKERFILE = 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\n'

/** Runs buildctl, whose daemon starts with the first call. */
async function buildctl(box: Toolbox, ...args: readonly string[]): Promise<string> {
  const address = `unix://${box.path('buildkit.sock')}`
  const worker = ['--oci-worker-snapshotter', 'native', '--oci-worker-net', 'host', '--containerd-worker=false']
  await box.serve('buildkitd', /running server/, '--addr', address, '--root', box.path('buildkit'), ...worker)
  return (await box.runWithProgress('buildctl', '--addr', address, ...args)).stderr
}

/** Builds an image for `platforms`, with one file of this text each. */
function build(box: Toolbox, texts: Texts, platforms: string, ...more: readonly string[]): Promise<string> {
  box.file('context/Dockerfile', DOCKERFILE)
  for (const platform of ['amd64', 'arm64'] as const) box.file(`context/${platform}`, texts[platform])
  const folders = ['--local', `context=${box.path('context')}`, '--local', `dockerfile=${box.path('context')}`]
  return buildctl(box, 'build', '--frontend', 'dockerfile.v0', ...folders, '--opt', `platform=${platforms}`, ...more)
}

type Texts = Readonly<Record<'amd64' | 'arm64', string>>
const both = (tag: string): Texts => ({ amd64: tag, arm64: tag })

const PROVENANCE = ['--opt', 'attest:provenance=mode=max']
const pushedTo = (image: string, more = ''): readonly string[] => [
  '--output',
  `type=image,name=${image},push=true,registry.insecure=true${more}`
]
const nameOf = (box: Toolbox, name: string): string => `${box.registry}/${OWNER}/${name}`

/** Every manifest and blob can be copied, and buildx shows both platforms. */
const wholeImage =
  (box: Toolbox, image: string): Check =>
  async () => {
    await box.run('regctl', 'image', 'copy', image, `ocidir://pulled-${image.replace(/.*:/, '')}`)
    return box.run('buildx', 'imagetools', 'inspect', image, '--format', '{{json .Manifest}}{{json .Image}}')
  }

/** And where they come from. */
const wholeBuild =
  (box: Toolbox, image: string): Check =>
  async () => {
    const whole = await wholeImage(box, image)()
    const provenance = await box.run('buildx', 'imagetools', 'inspect', image, '--format', '{{json .Provenance}}')
    for (const platform of PLATFORMS.split(',')) {
      if (!provenance.includes(`"${platform}":`)) throw new Error(`${image}: no provenance of ${platform}`)
    }
    return whole + provenance
  }

/** With what the image exporter is told beside the name. */
const built =
  (output: string): Push =>
  async (box, tag) => {
    const image = `${nameOf(box, 'app')}:${tag}`
    await build(box, both(tag), PLATFORMS, ...PROVENANCE, ...pushedTo(image, output))
    return wholeBuild(box, image)
  }

export const builtWithProvenance = built('')

const builtForDocker: Push = async (box, tag) => {
  const image = `${nameOf(box, 'app')}:${tag}`
  await build(box, both(tag), PLATFORMS, ...pushedTo(image, ',oci-mediatypes=false'))
  return wholeImage(box, image)
}

/** As the matrix of GitHub's runners does it. */
const merged: Push = async (box, tag) => {
  const image = nameOf(box, 'app')
  const parts: string[] = []
  for (const platform of PLATFORMS.split(',')) {
    const file = `${platform.replace('/', '-')}-${tag}.json`
    const pushed = pushedTo(image, ',push-by-digest=true,name-canonical=true')
    await build(box, both(tag), platform, ...PROVENANCE, ...pushed, '--metadata-file', file)
    const metadata = JSON.parse(box.read(file)) as Readonly<Record<string, string>>
    parts.push(`${image}@${metadata['containerimage.digest']}`)
  }
  await box.run('buildx', 'imagetools', 'create', '--tag', `${image}:${tag}`, ...parts)
  return wholeBuild(box, `${image}:${tag}`)
}

/** The last of two builds under one tag, which have one platform in common. */
const rebuilt: Push = async (box, tag) => {
  const image = `${nameOf(box, 'app')}:${tag}`
  for (const texts of [both(tag), { ...both(tag), arm64: `${tag} again` }])
    await build(box, texts, PLATFORMS, ...PROVENANCE, ...pushedTo(image))
  return wholeBuild(box, image)
}

/** A build after everything local was forgotten finds all of its steps in the cache. */
const cached =
  (kind: string): Push =>
  async (box, tag) => {
    const image = `${nameOf(box, 'app')}:${tag}`
    const cache = `type=registry,ref=${nameOf(box, 'cache')}:${tag}`
    const exported = ['--export-cache', `${cache},mode=max,${kind}`]
    await build(box, both(tag), PLATFORMS, ...PROVENANCE, ...pushedTo(image), ...exported)
    const whole = wholeBuild(box, image)
    return async () => {
      await buildctl(box, 'prune', '--all')
      const progress = await build(box, both(tag), PLATFORMS, '--import-cache', cache)
      const hits = progress.match(/CACHED/g)?.length ?? 0
      if (hits < 2) throw new Error(`${cache}: only ${hits} steps were found: ${progress}`)
      return whole()
    }
  }

/** https://github.com/moby/buildkit/blob/master/docs/attestations/sbom-protocol.md */
const SCANNER = `package main

import (
	"os"
	"path/filepath"
)

func main() {
	statement := \`{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3"}}\`
	file := filepath.Base(os.Getenv("BUILDKIT_SCAN_SOURCE")) + ".spdx.json"
	if err := os.WriteFile(filepath.Join(os.Getenv("BUILDKIT_SCAN_DESTINATION"), file), []byte(statement), 0o644); err != nil {
		panic(err)
	}
}
`

async function pushScanner(box: Toolbox, image: string): Promise<void> {
  box.file('scanner.go', SCANNER)
  await box.run('go', 'build', '-o', 'scanner', 'scanner.go')
  const architecture = (await box.run('go', 'env', 'GOARCH')).trim()
  await box.run('crane', 'append', '--oci-empty-base', '--new_layer', await box.layer('scanner'), '--new_tag', image)
  const how = ['--entrypoint', '/scanner', '--set-platform', `linux/${architecture}`]
  await box.run('crane', 'mutate', ...how, image, '--tag', image)
}

const scanned: Push = async (box, tag) => {
  const image = `${nameOf(box, 'app')}:${tag}`
  const scanner = `${nameOf(box, 'scanner')}:${tag}`
  await pushScanner(box, scanner)
  const attested = [...PROVENANCE, '--opt', `attest:sbom=generator=${scanner}`]
  await build(box, both(tag), PLATFORMS, ...attested, ...pushedTo(image))
  const checkBuild = wholeBuild(box, image)
  return async () => {
    const sboms = await box.run('buildx', 'imagetools', 'inspect', image, '--format', '{{json .SBOM}}')
    if (sboms.split('SPDX-2.3').length !== 3) throw new Error(`${image}: no SBOM of each platform: ${sboms}`)
    return (await checkBuild()) + sboms
  }
}

export const BUILDKIT_TOOLS = ['buildctl', 'buildkitd', 'runc', 'buildx', 'regctl'] as const
const tools = BUILDKIT_TOOLS

export const SCANNED: Readonly<Record<string, Maker>> = {
  'buildkit: two platforms, with provenance and with an SBOM by a scanner image': {
    tools: [...tools, 'crane', 'go'],
    push: scanned
  }
}

export const BUILDKIT: Readonly<Record<string, Maker>> = {
  'buildkit: two platforms, with provenance that names its image': { tools, push: builtWithProvenance },
  'buildkit: two platforms, with provenance that only the index names': {
    tools,
    push: built(',oci-artifact=false,compression=zstd')
  },
  "buildkit: two platforms in Docker's media types": { tools, push: builtForDocker },
  'buildkit: platforms pushed by digest and merged by buildx': { tools, push: merged },
  'buildkit: two builds under one tag that have a platform in common': { tools, push: rebuilt },
  'buildkit: an image and its cache, as a manifest': { tools, push: cached('image-manifest=true') },
  'buildkit: an image and its cache, as an index': { tools, push: cached('image-manifest=false') }
}
