import type { Baseline } from '../platform/index.ts';
import type { BaselineFile } from './model.ts';
import { byPrefix } from './versions.ts';

/**
 * A baseline file as a baseline that wheels are audited against, with the symbols in `exports`.
 *
 * Under a library stands what a file that needs it finds: a loader takes a symbol of the wanted version from any library
 * that is loaded, so what a library's own needs define under the same version counts as its. That is how `pthread_create` of
 * `libpthread.so.0` is still found since glibc 2.34 moved it to libc.so.6.
 */
export function toBaseline(file: BaselineFile): Baseline {
  const names = [...file.libraries.values()].flatMap(({ versions }) => [...versions.keys()]);
  return {
    name: file.name,
    aliases: [],
    libc: file.libc,
    libcVersion: file.libcVersion,
    architectures: new Map([[file.architecture, byPrefix(names)]]),
    libraries: new Set(file.libraries.keys()),
    deniedSymbols: file.deniedSymbols,
    exports: new Map(
      [...file.libraries.keys()].map((library) => [library, foundThrough(file, library)]),
    ),
  };
}

function foundThrough(
  file: BaselineFile,
  library: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const own = file.libraries.get(library)?.versions ?? new Map();
  const loaded = closureOf(file, library);
  return new Map(
    [...own.keys()].map((version) => [
      version,
      new Set(
        loaded.flatMap((name) => file.libraries.get(name)?.versions.get(version)?.symbols ?? []),
      ),
    ]),
  );
}

/** A library and everything that is loaded with it, itself first. */
export function closureOf(
  {
    libraries,
  }: { readonly libraries: ReadonlyMap<string, { readonly needed: readonly string[] }> },
  library: string,
): readonly string[] {
  const found = new Set([library]);
  // A set grows while it is walked.
  for (const name of found) for (const next of libraries.get(name)?.needed ?? []) found.add(next);
  return [...found];
}
