import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { runningClock } from '../../simulator/world/clock.js'
import type { World } from '../../simulator/world/world.js'
import { ALL } from '../amount.js'
import { DAY, type Inputs, newWorld, OWNER, runHere, simulate, TOKEN, workspace } from '../e2e/harness.js'
import { BUILDKIT } from './buildkit.js'
import type { Check, Maker, Push } from './maker.js'
import { hasTools, Toolbox, UNLIMITED } from './tools.js'

/** Helm takes the tag from the version of the chart. */
const TAGS = { kept: '2.0.0', old: '0.1.0' } as const

async function indexOfTwo(box: Toolbox, tag: string, name = 'app'): Promise<string> {
  const image = `${box.registry}/${OWNER}/${name}`
  const parts: string[] = []
  for (const platform of ['amd64', 'arm64']) {
    const layer = await box.layer(platform, `${platform} of ${tag}`)
    const part = `${image}:part-${platform}-${tag}`
    await box.run('crane', 'append', '--oci-empty-base', '--new_layer', layer, '--new_tag', part)
    await box.run('crane', 'mutate', '--set-platform', `linux/${platform}`, part, '--tag', part)
    parts.push(part)
  }
  const manifests = parts.flatMap((part) => ['--manifest', part])
  await box.run('crane', 'index', 'append', ...manifests, '--tag', `${image}:${tag}`)
  return `${image}:${tag}`
}

const whole =
  (box: Toolbox, image: string): Check =>
  async () => {
    await box.run('crane', 'validate', '--remote', image)
    return box.run('crane', 'manifest', image)
  }

interface Format {
  readonly sign: readonly string[]
  readonly verify: readonly string[]
  /** `cosign copy` 3 leaves bundles behind. */
  readonly copiesSignatures: boolean
}

/** With a local key, an empty signing configuration and no trust in any service, so that it needs no network. */
function signed({ sign, verify, copiesSignatures }: Format): Push {
  return async (box, tag) => {
    const image = await indexOfTwo(box, tag)
    const digest = (await box.run('crane', 'digest', image)).trim()
    const copy = `${box.registry}/${OWNER}/copy:${tag}`
    const key = tag.replaceAll('.', '-')
    await box.run('cosign', 'generate-key-pair', '--output-key-prefix', key)
    await box.run('cosign', 'signing-config', 'create', '--out', 'signing-config.json')
    await box.run('cosign', 'trusted-root', 'create', '--out', 'trusted-root.json')
    const by = ['--key', `${key}.key`, '--yes', ...sign]
    const exactly = `${image.replace(/:[^:/]*$/, '')}@${digest}`
    await box.run('cosign', 'sign', ...by, exactly)
    const predicate = box.file('predicate.json', `{"of":"${tag}"}`)
    await box.run('cosign', 'attest', ...by, '--type', 'custom', '--predicate', predicate, exactly)
    await box.run('cosign', 'copy', image, copy)
    return async () => {
      const against = ['--key', `${key}.pub`, '--insecure-ignore-tlog=true', ...verify]
      for (const each of copiesSignatures ? [image, copy] : [image]) {
        await box.run('cosign', 'verify', ...against, each)
        await box.run('cosign', 'verify-attestation', ...against, '--type', 'custom', each)
      }
      return (await whole(box, image)()) + (await whole(box, copy)())
    }
  }
}

