import type { Node } from './graph.js'

/**
 * The given versions in sets that own each other in a ring (most sets hold one), owners before what they own. Takes time in
 * proportion to versions and edges, and no recursion: packages of strangers may be deep.
 */
export function ringsInOrder(nodes: ReadonlySet<Node>): readonly (readonly Node[])[] {
  // Tarjan's algorithm: it finds what is owned first.
  const rings: Node[][] = []
  const number = new Map<Node, number>()
  const lowest = new Map<Node, number>()
  const open: Node[] = []
  const isOpen = new Set<Node>()
  const path: { readonly node: Node; readonly below: Node[] }[] = []

  const enter = (node: Node): void => {
    number.set(node, number.size)
    lowest.set(node, number.size - 1)
    open.push(node)
    isOpen.add(node)
    path.push({ node, below: [...node.children, ...node.referrers].filter((each) => nodes.has(each)) })
  }
  const lower = (node: Node, to: number | undefined): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? 0, to ?? 0))
  }
  const leave = (node: Node): void => {
    path.pop()
    const above = path.at(-1)?.node
    if (above !== undefined) lower(above, lowest.get(node))
    if (lowest.get(node) !== number.get(node)) return
    const ring = open.splice(open.lastIndexOf(node))
    for (const each of ring) isOpen.delete(each)
    rings.push(ring)
  }

  for (const start of nodes) {
    if (number.has(start)) continue
    enter(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.below.pop()
      if (next === undefined) leave(top.node)
      else if (!number.has(next)) enter(next)
      else if (isOpen.has(next)) lower(top.node, number.get(next))
    }
  }
  return rings.reverse()
}
