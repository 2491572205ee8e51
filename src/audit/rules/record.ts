/** Native files that installers and other tools treat in another way than their author expects, by how the wheel lists them. */
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';
import { counted, shown } from './shown.ts';

/** Files that RECORD lacks, symbolic links, and native code where installers expect none. */
export function recordFindings(audit: Evaluation): readonly Finding[] {
  // What lies in a folder was put there by whatever installed or built it: links and all are what they are.
  if (audit.subject.kind !== 'wheel') return [];
  return [...unlisted(audit), ...symlinks(audit), ...inPurelib(audit)];
}

/**
 * pip installs and lists such a file itself; uv and others install it and leave it behind. PyPI mails about it, and auditwheel
 * looks only at what RECORD lists.
 */
function unlisted({ subject }: Evaluation): readonly Finding[] {
  const { recorded } = subject;
  if (recorded === undefined) return [];
  return subject.natives
    .filter(({ path }) => !recorded.has(path))
    .map(({ path }) => ({
      code: 'audit/unlisted-native',
      severity: 'warning',
      effect: 'index-warns',
      message:
        'A native file is not listed in RECORD: some installers leave it behind when they uninstall, and auditwheel overlooks it.',
      path,
      hint: 'Pack the wheel again once all files are in it.',
    }));
}

/** PEP 427 has no links: installers write the target's path into a text file, which no loader takes. */
function symlinks(audit: Evaluation): readonly Finding[] {
  const { natives, symlinks: links, linkTargets } = audit.subject;
  const paths = new Set(natives.map(({ path }) => path));
  const users = usersOf(natives, new Set(links.map(baseOf)));
  return links.flatMap((path): readonly Finding[] => {
    const target = linkTargets?.get(path);
    const neededBy = users.get(baseOf(path)) ?? [];
    const leadsTo = target === undefined ? undefined : resolve(path, target);
    const isNative =
      LIBRARY.test(path) || neededBy.length > 0 || (leadsTo !== undefined && paths.has(leadsTo));
    if (!isNative) return [];
    const evidence = [
      ...(target === undefined ? [] : [`it leads to ${target}`]),
      ...(neededBy.length === 0 ? [] : [`needed by ${shown(neededBy)}`]),
    ];
    return [
      {
        code: 'audit/symlink-native',
        severity: 'error',
        effect: 'users-break',
        message:
          'A symbolic link stands for a native file: installers write a text file in its place.',
        path,
        ...(evidence.length === 0 ? {} : { evidence: evidence.join('; ') }),
        hint:
          neededBy.length === 0
            ? 'Leave the link out: Python imports the file under its own name.'
            : 'Put the file itself there under the name that others need, and leave the link out.',
      },
    ];
  });
}

/** The paths of the files that need each of these libraries. */
function usersOf(
  natives: readonly NativeFacts[],
  libraries: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { path, elf } of natives) {
    for (const name of new Set(elf?.needed)) {
      if (!libraries.has(name)) continue;
      const known = users.get(name);
      if (known === undefined) users.set(name, [path]);
      else known.push(path);
    }
  }
  return users;
}

const LIBRARY = /\.(?:so(?:\.[\d.]+)?|dylib|pyd|dll)$/;

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Where a relative link leads inside the wheel; undefined when it leaves it. */
function resolve(path: string, target: string): string | undefined {
  if (target.startsWith('/')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/**
 * Both folders are on the path of every Python, so what lies in the wrong one is found. Where they differ (`lib` and `lib64` of
 * Fedora and its kin), RPATHs from one to the other break, and a second architecture overwrites the first.
 */
function inPurelib({ subject }: Evaluation): readonly Finding[] {
  const natives = subject.natives.filter(({ problem }) => problem === undefined);
  const nested = natives.filter(({ path }) => PURELIB.test(path));
  const [first] = nested;
  // A wheel for any platform that holds programs is told about elsewhere.
  const isAny = subject.tags?.platforms.includes('any') === true;
  const atRoot = natives.filter(({ path }) => !DATA.test(path));
  return [
    ...(first === undefined ? [] : [misplaced(nested, first)]),
    ...(subject.rootIsPurelib === true && !isAny ? declaredPure(atRoot) : []),
  ];
}

const DATA = /^[^/]+\.data\//;
const PURELIB = /^[^/]+\.data\/purelib\//;

function misplaced(nested: readonly NativeFacts[], first: NativeFacts): Finding {
  return {
    code: 'audit/native-in-purelib',
    severity: 'warning',
    effect: 'users-break',
    message:
      'Native files lie under purelib, which is for code of every platform: on Fedora and its kin they come apart from the rest, and auditwheel refuses the wheel.',
    path: first.path,
    evidence: shown(nested.map(({ path }) => path)),
    hint: 'Have the build put them into platlib.',
  };
}

function declaredPure(natives: readonly NativeFacts[]): readonly Finding[] {
  const [first] = natives;
  if (first === undefined) return [];
  return [
    {
      code: 'audit/native-in-purelib',
      severity: 'info',
      effect: 'advice',
      message:
        'WHEEL says that all files are pure Python: systems with two folders for modules put the native ones into the wrong one.',
      path: first.path,
      evidence: `Root-Is-Purelib: true, ${counted(natives.length, 'native file')}`,
      hint: 'Say Root-Is-Purelib: false.',
    },
  ];
}