const MAKERS: Readonly<Record<string, Maker>> = {
  'crane: an index of two platforms that have tags of their own': {
    tools: ['crane'],
    push: async (box, tag) => whole(box, await indexOfTwo(box, tag))
  },
  'crane: a copy into the same package under a second tag': {
    tools: ['crane'],
    push: async (box, tag) => {
      const image = await indexOfTwo(box, tag)
      await box.run('crane', 'tag', image, `${tag}.0`)
      return whole(box, image)
    }
  },
  'oras: three artifacts attached, one to another': {
    tools: ['crane', 'oras'],
    push: async (box, tag) => {
      const image = await indexOfTwo(box, tag)
      const sbom = box.file('sbom.json', `{"of":"${tag}"}`)
      const attach = async (to: string, type: string) =>
        (
          JSON.parse(
            await box.run(
              'oras',
              'attach',
              '--plain-http',
              '--format',
              'json',
              '--disable-path-validation',
              to,
              '--artifact-type',
              type,
              sbom
            )
          ) as { reference: string }
        ).reference
      const first = await attach(image, 'application/vnd.example.sbom')
      await attach(image, 'application/vnd.example.scan')
      await attach(first, 'application/vnd.example.signature')
      return async () => {
        await whole(box, image)()
        return box.run('oras', 'discover', '--plain-http', '--format', 'json', image)
      }
    }
  },
  'regctl: an artifact with a subject, and a nested index': {
    tools: ['crane', 'regctl'],
    push: async (box, tag) => {
      const image = await indexOfTwo(box, tag)
      const file = box.file('note.txt', `note of ${tag}`)
      await box.run(
        'regctl',
        'artifact',
        'put',
        '--artifact-type',
        'application/vnd.example.note',
        '--file',
        file,
        '--subject',
        image
      )
      const outer = `${image}-outer`
      await box.run('regctl', 'index', 'create', outer, '--ref', image)
      return async () => {
        await whole(box, outer)()
        return box.run('regctl', 'artifact', 'tree', image)
      }
    }
  },
  'skopeo: an index from an OCI layout, with layers of zstd': {
    tools: ['crane', 'skopeo'],
    push: async (box, tag) => {
      const image = await indexOfTwo(box, tag)
      const copy = `${box.registry}/${OWNER}/copy:${tag}`
      const how = ['copy', '--insecure-policy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false']
      await box.run('skopeo', ...how, `docker://${image}`, `oci:layout:${tag}`)
      await box.run('skopeo', ...how, '--dest-compress-format', 'zstd', `oci:layout:${tag}`, `docker://${copy}`)
      return async () => {
        await box.run('skopeo', ...how, `docker://${copy}`, `oci:pulled:${tag}`)
        return box.run('crane', 'manifest', copy)
      }
    }
  },
  'buildah: a manifest list whose images have no tags': {
    tools: ['crane', 'buildah'],
    push: async (box, tag) => {
      const storage = ['--storage-driver', 'vfs', '--root', box.path('storage'), '--runroot', box.path('storage-run')]
      const buildah = (...args: readonly string[]) => box.run('buildah', ...storage, ...args)
      const list = `list-${tag}`
      await buildah('manifest', 'create', list)
      for (const platform of ['amd64', 'arm64']) {
        const container = (await buildah('from', 'scratch')).trim()
        await buildah('config', '--os', 'linux', '--arch', platform, '--label', `of=${tag}`, container)
        await buildah('commit', container, `${platform}-${tag}`)
        await buildah('manifest', 'add', list, `${platform}-${tag}`)
      }
      const image = `${box.registry}/${OWNER}/app:${tag}`
      await buildah('manifest', 'push', '--all', '--tls-verify=false', list, `docker://${image}`)
      return async () => {
        for (const platform of ['amd64', 'arm64'])
          await buildah('pull', '--policy', 'always', '--tls-verify=false', '--arch', platform, image)
        return whole(box, image)()
      }
    }
  },
  'ko: an index of two platforms with SBOMs under tags': {
    tools: ['go', 'ko', 'crane'],
    push: async (box, tag) => {
      box.file('.ko.yaml', `defaultBaseImage: ${await indexOfTwo(box, tag, 'base')}`)
      box.file('go.mod', 'module example.com/app')
      box.file('main.go', `package main\n\nfunc main() { println("${tag}") }\n`)
      const args = ['--bare', '--insecure-registry', '--platform', 'linux/amd64,linux/arm64', '--tags', tag, '.']
      const [image = '', digest = ''] = (await box.run('ko', 'build', ...args)).trim().split('@')
      return async () => {
        const index = await box.run('crane', 'manifest', `${image}@${digest}`)
        const platforms = (JSON.parse(index) as { manifests: { digest: string }[] }).manifests
        const sboms = [digest, ...platforms.map((each) => each.digest)].map((of) =>
          box.run('crane', 'manifest', `${image.replace(`:${tag}`, '')}:${of.replace(':', '-')}.sbom`)
        )
        return (await whole(box, `${image}@${digest}`)()) + (await Promise.all(sboms)).join('')
      }
    }
  },
  'helm: a chart': {
    tools: ['helm'],
    push: async (box, tag) => {
      await box.run('helm', 'create', 'chart')
      await box.run('helm', 'package', 'chart', '--version', tag)
      await box.run('helm', 'push', '--plain-http', `chart-${tag}.tgz`, `oci://${box.registry}/${OWNER}`)
      const chart = `oci://${box.registry}/${OWNER}/chart`
      return () => box.run('helm', 'show', 'chart', '--plain-http', chart, '--version', tag)
    }
  },
  'cosign: a signature and an attestation under tags, and a copy of all': {
    tools: ['crane', 'cosign'],
    push: signed({
      sign: ['--tlog-upload=false', '--use-signing-config=false', '--new-bundle-format=false'],
      verify: ['--new-bundle-format=false'],
      copiesSignatures: true
    })
  },
  'cosign: a signature and an attestation as bundles, and a copy': {
    tools: ['crane', 'cosign'],
    push: signed({
      sign: ['--signing-config', 'signing-config.json', '--trusted-root', 'trusted-root.json'],
      verify: ['--trusted-root', 'trusted-root.json'],
      copiesSignatures: false
    })
  },
  ...BUILDKIT
}

