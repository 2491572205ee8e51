/** A graph small enough to be read: nodes that say the same are drawn once. */

/** A node: a file or a library. */
export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** One of the kinds that the style sheet knows. */
  readonly kind: string;
  /** Told where there is room, and in the text form. */
  readonly detail?: string;
}

/** An arrow between two nodes, by id. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
}

/** Nodes and arrows. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * Merges nodes until at most `most` are left: first those with the same neighbours, then those of one kind that nobody
 * points to, then those of one kind with the same neighbours on one side, then whole kinds. What was merged is counted.
 */
export function condense(graph: Graph, most: number): Graph {
  const steps: readonly ((node: GraphNode, around: Neighbours) => string)[] = [
    ({ id, kind }, { to, from }) => `${kind}\0${to.get(id)}\0${from.get(id)}`,
    ({ id, kind }, { to, from }) => (from.get(id) === '' ? `${kind}\0${to.get(id)}` : id),
    ({ id, kind }, { from }) => (from.get(id) === '' ? kind : id),
    ({ id, kind }, { from }) => `${kind}\0${from.get(id)}`,
    ({ kind }) => kind,
  ];
  let condensed = graph;
  for (const [index, key] of steps.entries()) {
    // Files alike in every way are always drawn once, even where there would be room.
    if (index > 0 && condensed.nodes.length <= most) break;
    condensed = merge(condensed, key);
  }
  return condensed;
}

/**
 * The graph without arrows that others imply: where a leads to b and b to c, one from a to c says nothing new. Arrows within
 * a cycle stay.
 */
export function reduceGraph({ nodes, edges }: Graph): Graph {
  const next = new Map<string, Set<string>>(nodes.map(({ id }) => [id, new Set()]));
  for (const { from, to } of edges) next.get(from)?.add(to);
  const reach = reachability(next);
  return {
    nodes,
    edges: edges.filter(({ from, to }) => {
      for (const between of next.get(from) ?? []) {
        if (between === to || between === from) continue;
        // From a file of the same cycle every way leads back: that implies nothing.
        const isCycle =
          reach.get(between)?.has(from) === true || reach.get(to)?.has(between) === true;
        if (!isCycle && reach.get(between)?.has(to) === true) return false;
      }
      return true;
    }),
  };
}

/** Everything that can be reached from each node. */
function reachability(
  next: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    [...next.keys()].map((start) => {
      const reached = new Set(next.get(start));
      // The set grows while it is gone through, and each node is added once.
      for (const node of reached) for (const further of next.get(node) ?? []) reached.add(further);
      return [start, reached];
    }),
  );
}

interface Neighbours {
  /** Ids a node points to, and ids that point to it, as one sorted text. */
  readonly to: ReadonlyMap<string, string>;
  readonly from: ReadonlyMap<string, string>;
}

/** Two alike are still two names; from three on a number says more. */
const FEWEST = 3;

function merge(graph: Graph, keyOf: (node: GraphNode, around: Neighbours) => string): Graph {
  const around = neighbours(graph);
  const groups = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const key = keyOf(node, around);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  const ids = new Map<string, string>();
  const nodes = [...groups.values()].flatMap((group): readonly GraphNode[] => {
    const [first] = group;
    if (first === undefined || group.length < FEWEST) {
      for (const { id } of group) ids.set(id, id);
      return group;
    }
    for (const { id } of group) ids.set(id, first.id);
    return [merged(first, group)];
  });
  const edges = new Map<string, GraphEdge>();
  for (const { from, to, kind } of graph.edges) {
    const edge = { from: ids.get(from) ?? from, to: ids.get(to) ?? to, kind };
    if (edge.from !== edge.to) edges.set(`${edge.from}\0${edge.to}\0${kind}`, edge);
  }
  return { nodes, edges: [...edges.values()] };
}

function merged(first: GraphNode, group: readonly GraphNode[]): GraphNode {
  const count = group.reduce((sum, node) => sum + countOf(node), 0);
  const names = group.map(({ label }) => label);
  const listed = names.slice(0, 12).join(', ') + (names.length > 12 ? ', ...' : '');
  return { ...first, label: `${count} ${first.kind} files`, detail: listed };
}

/** A merged node counts as many as it stands for. */
function countOf({ label, kind }: GraphNode): number {
  const match = /^(\d+) (.*) files$/.exec(label);
  return match !== null && match[2] === kind ? Number(match[1]) : 1;
}

function neighbours({ nodes, edges }: Graph): Neighbours {
  const lists = { to: new Map<string, string[]>(), from: new Map<string, string[]>() };
  for (const { from, to } of edges) {
    push(lists.to, from, to);
    push(lists.from, to, from);
  }
  const text = (lists_: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> =>
    new Map(nodes.map(({ id }) => [id, [...new Set(lists_.get(id))].sort().join('\u0001')]));
  return { to: text(lists.to), from: text(lists.from) };
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
