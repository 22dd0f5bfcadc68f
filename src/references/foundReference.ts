import { namesPackage, type PackagePath } from '../pattern/imageReference.js'

/** An image that a file refers to. */
export interface FoundReference {
  /** With its port; absent where the file does not say it, and for Docker Hub. */
  readonly host?: string
  /** `acme/app`, with whatever a mirror puts in front. */
  readonly path: string
  /** The path may have more in front of it, mostly a variable: it may mean each package whose `owner/name` ends in it. */
  readonly open?: true
  /** As written, never as a number: `1.10`. */
  readonly tag?: string
  readonly digest?: string
  /** Charts: a range of versions, of which the newest is deployed. */
  readonly range?: string
  /** A variable or a template stands where the tag should: nobody can tell which version is meant. */
  readonly unresolved?: true
  /** From 1. */
  readonly line: number
}

export function meansPackage(found: FoundReference, ref: PackagePath): boolean {
  if (namesPackage(found, ref)) return true
  return found.open === true && `/${ref.owner}/${ref.name}`.toLowerCase().endsWith(`/${found.path}`.toLowerCase())
}

/** A chart's version as a tag: tags hold no `+`, and Helm writes `_` for it. */
export function chartTag(version: string): string {
  return version.replaceAll('+', '_')
}