/** With what the tool made under `0.1.0` selected, all of it is deleted, and nothing of `2.0.0`. */
const POLICIES: Readonly<Record<string, { readonly inputs: Inputs; readonly selectsOld: boolean }>> = {
  'deletes the old image by its tags': {
    inputs: { match: '*0.1.0*', 'delete-untagged': 'true', 'min-keep': '0' },
    selectsOld: true
  },
  'keeps the new image by its tags': {
    inputs: { match: '*', keep: '*2.0.0*', 'delete-untagged': 'true' },
    selectsOld: true
  },
  'deletes only what is untagged': { inputs: { 'delete-untagged': 'true' }, selectsOld: false }
}

const digests = (world: World): ReadonlySet<string> =>
  new Set([...world.packages()].flatMap(({ byName }) => [...byName.keys()]))

const boxes: Toolbox[] = []
afterEach(async () => {
  await Promise.all(boxes.splice(0).map((box) => box.close()))
})

describe('images of real tools', () => {
  for (const [nth, [title, { tools, push }]] of Object.entries(MAKERS).entries()) {
    if (!hasTools(tools, title)) {
      it.skip(title, () => undefined)
      continue
    }
    // The sample runs one policy on what each maker made, and each policy on what some made.
    const policies = Object.entries(POLICIES).filter((_, index) => ALL || index === nth % 3)
    it.each(policies)(`${title}; a run that %s`, async (_name, { inputs, selectsOld }) => {
      const clock = runningClock(Date.now() - 60 * DAY)
      const world = newWorld({ clock })
      const simulator = await simulate(world, { limits: UNLIMITED })
      const box = new Toolbox(mkdtempSync(join(workspace, 'tools-')), simulator.registryUrl, TOKEN)
      boxes.push(box)
      const checkKept = await push(box, TAGS.kept)
      const kept = digests(world)
      const checkOld = await push(box, TAGS.old)
      const all = digests(world)
      expect(all.size).toBeGreaterThan(kept.size)
      clock.advance(60 * DAY)
      const [before, beforeOld] = [await checkKept(), await checkOld()]
      const packages = [...world.packages()].map(({ facts }) => facts.name).join(',')

      const ran = await runHere(simulator, { 'package-type': 'container', 'package-name': packages, ...inputs })

      expect({ status: ran.status, log: ran.status === 0 ? '' : ran.log }).toEqual({ status: 0, log: '' })
      expect(await checkKept()).toBe(before)
      const left = digests(world)
      if (selectsOld) expect([...left].filter((digest) => !kept.has(digest))).toEqual([])
      else expect(await checkOld()).toBe(beforeOld)
    })
  }
})
