/** Groups of nodes that lead to each other. */

interface Visit {
  index: number;
  lowest: number;
  isOpen: boolean;
}

/**
 * The cycles of a graph: every group of nodes that can reach each other, and every node that leads to itself; in the order
 * of the nodes. By Tarjan's algorithm (1972), with a stack of its own: chains may be as long as a feed.
 */
export function cyclesOf<Node>(graph: ReadonlyMap<Node, readonly Node[]>): Node[][] {
  const visits = new Map<Node, Visit>();
  const open: Node[] = [];
  const groups: Node[][] = [];
  for (const start of graph.keys()) {
    if (visits.has(start)) continue;
    const path = [{ node: start, next: 0, visit: enter(start) }];
    while (path.length > 0) {
      const step = path.at(-1);
      if (step === undefined) break;
      const target = graph.get(step.node)?.[step.next];
      step.next += 1;
      if (target === undefined) {
        path.pop();
        const above = path.at(-1);
        if (above !== undefined)
          above.visit.lowest = Math.min(above.visit.lowest, step.visit.lowest);
        if (step.visit.lowest === step.visit.index) close(step.node);
        continue;
      }
      const known = visits.get(target);
      if (known === undefined) path.push({ node: target, next: 0, visit: enter(target) });
      else if (known.isOpen) step.visit.lowest = Math.min(step.visit.lowest, known.index);
    }
  }
  return groups;

  function enter(node: Node): Visit {
    const visit = { index: visits.size, lowest: visits.size, isOpen: true };
    visits.set(node, visit);
    open.push(node);
    return visit;
  }

  function close(node: Node): void {
    const group = open.splice(open.lastIndexOf(node));
    for (const each of group) {
      const visit = visits.get(each);
      if (visit !== undefined) visit.isOpen = false;
    }
    if (group.length > 1 || graph.get(node)?.includes(node) === true) groups.push(group);
  }
}
