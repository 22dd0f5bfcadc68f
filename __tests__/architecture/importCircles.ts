/**
 * The ways in which modules import each other in a circle: `a -> b -> a`. At least one for every group of modules that has any,
 * none for modules that only lead into one. `imports` has the modules that each module names.
 */
export function importCircles(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const circles: string[] = []
  const done = new Set<string>()
  for (const module of imports.keys()) follow(module, [])
  return circles

  function follow(module: string, way: readonly string[]): void {
    const start = way.indexOf(module)
    if (start >= 0) circles.push([...way.slice(start), module].join(' -> '))
    if (start >= 0 || done.has(module)) return
    for (const next of imports.get(module) ?? []) follow(next, [...way, module])
    done.add(module)
  }
}
