import { architectureFacts } from '../platform/index.ts';
import type { Finding } from '../support/finding.ts';
import { implausible, strayDenial } from './lint-policies.ts';
import { closureOf } from './to-baseline.ts';
import type { BaselineFile, BaselineLibrary, BaselineVersion } from './model.ts';
import { byCodeUnit } from './model.ts';
import { compareVersions } from './versions.ts';

/** The faults of one baseline file by itself. @param path names it in the findings. */
export function lintFile(file: BaselineFile, path: string): readonly Finding[] {
  const parts = [...file.libraries].flatMap(([library, contents]) => [
    ...lintLibrary(library, contents, path),
    ...[...contents.versions].flatMap(([version, found]) =>
      lintVersion(found, { library, version, contents, path }),
    ),
  ]);
  return [...lintHeader(file, path), ...parts, ...lintDenied(file, path)];
}

function lintHeader(file: BaselineFile, path: string): readonly Finding[] {
  const { name, libc, libcVersion, architecture, abi, libraries } = file;
  const facts = architectureFacts(architecture);
  const findings: Finding[] = [];
  const oldest = libc === 'musl' ? facts?.oldestMusl : facts?.oldestGlibc;
  const [major, minor] = libcVersion;
  if (
    oldest !== undefined &&
    (major < oldest.major || (major === oldest.major && minor < oldest.minor))
  )
    findings.push(
      implausible(`${name} for ${architecture}`, `${oldest.major}.${oldest.minor}`, path),
    );
  if (facts !== undefined && (facts.class !== abi.class || facts.byteOrder !== abi.byteOrder))
    findings.push(
      fault('baseline/abi-differs', {
        message: `${name} says ${abi.class}-bit ${abi.byteOrder}-endian, which ${architecture} is not.`,
        path,
      }),
    );
  const newer = [...(libraries.get('libc.so.6')?.versions.keys() ?? [])].filter((version) =>
    isNewer(version, libcVersion),
  );
  if (newer.length > 0)
    findings.push(
      fault('baseline/version-above-libc', {
        message: `${name} has versions of a newer glibc than its own ${libcVersion.join('.')}.`,
        path,
        evidence: newer.join(', '),
        hint: 'They were backported, or the version of the C library is wrong.',
      }),
    );
  return findings;
}

function isNewer(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, a, b] = /^GLIBC_(\d+)\.(\d+)/.exec(version) ?? [];
  if (a === undefined || b === undefined) return false;
  return Number(a) > major || (Number(a) === major && Number(b) > minor);
}

function lintLibrary(
  library: string,
  { versions }: BaselineLibrary,
  path: string,
): readonly Finding[] {
  const names = [...versions.keys()];
  if (isSorted(names, compareVersions)) return [];
  return [unsorted(`the versions of ${library}`, path)];
}

interface VersionPlace {
  readonly library: string;
  readonly version: string;
  readonly contents: BaselineLibrary;
  readonly path: string;
}

function lintVersion(found: BaselineVersion, place: VersionPlace): readonly Finding[] {
  const { library, version, contents, path } = place;
  const where = version === '' ? library : `${version} of ${library}`;
  const symbols = new Set(found.symbols);
  const findings: Finding[] = [];
  const repeated = found.symbols.filter((name, index) => found.symbols[index - 1] === name);
  if (symbols.size < found.symbols.length)
    findings.push(
      fault('baseline/repeated-entry', {
        message: `A symbol stands twice in ${where}.`,
        path,
        evidence: shown(repeated.length === 0 ? found.symbols : repeated),
      }),
    );
  if (!isSorted(found.symbols, byCodeUnit))
    findings.push(unsorted(`the symbols of ${where}`, path));
  const orphans = found.parents.filter((parent) => !contents.versions.has(parent));
  if (orphans.length > 0)
    findings.push(
      fault('baseline/unknown-parent', {
        message: `${where} continues a version that ${library} has not.`,
        path,
        evidence: shown(orphans),
      }),
    );
  const strays = [...found.hidden, ...found.objects.keys(), ...found.threadLocals.keys()];
  const unknown = strays.filter((name) => !symbols.has(name));
  if (unknown.length > 0)
    findings.push(
      fault('baseline/unknown-symbol', {
        message: `${where} describes symbols that it does not have.`,
        path,
        evidence: shown(unknown),
      }),
    );
  return findings;
}

function lintDenied(file: BaselineFile, path: string): readonly Finding[] {
  return [...file.deniedSymbols].flatMap(([library, denied]) => {
    if (!file.libraries.has(library)) return [strayDenial(file.name, library, path)];
    const exported = new Set(
      closureOf(file, library).flatMap((name) =>
        [...(file.libraries.get(name)?.versions.values() ?? [])].flatMap(({ symbols }) => symbols),
      ),
    );
    const both = denied.filter((symbol) => exported.has(symbol));
    if (both.length === 0) return [];
    return [
      fault('baseline/denied-exported', {
        message: `${file.name} denies symbols of ${library} and lists them as exported.`,
        path,
        evidence: shown(both),
        hint: 'Remove them from one of the two lists.',
      }),
    ];
  });
}

function unsorted(what: string, path: string): Finding {
  return {
    code: 'baseline/unsorted',
    severity: 'info',
    effect: 'advice',
    message: `In ${path}, ${what} are not in order, so comparisons by lines say too much.`,
    path,
    hint: 'Write the file again with "wheelworks baseline derive".',
  };
}

function isSorted(names: readonly string[], compare: (a: string, b: string) => number): boolean {
  return names.every((name, index) => index === 0 || compare(names[index - 1] ?? '', name) <= 0);
}

function fault(
  code: Finding['code'],
  rest: Pick<Finding, 'message' | 'path' | 'evidence' | 'hint'>,
): Finding {
  return { code, severity: 'error', effect: 'users-break', ...rest };
}

const MOST_SHOWN = 5;

/** The first few of a list. */
export function shown(names: readonly string[]): string {
  const more = names.length > MOST_SHOWN ? `, and ${names.length - MOST_SHOWN} more` : '';
  return names.slice(0, MOST_SHOWN).join(', ') + more;
}
