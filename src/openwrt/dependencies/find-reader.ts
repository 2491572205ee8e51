import { findInterpreters, type InterpreterSearch } from '../../python/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { findCompilerPython } from '../bytecode/index.ts';
import type { TargetPython } from '../targets/index.ts';

/**
 * An interpreter of this machine that reads the imports of files: of the target's minor version, else the newest Python 3,
 * which reads what older ones do.
 * @returns the path of its executable
 * @throws WheelworksError `openwrt/no-reader` when there is none; `openwrt/no-interpreter`, `python/bad-selector` for the
 *   selector.
 */
export async function findReaderPython(
  target: TargetPython,
  search: InterpreterSearch,
  { selector }: { readonly selector?: string } = {},
): Promise<string> {
  if (selector !== undefined) return findCompilerPython(target, search, { selector });
  const { interpreters } = await findInterpreters(search);
  const readers = interpreters.filter(({ version: { major, minor } }) => major === 3 && minor >= 6);
  const fitting = readers.find(
    ({ version: { major, minor } }) => `${major}.${minor}` === target.minor,
  );
  const newest = readers.toSorted((one, other) => other.version.minor - one.version.minor)[0];
  const best = fitting ?? newest;
  if (best !== undefined) return best.path;
  throw new WheelworksError(
    'openwrt/no-reader',
    'This machine has no Python 3 that reads imports.',
    {
      hint: 'Any from 3.6 will do; name it with --python.',
    },
  );
}
