import { expect } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import type { LogEntry } from '../../../simulator/server/log.js'
import type { SimulatorOptions } from '../../../simulator/simulator.js'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import { frozenClock } from '../../../simulator/world/clock.js'
import { World } from '../../../simulator/world/world.js'
import type { Outcome } from '../../../src/domain/outcome.js'
import type { Decision, PackagePlan } from '../../../src/domain/plan.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { type Oracle, oracleOf } from '../../invariants/graphOracle.js'
import { everythingAbout, OWNER, storedAt } from './facts.js'
import { type Inputs, policyFrom } from './policyFrom.js'
import { realRun } from './realRun.js'

export const NOW = Date.UTC(2026, 10, 22, 12)
const DAY = 86_400_000

/** What became of all that was pushed together: `torn` if some of it went and some stayed. */
export type Fate = 'kept' | 'gone' | 'torn'

export interface After {
  fateOf(artifacts: readonly Artifact[] | Artifact): Fate
  /** What the plan says of one version. */
  about(artifact: Artifact): Decision
  /** Whether a client can pull everything under the tag. */
  canPull(tag: string): boolean
  /** The digest that the tag names now. */
  digestOf(tag: string): string | undefined
  readonly plan: PackagePlan
  readonly outcomes: readonly Outcome[]
  readonly notices: readonly string[]
  readonly log: readonly LogEntry[]
}

/** A container package that is filled by pushes, then pruned. Times are days before the run. */
export interface ContainerPackage {
  readonly world: World
  push(daysAgo: number, artifacts: readonly Artifact[] | Artifact): readonly Artifact[]
  /** Takes versions away as somebody else did before. */
  lose(artifacts: readonly Artifact[] | Artifact): void
  /** The registry no longer serves these manifests although the versions are listed. */
  unserve(artifacts: readonly Artifact[] | Artifact): void
  /** Plans with everything read, then really runs, and holds the two against each other and the order of deletion. */
  prune(inputs: Inputs, options?: Pick<SimulatorOptions, 'faults' | 'events'>): Promise<After>
}

const list = (artifacts: readonly Artifact[] | Artifact): readonly Artifact[] =>
  Array.isArray(artifacts) ? artifacts : [artifacts as Artifact]

export function containerPackage(assumptions: Partial<Assumptions> = {}): ContainerPackage {
  const world = new World({ clock: frozenClock(NOW), assumptions })
  world.addOwner(OWNER)
  const stored = () => storedAt(world)
  return {
    world,
    push(daysAgo, artifacts) {
      world.push(OWNER, 'app', list(artifacts), [], NOW - daysAgo * DAY)
      return list(artifacts)
    },
    lose(artifacts) {
      for (const { digest } of list(artifacts)) {
        const version = stored().byName.get(digest)
        if (version !== undefined) stored().remove(version.id, NOW - DAY)
      }
    },
    unserve(artifacts) {
      for (const { digest } of list(artifacts)) stored().manifests.delete(digest)
    },
    async prune(inputs, options = {}) {
      const disturbed = options.faults !== undefined || options.events !== undefined
      const oracle = oracleOf(stored())
      const [whole] = plan([everythingAbout(stored())], policyFrom(inputs), NOW, OWNER).packages
      const { report, log } = await realRun(world, inputs, options)
      const [own] = report.packages
      if (whole === undefined || own?.plan === undefined) throw new Error(`no plan: ${JSON.stringify(own?.failure)}`)
      if (!disturbed) {
        expect(goners(own.plan)).toEqual(goners(whole))
        expect(own.outcomes.filter(({ kind }) => kind !== 'done')).toEqual([])
        expect(left(world)).toEqual(
          oracle.versions
            .map(({ digest }) => digest)
            .filter(notIn(goners(whole)))
            .sort()
        )
        expect(deletedTooEarly(log, oracle)).toEqual([])
      }
      return afterwards(world, own.plan, own.outcomes, log)
    }
  }
}

function afterwards(world: World, made: PackagePlan, outcomes: readonly Outcome[], log: readonly LogEntry[]): After {
  const active = new Set(left(world))
  return {
    fateOf(artifacts) {
      const kept = list(artifacts).filter(({ digest }) => active.has(digest)).length
      if (kept === 0) return 'gone'
      return kept === list(artifacts).length ? 'kept' : 'torn'
    },
    about({ digest }) {
      const decision = made.decisions.find(({ version }) => version.name === digest)
      if (decision === undefined) throw new Error(`the plan says nothing of ${digest}`)
      return decision
    },
    canPull: (tag) => world.checkTag(OWNER, 'app', tag).ok,
    digestOf: (tag) => world.resolveTag(OWNER, 'app', tag),
    plan: made,
    outcomes,
    notices: made.notices.map(({ message }) => message),
    log
  }
}

const left = (world: World): readonly string[] => [...storedAt(world).byName.keys()].sort()

const goners = ({ steps }: PackagePlan): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'delete' ? [step.version.name] : [])).sort()

const notIn =
  (digests: readonly string[]) =>
  (digest: string): boolean =>
    !digests.includes(digest)

/** Deletions that were sent before what needs the version was known to be gone. */
export function deletedTooEarly(log: readonly LogEntry[], oracle: Oracle): readonly string[] {
  const digests = new Map(oracle.versions.map(({ id, digest }) => [id, digest]))
  const sent = log
    .filter(({ kind, status }) => kind === 'delete-version' && status === 204)
    .flatMap(({ path, time, end }) => {
      const digest = digests.get(Number(path.split('/').at(-1)))
      return digest === undefined ? [] : [{ digest, time, end: end ?? Number.POSITIVE_INFINITY }]
    })
  return sent.flatMap((child) =>
    sent
      .filter(({ digest }) => oracle.needs(digest).has(child.digest) && !oracle.needs(child.digest).has(digest))
      .filter((owner) => owner.end > child.time)
      .map((owner) => `${child.digest} before ${owner.digest}`)
  )
}
