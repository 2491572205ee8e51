/** Whether a release is for a Python: Requires-Python. */
import { specifierSetContains, tryParseSpecifierSet } from '../../packaging/index.ts';

/** As installers do it: what cannot be read, or is not said, forbids nothing. */
export function takesPython(
  requiresPython: string | undefined,
  python: string | undefined,
): boolean {
  const set = tryParseSpecifierSet(requiresPython ?? '');
  return set === undefined || python === undefined || specifierSetContains(set, python);
}
