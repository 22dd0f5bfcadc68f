import type { WorldEvent } from '../server/events.js'
import type { PackageRef, World } from '../world/world.js'
import type { Population } from './populate.js'
import type { ContainerRef, EventAction, ScenarioEvent, ScenarioRef } from './scenario.js'
import { spanMs } from './time.js'

/** Turns the events of a scenario file into what the server runs. */
export function eventsOf(events: readonly ScenarioEvent[], population: Population): readonly WorldEvent[] {
  return events.map((event) => {
    const actions: readonly EventAction[] = Array.isArray(event.do) ? event.do : [event.do]
    return {
      at: event.at,
      run: (world) => {
        for (const action of actions) act(action, world, population)
      }
    }
  })
}

function act(action: EventAction, world: World, population: Population): void {
  if ('push' in action) population.push(containerRef(action.push), action.push, world.clock.now())
  else if ('tag' in action) {
    const { owner, package: name, tag, to } = action.tag
    world.tag(owner, name, tag, population.digest(containerRef(action.tag), to))
  } else if ('delete' in action) {
    const ref = packageRef(action.delete)
    const version = world.packageAt(ref).byName.get(population.digest(ref, action.delete.version))
    if (version !== undefined) world.deleteVersion(ref, version.id)
  } else if ('restore' in action) {
    const ref = packageRef(action.restore)
    const name = population.digest(ref, action.restore.version)
    const version = world
      .packageAt(ref)
      .versions.list('deleted')
      .find((deleted) => deleted.name === name)
    if (version !== undefined) world.restoreVersion(ref, version.id)
  } else if ('deletePackage' in action) world.deletePackage(packageRef(action.deletePackage))
  else if ('restorePackage' in action) world.restorePackage(packageRef(action.restorePackage))
  else if ('revokeToken' in action) world.revokeToken(action.revokeToken)
  else if ('advance' in action) world.clock.advance(spanMs(action.advance))
  else world.packageAt(packageRef(action.freeze)).versions.freeze(action.freeze.lists)
}

function containerRef(ref: ContainerRef): PackageRef {
  return { owner: ref.owner, type: 'container', name: ref.package }
}

function packageRef(ref: ScenarioRef): PackageRef {
  return { owner: ref.owner, type: ref.type, name: ref.package }
}
