/**
 * Files that a build installs beside its modules, below the prefix: what setuptools, flit, hatch, uv and maturin are told of
 * them. The feed's default filespec has site-packages alone, and leaves them out.
 *
 * Specification: the `data` scheme of the wheel format.
 */
import { linesOf, literalDataFiles, parseSetupCfg } from '../../project/index.ts';
import { matchesPattern } from '../../support/text-pattern.ts';

export interface DataFiles {
  /** Folders and files below the prefix (`share/spam`), none inside another. */
  readonly places: readonly string[];
  /** What cannot be told without a build, with where it is said. */
  readonly unclear: readonly string[];
}

export interface DataSources {
  readonly members: readonly string[];
  /** The text of a member; undefined when it is not there. */
  readonly text: (member: string) => string | undefined;
  /** pyproject.toml as data; undefined when there is none. */
  readonly pyproject: unknown;
}

/** Reads what the settings of the build say. */
export function dataFilesOf({ members, text, pyproject }: DataSources): DataFiles {
  const places = new Set<string>();
  const unclear: string[] = [];
  const put = (where: string, folder: string, files: readonly string[]): void => {
    const told = `${folder} (${files.join(' ')}; ${where})`;
    if (files.length === 0) return;
    const place = folder.replace(/\/+$/, '').replace(/^\.$|^\.\//, '');
    if (place.startsWith('/'))
      unclear.push(`${told}: an absolute folder, which a wheel cannot have`);
    else if (!/^[\w.+@/-]*$/.test(place) || place.split('/').includes('..'))
      unclear.push(`${told}: no path that a filespec can name`);
    else {
      const found = files.flatMap((each) => matching(members, each));
      if (found.length === 0) unclear.push(`${told}: the sdist has no such files`);
      else if (place !== '') places.add(place);
      else for (const each of found) places.add(each.split('/').pop() ?? each);
    }
  };
  const setuptools = tableAt(pyproject, 'tool', 'setuptools', 'data-files');
  for (const [folder, files] of Object.entries(setuptools))
    put('pyproject.toml', folder, Array.isArray(files) ? files.map(String) : []);
  const cfg = parseSetupCfg(text('setup.cfg') ?? '').get('options.data_files');
  for (const [folder, value] of cfg ?? [])
    put('setup.cfg', folder, value.includes('\n') ? linesOf(value) : wordsOf(value));
  const { folders, computed } = literalDataFiles(text('setup.py') ?? '');
  for (const [folder, files] of folders) put('setup.py', folder, files);
  for (const each of computed) unclear.push(`data_files=${each} (setup.py): only running it tells`);
  const shared = tableAt(pyproject, 'tool', 'hatch', 'build', 'targets', 'wheel', 'shared-data');
  for (const [from, to] of Object.entries(shared)) {
    const isThere = members.some((each) => each === from || each.startsWith(`${from}/`));
    put('pyproject.toml', String(to), [isThere ? (below(members, from)[0] ?? from) : from]);
  }
  for (const folder of schemeFolders(pyproject, members))
    for (const member of below(members, folder)) {
      const inside = member.slice(folder.length + 1);
      const end = inside.lastIndexOf('/');
      put('pyproject.toml', end === -1 ? '' : inside.slice(0, end), [member]);
    }
  const other = tableAt(pyproject, 'tool', 'pdm', 'build', 'wheel-data');
  for (const [scheme, files] of Object.entries(other))
    unclear.push(`wheel-data.${scheme} = ${JSON.stringify(files)} (pyproject.toml)`);
  return { places: outermost([...places]), unclear };
}

/** Folders of the sdist that become the `data` scheme as they are. */
function schemeFolders(pyproject: unknown, members: readonly string[]): string[] {
  const maturin = valueAt(pyproject, 'tool', 'maturin', 'data');
  const folders = [
    valueAt(pyproject, 'tool', 'flit', 'external-data', 'directory'),
    valueAt(pyproject, 'tool', 'uv', 'build-backend', 'data', 'data'),
    typeof maturin === 'string' ? `${maturin}/data` : undefined,
  ].filter((each) => typeof each === 'string');
  return folders
    .map((each) => each.replace(/^\.\//, '').replace(/\/+$/, ''))
    .filter((each) => each !== '' && below(members, each).length > 0);
}

function below(members: readonly string[], folder: string): string[] {
  return members.filter((each) => each.startsWith(`${folder}/`));
}

/** Members that a name or pattern means: `*` within a folder, `**` any folders. */
function matching(members: readonly string[], pattern: string): string[] {
  const plain = pattern.replace(/^\.\//, '');
  const parts = plain.split('/');
  return members.filter((member) => member === plain || isMeant(parts, member.split('/')));
}

function isMeant(pattern: readonly string[], path: readonly string[]): boolean {
  // How many parts of the path the pattern so far may have taken.
  let taken = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const at of taken)
      if (part === '**') for (let to = at; to <= path.length; to += 1) next.add(to);
      else if (at < path.length && matchesPattern(part, path[at] ?? '')) next.add(at + 1);
    taken = next;
  }
  return taken.has(path.length);
}

function wordsOf(value: string): string[] {
  return value
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function outermost(places: readonly string[]): string[] {
  return places.filter((each) => !places.some((other) => each.startsWith(`${other}/`))).sort();
}

function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? (found as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

function tableAt(value: unknown, ...keys: readonly string[]): Record<string, unknown> {
  const found = valueAt(value, ...keys);
  return typeof found === 'object' && found !== null && !Array.isArray(found)
    ? (found as Record<string, unknown>)
    : {};
}
