import { createHash } from 'node:crypto'

export interface Manifest {
  readonly mediaType: string
  readonly body: string
  readonly digest: string
}

/** The smallest blob there is: config and layer of every manifest that is pushed. */
export const EMPTY_BLOB = '{}'
export const EMPTY_DIGEST = digestOf(EMPTY_BLOB)

const IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: EMPTY_DIGEST, size: EMPTY_BLOB.length }

/** What a client accepts when it reads a manifest. */
export const ACCEPTED = `${IMAGE}, ${INDEX}`

/** An image of some hundred bytes; equal names give equal digests. */
export function imageOf(name: string, more: object = {}): Manifest {
  return manifestOf(IMAGE, { config: EMPTY, layers: [EMPTY], annotations: { name }, ...more })
}

/** An image that speaks about another manifest, as a signature does. */
export function referrerOf(name: string, subject: Manifest): Manifest {
  return imageOf(name, { artifactType: 'application/vnd.example.conformance', subject: descriptorOf(subject) })
}

export function indexOf(name: string, entries: readonly Manifest[]): Manifest {
  return manifestOf(INDEX, { manifests: entries.map(descriptorOf), annotations: { name } })
}

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

function descriptorOf({ mediaType, digest, body }: Manifest): object {
  return { mediaType, digest, size: body.length }
}

function manifestOf(mediaType: string, content: object): Manifest {
  const body = JSON.stringify({ schemaVersion: 2, mediaType, ...content })
  return { mediaType, body, digest: digestOf(body) }
}
