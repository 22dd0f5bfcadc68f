// Prints the bill of materials of the bundle (SPDX): of all packages in the lock file, those whose licence is in the bundle, where
// it takes them from. Fails where one of them is missing.
//
//   npm sbom --package-lock-only --sbom-format=spdx | node scripts/sbom.mjs > sbom.spdx.json
import { readFileSync } from 'node:fs'

const sbom = JSON.parse(readFileSync(0, 'utf8'))
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const licences = readFileSync('dist/LICENSES.txt', 'utf8')
const bundled = new Set(
  [...licences.matchAll(/^((?:@[\w.-]+\/)?[a-z][\w.-]+)\n[A-Z][\w.-]+\n/gm)].map(([, name]) => name)
)
const keyOf = (name, version) => `${name}@${version}`
/** Each folder on the way is of a bundled package: `node_modules/a/node_modules/b`. */
const isBundled = (path) =>
  path
    .split('node_modules/')
    .slice(1)
    .every((part) => bundled.has(part.replace(/\/$/, '')))
const used = Object.entries(lock.packages)
  .filter(([path]) => path !== '' && isBundled(path))
  .map(([path, { name, version }]) => keyOf(name ?? path.replace(/^.*node_modules\//, ''), version))
const wanted = new Set([...used, keyOf(lock.name, lock.version)])
const packages = sbom.packages.filter(({ name, versionInfo }) => wanted.has(keyOf(name, versionInfo)))
const ids = new Set(['SPDXRef-DOCUMENT', ...packages.map(({ SPDXID }) => SPDXID)])
const relationships = sbom.relationships.filter(
  ({ spdxElementId, relatedSpdxElement }) => ids.has(spdxElementId) && ids.has(relatedSpdxElement)
)

const listed = new Set(packages.map(({ name }) => name))
const missing = [...bundled].filter((name) => !listed.has(name))
if (missing.length > 0 || bundled.size < 5) {
  console.error(`in dist/LICENSES.txt, not in the bill of materials: ${missing.join(', ')}`)
  process.exit(1)
}
process.stdout.write(`${JSON.stringify({ ...sbom, packages, relationships }, null, 2)}\n`)
