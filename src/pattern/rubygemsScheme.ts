import type { ParsedVersion, VersionScheme } from './versionOrder.js'
import { compareNumbers, compareText, normalizeNumber } from './versionParts.js'
import { rangeReader } from './versionRange.js'

interface Segment {
  readonly text: string
  readonly number: boolean
}

interface GemVersion extends ParsedVersion {
  readonly segments: readonly Segment[]
}

/** `Gem::Version::ANCHORED_VERSION_PATTERN`; the empty version, which RubyGems reads as 0, is not a name. */
const VERSION = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/
/**
 * What stands behind the version of a gem that is built for one platform, as `Gem::Platform` writes it: a processor, a system
 * and its version, or a virtual machine.
 */
const PLATFORM =
  /-(?:java|jruby|dalvik\d*|(?:(?:x86|x64|i[3-6]86|x86_64|amd64|arm64|aarch64|arm(?:v\w+)?|universal|powerpc|ppc\w*|s390x?|sparc\w*|mips\w*|riscv64|loongarch64)-)?(?:aix|cygwin|darwin|dragonfly|freebsd|linux|mingw|mswin|netbsd|openbsd|solaris)[a-z0-9]*(?:-[a-z0-9]+)?)$/
const ZERO: Segment = { text: '0', number: true }

export const rubygemsScheme: VersionScheme = { parse, compare, range: rangeReader({ parse, compare }) }

function parse(text: string): GemVersion | undefined {
  const plain = text.replace(/^v(?=\d)/, '').replace(PLATFORM, '')
  if (!VERSION.test(plain)) return undefined
  // Gem::Version reads a hyphen as `.pre.`, and splits `a10` into `a` and `10`.
  const segments = (plain.replaceAll('-', '.pre.').match(/\d+|[a-zA-Z]+/g) ?? []).map(segmentOf)
  const firstLetters = segments.findIndex(({ number }) => !number)
  if (firstLetters === -1) return { text, prerelease: false, ...linesOf(segments), segments }
  const numbers = segments.slice(0, firstLetters)
  const lines = linesOf(numbers)
  const base = { text: lines.release, prerelease: false, ...lines, segments: numbers }
  const label = segments[firstLetters]?.text ?? ''
  return {
    text,
    prerelease: true,
    ...lines,
    label,
    segments: trimZeros(numbers).concat(segments.slice(firstLetters)),
    base
  }
}

function segmentOf(text: string): Segment {
  const number = /^\d/.test(text)
  return { text: number ? normalizeNumber(text) : text, number }
}

function linesOf(numbers: readonly Segment[]): Pick<ParsedVersion, 'major' | 'minor' | 'patch' | 'release'> {
  const [major = '0', minor = '0', ...rest] = trimZeros(numbers).map(({ text }) => text)
  const patch = rest.join('.') || '0'
  return { major, minor, patch, release: `${major}.${minor}.${patch}` }
}

function trimZeros(segments: readonly Segment[]): Segment[] {
  return segments.slice(0, segments.findLastIndex(({ text }) => text !== '0') + 1)
}

/** `Gem::Version#<=>` over canonical segments: what is missing counts as 0, letters rank below numbers. */
function compare(a: GemVersion, b: GemVersion): number {
  const length = Math.max(a.segments.length, b.segments.length)
  for (let index = 0; index < length; index += 1) {
    const left = a.segments[index] ?? ZERO
    const right = b.segments[index] ?? ZERO
    if (left.number !== right.number) return left.number ? 1 : -1
    const order = left.number ? compareNumbers(left.text, right.text) : compareText(left.text, right.text)
    if (order !== 0) return order
  }
  return 0
}
