/** Names that no new project may have: those of modules of Python. Rule: warehouse `packaging/services.py` 6b6215712 (2026-08). */
import table from '../data/standard-library.json' with { type: 'json' };

const STANDARD_LIBRARY: ReadonlySet<string> = new Set(table.modules);

/** @param project normalised */
export function isStandardLibraryName(project: string): boolean {
  return STANDARD_LIBRARY.has(project.replaceAll('-', '_'));
}
