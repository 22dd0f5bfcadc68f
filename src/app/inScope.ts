import type { Scope } from '../domain/config.js'
import type { PackageRef } from '../domain/package.js'
import { compilePatterns } from '../pattern/patterns.js'

/** Whether a package of a saved plan or receipt is one that the run is about; a scope that names nothing means all. */
export function isInScope({ names, types }: Scope, { type, name }: PackageRef): boolean {
  if (types.length > 0 && !types.includes(type)) return false
  return names.length === 0 || compilePatterns(names, { type, paths: true }).match(name) !== undefined
}
