/**
 * The folders that a loader searches for a library, in its order.
 *
 * Specification: ld.so(8) and glibc's elf/dl-load.c; musl's ldso/dynlink.c. The glibc-hwcaps folders are left out: their
 * copies need a newer processor than any tag promises, and what a loader may take instead of the plain copy beside them
 * it may also not find.
 */
import type { Libc } from '../../platform/index.ts';
import type { Requester } from './request.ts';

/** What a loader knows besides the files themselves. */
export interface LoaderSettings {
  readonly libc: Libc;
  /** LD_LIBRARY_PATH, split. */
  readonly environment: readonly string[];
  /** Of the system's configuration: ld.so.conf, or musl's path file. */
  readonly configured: readonly string[];
  /** Built into the loader; empty for musl, whose path file replaces them. */
  readonly defaults: readonly string[];
  /** What `$LIB` stands for. */
  readonly lib: readonly string[];
  /** What `$PLATFORM` stands for; undefined where that is not known. */
  readonly platform: string | undefined;
}

/** A folder to search. */
export interface SearchFolder {
  readonly path: string;
  /** It stands beside a file that lies on this machine, wherever the root is. */
  readonly besideFile: boolean;
}

/** Where the last file of the chain has its libraries looked for; relative folders, which depend on where a program runs, never. */
export function searchFolders(
  chain: readonly Requester[],
  settings: LoaderSettings,
): readonly SearchFolder[] {
  const folders =
    settings.libc === 'musl' ? muslOrder(chain, settings) : glibcOrder(chain, settings);
  const seen = new Set<string>();
  return folders.filter(({ path }) => {
    if (!path.startsWith('/') || seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}

function glibcOrder(
  chain: readonly Requester[],
  settings: LoaderSettings,
): readonly SearchFolder[] {
  const last = chain.at(-1);
  if (last === undefined) return [];
  const hasRunpath = ({ elf }: Requester): boolean => elf.runpath.length > 0;
  // DT_RUNPATH of the file itself turns off every DT_RPATH, that of a file on the way only its own.
  const inherited = hasRunpath(last) ? [] : chain.toReversed().filter((each) => !hasRunpath(each));
  const system = last.elf.linking.noDefaultLibraries
    ? settings.configured.filter((folder) => !settings.defaults.includes(folder))
    : [...settings.configured, ...settings.defaults];
  return [
    ...inherited.flatMap((each) => expand(each.elf.rpath, each, settings)),
    ...settings.environment.map(plain),
    ...expand(last.elf.runpath, last, settings),
    ...system.map(plain),
  ];
}

/** musl makes no difference between the two tags, and looks at those of every file on the way. */
function muslOrder(chain: readonly Requester[], settings: LoaderSettings): readonly SearchFolder[] {
  const own = chain.toReversed().flatMap((each) => {
    const entries = each.elf.runpath.length > 0 ? each.elf.runpath : each.elf.rpath;
    // Any other token makes musl ignore the whole list.
    const isKnown = entries.every((entry) => !entry.replaceAll(ORIGIN, '').includes('$'));
    return isKnown ? expand(entries, each, settings) : [];
  });
  return [...settings.environment.map(plain), ...own, ...settings.configured.map(plain)];
}

function plain(path: string): SearchFolder {
  return { path, besideFile: false };
}

const ORIGIN = /\$ORIGIN(?![A-Za-z0-9_])|\$\{ORIGIN\}/g;
const LIB = /\$LIB(?![A-Za-z0-9_])|\$\{LIB\}/g;
const PLATFORM = /\$PLATFORM(?![A-Za-z0-9_])|\$\{PLATFORM\}/g;

/**
 * Replaces the dynamic string tokens of search path entries, or of a needed name with a slash. What a token has no
 * value for is left out; `$LIB` may have several.
 */
export function expand(
  entries: readonly string[],
  { folder }: Pick<Requester, 'folder'>,
  { lib, platform }: Pick<LoaderSettings, 'lib' | 'platform'>,
): readonly SearchFolder[] {
  return entries.flatMap((entry) => {
    const named = { origin: entry.search(ORIGIN), platform: entry.search(PLATFORM) };
    if (named.origin !== -1 && folder === undefined) return [];
    if (named.platform !== -1 && platform === undefined) return [];
    const text = entry
      .replaceAll(ORIGIN, () => folder ?? '')
      .replaceAll(PLATFORM, () => platform ?? '');
    const paths =
      text.search(LIB) === -1 ? [text] : lib.map((each) => text.replaceAll(LIB, () => each));
    return paths.map((path) => ({ path, besideFile: named.origin === 0 }));
  });
}
