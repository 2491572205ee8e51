/** Version files, read. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { tryParseVersion, type Version } from '../../packaging/index.ts';
import { readPyproject } from '../../project/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { baseOf } from '../base.ts';
import type { PackageVersion, VersionFile } from '../model.ts';
import { cmakeFormat } from './cmake.ts';
import type { VersionFormat } from './format.ts';
import { jsonFormat } from './json.ts';
import { pythonFormat } from './python.ts';
import { textFormat } from './text.ts';
import { tomlFormat } from './toml.ts';

/** How a file of this name is read; what no name tells is plain text. */
export function formatOf(path: string): VersionFormat {
  if (basename(path) === 'CMakeLists.txt') return cmakeFormat;
  switch (extname(path).toLowerCase()) {
    case '.json':
      return jsonFormat;
    case '.toml':
      return tomlFormat;
    case '.py':
    case '.pyi':
      return pythonFormat;
    case '.cmake':
      return cmakeFormat;
    default:
      return textFormat;
  }
}

/** A file's text without a byte order mark, and whether it had one. */
export interface SourceText {
  readonly text: string;
  readonly mark: string;
}

const MARK = '\uFEFF';

/**
 * Reads a text; undefined when there is no such file.
 * @throws WheelworksError `version/bad-file` for what is not UTF-8, `file/*`.
 */
export async function readSource(path: string): Promise<SourceText | undefined> {
  const found = await stat(path).catch(() => undefined);
  // Reading a pipe would wait for a writer, and nothing could be written back.
  if (found !== undefined && !found.isFile() && !found.isDirectory())
    throw new WheelworksError('file/not-regular', `${path} is no regular file.`, { path });
  const bytes = await readFile(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  });
  if (bytes === undefined) return undefined;
  try {
    const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const mark = whole.startsWith(MARK) ? MARK : '';
    return { text: whole.slice(mark.length), mark };
  } catch (cause) {
    throw new WheelworksError('version/bad-file', `${path} is not UTF-8.`, { path, cause });
  }
}

/**
 * Reads the version of a package from its file.
 * @throws WheelworksError `version/*` for what is no version or is not there, `file/*`.
 */
export async function readVersionFile(file: VersionFile): Promise<PackageVersion> {
  const { path } = file;
  const source = await readSource(path);
  if (source === undefined)
    throw new WheelworksError('file/not-found', `${path} does not exist.`, { path });
  const { key, value } = formatOf(path).locate(source.text, file.key, path);
  const version = versionIn(value, { path, key });
  const project = file.name ?? (await projectOf(path, key)) ?? null;
  const name = project ?? folderName(path);
  return { name, project, path, key, text: value, version, base: baseOf(version) };
}

function versionIn(
  text: string,
  { path, key }: { readonly path: string; readonly key: string | null },
): Version {
  const version = tryParseVersion(text);
  if (version !== undefined) return version;
  throw new WheelworksError(
    'version/not-a-version',
    `${key === null ? path : `${key} of ${path}`} is not a version: ${JSON.stringify(text)}.`,
    { path, evidence: text, hint: 'A version looks like 1.2.3, 1.2.3rc1 or 1.2.3.dev4 (PEP 440).' },
  );
}

/** The name in the pyproject.toml beside the file. */
async function projectOf(path: string, key: string | null): Promise<string | undefined> {
  // A crate has a name of its own.
  if (basename(path) === 'Cargo.toml' || key === 'package.version') return undefined;
  return (await readPyproject(join(dirname(path), 'pyproject.toml')))?.project?.name;
}

function folderName(path: string): string {
  const folder = basename(dirname(path));
  return folder === '' ? basename(path) : folder;
}
