/** A graph small enough to be read: nodes that say the same are drawn once. */
import { groupBy } from '../support/group-by.ts';

/** A node: a file or a library. */
export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** One of the kinds that the style sheet knows. */
  readonly kind: string;
  /** Told where there is room, and in the text form. */
  readonly detail?: string;
  /** Labels of the nodes it stands for, where it stands for several. */
  readonly members?: readonly string[];
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

/** How nodes are merged. */
export interface CondenseOptions {
  /** Nodes that may be left; where even one of each kind is more, one of each kind. */
  readonly most: number;
  /** What merged nodes of a kind are called: `extension modules`. */
  readonly plural: (kind: string) => string;
}

/** Above this, arrows that others imply are looked for only once nodes are merged: the search takes the cube of the number. */
const MOST_REDUCED = 500;
/** Of the nodes that may be drawn, one in so many keeps its name in a graph that is too large. */
const NAMED_SHARE = 4;
/** Steps of depth that the unnamed nodes of a kind are told apart by. */
const BANDS = 4;

/**
 * Merges nodes and leaves out arrows until the graph can be read. Nodes with the same neighbours are always one. Where
 * more than `most` are left, those that most others lead to keep their names, the others are merged by kind and by how
 * far they are from the end of the arrows; then by kind alone.
 */
export function condense(graph: Graph, options: CondenseOptions): Graph {
  const { most } = options;
  let condensed = mergeAlike(graph, options);
  if (condensed.nodes.length <= MOST_REDUCED)
    condensed = mergeAlike(reduceGraph(condensed), options);
  if (condensed.nodes.length > most) {
    const named = mostWanted(condensed, Math.floor(most / NAMED_SHARE));
    const bands = bandsOf(condensed);
    condensed = merge(condensed, options, ({ id, kind }) =>
      JSON.stringify(named.has(id) ? [id] : [kind, bands.get(id)]),
    );
  }
  if (condensed.nodes.length > most) condensed = merge(condensed, options, ({ kind }) => kind);
  return reduceGraph(condensed);
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

/** The nodes with the most arrows to them, those with none left out. */
function mostWanted({ nodes, edges }: Graph, most: number): ReadonlySet<string> {
  const wanted = new Map<string, number>();
  for (const { to } of edges) wanted.set(to, (wanted.get(to) ?? 0) + 1);
  return new Set(
    nodes
      .filter(({ id }) => wanted.has(id))
      // A stable sort: where arrows are as many, the order of the graph decides.
      .toSorted((left, right) => (wanted.get(right.id) ?? 0) - (wanted.get(left.id) ?? 0))
      .slice(0, most)
      .map(({ id }) => id),
  );
}

/** How far each node is from the end of its longest way, in {@link BANDS} steps of equal length. */
function bandsOf({ nodes, edges }: Graph): ReadonlyMap<string, number> {
  const outgoing = groupBy(edges, ({ from }) => from);
  const depths = new Map<string, number>();
  const open = new Set<string>();
  for (const { id: root } of nodes) {
    const stack = [root];
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const next = (outgoing.get(id) ?? []).map(({ to }) => to);
      // What is open already closes a cycle: it does not make the way longer.
      const waiting = open.has(id) ? [] : next.filter((to) => !depths.has(to) && !open.has(to));
      open.add(id);
      if (waiting.length > 0) {
        for (const to of waiting) stack.push(to);
        continue;
      }
      stack.pop();
      if (!depths.has(id))
        depths.set(
          id,
          next.reduce((depth, to) => Math.max(depth, (depths.get(to) ?? -1) + 1), 0),
        );
    }
  }
  const deepest = [...depths.values()].reduce((most, depth) => Math.max(most, depth), 1);
  return new Map(
    [...depths].map(([id, depth]) => [id, Math.round((depth / deepest) * (BANDS - 1))]),
  );
}

function mergeAlike(graph: Graph, options: CondenseOptions): Graph {
  const outgoing = groupBy(graph.edges, ({ from }) => from);
  const incoming = groupBy(graph.edges, ({ to }) => to);
  return merge(graph, options, ({ id, kind }) =>
    JSON.stringify([
      kind,
      [...new Set((outgoing.get(id) ?? []).map(({ to }) => to))].sort(),
      [...new Set((incoming.get(id) ?? []).map(({ from }) => from))].sort(),
    ]),
  );
}

/** Two alike are still two names; from three on a number says more. */
const FEWEST = 3;

function merge(
  graph: Graph,
  { plural }: CondenseOptions,
  keyOf: (node: GraphNode) => string,
): Graph {
  const ids = new Map<string, string>();
  const nodes = [...groupBy(graph.nodes, keyOf).values()].flatMap((group): readonly GraphNode[] => {
    const [first] = group;
    const members = group.flatMap(({ label, members: inner }) => inner ?? [label]);
    const isOne = first === undefined || group.length === 1 || members.length < FEWEST;
    for (const { id } of group) ids.set(id, isOne ? id : first.id);
    if (isOne) return group;
    const { id, kind } = first;
    return [{ id, kind, label: `${members.length} ${plural(kind)}`, members }];
  });
  const edges = new Map<string, GraphEdge>();
  for (const { from, to, kind } of graph.edges) {
    const edge = { from: ids.get(from) ?? from, to: ids.get(to) ?? to, kind };
    if (edge.from !== edge.to) edges.set(JSON.stringify(edge), edge);
  }
  return { nodes, edges: [...edges.values()] };
}
