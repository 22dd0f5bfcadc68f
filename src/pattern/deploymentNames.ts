import type { Deployment } from '../domain/inventory.js'
import type { PackageType } from '../domain/package.js'
import { foldRef } from './branchNames.js'
import { type Accepts, compilePlaceholders } from './placeholder.js'

const SHORTEST = 7
const PLACEHOLDERS = ['sha', 'short-sha', 'ref']

/**
 * Which deployment runs what a name stands for, if any. `{sha}` is the whole commit, `{short-sha}` its first seven digits or
 * more, `{ref}` the branch or the tag in any of the spellings that image tags use.
 */
export function deployedNames(
  templates: readonly string[],
  deployments: readonly Deployment[],
  type: PackageType
): (name: string) => Deployment | undefined {
  const compiled = templates.map((template) => compilePlaceholders(template, type, PLACEHOLDERS))
  const all = deployments.map((deployment) => ({ deployment, accepts: acceptsOf(deployment) }))
  return (name) => all.find(({ accepts }) => compiled.some((fits) => fits(name, accepts)))?.deployment
}

function acceptsOf({ sha, ref }: Deployment): Accepts {
  const commit = sha.toLowerCase()
  const folded = foldRef(ref.replace(/^refs\/(?:heads|tags)\//, ''))
  // As `foldRef` of the text, but most texts differ early.
  const spelled = new RegExp(`^[^a-z0-9]*${folded.replaceAll('-', '[^a-z0-9]+')}[^a-z0-9]*$`)
  return {
    sha: (text: string) => text.toLowerCase() === commit,
    'short-sha': (text: string) => text.length >= SHORTEST && commit.startsWith(text.toLowerCase()),
    ref: (text: string) => folded !== '' && spelled.test(text.toLowerCase())
  }
}
