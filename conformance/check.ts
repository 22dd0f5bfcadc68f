import type { Scene } from './scene.ts'

export type Value = string | number | boolean

/** One thing that the product, or its tests, take for granted about GitHub. */
export interface Assumption {
  /** Short name, unique over all checks. */
  readonly key: string
  /** What we take for granted, as a sentence. */
  readonly says: string
  readonly assumed: Value
  /** The switch of `simulator/world/assumptions.ts` that this settles, where there is one. */
  readonly switch?: string
  /** Whether a run could break or lose something, with what was observed. */
  readonly unsafeIf?: (observed: Value) => boolean
}

export interface Check {
  readonly id: number
  readonly title: string
  readonly assumptions: readonly Assumption[]
  /** Only runs if it is asked for. */
  readonly optional?: 'content-limit'
  /** Tells what GitHub does through `observe`; a `CannotTell` that it throws ends it, and what it told before counts. */
  readonly run: (scene: Scene, observe: Observe) => Promise<void>
}

export type Observe = (key: string, value: Value) => void
