import { layoutGraph, shownLabel, type PlacedEdge, type PlacedNode } from './graph-layout.ts';
import { condense, reduceGraph, type Graph } from './graph-model.ts';
import { markup, type Html } from './html.ts';

/** How a graph is shown. */
export interface GraphOptions {
  /** Names the drawing for those who do not see it. */
  readonly title: string;
  /** What each kind of node is, in the order of the legend. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Nodes drawn at the most; others are merged. Default 60. */
  readonly most?: number;
}

const MOST_NODES = 60;

/** A graph as a drawing, its legend, and the same as text. Nothing at all for a graph without nodes. */
export function graphFigure(graph: Graph, options: GraphOptions): Html {
  if (graph.nodes.length === 0) return markup``;
  const shown = reduceGraph(condense(reduceGraph(graph), options.most ?? MOST_NODES));
  const layout = layoutGraph(shown);
  const kinds = Object.entries(options.kinds).filter(([kind]) =>
    shown.nodes.some((node) => node.kind === kind),
  );
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${options.title}">
      <svg
        role="img"
        width="${Math.ceil(layout.width)}"
        height="${Math.ceil(layout.height)}"
        viewBox="0 0 ${Math.ceil(layout.width)} ${Math.ceil(layout.height)}"
      >
        <title>${options.title}</title>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 6 6"
            refX="6"
            refY="3"
            markerWidth="6"
            markerHeight="6"
            orient="auto"
          >
            <path d="M0 0 6 3 0 6z" fill="#8a949e" />
          </marker>
        </defs>
        ${layout.edges.map(drawEdge)}${layout.nodes.map(drawNode)}
      </svg>
    </div>
    <p class="soft">
      ${kinds.map(
        ([kind, text], index) =>
          markup`${index > 0 && ' '}<svg class="key" width="22" height="14" aria-hidden="true">
              <g class="node k-${kind}"><rect x="1" y="1" width="20" height="12" rx="3" /></g>
            </svg>
            ${text}`,
      )}
    </p>
    <details>
      <summary>As text</summary>
      <ul>
        ${shown.nodes.map((node) => {
          const needs = shown.edges.filter(({ from }) => from === node.id);
          const names = needs.map(({ to }) => shown.nodes.find(({ id }) => id === to)?.label ?? to);
          return markup`<li>
            <code>${node.label}</code
            >${node.detail !== undefined && markup` <span class="soft">${node.detail}</span>`}${names.length > 0 && markup`: ${names.join(', ')}`}
          </li> `;
        })}
      </ul>
    </details> `;
}

function drawNode({ node, x, y, width, height }: PlacedNode): Html {
  const title = node.detail === undefined ? node.label : `${node.label}: ${node.detail}`;
  return markup`<g class="node k-${node.kind}"
    ><title>${title}</title
    ><rect x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="4" /><text
      x="${round(x + 8)}"
      y="${round(y + 16)}"
      >${shownLabel(node.label)}</text
    ></g
  > `;
}

function drawEdge({ edge, points }: PlacedEdge): Html {
  const [start, ...rest] = points;
  if (start === undefined) return markup``;
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
  return markup`<path
    class="edge e-${edge.kind}"
    marker-end="url(#arrow)"
    d="M${round(start.x)} ${round(start.y)}${path.join('')}"
  /> `;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
