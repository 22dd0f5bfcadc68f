// Loaded before the bundle (`node --import`): writes down what the process reaches for, one JSON line each, in the file
// that WATCH names. Names ending in `.test` or `.ghe.com` are on this machine, so that nothing leaves it.
import childProcess from 'node:child_process'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import worker from 'node:worker_threads'

const note = (kind, what) => appendFileSync(process.env.WATCH, `${JSON.stringify({ kind, what })}\n`)

const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args
  const { host = 'localhost', port, path } = typeof first === 'object' ? first : { host: args[1], port: first }
  note('connect', path ?? `${host}:${port}`)
  return connect.apply(this, args)
}

const { lookup } = dns
dns.lookup = (name, options, done) => {
  note('lookup', name)
  if (!/\.(test|ghe\.com)$/.test(name)) return lookup(name, options, done)
  const answer = done ?? options
  return options?.all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4)
}

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  const original = childProcess[name]
  childProcess[name] = (...args) => {
    note('process', String(args[0]))
    return original(...args)
  }
}

const { Worker } = worker
worker.Worker = class extends Worker {
  constructor(...args) {
    note('worker', String(args[0]))
    super(...args)
  }
}

syncBuiltinESMExports()
