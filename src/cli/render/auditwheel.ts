/** Answers in the form that auditwheel 6.8 gives them with `--json`, for scripts that read it. */
import { basename } from 'node:path';
import type { Audit, DependencyTree } from '../../audit/index.ts';

/** `auditwheel show --json`, version 1 of the document. */
export function showReport(audit: Audit): object {
  const { overallTag, subject, verdicts, versionedSymbols, externalLibraries } = audit;
  const [strictest] = verdicts;
  const blockers = strictest?.blockers ?? [];
  const legacy = blockers.flatMap(({ kind, symbols = [] }) => (kind === 'abi' ? symbols : []));
  return {
    version: 1,
    wheel: basename(subject.path),
    pure: false,
    overall_tag: overallTag,
    sym_tag: audit.symbolTag,
    pyfpe: legacy.some((name) => name.startsWith('PyFPE_')),
    ucs2: legacy.some((name) => name.startsWith('PyUnicodeUCS2_')),
    unsupported_isa: blockers.some(({ kind }) => kind === 'isa'),
    versioned_symbols: sorted(versionedSymbols, (versions) => [...versions].sort()),
    external_libs: sorted(
      Object.fromEntries(
        externalLibraries.map(({ name, resolvedPath }) => [name, resolvedPath ?? null]),
      ),
      (path) => path,
    ),
    policy_upgrades: upgradesOf(audit),
  };
}

/** What better tags would take: libraries that they do not have, and symbols that they deny. */
function upgradesOf({ verdicts, overallTag }: Audit): object {
  const met = verdicts.findIndex(({ tag }) => tag === overallTag);
  const better = met === -1 ? verdicts : verdicts.slice(0, met);
  return Object.fromEntries(
    better.flatMap(({ tag, blockers }) => {
      const libraries = blockers.flatMap(({ kind, library, carried }) =>
        kind === 'library' && library !== undefined && carried !== true ? [library] : [],
      );
      const denied = new Map<string, Set<string>>();
      for (const { kind, library, symbol, version } of blockers)
        if (kind === 'symbol' && version === undefined && library !== undefined && symbol)
          denied.set(library, (denied.get(library) ?? new Set()).add(symbol));
      const entry = {
        ...(libraries.length === 0 ? {} : { libs_to_eliminate: [...new Set(libraries)].sort() }),
        ...(denied.size === 0
          ? {}
          : {
              blacklisted_symbols: sorted(Object.fromEntries(denied), (names) => [...names].sort()),
            }),
      };
      return Object.keys(entry).length === 0 ? [] : [[tag, entry]];
    }),
  );
}

/** What `auditwheel lddtree` prints. */
export function lddtreeReport(tree: DependencyTree): object {
  const { architecture, libc, interpreter, path, needed, rpath, runpath, libraries } = tree;
  const platform = architecture ?? null;
  return {
    interpreter: interpreter ?? null,
    libc: libc ?? null,
    path,
    realpath: path,
    platform,
    needed,
    rpath,
    runpath,
    libraries: Object.fromEntries(
      libraries.map((library) => [
        library.name,
        {
          soname: library.name,
          path: library.foundAt ?? null,
          realpath: library.path ?? null,
          platform: library.path === undefined ? null : platform,
          needed: library.needed,
        },
      ]),
    ),
  };
}

function sorted<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(
    Object.entries(record)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => [key, change(value)]),
  );
}
