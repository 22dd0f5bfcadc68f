import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { runningClock } from '../../simulator/world/clock.js'
import type { World } from '../../simulator/world/world.js'
import { ALL } from '../amount.js'
import {
  count,
  DAY,
  type Inputs,
  newWorld,
  OWNER,
  type Ran,
  runBundle,
  simulate,
  TOKEN,
  workspace
} from '../e2e/harness.js'
import { BUILDKIT, SCANNED } from './buildkit.js'
import { COSIGN } from './cosign.js'
import { indexOfTwo, whole } from './crane.js'
import type { Maker } from './maker.js'
import { hasTools, Toolbox, UNLIMITED } from './tools.js'

/** Helm takes the tag from the version of the chart. */
const TAGS = { kept: '2.0.0', old: '0.1.0' } as const

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
  'helm: a chart with its provenance': {
    tools: ['helm', 'gpg'],
    push: async (box, tag) => {
      const key = tag.replaceAll('.', '-')
      await box.run('gpg', '--batch', '--passphrase', '', '--quick-gen-key', key, 'ed25519', 'sign', 'never')
      for (const half of ['export', 'export-secret-keys'])
        await box.run('gpg', '--batch', '--output', `${half}-${key}`, `--${half}`, key)
      await box.run('helm', 'create', 'chart')
      const by = ['--sign', '--key', key, '--keyring', `export-secret-keys-${key}`]
      await box.run('helm', 'package', 'chart', '--version', tag, ...by)
      await box.run('helm', 'push', '--plain-http', `chart-${tag}.tgz`, `oci://${box.registry}/${OWNER}`)
      const chart = `oci://${box.registry}/${OWNER}/chart`
      return () => {
        const against = ['--verify', '--keyring', `export-${key}`]
        return box.run('helm', 'pull', '--plain-http', chart, '--version', tag, '--prov', ...against)
      }
    }
  },
  ...COSIGN,
  ...BUILDKIT,
  ...SCANNED
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

/** With the log where it says why. */
const fine = ({ status, log }: Ran) => ({ status, log: status === 0 ? '' : log })

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

      const state = world.snapshot()
      const about = { 'package-type': 'container', 'package-name': packages, ...inputs }

      const planned = await runBundle(simulator, { ...about, 'dry-run': 'true' })
      expect({ ...fine(planned), state: world.snapshot() }).toEqual({ status: 0, log: '', state })
      const ran = await runBundle(simulator, about)

      expect(fine(ran)).toEqual({ status: 0, log: '' })
      expect(count(ran, 'deleted-count')).toBe(count(planned, 'planned-count'))
      expect(await checkKept()).toBe(before)
      const left = digests(world)
      if (selectsOld) expect([...left].filter((digest) => !kept.has(digest))).toEqual([])
      else expect(await checkOld()).toBe(beforeOld)

      const receipt = ran.outputs['receipt-file']
      if (receipt === undefined) return
      const restored = await runBundle(simulator, { operation: 'restore', 'receipt-file': receipt })

      expect({ ...fine(restored), state: world.snapshot() }).toEqual({ status: 0, log: '', state })
      expect([await checkKept(), await checkOld()]).toEqual([before, beforeOld])
    })
  }
})
