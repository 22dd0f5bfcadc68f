#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import './action/proxyVariables.js'
import { isStep } from './action/environment.js'
import { commandLine } from './commandLine.js'
import { step } from './step.js'

// Left alone, V8 lets garbage grow to several times what is in use: 260 MB instead of 150 for 10,000 versions.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--heap-growing-percent=80')

// Node itself ends with this code if a module waits for what never comes: a run that never ends fails.
process.exitCode = 13
// Without an `await` of the module itself, which would keep the bundler from joining the modules.
void main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<void> {
  // Runners start a step without arguments.
  process.exitCode = argv.length === 0 && isStep() ? await step() : await commandLine(argv)
}
