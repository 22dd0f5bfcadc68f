import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { OWNER } from '../e2e/harness.js'

const execute = promisify(execFile)

/**
 * With Go, in a module of its own: `go get <package>@latest && go build -o <here>/.build/tools <package>`.
 * Debian has skopeo, buildah and runc.
 */
export const TOOLS = {
  crane: 'github.com/google/go-containerregistry/cmd/crane',
  oras: 'oras.land/oras/cmd/oras',
  regctl: 'github.com/regclient/regclient/cmd/regctl',
  skopeo: 'github.com/containers/skopeo/cmd/skopeo',
  buildah: 'github.com/containers/buildah/cmd/buildah',
  helm: 'helm.sh/helm/v3/cmd/helm',
  cosign: 'github.com/sigstore/cosign/v3/cmd/cosign',
  buildctl: 'github.com/moby/buildkit/cmd/buildctl',
  buildkitd: 'github.com/moby/buildkit/cmd/buildkitd',
  buildx: 'github.com/docker/buildx/cmd/buildx',
  runc: 'github.com/opencontainers/runc',
  ko: 'github.com/google/ko',
  gpg: 'https://gnupg.org',
  go: 'https://go.dev/dl'
} as const
export type Tool = keyof typeof TOOLS

/** Where the tool is: in `.build/tools`, or on PATH. */
export function findTool(tool: Tool): string | undefined {
  // It mounts what it builds.
  if (tool === 'buildkitd' && process.getuid?.() !== 0) return undefined
  const folders = [resolve('.build/tools'), ...(process.env.PATH ?? '').split(delimiter)]
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, tool))
    .find(isProgram)
}

/** Whether all of these tools are here; else says aloud what a test with this title would need. */
export function hasTools(tools: readonly Tool[], title: string): boolean {
  const missing = tools.filter((tool) => findTool(tool) === undefined)
  if (missing.length === 0) return true
  const sources = missing.map((tool) => `${tool}: ${TOOLS[tool]}`).join(', ')
  console.warn(`SKIPPED: ${title} (${sources}; see __tests__/realTools/tools.ts)`)
  return false
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** BuildKit does not wait where it pushes too fast. */
export const UNLIMITED = { primary: 'off', secondary: 'off', registryPushes: 1e9 } as const

/** A tool that waits for a network that is not there; Go takes a minute the first time. */
const LONGEST_MS = 120_000

/** Runs tools against one registry, logged in there, in a folder of its own. */
export class Toolbox {
  readonly registry: string
  readonly #folder: string
  readonly #services = new Map<Tool, Promise<ChildProcess>>()

  constructor(folder: string, registryUrl: string, token: string) {
    this.#folder = folder
    this.registry = new URL(registryUrl).host
    const auth = Buffer.from(`x:${token}`).toString('base64')
    const login = JSON.stringify({ auths: { [this.registry]: { auth } } })
    const hosts = { [this.registry]: { tls: 'disabled', hostname: this.registry, user: 'x', pass: token } }
    this.file('.docker/config.json', login)
    this.file('.config/helm/registry/config.json', login)
    this.file('.regctl/config.json', JSON.stringify({ hosts }))
  }

  path(name: string): string {
    return join(this.#folder, name)
  }

  file(path: string, text: string): string {
    const full = this.path(path)
    mkdirSync(join(full, '..'), { recursive: true })
    writeFileSync(full, text)
    return full
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8')
  }

  /** A layer with one file: of this text, or one that is there. */
  async layer(name: string, text?: string): Promise<string> {
    if (text !== undefined) this.file(name, text)
    await execute('tar', ['-cf', `${name}.tar`, name], { cwd: this.#folder })
    return `${name}.tar`
  }

  /** What the tool printed. Fails where it does, with its last words. */
  async run(tool: Tool, ...args: readonly string[]): Promise<string> {
    return (await this.runWithProgress(tool, ...args)).stdout
  }

  async runWithProgress(tool: Tool, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const options = { cwd: this.#folder, env: this.#environment(), timeout: LONGEST_MS }
    try {
      return await execute(findTool(tool) ?? tool, [...args], options)
    } catch (error) {
      throw new Error(`${tool} ${args.join(' ')}: ${(error as { stderr?: string }).stderr ?? String(error)}`)
    }
  }

  /** Starts the tool, once, and waits until it says that it is `ready`. */
  async serve(tool: Tool, ready: RegExp, ...args: readonly string[]): Promise<void> {
    const started = this.#services.get(tool) ?? this.#start(tool, ready, args)
    this.#services.set(tool, started)
    await started
  }

  async close(): Promise<void> {
    for (const starting of this.#services.values()) {
      const service = await starting
      service.kill()
      await once(service, 'exit')
    }
  }

  async #start(tool: Tool, ready: RegExp, args: readonly string[]): Promise<ChildProcess> {
    const options = { cwd: this.#folder, env: this.#environment() }
    const service = spawn(findTool(tool) ?? tool, [...args], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    for await (const chunk of service.stderr.iterator({ destroyOnReturn: false })) {
      said += String(chunk)
      if (ready.test(said)) {
        service.stderr.resume()
        return service
      }
    }
    throw new Error(`${tool} did not start: ${said}`)
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.#folder,
      GOCACHE: process.env.GOCACHE ?? join(homedir(), '.cache/go-build'),
      KO_DOCKER_REPO: `${this.registry}/${OWNER}/ko`,
      COSIGN_PASSWORD: '',
      HELM_CONFIG_HOME: join(this.#folder, '.config/helm'),
      HELM_CACHE_HOME: join(this.#folder, '.cache/helm'),
      REGCTL_CONFIG: join(this.#folder, '.regctl/config.json')
    }
  }
}
