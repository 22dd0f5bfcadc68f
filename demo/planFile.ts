import { readFileSync } from 'node:fs'

/** The parts of a plan file that the tour shows. */
export interface PlanFile {
  readonly packages: readonly {
    readonly package: { readonly type: string; readonly name: string }
    readonly decisions: readonly Decision[]
  }[]
}

export interface Decision {
  readonly verdict: 'keep' | 'delete'
  readonly kind: string
  readonly role: 'root' | 'member'
  readonly units: readonly number[]
  readonly version: { readonly id: number; readonly name: string; readonly tags: readonly string[] }
  readonly reasons: readonly {
    readonly code: string
    readonly rule?: string
    readonly name?: string
    readonly what?: string
  }[]
}

export function readPlan(path: string): PlanFile {
  return JSON.parse(readFileSync(path, 'utf8')) as PlanFile
}

/** Ids of the versions that go. */
export function planned(plan: PlanFile): ReadonlySet<number> {
  return new Set(
    plan.packages.flatMap(({ decisions }) =>
      decisions.filter(({ verdict }) => verdict === 'delete').map(({ version }) => version.id)
    )
  )
}

/** Tags that people gave it, or else its version string or short digest. */
export function title({ version }: Decision): string {
  const names = version.tags.filter((tag) => !/sha256-[0-9a-f]{64}/.test(tag))
  if (names.length > 0) return names.join(', ')
  return version.name.startsWith('sha256:') ? version.name.slice(0, 19) : version.name
}

export function why({ reasons }: Decision): string {
  const [reason] = reasons
  if (reason === undefined) return ''
  const { code, rule, name, what } = reason
  const about = [rule, code === 'no-rule' ? name : undefined, what].filter((part) => part !== undefined)
  return about.length > 0 ? `${code}: ${about.join(', ')}` : code
}

/** The first for each deciding reason, and the first that one name keeps although a rule voted another of its names out. */
export function examples(kept: readonly Decision[]): readonly Decision[] {
  const outvoted = kept.find(({ reasons }) => reasons.some(({ code }) => code === 'not-kept'))
  const firsts = new Map(kept.toReversed().map((decision) => [decision.reasons[0]?.code, decision]))
  return [...new Set([...(outvoted ? [outvoted] : []), ...firsts.values()])]
}
