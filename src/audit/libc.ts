import type { ElfFile } from '../binary/elf/index.ts';
import type { Libc } from '../platform/index.ts';

/** The libc that a file was linked against, read from the file alone; a static executable names none. */
export function libcOf(
  elf: Pick<ElfFile, 'needed' | 'interpreter' | 'soname' | 'versionedSymbols'>,
): Libc | undefined {
  // A C library itself needs none: its own name tells.
  const names = [...elf.needed, elf.interpreter ?? '', elf.soname ?? ''];
  if (names.some((name) => /(?:^|\/)(?:libc\.musl-|ld-musl-)|^libc\.so$/.test(name))) return 'musl';
  if (
    names.some((name) =>
      /^libc\.so\.6(?:\.1)?$|(?:^|\/)ld-linux|(?:^|\/)ld64\.so|^ld\.so\.1$/.test(name),
    )
  )
    return 'glibc';
  const versions = Object.values(elf.versionedSymbols()).flat();
  return versions.some((version) => version.startsWith('GLIBC_')) ? 'glibc' : undefined;
}

/** The program loader is named by its own path, never searched: `ld-linux-x86-64.so.2`, `ld64.so.2`, `ld-musl-x86_64.so.1`. */
const LOADER = /^(?:ld-linux|ld64|ld\.so|ld-musl-)/;

/** Whether a needed name is the loader itself, which every system has. */
export function isLoader(library: string): boolean {
  return LOADER.test(library);
}

/** A subject whose files name no libc (static programs, data-like libraries) is judged by glibc, the larger family. */
export function libcOfFiles(
  natives: readonly { readonly elf?: { readonly libc: Libc | undefined } }[],
): Libc {
  return natives.some(({ elf }) => elf?.libc === 'musl') ? 'musl' : 'glibc';
}
