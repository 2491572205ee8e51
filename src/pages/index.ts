/** What a person sees in a browser: pure functions from data to HTML and SVG. */
export { graphFigure, type GraphOptions } from './graph.ts';
export { layoutGraph, type GraphLayout, type PlacedEdge, type PlacedNode } from './graph-layout.ts';
export {
  condense,
  reduceGraph,
  type Graph,
  type GraphEdge,
  type GraphNode,
} from './graph-model.ts';
export { escapeHtml, markup, visible, type Html, type HtmlValue } from './html.ts';
export { page, type PageContent } from './page.ts';
export { table, type PageColumn, type PageTable } from './table.ts';
export {
  layoutTreemap,
  mergeSmall,
  treemapFigure,
  type Tile,
  type TreemapItem,
} from './treemap.ts';
