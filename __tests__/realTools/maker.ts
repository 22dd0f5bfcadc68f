import type { Tool, Toolbox } from './tools.js'

/** Tells whether the image is whole to the tool that made it, by a text that must not change. */
export type Check = () => Promise<string>
/** Pushes one image and all that belongs to it. Two calls with two tags share nothing. */
export type Push = (box: Toolbox, tag: string) => Promise<Check>

export interface Maker {
  readonly tools: readonly Tool[]
  readonly push: Push
}
