// Loaded before the bundle (`node --import`): what the process waits for passes at once. Limits of requests take real time.
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

const { now } = Date
const { setTimeout: wait } = timers
let ahead = 0

Date.now = () => now() + ahead
timers.setTimeout = async (ms, ...more) => {
  const until = Date.now() + ms
  await wait(1, ...more)
  ahead += Math.max(0, until - Date.now())
}

syncBuiltinESMExports()
