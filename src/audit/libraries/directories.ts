/** Where the loaders of the distributions look without being told, and what `$LIB` and `$PLATFORM` are to them. */
import { architectureFacts } from '../../platform/index.ts';
import type { Root } from './root.ts';

/** The folders a glibc was built with. */
export interface SystemFolders {
  /** What `$LIB` stands for: `lib/x86_64-linux-gnu`, `lib64`; several where the root does not tell. */
  readonly lib: readonly string[];
  /** Searched last, in order. */
  readonly defaults: readonly string[];
}

/**
 * The folders of the glibc that a root has for an architecture, told by where its libc lies: Debian's multiarch, the
 * `lib64` of the others, or plain `lib`. A root without one, such as a folder of unpacked packages, may be any of them.
 */
export async function glibcFolders(root: Root, architecture: string): Promise<SystemFolders> {
  const layouts = layoutsOf(architecture);
  for (const layout of layouts.slice(0, -1))
    for (const folder of layout.defaults.slice(0, layout.marks))
      if ((await root.realFile(`${folder}/libc.so.6`)) !== undefined) return layout;
  return {
    lib: [...new Set(layouts.flatMap(({ lib }) => lib))],
    defaults: [...new Set(layouts.flatMap(({ defaults }) => defaults))],
  };
}

interface Layout extends SystemFolders {
  /** So many of the first folders tell the layout when the libc is in one of them. */
  readonly marks: number;
}

function layoutsOf(architecture: string): readonly Layout[] {
  const facts = architectureFacts(architecture);
  const tuple = facts?.triplets.glibc;
  const multiarch =
    tuple === undefined
      ? []
      : [
          {
            lib: [`lib/${tuple}`],
            defaults: [`/lib/${tuple}`, `/usr/lib/${tuple}`, '/lib', '/usr/lib'],
            marks: 2,
          },
        ];
  return [
    ...multiarch,
    ...wideNames(architecture, facts?.class).map((lib) => ({
      lib: [lib],
      defaults: [`/${lib}`, `/usr/${lib}`],
      marks: 2,
    })),
    { lib: ['lib'], defaults: ['/lib', '/usr/lib'], marks: 0 },
  ];
}

/** glibc's slibdir: riscv64 has a folder for each calling convention, though distributions use `lib64` as well. */
function wideNames(architecture: string, width: 32 | 64 | undefined): readonly string[] {
  if (architecture === 'riscv64') return ['lib64/lp64d', 'lib64'];
  return width === 32 ? ['lib32'] : ['lib64'];
}

/**
 * AT_PLATFORM of the processor that a tag promises. The names of other architectures are those of the very machine, and
 * a search path that depends on it leads nowhere for certain.
 */
const PLATFORMS: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'x86_64'],
  ['i686', 'i686'],
  ['aarch64', 'aarch64'],
  ['armv7l', 'v7l'],
  ['loongarch64', 'loongarch64'],
]);

/** What `$PLATFORM` stands for; undefined where it is the machine's own name. */
export function platformName(architecture: string): string | undefined {
  return PLATFORMS.get(architecture);
}
