import { afterEach } from '@jest/globals'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js'
import type { World } from '../../simulator/world/world.js'

const running: Simulator[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()))
})

/** Starts a simulator that ends with the test. */
export async function startForTest(source: Scenario | World, options?: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(source, options)
  running.push(simulator)
  return simulator
}
