/**
 * The strongly connected components of a graph, those first that others point to (Tarjan 1972). Its own stack instead of
 * calls: a chain of libraries may be as long as a forger likes.
 */
export function componentsOf(
  nodes: readonly string[],
  targetsOf: (node: string) => readonly string[],
): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const components: string[][] = [];

  const enter = (node: string): Visit => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, targets: targetsOf(node), next: 0 };
  };
  const lower = (node: string, to: number | undefined): void => {
    low.set(node, Math.min(low.get(node) ?? 0, to ?? 0));
  };

  for (const start of nodes) {
    if (order.has(start)) continue;
    const path = [enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const target = visit.targets[visit.next];
      visit.next += 1;
      if (target !== undefined) {
        if (!order.has(target)) path.push(enter(target));
        else if (isOpen.has(target)) lower(visit.node, order.get(target));
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) lower(above.node, low.get(visit.node));
      if (low.get(visit.node) !== order.get(visit.node)) continue;
      const component = open.splice(open.indexOf(visit.node));
      for (const node of component) isOpen.delete(node);
      components.push(component);
    }
  }
  return components;
}

interface Visit {
  readonly node: string;
  readonly targets: readonly string[];
  next: number;
}
