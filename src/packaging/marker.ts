/**
 * Environment markers, the conditions behind the semicolon of a requirement: read and written. `marker-evaluate.ts` answers
 * them.
 *
 * Specification: Dependency specifiers (PEP 508), section "Environment markers".
 * https://packaging.python.org/specifications/dependency-specifiers/#environment-markers
 */
import { DependencyCursor } from './dependency-cursor.ts';
import { scanMarker } from './marker-scan.ts';
import type { Marker } from './marker-tree.ts';

export { formatMarker } from './marker-tree.ts';
export type {
  Marker,
  MarkerChain,
  MarkerComparison,
  MarkerGroup,
  MarkerOperand,
  MarkerOperator,
} from './marker-tree.ts';

/**
 * Reads a marker. Names of extras and groups beside `extra`, `extras` and `dependency_groups` are normalised (PEP 685).
 * @throws WheelworksError `packaging/invalid-marker`; `packaging/marker-too-deep` for nesting no installer reads.
 */
export function parseMarker(text: string): Marker {
  const cursor = new DependencyCursor(text, { code: 'packaging/invalid-marker', what: 'marker' });
  const marker = scanMarker(cursor);
  if (!cursor.atEnd) throw cursor.expected("'and', 'or' or the end");
  return marker;
}
