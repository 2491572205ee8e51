/** Whether a native file asks the target's C library for functions that it does not have. */
import { importsAndExports, readElf, type ElfFile } from '../../binary/elf/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { OpenWrtArchitecture } from '../targets/index.ts';
import type { TreeElf } from './elf-files.ts';
import { packageOfLibrary } from './libraries.ts';
import { machineMisfit } from './machine.ts';

/** What Python itself gives to its modules. */
const PYTHON = /^_?_?Py/;

/**
 * Compares the symbols that files need with those of the target's libc. Files that also need libraries of other packages
 * are passed over: those may have the symbol.
 * @param libc bytes of the target's `libc.so`
 * @param own names of libraries that the package brings
 * @throws WheelworksError `openwrt/missing-symbol`; `openwrt/not-musl` and `elf/*` for the libc.
 */
export function requireSymbols(
  files: readonly TreeElf[],
  own: ReadonlySet<string>,
  {
    libc,
    architecture,
  }: {
    readonly libc: { readonly path: string; readonly bytes: Uint8Array };
    readonly architecture: OpenWrtArchitecture;
  },
): void {
  const given = new Set<string>();
  const collect = (names: readonly { readonly name: string }[]): void => {
    for (const { name } of names) given.add(name);
  };
  collect(exportsOfMusl(readElf(libc.bytes, { path: libc.path }), { libc, architecture }));
  const linked = files.map((file) => ({ ...file, ...importsAndExports(file.elf) }));
  for (const { exports } of linked) collect(exports);
  for (const { path, elf, imports } of linked) {
    const isAlone = elf.needed.every(
      (name) => own.has(name) || packageOfLibrary(name, undefined).kind === 'libc',
    );
    if (!isAlone) continue;
    const missing = imports.filter(
      ({ name, weak }) => !weak && !PYTHON.test(name) && !given.has(name),
    );
    if (missing.length === 0) continue;
    throw new WheelworksError(
      'openwrt/missing-symbol',
      `${path} needs functions that the target's C library does not have.`,
      {
        path,
        evidence: missing
          .slice(0, MOST_SHOWN)
          .map(({ name }) => name)
          .join(', '),
        hint: 'The wheel was linked with a newer musl than the target has. Take an older release of the wheel, or build it for the target.',
      },
    );
  }
}

/** musl has the start of all programs, and one version of every function: glibc's functions have several, by name. */
function exportsOfMusl(
  elf: ElfFile,
  {
    libc,
    architecture,
  }: { readonly libc: { readonly path: string }; readonly architecture: OpenWrtArchitecture },
): readonly { readonly name: string }[] {
  const { exports } = importsAndExports(elf);
  const versions = elf.versions.definitions.filter(({ base }) => !base);
  const evidence =
    versions.length > 0
      ? `it defines versions: ${versions
          .slice(0, MOST_SHOWN)
          .map(({ name }) => name)
          .join(', ')}`
      : exports.some(({ name }) => name === START)
        ? machineMisfit(elf, architecture)
        : `it has no ${START}`;
  if (evidence === undefined) return exports;
  throw new WheelworksError(
    'openwrt/not-musl',
    `${libc.path} is not the C library of ${architecture.name}.`,
    {
      path: libc.path,
      evidence,
      hint: "OpenWrt's is musl: take /lib/libc.so of a device, of its image, or of the SDK's toolchain.",
    },
  );
}

const START = '__libc_start_main';

const MOST_SHOWN = 10;
