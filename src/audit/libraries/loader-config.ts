/**
 * The files that tell a system's loader where its libraries are.
 *
 * Specification: ldconfig(8) and glibc's elf/ldconfig.c for ld.so.conf; musl's ldso/dynlink.c for ld-musl-<arch>.path.
 * The folders of ld.so.conf stand for /etc/ld.so.cache, which ldconfig makes from them: a cache says nothing of the
 * folders of another root, and of this machine's what ldconfig last saw.
 */
import { globInRoot } from './glob.ts';
import type { Root } from './root.ts';

/** One line of ld.so.conf. */
export type ConfigLine =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'include'; readonly patterns: readonly string[] };

/** The lines that name folders or further files; there is no quoting. Hardware capabilities are a thing of the past. */
export function parseLdSoConf(text: string): readonly ConfigLine[] {
  return text.split('\n').flatMap((raw): readonly ConfigLine[] => {
    const line = raw.replace(/#.*/, '').trim();
    const [word, ...patterns] = line.split(/[ \t]+/);
    if (word === 'include' && patterns.length > 0) return [{ kind: 'include', patterns }];
    if (word === 'hwcap' || !line.startsWith('/')) return [];
    // `=libc5` told the libcs of the nineties apart.
    const path = line.replace(/=\w+$/, '').replace(/(?<=.)\/+$/, '');
    return [{ kind: 'folder', path }];
  });
}

/** Real systems have a dozen; files that include one another without end have more. */
const MOST_FILES = 1000;

/** The folders of /etc/ld.so.conf and of what it includes, in order. A file that includes itself is read once. */
export async function configuredFolders(root: Root): Promise<readonly string[]> {
  const read = new Set<string>();
  const visit = async (path: string): Promise<readonly string[]> => {
    const real = await root.realFile(path);
    if (real === undefined || read.has(real) || read.size === MOST_FILES) return [];
    read.add(real);
    const folders: string[] = [];
    const here = path.slice(0, path.lastIndexOf('/'));
    for (const line of parseLdSoConf((await root.readText(path)) ?? '')) {
      if (line.kind === 'folder') folders.push(line.path);
      else {
        for (const pattern of line.patterns) {
          const whole = pattern.startsWith('/') ? pattern : `${here}/${pattern}`;
          for (const file of await globInRoot(root, whole)) folders.push(...(await visit(file)));
        }
      }
    }
    return folders;
  };
  return [...new Set(await visit('/etc/ld.so.conf'))];
}

/** Where musl looks when it has no path file. */
const MUSL_DEFAULT: readonly string[] = ['/lib', '/usr/local/lib', '/usr/lib'];

/**
 * The folders that musl searches.
 * @param loader its file name, `ld-musl-x86_64.so.1`: the path file has the same stem
 */
export async function muslFolders(root: Root, loader: string): Promise<readonly string[]> {
  const text = await root.readText(`/etc/${loader.replace(/\.so\.\d+$/, '')}.path`);
  if (text === undefined) return MUSL_DEFAULT;
  return text.split(/[:\n]/).filter((folder) => folder.startsWith('/'));
}
