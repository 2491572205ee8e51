import type { Finding } from '../support/finding.ts';
import { droppedFrom, type Dropped } from './intersect.ts';
import { shown } from './lint-file.ts';
import type { BaselineFile } from './model.ts';
import { toBaseline } from './to-baseline.ts';

interface NamedFile {
  readonly path: string;
  readonly file: BaselineFile;
}

/**
 * What newer baselines lack of the next older one of their kind: PEP 600 wants a wheel for an older libc to run on every newer one. Baselines of
 * the same libc version are not held against each other: they may differ.
 */
export function brokenNesting(files: readonly NamedFile[]): readonly Finding[] {
  return files.flatMap((newer) => {
    const older = olderOf(newer, files);
    if (older === undefined) return [];
    return missingFrom(newer.file, older.file).map(
      ({ library, version, symbols, whole }): Finding => ({
        code: 'baseline/not-nested',
        severity: 'error',
        effect: 'users-break',
        message: `${newer.file.name} lacks ${whole ? '' : 'symbols of '}${version === undefined ? library : `${version || 'symbols without a version'} of ${library}`}, which the older ${older.file.name} has.`,
        path: newer.path,
        ...(symbols.length === 0 ? {} : { evidence: shown(symbols) }),
      }),
    );
  });
}

function olderOf({ file }: NamedFile, files: readonly NamedFile[]): NamedFile | undefined {
  return files
    .filter(
      ({ file: each }) =>
        each.architecture === file.architecture && each.libc === file.libc && isOlder(each, file),
    )
    .toSorted((one, other) => (isOlder(one.file, other.file) ? -1 : 1))
    .at(-1);
}

function isOlder(
  { libcVersion: [a, b] }: BaselineFile,
  { libcVersion: [c, d] }: BaselineFile,
): boolean {
  return a < c || (a === c && b < d);
}

/** Symbols count as there when a file that needs the library finds them, as in {@link toBaseline}. */
function missingFrom(newer: BaselineFile, older: BaselineFile): readonly Dropped[] {
  const found = toBaseline(newer).exports;
  return droppedFrom(older, newer.libraries).flatMap((dropped) => {
    if (dropped.whole || dropped.version === undefined) return [dropped];
    const symbols = dropped.symbols.filter(
      (symbol) =>
        found
          ?.get(dropped.library)
          ?.get(dropped.version ?? '')
          ?.has(symbol) !== true,
    );
    return symbols.length === 0 ? [] : [{ ...dropped, symbols }];
  });
}
