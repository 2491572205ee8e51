/** Symbols that files want without saying of whom. */
import { architectureFacts } from '../../platform/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { AuditedNative, Evaluation } from '../audit.ts';
import { counted, shown } from './shown.ts';

/** Symbols that nothing known defines, and symbols of glibc without the version that they came with. */
export function unversionedFindings(audit: Evaluation): readonly Finding[] {
  const open = openFiles(audit.natives);
  return audit.natives.flatMap((native) => [
    ...undefinedSymbols(native, open),
    ...(audit.libc === 'glibc' && !open.has(native.facts.path)
      ? withoutVersion(native, audit.architecture)
      : []),
  ]);
}

function undefinedSymbols(native: AuditedNative, open: ReadonlySet<string>): readonly Finding[] {
  const { facts, unresolved } = native;
  if (unresolved.length === 0 || open.has(facts.path)) return [];
  return [
    {
      code: 'audit/undefined-symbol',
      severity: 'warning',
      effect: 'users-break',
      message: `A native file wants ${counted(unresolved.length, 'symbol')} that nothing it is loaded with defines.`,
      path: facts.path,
      evidence: shown(unresolved, 5),
      hint: 'Name the library that defines them when linking; a module that another one loads first may leave it out.',
    },
  ];
}

/**
 * The files that load something, themselves or through others, of which not everything is known: a library outside the
 * subject may define whatever is missing.
 */
function openFiles(natives: readonly AuditedNative[]): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  for (const { facts, links } of natives) {
    for (const { target } of links) {
      if (target === undefined) continue;
      const known = users.get(target);
      if (known === undefined) users.set(target, [facts.path]);
      else known.push(facts.path);
    }
  }
  const open = new Set(natives.filter(isOpen).map(({ facts }) => facts.path));
  // The set grows by those that load the files in it, and each is asked once.
  for (const path of open) for (const user of users.get(path) ?? []) open.add(user);
  return open;
}

function isOpen({ links, facts }: AuditedNative): boolean {
  return (
    facts.elf?.faults.some(({ part }) => part === 'symbols' || part === 'dynamic') === true ||
    links.some(
      ({ kind, name }) =>
        kind === 'external' || kind === 'unreachable' || (kind === 'system' && !isListed(name)),
    )
  );
}

/**
 * Libraries whose symbols are known one by one: the C library in all its parts, the compiler's run time and zlib. Of the
 * others that systems have, such as libX11, only the names are.
 */
const LISTED =
  /^(?:lib(?:c|m|mvec|pthread|dl|rt|util|anl|resolv|stdc\+\+|gcc_s|atomic|z)\.so\.\d+|libc\.so|libc\.musl-.*)$/;

function isListed(library: string): boolean {
  return LISTED.test(library);
}

/**
 * Such a symbol binds to whatever the system has, and fails where that is older; the blockers count it in. What the architecture
 * always had fails nowhere.
 */
function withoutVersion(
  { facts, origins }: AuditedNative,
  architecture: string | undefined,
): readonly Finding[] {
  const epoch = architectureFacts(architecture ?? '')?.glibcEpoch ?? '0';
  const dated = origins.filter(
    ({ version }) => /^GLIBC_\d/.test(version) && levelOf(version) > levelOf(epoch),
  );
  if (dated.length === 0) return [];
  const newest = dated.toSorted((one, other) => levelOf(other.version) - levelOf(one.version));
  return [
    {
      code: 'audit/unversioned-symbol',
      severity: 'info',
      effect: 'advice',
      message: `A native file wants ${counted(dated.length, 'symbol')} of glibc without a version; the tag was judged by those they came with.`,
      path: facts.path,
      evidence: shown(newest.map(({ symbol, version }) => `${symbol} came with ${version}`)),
      hint: 'Link it against the libraries it uses, so that its needs are written down.',
    },
  ];
}

/** `GLIBC_2.25`, or `2.25`, as a number that grows with the version. */
function levelOf(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.replace('GLIBC_', '').split('.').map(Number);
  return (major * 1000 + minor) * 1000 + patch;
}
