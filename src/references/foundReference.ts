import type { PackageRef } from '../domain/package.js'
import { namesPackage } from '../pattern/imageReference.js'

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

/** Whether the reference means this package, or may mean it where its path is open. */
export function meansPackage(
  reference: Pick<FoundReference, 'path' | 'open'>,
  ref: Pick<PackageRef, 'owner' | 'name'>
): boolean {
  if (namesPackage(reference, ref)) return true
  return (
    reference.open === true && `/${ref.owner}/${ref.name}`.toLowerCase().endsWith(`/${reference.path}`.toLowerCase())
  )
}

/** A chart's version as a tag: tags hold no `+`, and Helm writes `_` for it. */
export function chartTag(version: string): string {
  return version.replaceAll('+', '_')
}
