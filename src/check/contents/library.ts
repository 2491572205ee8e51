/** What a wheel installs into site-packages, as paths below it. Specification: PEP 427, "File contents". */
import type { Wheel } from '../../wheel/index.ts';
import type { CheckedMember } from '../subject.ts';

/** A file that is installed beside other packages. */
export interface LibraryFile {
  /** Below site-packages. */
  readonly path: string;
  /** The first name of the path. */
  readonly top: string;
  readonly member: CheckedMember;
}

/** What of a wheel goes there, in the order of its members. */
export function libraryFiles(
  { distInfo, dataDirectory }: Pick<Wheel, 'distInfo' | 'dataDirectory'>,
  members: readonly CheckedMember[],
): readonly LibraryFile[] {
  return members.flatMap((member) => {
    if (member.path.startsWith(`${distInfo}/`)) return [];
    const path = installedPath(member.path, dataDirectory);
    if (path === undefined) return [];
    return [{ path, top: path.split('/', 1)[0] ?? path, member }];
  });
}

function installedPath(path: string, dataDirectory: string): string | undefined {
  if (!path.startsWith(`${dataDirectory}/`)) return path;
  const [, key, ...rest] = path.split('/');
  return key === 'purelib' || key === 'platlib' ? rest.join('/') : undefined;
}

/** `.py`, compiled modules, and what type checkers read. */
export function isModule(path: string): boolean {
  return /\.(?:py|pyi|pyd|so)$/.test(path);
}

/** Packages that hold nothing but types (PEP 561). */
export function isStubsFolder(top: string): boolean {
  return top.endsWith('-stubs');
}
