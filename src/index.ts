#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import './action/proxyVariables.js'
import { isStep } from './action/environment.js'
import { commandLine } from './commandLine.js'
import { step } from './step.js'

// Left alone, V8 lets garbage grow to several times what is in use: 260 MB instead of 150 for 10,000 versions.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--heap-growing-percent=80')

const argv = process.argv.slice(2)
// Runners start a step without arguments.
if (argv.length === 0 && isStep()) await step()
else process.exitCode = await commandLine(argv)
