import type { Artifact } from '../../../simulator/artifact.js'
import { cosignTagName } from '../../../simulator/images/cosign.js'
import { descriptorOf, documentOf, indexOf, isIndex, tagged } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { referrerHistory } from '../../../simulator/images/referrers.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { Request } from '../../../simulator/server/exchange.js'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import type { World } from '../../../simulator/world/world.js'
import { atEveryRequest } from '../atEveryRequest.js'
import { DAY, type Inputs, newWorld, OWNER, type RanHere, runHere, simulate, tagsOf } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

export const policy: Inputs = {
  ...ABOUT_APP,
  match: 'old-*',
  'keep-last': '0',
  'delete-untagged': 'true'
}

const platforms = ['linux/amd64']
const kept = signedImage('kept', { tags: ['v1'], referrers: ['github-attestation'], platforms })
const signed = signedImage('signed', { tags: ['old-1'], platforms })
const second = multiArch('second', { tags: ['old-2'], platforms })
const single = [singleImage('single', { tags: ['old-3'] })]
const untagged = multiArch('untagged', { platforms })
export const loose = [singleImage('loose')]
const everything = [kept, signed, second, single, untagged, loose]

export const digestOf = (artifacts: readonly Artifact[]): string => {
  const index = artifacts.findLast((each) => isIndex(documentOf(each)) && !each.tags?.[0]?.startsWith('sha256-'))
  return (index ?? artifacts[0])?.digest ?? ''
}

export function registry(assumptions: Partial<Assumptions>): World {
  const world = newWorld({ assumptions })
  const old = Date.now() - 10 * DAY
  for (const [index, artifacts] of everything.entries()) world.push(OWNER, 'app', artifacts, [], old + index * 1000)
  return world
}

/** The tags that must be there in the end, with what they must name. */
type Wanted = Readonly<Record<string, string>>
/** What somebody else does. Throws where it is too late for it: then a client is told so. */
type Race = (world: World) => Wanted

function pushed(world: World, artifacts: readonly Artifact[], tag: string): Wanted {
  return { [tag]: world.push(OWNER, 'app', artifacts, [tag]).name }
}

export function tag(world: World, name: string, digest: string): Wanted {
  world.tag(OWNER, 'app', name, digest)
  return { [name]: digest }
}

function deleted(world: World, digest: string): Wanted {
  const version = world.packageAt(APP).byName.get(digest)
  if (version === undefined) throw new Error('gone')
  world.deleteVersion(APP, version.id)
  return {}
}

export const races: Readonly<Record<string, Race>> = {
  'a tag on an untagged index': (world) => tag(world, 'new', digestOf(untagged)),
  'a tag on an untagged image': (world) => tag(world, 'new', digestOf(loose)),
  'a tag on the child of an untagged index': (world) => tag(world, 'new', untagged[0]?.digest ?? ''),
  'a second tag on a tagged index that goes': (world) => tag(world, 'stable', digestOf(second)),
  'the tag of what stays, moved to what goes': (world) => tag(world, 'v1', digestOf(signed)),
  'a tag that goes, moved to what stays': (world) => tag(world, 'old-3', digestOf(kept)),
  'a signature tag on what goes, for what stays': (world) =>
    tag(world, cosignTagName(digestOf(kept), 'attestation'), digestOf(loose)),
  'a new index over old children': (world) => {
    // A client pushes what the registry does not have, then the index.
    const children = [...second.slice(0, 1), ...untagged.slice(0, 1)]
    return pushed(world, [...children, indexOf(children.map((each) => descriptorOf(each)))], 'new')
  },
  'a new index over an old index': (world) => {
    const inner = untagged.at(-1)
    if (inner === undefined) throw new Error('no index')
    return pushed(world, [...untagged, indexOf([descriptorOf(inner)])], 'new')
  },
  'the same index pushed again': (world) =>
    pushed(
      world,
      second.map((each) => tagged(each, [])),
      'again'
    ),
  'a signature of what goes, by fallback tag': (world) => {
    const subject = second.at(-1)
    if (subject === undefined) throw new Error('no index')
    const digests = [...world.packageAt(APP).byName.keys()]
    if (!digests.includes(subject.digest)) throw new Error('gone')
    const history = referrerHistory('late', descriptorOf(subject), ['cosign-bundle'])
    world.push(OWNER, 'app', history)
    return {}
  },
  'a restore of an index that went': (world) => {
    const [version] = world
      .packageAt(APP)
      .versions.list('deleted')
      .filter(({ name }) => name === digestOf(second))
    if (version === undefined) throw new Error('not gone')
    world.restoreVersion(APP, version.id)
    return { 'old-2': digestOf(second) }
  },
  'a deletion of an index that goes': (world) => deleted(world, digestOf(second)),
  'a deletion of a child that goes': (world) => deleted(world, second[0]?.digest ?? '')
}

/** Picks three requests of the survey, after which the list is read again anyway, and all later ones. */
export async function someOfSurvey(): Promise<(request: Request) => boolean> {
  const simulator = await simulate(registry({}))
  await runHere(simulator, { ...policy, 'dry-run': 'true' })
  const survey = simulator.log.length
  const picked = new Set([2, Math.ceil(survey / 2), survey])
  return ({ n }) => n > survey || picked.has(n)
}

/** Whether something is done at a request, and at each how manyth of those. */
export interface Moments {
  readonly at: (request: Request) => boolean
  readonly every: number
}

/**
 * Sets the race at these moments. Returns each tag that is lost or broken in the end, unless the run has said
 * what it could not see (`excused`).
 */
export async function problemsOf(
  race: Race,
  assumptions: Partial<Assumptions>,
  { at, every }: Moments,
  excused: (ran: RanHere) => boolean = () => false
): Promise<readonly string[]> {
  return atEveryRequest(
    policy,
    () => {
      const world = registry(assumptions)
      const tags = tagsOf(world)
      let wanted: Wanted = {}
      return {
        world,
        act() {
          try {
            wanted = race(world)
          } catch {
            // Too late.
          }
        },
        look({ ran }) {
          if (excused(ran)) return []
          const found = tagsOf(world)
          const keeps = world.packageAt(APP).byName.has(digestOf(kept))
          const stay = [...tags.keys()].filter((name) => keeps && name.includes(digestOf(kept).slice(7)))
          const expected = { 'app:v1': tags.get('app:v1')?.digest, ...prefixed(wanted) }
          return [
            ...Object.entries(expected)
              .filter(([name, digest]) => found.get(name)?.digest !== digest)
              .map(([name]) => `${name} is on ${found.get(name)?.digest}`),
            ...[...found].filter(([, { ok }]) => !ok).map(([name]) => `${name} is broken`),
            ...stay.filter((name) => !found.has(name)).map((name) => `${name} is lost`)
          ]
        }
      }
    },
    at,
    every
  )
}

const prefixed = (wanted: Wanted): Wanted =>
  Object.fromEntries(Object.entries(wanted).map(([name, digest]) => [`app:${name}`, digest]))
