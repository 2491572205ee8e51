/** Where the Python code of a wheel names a file that it may load. */
import { basename } from 'node:path/posix';
import type { ZipEntry } from '../../archive/zip/index.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { Wheel } from '../../wheel/index.ts';
import { withoutRemarks } from './remarks.ts';

/** Larger ones are tables, not code that loads a library. */
const LARGEST_SOURCE = 4 << 20;
const MOST_SHOWN = 8;

/** Lines of code that name a file: `pkg/__init__.py:12: lib = CDLL(...)`, at most eight; no comments or docstrings. */
export async function mentionsOf(
  wheel: Wheel,
  path: string,
  jobs: number,
): Promise<readonly string[]> {
  const names = namesOf(path);
  const found = await mapParallel(sourcesOf(wheel), jobs, async (entry) => {
    const text = Buffer.from(await wheel.archive.read(entry)).toString('utf8');
    if (!names.some((name) => text.includes(name))) return [];
    const lines = text.split('\n');
    return withoutRemarks(text)
      .split('\n')
      .flatMap((code, index) =>
        names.some((name) => code.includes(name))
          ? [`${entry.path}:${index + 1}: ${(lines[index] ?? '').trim().slice(0, 160)}`]
          : [],
      );
  });
  return found.flat().slice(0, MOST_SHOWN);
}

/** Those of some file names that the Python code of a wheel has in it, so that it may open them. */
export async function namesInCode(
  wheel: Wheel,
  names: readonly string[],
  jobs: number,
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const found = await mapParallel(sourcesOf(wheel), jobs, async (entry) => {
    const text = Buffer.from(await wheel.archive.read(entry)).toString('utf8');
    return names.filter((name) => text.includes(name));
  });
  return new Set(found.flat());
}

function sourcesOf({ archive }: Wheel): readonly ZipEntry[] {
  return archive.entries.filter(({ path, size }) => path.endsWith('.py') && size <= LARGEST_SOURCE);
}

/** The name, and for libraries the name without what systems add to it: code often puts that together itself. */
function namesOf(path: string): readonly string[] {
  const name = basename(path);
  const stem = /^(lib.{3,}?)(?:\.so(?:\.\d+)*|\.dylib|\.dll)$/.exec(name)?.[1];
  return stem === undefined ? [name] : [name, stem];
}
