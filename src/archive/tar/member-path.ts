/**
 * Names of members and targets of links. A name is a relative path with `/`, and nothing that any system could take for
 * a way out of the folder it is unpacked in (the rules of PEP 706's `data` filter, and those of Windows everywhere).
 */

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Longer than any system opens; limits what the bookkeeping of names can cost. */
export const LONGEST_PATH = 4096;

/** The text of a name, or undefined when it is not UTF-8, is empty or contains a NUL. */
export function decodeName(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0 || bytes.includes(0)) return undefined;
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What is wrong with a path, in words that follow "is"; undefined when nothing is. */
export function unsafePathReason(path: string): string | undefined {
  if (path.startsWith('/')) return 'absolute';
  if (path.includes('\\')) return 'written with backslashes, which Windows takes for folders';
  if (/^[A-Za-z]:/.test(path)) return 'on a Windows drive';
  if (path.split('/').includes('..')) return 'outside the archive (it contains "..")';
  return undefined;
}

/** A safe path without `.` and empty parts; `''` is the root of the archive. */
export function normalizePath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/**
 * What is wrong with the target of the symbolic link at `path` (normalised), in words that follow "is".
 *
 * A target may climb with `..` only at its start, where the folders climbed through are real ones; after a name, which
 * may itself be a link, nobody can know where `..` leads. So links can be followed in any number without leaving.
 */
export function unsafeTargetReason(path: string, target: string): string | undefined {
  if (target.startsWith('/')) return 'absolute';
  if (target.includes('\\')) return 'written with backslashes, which Windows takes for folders';
  if (/^[A-Za-z]:/.test(target)) return 'on a Windows drive';
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climbs = parts.findIndex((part) => part !== '..');
  const leading = climbs === -1 ? parts.length : climbs;
  const depth = path.split('/').length - 1;
  if (leading > depth) return 'outside the archive';
  if (parts.slice(leading).includes('..'))
    return 'not certain to stay inside the archive (".." after a name)';
  return undefined;
}

/**
 * Whether every part of a path is a file name on Windows, which takes `:` for a stream of a file, drops dots and spaces
 * at the end, and has devices in every folder ("Naming Files, Paths, and Namespaces", Win32 documentation).
 */
export function isWindowsPath(path: string): boolean {
  return path.split('/').every((part) => {
    const isDevice = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i.test(part);
    return !isDevice && !/[<>:"|?*\p{Cc}]|[. ]$/u.test(part);
  });
}
