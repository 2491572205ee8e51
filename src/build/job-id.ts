/** Names jobs as cibuildwheel names builds: interpreter tag, platform family, architecture. */
import type { InterpreterFacts } from '../python/index.ts';

/** `cp312-manylinux_x86_64`, `cp313t-macosx_arm64`, `pp310-manylinux_x86_64`, `gp311_242-manylinux_x86_64`, `cp311-win32`. */
export function jobId(interpreter: InterpreterFacts): string {
  return `${shortTag(interpreter)}-${platformFamily(interpreter)}`;
}

function shortTag({ implementation, version, freeThreaded, debug }: InterpreterFacts): string {
  const python = `${version.major}${version.minor}`;
  switch (implementation.name) {
    case 'cpython':
      return `cp${python}${freeThreaded ? 't' : ''}${debug ? 'd' : ''}`;
    case 'pypy':
      return `pp${python}`;
    case 'graalpy':
      return `gp${python}_${implementation.version.split('.').slice(0, 2).join('')}`;
    default:
      return `${implementation.name}${python}`;
  }
}

/** A 32-bit process on a 64-bit kernel calls itself by the kernel's architecture. */
const NARROW: Readonly<Record<string, string>> = { x86_64: 'i686', aarch64: 'armv7l' };

function platformFamily({ platform, libc, pointerBits }: InterpreterFacts): string {
  const name = platform.replace(/[-.]/g, '_');
  if (name.startsWith('linux_')) {
    const family = libc?.family === 'musl' ? 'musllinux' : 'manylinux';
    const kernel = name.slice('linux_'.length);
    return `${family}_${pointerBits === 32 ? (NARROW[kernel] ?? kernel) : kernel}`;
  }
  // macosx_11_0_arm64: the deployment target is the wheel's business, not the job's.
  return name.replace(/^macosx_\d+_\d+_/, 'macosx_');
}
