import { layoutGraph, shownLabel, type PlacedEdge, type PlacedNode } from './graph-layout.ts';
import { condense, type Graph, type GraphNode } from './graph-model.ts';
import { markup, type Html } from './html.ts';

/** What a kind of node is. */
export interface GraphKind {
  /** For the legend: `extension module`. */
  readonly title: string;
  /** For several drawn as one: `extension modules`. */
  readonly plural: string;
}

/** How a graph is shown. */
export interface GraphOptions {
  /** Names the drawing for those who do not see it. */
  readonly title: string;
  /** By kind, in the order of the legend. */
  readonly kinds: Readonly<Record<string, GraphKind>>;
  /** Nodes drawn at the most; others are merged. Default 60. */
  readonly most?: number;
}

const MOST_NODES = 60;

/**
 * A graph as a drawing, its legend, and the same as text. Kinds are told by outline and corners, not by colour alone:
 * the style sheet knows `module`, `carried`, `system`, `grafted`, `unreachable` and `missing`. Nothing at all for a graph
 * without nodes.
 */
export function graphFigure(graph: Graph, options: GraphOptions): Html {
  if (graph.nodes.length === 0) return markup``;
  const { title, kinds, most = MOST_NODES } = options;
  const shown = condense(graph, { most, plural: (kind) => kinds[kind]?.plural ?? kind });
  const layout = layoutGraph(shown);
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  return markup`<figure>
<div class="scroll" role="region" tabindex="0" aria-label="${title}">
<svg role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${title}</title>
<desc>${summary(graph, shown)}</desc>
${layout.edges.map(drawEdge)}${layout.nodes.map(drawNode)}
</svg>
</div>
<figcaption>${legend(shown, kinds)}</figcaption>
</figure>
${asText(shown)}`;
}

function summary(whole: Graph, shown: Graph): string {
  const drawn =
    shown.nodes.length === whole.nodes.length ? '' : `, drawn as ${shown.nodes.length} boxes`;
  return `${whole.nodes.length} files and libraries${drawn}, arrows from what needs to what is needed. The same follows as text.`;
}

function legend({ nodes }: Graph, kinds: GraphOptions['kinds']): readonly Html[] {
  return Object.entries(kinds)
    .filter(([kind]) => nodes.some((node) => node.kind === kind))
    .map(
      ([kind, { title }]) =>
        markup`<span class="key"><svg width="30" height="16" aria-hidden="true"><g class="node k-${kind}"><rect x="1" y="1" width="28" height="14" rx="${cornerOf(kind, 14)}"/></g></svg>${title}</span> `,
    );
}

function asText({ nodes, edges }: Graph): Html {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  return markup`<details><summary>The same as text</summary><ul>${nodes.map((node) => {
    const needs = edges.flatMap(({ from, to }) => (from === node.id ? [labels.get(to) ?? to] : []));
    const detail = detailOf(node);
    return markup`<li><code>${node.label}</code>${needs.length > 0 && markup` needs ${needs.join(', ')}`}${detail !== undefined && markup`<br><span class="soft">${detail}</span>`}</li>`;
  })}</ul></details>`;
}

const MOST_LISTED = 12;

/** What is not in the label. */
function detailOf({ detail, members }: GraphNode): string | undefined {
  if (members === undefined) return detail;
  const rest = members.length - MOST_LISTED;
  const names = members.slice(0, MOST_LISTED).join(', ');
  return rest > 0 ? `${names} and ${rest} more` : names;
}

function drawNode({ node, x, y, width, height }: PlacedNode): Html {
  const detail = detailOf(node);
  const title = detail === undefined ? node.label : `${node.label}: ${detail}`;
  const corner = cornerOf(node.kind, height);
  return markup`<g class="node k-${node.kind}"><title>${title}</title><rect x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="${corner}"/><text x="${round(x + 10)}" y="${round(y + height / 2 + 4)}">${shownLabel(node.label)}</text></g>`;
}

/** Modules, where everything starts, are round at their ends. */
function cornerOf(kind: string, height: number): number {
  return kind === 'module' ? height / 2 : 3;
}

const TIP = 6;

function drawEdge({ edge, points }: PlacedEdge): Html {
  const [start, ...rest] = points;
  const end = rest.at(-1);
  if (start === undefined || end === undefined) return markup``;
  let last = start;
  const path = rest.map((point, index) => {
    // Between columns the arrow swings, within one it passes straight.
    const bend = (point.x - last.x) / 2;
    const step =
      index % 2 === 0
        ? `C${round(last.x + bend)} ${round(last.y)} ${round(point.x - bend)} ${round(point.y)} ${round(point.x)} ${round(point.y)}`
        : `L${round(point.x)} ${round(point.y)}`;
    last = point;
    return step;
  });
  // Not a marker: that would need an id, and a page may have many drawings.
  const back = (rest.at(-2) ?? start).x < end.x ? -TIP : TIP;
  const tip = `M${round(end.x + back)} ${round(end.y - 3)}L${round(end.x)} ${round(end.y)}L${round(end.x + back)} ${round(end.y + 3)}z`;
  return markup`<g class="edge e-${edge.kind}"><path d="M${round(start.x)} ${round(start.y)}${path.join('')}"/><path class="tip" d="${tip}"/></g>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
