/** A folder of modules that are no distribution: nobody gave them a name and a version yet. */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isValidName, normalizeName, parseVersion } from '../../packaging/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';

export interface ModulesOptions {
  /** Of the project that they become. */
  readonly name: string;
  /** PEP 440. */
  readonly version: string;
  /** An empty folder, which becomes the unpacked wheel. */
  readonly into: string;
}

/** What became of a folder. */
export interface ModulesWheel {
  /** Names at the top of the folder that are no modules, such as a README. */
  readonly leftOut: readonly string[];
}

/** Files at the top by which a folder is the source of a project, which is built. */
const PROJECT_FILES = ['pyproject.toml', 'setup.py', 'setup.cfg'];

const MODULE = /^[A-Za-z_]\w*(?:\.py|(?:\.[\w-]+)?\.so)$/;
const PACKAGE = /^[A-Za-z_]\w*$/;

/**
 * Makes an unpacked wheel of the modules and packages in a folder; what lies in the packages comes along.
 * @throws WheelworksError `openwrt/no-modules` for a folder without modules, `openwrt/not-bare` for one that has a name or is to
 *   be built, `openwrt/bad-name`, `packaging/invalid-version`, `file/*`.
 */
export async function wheelOfModules(
  directory: string,
  { name, version, into }: ModulesOptions,
): Promise<ModulesWheel> {
  if (!isValidName(name))
    throw new WheelworksError('openwrt/bad-name', `${JSON.stringify(name)} names no project.`, {
      evidence: name,
      hint: 'Names have ASCII letters, digits, "-", "_" and ".", with a letter or digit at both ends.',
    });
  parseVersion(version);
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.map((each) => each.name).sort();
    refuseOthers(directory, names);
    const taken: string[] = [];
    for (const entry of entries)
      if (entry.isDirectory() ? await isPackage(directory, entry.name) : MODULE.test(entry.name))
        taken.push(entry.name);
    if (taken.length === 0) throw noModules(directory, names);
    for (const each of taken)
      await cp(join(directory, each), join(into, each), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !/[/\\](?:__pycache__|\.[^/\\]+)$/.test(path),
      });
    await describe(into, name, version);
    return { leftOut: names.filter((each) => !taken.includes(each) && !each.startsWith('.')) };
  } catch (error) {
    throw fileError(error, directory);
  }
}

function refuseOthers(directory: string, names: readonly string[]): void {
  const project = PROJECT_FILES.find((each) => names.includes(each));
  const own = names.find((each) => /\.(?:dist|egg)-info$/.test(each));
  if (project !== undefined)
    throw new WheelworksError('openwrt/not-bare', `${directory} is the source of a project.`, {
      path: directory,
      evidence: project,
      hint: 'Build its wheel and pack that: wheelworks build DIR.',
    });
  if (own !== undefined)
    throw new WheelworksError('openwrt/not-bare', `${directory} says itself what it is.`, {
      path: directory,
      evidence: own,
      hint: 'Pack it without --name and --version.',
    });
}

/** Whether there is a module in it, at any depth: namespace packages have theirs further down. */
async function isPackage(directory: string, name: string): Promise<boolean> {
  if (!PACKAGE.test(name) || name === '__pycache__') return false;
  const inside = await readdir(join(directory, name), { recursive: true });
  return inside.some((path) => /\.(?:py|so)$/.test(path));
}

function noModules(directory: string, names: readonly string[]): WheelworksError {
  return new WheelworksError('openwrt/no-modules', `There are no modules in ${directory}.`, {
    path: directory,
    evidence: names.length === 0 ? 'it is empty' : names.slice(0, 8).join(', '),
    hint: 'Name the folder in which foo.py or foo/__init__.py lies, the one that would be on the path of Python.',
  });
}

async function describe(into: string, name: string, version: string): Promise<void> {
  const distInfo = join(into, `${normalizeName(name).replaceAll('-', '_')}-${version}.dist-info`);
  const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
  const wheel =
    'Wheel-Version: 1.0\nGenerator: wheelworks\nRoot-Is-Purelib: true\nTag: py3-none-any\n';
  await mkdir(distInfo);
  await writeFile(join(distInfo, 'METADATA'), metadata);
  await writeFile(join(distInfo, 'WHEEL'), wheel);
  await writeFile(join(distInfo, 'RECORD'), '');
}
