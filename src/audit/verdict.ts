/** Which baselines a set of native files meets, and what stops them at each other one. */
import { baselinesFor, type Baseline, type Libc } from '../platform/index.ts';
import type { ElfNeeds } from './needs.ts';

/** One reason why one file does not meet a baseline. */
export interface Blocker {
  /** The tag it stops, such as `manylinux_2_17_x86_64`. */
  readonly tag: string;
  readonly kind: 'symbol' | 'library' | 'isa';
  /** The native file. */
  readonly path: string;
  /** Library that is needed or provides the symbol. */
  readonly library?: string;
  /** Version needed of it. */
  readonly version?: string;
  readonly symbol?: string;
  readonly detail: string;
}

/** A baseline and what stops the files at it; none means that they meet it. */
export interface BaselineVerdict {
  readonly baseline: Baseline;
  readonly tag: string;
  readonly blockers: readonly Blocker[];
}

/** Judges every baseline of an architecture and libc, the oldest first. */
export function judge(
  needs: readonly ElfNeeds[],
  architecture: string,
  libc: Libc,
): readonly BaselineVerdict[] {
  return baselinesFor(architecture, libc).map((baseline) => {
    const tag = `${baseline.name}_${architecture}`;
    return {
      baseline,
      tag,
      blockers: needs.flatMap((file) => blockersOf(file, baseline, architecture, tag)),
    };
  });
}

function blockersOf(
  file: ElfNeeds,
  baseline: Baseline,
  architecture: string,
  tag: string,
): Blocker[] {
  return [
    ...libraryBlockers(file, baseline, tag),
    ...versionBlockers(file, baseline, architecture, tag),
    ...deniedBlockers(file, baseline, tag),
    ...isaBlockers(file, tag),
  ];
}

function libraryBlockers(file: ElfNeeds, baseline: Baseline, tag: string): Blocker[] {
  return file.external
    .filter((library) => !provides(baseline, library))
    .map((library) => ({
      tag,
      kind: 'library',
      path: file.path,
      library,
      detail: `${library} is not on every ${baseline.name} system and not in the wheel`,
    }));
}

/** musl's one library goes by `libc.so` in the tables and by `libc.musl-<arch>.so.1` on Alpine. */
function provides(baseline: Baseline, library: string): boolean {
  if (baseline.libraries.has(library)) return true;
  return (
    baseline.libc === 'musl' &&
    library.startsWith('libc.musl-') &&
    baseline.libraries.has('libc.so')
  );
}

function versionBlockers(
  file: ElfNeeds,
  baseline: Baseline,
  architecture: string,
  tag: string,
): Blocker[] {
  const table = baseline.architectures.get(architecture);
  const blockers: Blocker[] = [];
  for (const [library, versions] of file.versions) {
    for (const version of versions) {
      const underscore = version.indexOf('_');
      // Libraries outside the tables version their symbols by their own names (OPENSSL_3.0.0); for those the library counts.
      const provided = underscore === -1 ? undefined : table?.get(version.slice(0, underscore));
      if (provided === undefined || provided.has(version.slice(underscore + 1))) continue;
      blockers.push({
        tag,
        kind: 'symbol',
        path: file.path,
        library,
        version,
        detail: `${library} of ${baseline.name} has no ${version}`,
      });
    }
  }
  return blockers;
}

function deniedBlockers(file: ElfNeeds, baseline: Baseline, tag: string): Blocker[] {
  const blockers: Blocker[] = [];
  for (const library of file.external) {
    const denied = baseline.deniedSymbols.get(library);
    if (denied === undefined) continue;
    for (const symbol of file.deniedSymbols) {
      if (!denied.includes(symbol)) continue;
      blockers.push({
        tag,
        kind: 'symbol',
        path: file.path,
        library,
        symbol,
        detail: `not every ${library} of ${baseline.name} exports ${symbol}`,
      });
    }
  }
  return blockers;
}

function isaBlockers(file: ElfNeeds, tag: string): Blocker[] {
  if (file.isaLevel === undefined) return [];
  return [
    {
      tag,
      kind: 'isa',
      path: file.path,
      detail: `it needs an x86-64-${file.isaLevel} CPU, the tag promises x86-64`,
    },
  ];
}
