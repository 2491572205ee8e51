/** Opens the places where libraries are looked for. */
import { realpath, stat } from 'node:fs/promises';
import { architectureFacts } from '../../platform/index.ts';
import { WheelworksError, systemErrorCode } from '../../support/errors.ts';
import { glibcFolders, platformName } from './directories.ts';
import { createFactsCache, type FactsCache } from './facts-cache.ts';
import { fits } from './fits.ts';
import { servesHost, type HostFacts } from './host.ts';
import { configuredFolders, muslFolders } from './loader-config.ts';
import type { FoundLibrary, LibraryRequest, LibrarySource } from './request.ts';
import { folderRoot, machineRoot, type Root } from './root.ts';
import { expand, searchFolders, type LoaderSettings } from './search-path.ts';

/** Where to look. Without anything nothing is found but what lies beside files on disk. */
export interface LibraryOptions {
  /** Folders that are searched before all others. */
  readonly libPaths?: readonly string[];
  /** The root whose loader's search is followed, in place of this machine's. */
  readonly sysroot?: string;
  /** What this machine is; its own libraries are for files of the same architecture and libc alone. */
  readonly host?: HostFacts | undefined;
  /** LD_LIBRARY_PATH, split; inside the sysroot when there is one. */
  readonly ldLibraryPath?: readonly string[];
  /** Shared with whatever else reads files of this machine. */
  readonly facts?: FactsCache;
}

/**
 * A search as the loader itself does it, after the given folders. Every file is read once; the source may serve any
 * number of wheels of any architecture.
 * @throws WheelworksError `audit/no-such-folder` for a given folder that is none.
 */
export async function openLibraries(options: LibraryOptions): Promise<LibrarySource> {
  const { sysroot, host, ldLibraryPath = [] } = options;
  const libPaths = await Promise.all(
    (options.libPaths ?? []).map((folder) => realFolder(folder, '--lib-path')),
  );
  const machine = machineRoot();
  const system =
    sysroot === undefined
      ? undefined
      : folderRoot(rootPath(await realFolder(sysroot, '--sysroot')));
  const search: Search = {
    machine,
    libPaths,
    facts: options.facts ?? createFactsCache(),
    rootFor: (kind) => system ?? (servesHost(host, kind) ? machine : undefined),
    settingsFor: settingsReader(ldLibraryPath),
  };
  return {
    find: (request) => find(request, search),
    hasSystem: (kind) => search.rootFor(kind) !== undefined,
    foldersFor: async (request) =>
      (await candidates(request, search)).map(({ root, path }) =>
        (root.folder + path).replace(/(?<=.)\/[^/]*$/, ''),
      ),
  };
}

/** The root of this machine is a sysroot too. */
function rootPath(folder: string): string {
  return folder === '/' ? '' : folder;
}

async function realFolder(path: string, option: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return await realpath(path);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
  throw new WheelworksError(
    'audit/no-such-folder',
    `${path} is no folder to look for libraries in.`,
    {
      path,
      hint: `Give ${option} a folder that exists.`,
    },
  );
}

interface Search {
  readonly machine: Root;
  readonly libPaths: readonly string[];
  readonly facts: FactsCache;
  rootFor(kind: HostFacts): Root | undefined;
  settingsFor(request: LibraryRequest, root: Root | undefined): Promise<LoaderSettings>;
}

async function find(request: LibraryRequest, search: Search): Promise<FoundLibrary | undefined> {
  const last = request.chain.at(-1);
  if (last === undefined) return undefined;
  const { name, architecture, libc } = request;
  for (const { root, path } of await candidates(request, search)) {
    const real = await root.realFile(path);
    const facts = real === undefined ? undefined : await search.facts.tryRead(real);
    if (real === undefined || facts === undefined) continue;
    if (fits(facts, { elf: last.elf, architecture, libc }))
      return { name, path: real, foundAt: root.folder + path, facts };
  }
  return undefined;
}

interface Candidate {
  readonly root: Root;
  readonly path: string;
}

async function candidates(request: LibraryRequest, search: Search): Promise<readonly Candidate[]> {
  const { name, chain } = request;
  const { machine } = search;
  const root = search.rootFor(request);
  const settings = await search.settingsFor(request, root);
  const base = name.slice(name.lastIndexOf('/') + 1);
  const given = search.libPaths.map((folder) => ({ root: machine, path: `${folder}/${base}` }));
  const place = (path: string, besideFile: boolean): readonly Candidate[] => {
    if (!besideFile) return root === undefined ? [] : [{ root, path }];
    // A file of the sysroot means its own root by what it says, also where it says it by $ORIGIN.
    const isInside = root !== undefined && path.startsWith(`${root.folder}/`);
    return [isInside ? { root, path: path.slice(root.folder.length) } : { root: machine, path }];
  };
  const last = chain.at(-1);
  // A needed name with a slash is a path, and nothing is searched.
  const found =
    name.includes('/') && last !== undefined
      ? expand([name], last, settings).filter(({ path }) => path.startsWith('/'))
      : searchFolders(chain, settings).map(({ path, besideFile }) => ({
          path: `${path}/${name}`,
          besideFile,
        }));
  return [...given, ...found.flatMap(({ path, besideFile }) => place(path, besideFile))];
}

/** Reads a root's configuration once for each kind of file. */
function settingsReader(environment: readonly string[]): Search['settingsFor'] {
  const known = new Map<string, Promise<LoaderSettings>>();
  return ({ architecture, libc }, root) => {
    const key = `${libc} ${architecture} ${root === undefined ? 'none' : 'root'}`;
    const settings = known.get(key) ?? readSettings({ architecture, libc }, root, environment);
    known.set(key, settings);
    return settings;
  };
}

async function readSettings(
  { architecture, libc }: HostFacts,
  root: Root | undefined,
  environment: readonly string[],
): Promise<LoaderSettings> {
  const base = { libc, environment, platform: platformName(architecture) };
  if (root === undefined) return { ...base, lib: [], configured: [], defaults: [] };
  if (libc === 'musl') {
    const loader =
      architectureFacts(architecture)?.loaders.musl[0] ?? `ld-musl-${architecture}.so.1`;
    return { ...base, lib: [], configured: await muslFolders(root, loader), defaults: [] };
  }
  const [configured, folders] = await Promise.all([
    configuredFolders(root),
    glibcFolders(root, architecture),
  ]);
  return { ...base, ...folders, configured };
}

/** Splits LD_LIBRARY_PATH, in which both `:` and `;` separate; an empty element, the current folder, is left out. */
export function splitLibraryPath(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[:;]/).filter((folder) => folder !== '');
}
