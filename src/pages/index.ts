/** What a person sees in a browser: pure functions from data to HTML and SVG. */
export { entries, type EntriesOptions, type PageEntry } from './entries.ts';
export { graphFigure, type GraphKind, type GraphOptions } from './graph.ts';
export { layoutGraph, type GraphLayout, type PlacedEdge, type PlacedNode } from './graph-layout.ts';
export {
  condense,
  reduceGraph,
  type CondenseOptions,
  type Graph,
  type GraphEdge,
  type GraphNode,
} from './graph-model.ts';
export { breakable, escapeHtml, markup, visible, type Html, type HtmlValue } from './html.ts';
export {
  SHAPES,
  isSafeLink,
  markedMatrix,
  type CellKind,
  type MarkedMatrix,
} from './marked-matrix.ts';
export { coverageMatrix, type Coverage, type CoverageCell } from './matrix.ts';
export { contents, page, type PageContent, type PagePart } from './page.ts';
export { table, type PageColumn, type PageTable } from './table.ts';
export {
  layoutTreemap,
  mergeSmall,
  treemapFigure,
  type Tile,
  type TreemapItem,
  type TreemapOptions,
} from './treemap.ts';
