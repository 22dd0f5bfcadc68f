import type { PackageType } from '../domain/package.js'
import { foldRef } from './branchNames.js'
import { compilePlaceholders } from './placeholder.js'

/** The part of a deployment that its names are made of, as the REST API gives it. */
export interface DeployedCommit {
  readonly sha: string
  /** A branch, a tag or a commit. */
  readonly ref: string
}

const SHORTEST = 7
const PLACEHOLDERS = ['sha', 'short-sha', 'ref']

/**
 * Which deployment runs what a name stands for, if any. `{sha}` is the whole commit, `{short-sha}` its first seven digits or
 * more, `{ref}` the branch or the tag in any of the spellings that image tags use.
 */
export function deployedNames<D extends DeployedCommit>(
  templates: readonly string[],
  deployments: readonly D[],
  type: PackageType
): (name: string) => D | undefined {
  const compiled = templates.map((template) => compilePlaceholders(template, type, PLACEHOLDERS))
  const all = deployments.map((deployment) => ({ deployment, accepts: acceptsOf(deployment) }))
  return (name) => all.find(({ accepts }) => compiled.some((fits) => fits(name, accepts)))?.deployment
}

function acceptsOf({ sha, ref }: DeployedCommit) {
  const commit = sha.toLowerCase()
  const folded = foldRef(ref.replace(/^refs\/(?:heads|tags)\//, ''))
  return {
    sha: (text: string) => text.toLowerCase() === commit,
    'short-sha': (text: string) => text.length >= SHORTEST && commit.startsWith(text.toLowerCase()),
    ref: (text: string) => folded !== '' && foldRef(text) === folded
  }
}
