/** The folders of a plan's packages, and the tables of options that each has. */
import { join, relative, resolve } from 'node:path';
import * as z from 'zod';
import {
  OTHER_SETTINGS,
  checkShape,
  readOptionTables,
  readPyproject,
  type OptionTables,
} from '../project/index.ts';
import { misspeltTables } from './misspelt-tables.ts';
import type { UnhonouredOption } from './model.ts';
import type { PlanRequest } from './plan.ts';

/** A package's folder. */
export interface PackageFolder {
  /** Absolute. */
  readonly directory: string;
  /** Relative to the plan's root, with `/`; `.` for the root. */
  readonly place: string;
  /** In rising order. */
  readonly tables: readonly OptionTables[];
  /** Tables beside them that seem to be misspelt. */
  readonly misspelt: readonly UnhonouredOption[];
}

const packagesKey = z.object({ packages: z.array(z.string()).optional() });

/**
 * The folders that were given; one whose pyproject.toml lists `[tool.wheelworks] packages` stands for those, and its options
 * are the packages' own where these say nothing.
 * @throws WheelworksError `config/bad-pyproject`, `config/unknown-setting`, `config/option-misplaced`, `config/bad-option`, `file/*`.
 */
export async function packageFolders(request: PlanRequest): Promise<readonly PackageFolder[]> {
  const folders: PackageFolder[] = [];
  for (const given of request.directories) {
    const directory = resolve(request.cwd, given);
    const path = join(directory, 'pyproject.toml');
    const own = (await readPyproject(path))?.tool?.wheelworks ?? {};
    const { packages } = checkShape(packagesKey, own, path, 'tool.wheelworks');
    if (packages === undefined || request.onlyKnown === true) {
      folders.push(await folderOf(directory, request));
      continue;
    }
    const shared = await tablesOf(directory, request);
    for (const each of packages) {
      const folder = resolve(directory, each);
      folders.push(await folderOf(folder, request, folder === directory ? undefined : shared));
    }
  }
  return folders;
}

/** The folder that packages' places are relative to: the one that was given, or of several where they start from. */
export function planRoot({ cwd, directories }: PlanRequest): string {
  const [only] = directories;
  return directories.length === 1 && only !== undefined ? resolve(cwd, only) : cwd;
}

async function folderOf(
  directory: string,
  request: PlanRequest,
  shared: FolderTables = { tables: [], misspelt: [] },
): Promise<PackageFolder> {
  const place = relative(planRoot(request), directory).replaceAll('\\', '/');
  const own = await tablesOf(directory, request);
  return {
    directory,
    place: place === '' ? '.' : place,
    tables: [...shared.tables, ...own.tables],
    misspelt: [...shared.misspelt, ...own.misspelt],
  };
}

type FolderTables = Pick<PackageFolder, 'tables' | 'misspelt'>;

async function tablesOf(
  directory: string,
  { cwd, configFile, onlyKnown = false, platforms }: PlanRequest,
): Promise<FolderTables> {
  const path =
    configFile === undefined
      ? join(directory, 'pyproject.toml')
      : resolve(cwd, configFile.replaceAll('{package}', directory));
  const document = await readPyproject(path, configFile !== undefined);
  const misspelt = misspeltTables(document?.tool ?? {}, path);
  const [platform] = platforms;
  const theirs = readOptionTables(document?.tool?.cibuildwheel, {
    table: 'tool.cibuildwheel',
    path,
    ...(onlyKnown && platform !== undefined ? { onlyPlatform: platform } : {}),
  });
  if (onlyKnown) return { tables: [theirs], misspelt };
  const ours = readOptionTables(document?.tool?.wheelworks, {
    table: 'tool.wheelworks',
    path,
    otherKeys: OTHER_SETTINGS,
  });
  return { tables: [theirs, ours], misspelt };
}
