const IS_JSON = new Set(['summary', 'deleted', 'matrix'])

/** The outputs of a run with their types: counts as numbers, `changed` as a boolean, lists as lists; no empty paths. */
export function renderJson(outputs: Readonly<Record<string, string>>, failure: string | undefined): string {
  const entries = Object.entries(outputs)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [name, typed(name, value)] as const)
  const json = JSON.stringify({ ...Object.fromEntries(entries), failure: failure ?? null }, null, 2)
  // JSON does not escape these, and a terminal obeys them; a runner obeys `##[` anywhere in a line.
  return json.replace(/[\u007f-\u009f]|#(?=#\[)/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function typed(name: string, value: string): unknown {
  if (name.endsWith('-count')) return Number(value)
  if (name === 'changed') return value === 'true'
  return IS_JSON.has(name) ? JSON.parse(value) : value
}
