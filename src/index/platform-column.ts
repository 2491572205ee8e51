/** The platforms that a coverage matrix has columns for, and which columns a platform tag fills. */
import { macosArchitectures, parsePlatformTag } from '../packaging/index.ts';

/** Shown as soon as a version has one wheel that is bound to a platform: what most users have. */
export const USUAL_COLUMNS: readonly string[] = [
  'manylinux x86_64',
  'manylinux aarch64',
  'musllinux x86_64',
  'musllinux aarch64',
  'macOS arm64',
  'macOS x86_64',
  'Windows x86_64',
  'Windows arm64',
];

/** The one column of versions that are bound to no platform. */
export const EVERY_PLATFORM = 'any platform';

const WINDOWS_NAMES: ReadonlyMap<string, string> = new Map([['amd64', 'x86_64']]);

/** The columns of a platform tag; undefined for `any`, which fills all. */
export function columnsOf(tag: string): readonly string[] | undefined {
  const platform = parsePlatformTag(tag);
  switch (platform.kind) {
    case 'any':
      return undefined;
    case 'macosx':
      return macosArchitectures(platform.arch).map((arch) => `macOS ${arch}`);
    case 'windows':
      return [`Windows ${WINDOWS_NAMES.get(platform.arch) ?? platform.arch}`];
    case 'ios':
      return [`iOS ${platform.arch}${platform.sdk === 'iphonesimulator' ? ' simulator' : ''}`];
    case 'android':
      return [`Android ${platform.arch}`];
    case 'pyemscripten':
      return ['Pyodide'];
    case 'other':
      return [platform.text];
    case 'manylinux':
    case 'musllinux':
    case 'linux':
    default:
      return [`${platform.kind} ${platform.arch}`];
  }
}

const FAMILIES = ['manylinux', 'musllinux', 'linux', 'macOS', 'Windows', 'Android', 'iOS'];

/** The usual ones in their order, then by family and name. */
export function compareColumns(left: string, right: string): number {
  return rank(left) - rank(right) || (left < right ? -1 : Number(left !== right));
}

function rank(column: string): number {
  const usual = USUAL_COLUMNS.indexOf(column);
  if (usual !== -1) return usual;
  const family = FAMILIES.indexOf(column.split(' ', 1)[0] ?? '');
  return USUAL_COLUMNS.length + (family === -1 ? FAMILIES.length : family);
}
