/** What a source tree says about itself before anything is built. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { normalizeName } from '../packaging/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { readCargo, readLegacyFiles } from './legacy/read.ts';
import { abiClaimOf, type AbiClaim } from './native-abi.ts';
import { readPyproject, type Pyproject } from './pyproject.ts';
import { settingsOf, type ProjectSettings } from './settings.ts';

/** The `[build-system]` table (PEP 518), with PEP 517's default where it says nothing. */
export interface BuildSystem {
  /** PEP 508 requirements of the backend. */
  readonly requires: readonly string[];
  /** `module` or `module:object`. */
  readonly backend: string;
  /** Folders of the project in which the backend itself lies; empty for an installed backend. */
  readonly backendPath: readonly string[];
}

export interface Project {
  /** Absolute. */
  readonly directory: string;
  /** From `[project]`; undefined when the backend computes it. */
  readonly name?: string;
  readonly version?: string;
  /** What `[project]` itself states, which no backend may change (PEP 621); absent without that table. */
  readonly declared?: { readonly name?: string; readonly version?: string };
  /** A version specifier set, known to be a valid one. */
  readonly requiresPython?: string;
  readonly buildSystem: BuildSystem;
  /** Requirements of what is installed, as far as they are written; those that cannot be read are left out. */
  readonly dependencies: readonly string[];
  /** Normalised names of `[dependency-groups]` (PEP 735). */
  readonly dependencyGroups: readonly string[];
  /** Normalised names of what `[project]` has as optional-dependencies; undefined where a backend may add to them. */
  readonly extras?: readonly string[];
  /** What is known of the ABI of its wheels. */
  readonly abi: AbiClaim;
  readonly settings: ProjectSettings;
}

/** PEP 517: without `build-backend`, and without any pyproject.toml, this backend runs setup.py. */
const LEGACY_BUILD_SYSTEM: BuildSystem = {
  requires: ['setuptools>=40.8.0'],
  backend: 'setuptools.build_meta:__legacy__',
  backendPath: [],
};

/**
 * Reads a project folder.
 * @param platform decides which of cibuildwheel's platform tables applies.
 * @throws WheelworksError `config/no-project`, `config/no-build-system`, `config/bad-pyproject`,
 * `config/unknown-setting`, `file/*`.
 */
export async function readProject(
  directory: string,
  platform: NodeJS.Platform = 'linux',
): Promise<Project> {
  await requireFolder(directory);
  const path = join(directory, 'pyproject.toml');
  const document = await readPyproject(path);
  const settings = settingsOf(document?.tool ?? {}, platform, path);
  const legacy = await readLegacyFiles(directory);
  if (document === undefined) await requireSetuptoolsProject(directory, directory);
  const buildSystem =
    document === undefined ? LEGACY_BUILD_SYSTEM : await buildSystemOf(document, directory, path);
  const tool = document?.tool ?? {};
  const { name, version, requiresPython } = { ...legacy, ...factsOf(document) };
  const declared = document?.project === undefined ? undefined : factsOf(document);
  const extras = document === undefined ? undefined : extrasOf(document);
  return {
    directory,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(declared === undefined ? {} : { declared }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    buildSystem,
    dependencies: document?.project?.dependencies ?? legacy.dependencies,
    dependencyGroups: Object.keys(document?.['dependency-groups'] ?? {}).map(normalizeName),
    ...(extras === undefined ? {} : { extras }),
    abi: abiClaimOf({
      backend: buildSystem.backend,
      buildRequires: buildSystem.requires,
      tool,
      setupCfg: legacy.setupCfg,
      hasSetupPy: legacy.hasSetupPy,
      ...(buildSystem.backend === 'maturin' ? { cargo: await readCargo(directory, tool) } : {}),
    }),
    settings,
  };
}

/** PEP 621: what is not in `dynamic` a backend must not add to. */
function extrasOf({ project }: Pyproject): readonly string[] | undefined {
  if (project === undefined || project.dynamic?.includes('optional-dependencies') === true)
    return undefined;
  return Object.keys(project['optional-dependencies'] ?? {}).map(normalizeName);
}

function factsOf(document: Pyproject | undefined): {
  readonly name?: string;
  readonly version?: string;
  readonly requiresPython?: string;
} {
  const { name, version, 'requires-python': requiresPython } = document?.project ?? {};
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
  };
}

async function requireFolder(directory: string): Promise<void> {
  const found = await stat(directory).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, directory);
  });
  if (found?.isDirectory() === true) return;
  const says = found === undefined ? 'does not exist' : 'is not a folder';
  throw new WheelworksError('config/no-project', `The project ${directory} ${says}.`, {
    path: directory,
    hint: 'Give the folder that holds pyproject.toml.',
  });
}

async function buildSystemOf(
  document: Pyproject,
  directory: string,
  path: string,
): Promise<BuildSystem> {
  const table = document['build-system'];
  if (table === undefined) {
    // "If the file exists but is lacking the [build-system] table then the default values should be used."
    if (document.project === undefined) await requireSetuptoolsProject(directory, path);
    return LEGACY_BUILD_SYSTEM;
  }
  return {
    requires: table.requires,
    backend: table['build-backend'] ?? LEGACY_BUILD_SYSTEM.backend,
    backendPath: table['backend-path'] ?? [],
  };
}

/** The default build system is setuptools, which needs to be told something by one of its own files. */
async function requireSetuptoolsProject(directory: string, path: string): Promise<void> {
  for (const name of ['setup.py', 'setup.cfg']) {
    if ((await stat(join(directory, name)).catch(() => undefined))?.isFile() === true) return;
  }
  if (path === directory) {
    throw new WheelworksError(
      'config/no-project',
      `${directory} has neither pyproject.toml nor setup.py.`,
      { path, hint: 'Give the folder that holds one of them.' },
    );
  }
  throw new WheelworksError(
    'config/no-build-system',
    'pyproject.toml has neither [build-system] nor [project], and there is no setup.py.',
    {
      path,
      hint: 'Add [build-system] with requires and build-backend (PEP 518), for example of setuptools, meson-python or maturin.',
    },
  );
}
