/** The modules of a wheel that are imported to see whether it works. */
import { withWheel } from '../../wheel/index.ts';

const MODULE = /^([^/]+\/)*([A-Za-z_]\w*)(?:\.py|(?:\.[\w-]+)?\.(?:so|pyd))$/;

/**
 * Names of the top-level modules and packages; of packages without an `__init__` (PEP 420), those below that have one.
 * Modules with an underscore in front belong to others, and libraries (`libx.so`) are no modules.
 * @throws WheelworksError `wheel/*`, `zip/*`, `file/*`.
 */
export async function importableModules(path: string): Promise<readonly string[]> {
  return withWheel(path, async ({ archive, distInfo, dataDirectory }) => {
    const paths = archive.entries
      .map((entry) => entry.path.replace(LIBRARY_FOLDER, ''))
      .filter((each) => !each.startsWith(`${distInfo}/`) && !each.startsWith(`${dataDirectory}/`))
      .filter((each) => MODULE.test(each));
    const packages = new Set(
      paths.filter(isInit).map((each) => each.slice(0, each.lastIndexOf('/'))),
    );
    const modules = paths.flatMap((each) => {
      const folder = each.includes('/') ? each.slice(0, each.lastIndexOf('/')) : '';
      const name = isInit(each) ? folder : join(folder, MODULE.exec(each)?.[2] ?? '');
      const above = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '';
      const isTop = above === '' ? true : !isInside(above, packages) && isInit(each);
      return isTop && name !== '' && name.split('/').every((part) => PUBLIC.test(part))
        ? [name]
        : [];
    });
    return [...new Set(modules.map((each) => each.replaceAll('/', '.')))].sort();
  });
}

const LIBRARY_FOLDER = /^[^/]+\.data\/(?:pure|plat)lib\//;
const PUBLIC = /^(?!_|lib)[A-Za-z]\w*$/;

function isInit(path: string): boolean {
  return /\/__init__\.[\w.-]+$/.test(path);
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Whether a folder is a package or lies in one. */
function isInside(folder: string, packages: ReadonlySet<string>): boolean {
  for (let at = folder; at !== ''; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '')
    if (packages.has(at)) return true;
  return false;
}
