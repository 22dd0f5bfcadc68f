import { execFile } from 'node:child_process'
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** With Go: `GOBIN=$PWD/.build/tools go install <package>@latest`; Debian has skopeo and buildah. */
export const TOOLS = {
  crane: 'github.com/google/go-containerregistry/cmd/crane',
  oras: 'oras.land/oras/cmd/oras',
  regctl: 'github.com/regclient/regclient/cmd/regctl',
  skopeo: 'github.com/containers/skopeo/cmd/skopeo',
  buildah: 'github.com/containers/buildah/cmd/buildah',
  helm: 'helm.sh/helm/v3/cmd/helm',
  cosign: 'github.com/sigstore/cosign/v3/cmd/cosign'
} as const
export type Tool = keyof typeof TOOLS

/** Where the tool is: in `.build/tools`, or on PATH. */
export function findTool(tool: Tool): string | undefined {
  const folders = [resolve('.build/tools'), ...(process.env.PATH ?? '').split(delimiter)]
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, tool))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A tool that waits for a network that is not there. */
const LONGEST_MS = 60_000

/** Runs tools against one registry, logged in there, in a folder of its own. */
export class Toolbox {
  readonly registry: string
  readonly #folder: string

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

  /** A layer with one file of this text. */
  async layer(name: string, text: string): Promise<string> {
    this.file(name, text)
    await execute('tar', ['-cf', `${name}.tar`, name], { cwd: this.#folder })
    return `${name}.tar`
  }

  /** What the tool printed. Fails where it does, with its last words. */
  async run(tool: Tool, ...args: readonly string[]): Promise<string> {
    const env = {
      PATH: process.env.PATH,
      HOME: this.#folder,
      COSIGN_PASSWORD: '',
      HELM_CONFIG_HOME: join(this.#folder, '.config/helm'),
      HELM_CACHE_HOME: join(this.#folder, '.cache/helm'),
      REGCTL_CONFIG: join(this.#folder, '.regctl/config.json')
    }
    try {
      return (await execute(findTool(tool) ?? tool, [...args], { cwd: this.#folder, env, timeout: LONGEST_MS })).stdout
    } catch (error) {
      throw new Error(`${tool} ${args.join(' ')}: ${(error as { stderr?: string }).stderr ?? String(error)}`)
    }
  }
}
