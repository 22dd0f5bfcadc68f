// Prints the bill of materials of the bundle (SPDX). `npm sbom --omit=dev` leaves out what a development dependency needs
// too, so the whole list is taken and narrowed to what the lock file marks as not for development alone. Fails where a
// package is missing whose licence is in the bundle.
//
//   npm sbom --package-lock-only --sbom-format=spdx | node scripts/sbom.mjs > sbom.spdx.json
import { readFileSync } from 'node:fs'

const sbom = JSON.parse(readFileSync(0, 'utf8'))
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const keyOf = (name, version) => `${name}@${version}`
const used = Object.entries(lock.packages)
  .filter(([, { dev, devOptional, optional }]) => !dev && !devOptional && !optional)
  .map(([path, { name, version }]) => keyOf(name ?? path.replace(/^.*node_modules\//, ''), version))
const wanted = new Set(used)
const packages = sbom.packages.filter(({ name, versionInfo }) => wanted.has(keyOf(name, versionInfo)))
const ids = new Set(['SPDXRef-DOCUMENT', ...packages.map(({ SPDXID }) => SPDXID)])
const relationships = sbom.relationships.filter(
  ({ spdxElementId, relatedSpdxElement }) => ids.has(spdxElementId) && ids.has(relatedSpdxElement)
)

const licences = readFileSync('dist/LICENSES.txt', 'utf8')
const bundled = [...licences.matchAll(/^((?:@[\w.-]+\/)?[a-z][\w.-]+)\n[A-Z][\w.-]+\n/gm)].map(([, name]) => name)
const listed = new Set(packages.map(({ name }) => name))
const missing = [...new Set(bundled)].filter((name) => !listed.has(name))
if (missing.length > 0 || bundled.length < 5) {
  console.error(`in dist/LICENSES.txt, not in the bill of materials: ${missing.join(', ')}`)
  process.exit(1)
}
process.stdout.write(`${JSON.stringify({ ...sbom, packages, relationships }, null, 2)}\n`)
