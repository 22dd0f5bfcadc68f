/** What the fuzz tests must be able to find: `node __tests__/fuzz/planted.mjs [name ...]`; copies and logs are in `.build/planted`. */
import { search } from '../model/plant.mjs'

/** Missing tags are taken for none. */
const NO_TAGS = [
  'src/github/wire.ts',
  'texts(fields(metadata.container).tags)',
  'texts(fields(metadata.container).tags ?? [])'
]

/** By the test file that has to find them. */
export const PLANTED = {
  configuration: {
    'duration-overflow': ['src/pattern/duration.ts', 'months / 12 + ms / (365 * DAY) > MAX_YEARS', 'Number.isNaN(ms)'],
    'duration-twice': ['src/pattern/duration.ts', 'if (seen.has(unit))', 'if (seen.size > 9)'],
    'regex-exponential': [
      'src/pattern/regex.ts',
      'RE2JS.compile(source, flags)',
      'Object.assign(new RegExp(source), { programSize: () => 0, namedGroups: () => ({}) }) as unknown as RE2JS'
    ],
    exclusion: ['src/pattern/patterns.ts', 'if (broken || excluded(name, digest))', 'if (broken)'],
    'input-unknown': ['src/config/inputs/read.ts', 'refuseUnknown(raw, problems)\n', ''],
    'dry-run-blank': ['src/config/inputs/readCommon.ts', "raw.inputs['dry-run']?.trim() === ''", 'false'],
    'dry-run-word': [
      'src/config/inputs/values.ts',
      "oneOf(name, text(name) ?? 'false', ['true', 'false']) === 'true'",
      "text(name) === 'true'"
    ],
    'address-protocol': [
      'src/config/inputs/addresses.ts',
      "if (url.protocol !== 'https:' && url.protocol !== 'http:')",
      "if (url.protocol === '')"
    ],
    'path-unchecked': ['src/config/inputs/paths.ts', 'return inside ?', 'return inside || absolute ?'],
    'path-sibling': ['src/config/inputs/paths.ts', /(?<=const base = ).*/, 'directory'],
    'path-backslash': [
      'src/config/inputs/paths.ts',
      "const slashed = text.replaceAll('\\\\', '/')",
      'const slashed = text',
      "const slashed = path.replaceAll('\\\\', '/')",
      'const slashed = path'
    ],
    'yaml-bomb': ['src/config/policy/parseYaml.ts', 'const MOST_NODES = 50_000', 'const MOST_NODES = 5e9'],
    'yaml-prototype': [
      'src/config/policy/schemaProblems.ts',
      'Object.hasOwn(entries, key) ? entries[key]',
      'key in entries ? (entries[key] ?? Object.values(entries)[0])'
    ],
    'yaml-unknown-key': ['src/config/policy/schemaProblems.ts', 'return refused ? [', 'return refused && known ? ['],
    'names-line-end': ['src/references/namesList.ts', 'text.split(/\\r\\n?|\\n/)', "text.split('\\n')"],
    'names-lost': [
      'src/references/namesList.ts',
      "else if ('pattern' in read) names.set",
      "else if ('pattern' in read && item.length < 9) names.set"
    ]
  },
  files: {
    'plan-verdict': ['src/formats/planCheck.ts', "if (decision.verdict !== 'delete')", 'if (false)'],
    'plan-untag': ['src/formats/planCheck.ts', 'decision.untag.includes(step.tag) &&', ''],
    'plan-owner': [
      'src/formats/planFile.ts',
      'if (each.package.owner.toLowerCase() !== owner.toLowerCase())',
      'if (false)'
    ],
    'plan-policy': ['src/formats/planFile.ts', 'if (policyHash(policy) !== read.output.policyHash)', 'if (false)'],
    'plan-order': ['src/formats/planCheck.ts', 'if (!step.after.every((id) => earlier.has(id)))', 'if (false)'],
    'receipt-owner': ['src/formats/receipt.ts', 'if (each.owner.toLowerCase() !== owner.toLowerCase())', 'if (false)'],
    'receipt-run': [
      'src/app/restore/savedReceipt.ts',
      'login !== undefined && header.owner.toLowerCase() !== login.toLowerCase()',
      'false'
    ],
    'receipt-server': ['src/app/restore/savedReceipt.ts', 'if (header.apiUrl !== apiUrl)', 'if (false)'],
    'receipt-item': [
      'src/formats/receipt.ts',
      'tags: v.exactOptional(list(name))',
      'tags: v.exactOptional(list(v.any()))'
    ],
    'receipt-step': ['src/formats/receipt.ts', /if \(entry !== undefined\) return .* appears twice.*/, ''],
    'cache-digest': [
      'src/registry/cache.ts',
      'if (!entry.checked && digestOf(entry.body) !== digest)',
      'if (entry.body.length === 0)'
    ],
    'hold-damaged': ['src/formats/hold.ts', '{ problems: problemsOf(read.issues) }', '[]'],
    'hold-foreign': [
      'src/app/holds.ts',
      'packageKey({ ...hold, name: hold.package }).toLowerCase() === packageKey(info).toLowerCase()',
      'hold.package.toLowerCase() === info.name.toLowerCase()'
    ]
  },
  servers: {
    'item-null': [
      'src/github/wire.ts',
      'if (!isObject(data)) return undefined\n  const { id, name } = data',
      'const { id, name } = data'
    ],
    'tags-item': [
      'src/github/wire.ts',
      "Array.isArray(data) && data.every((item) => typeof item === 'string')",
      'Array.isArray(data)'
    ],
    'tags-missing': NO_TAGS,
    'link-endless': ['src/github/pages.ts', 'if (last > MOST_PAGES) throw endless(last)', ''],
    'link-uncounted': ['src/github/answer.ts', 'Number.isSafeInteger(page) && page > 0', '!Number.isNaN(page)'],
    'wait-infinite': [
      'src/github/retryDecision.ts',
      'return ms >= 0 ? Math.min(LONGEST_WAIT_MS, ms) : undefined',
      'return ms >= 0 ? ms : undefined'
    ],
    'dist-tag-type': ['src/github/distTags.ts', "typeof version === 'string')", 'version !== undefined)'],
    'manifest-digest': [
      'src/registry/parseManifest.ts',
      'digest: digestOf(body)',
      'digest: digestOf(body.subarray(0, 64))'
    ],
    'manifest-cut': [
      'src/registry/parseManifest.ts',
      'const document: unknown = JSON.parse(decoder.decode(body))',
      'const text = decoder.decode(body)\n' +
        'const ends = ["", "}", "]}", "}]}"]\n' +
        'const whole = (end: string) => { try { return JSON.parse(text + end) !== "" } catch { return false } }\n' +
        'const document: unknown = JSON.parse(text + (ends.find(whole) ?? ""))'
    ],
    'manifest-entry': [
      'src/registry/parseManifest.ts',
      'if (found === undefined) return undefined\n      for',
      'if (found === undefined) continue\n      for'
    ],
    'manifest-type': [
      'src/registry/parseManifest.ts',
      "if (type !== '' && !READABLE_TYPES.has(type)) return",
      'if (type === "x") return'
    ],
    'realm-host': [
      'src/registry/challenge.ts',
      'secure && trustedHosts.some((host) => host.toLowerCase() === address.host)',
      'secure'
    ]
  },
  answers: {
    'tags-lost': NO_TAGS
  }
}

const fileOf = (name) => Object.keys(PLANTED).find((file) => Object.hasOwn(PLANTED[file], name))

search(Object.assign({}, ...Object.values(PLANTED)), (name) => ({
  test: `__tests__/fuzz/${fileOf(name)}`,
  env: { TEST_ALL: 'true' },
  longest: 4 * 60_000,
  found: (said) => /^ {2}● .* › (.*)$/m.exec(said)?.[1]
}))
