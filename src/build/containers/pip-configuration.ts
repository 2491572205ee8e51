/**
 * Which package indexes a container sees: the variables and configuration files of pip and uv on this machine, and read-only
 * mounts of what they name by path.
 *
 * Specification: https://pip.pypa.io/en/stable/topics/configuration/ (the places and their order).
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../environment.ts';

export interface IndexSettings {
  /** Variables for the container. */
  readonly env: Readonly<Record<string, string>>;
  /** Text of a pip.conf that says what all of this machine's say; undefined when there is none. */
  readonly pipConf?: string;
  /** Files and folders of this machine that the container needs under the same path. */
  readonly paths: readonly string[];
  /** Paths that cannot be shown there. */
  readonly notices: readonly string[];
}

export interface IndexSettingsOptions {
  readonly env: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

const PASSED =
  /^(?:PIP_(?:INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|TRUSTED_HOST|CERT|CLIENT_CERT|CONSTRAINT|BUILD_CONSTRAINT|PROXY|TIMEOUT|DEFAULT_TIMEOUT|RETRIES|PRE|ONLY_BINARY|NO_BINARY|PREFER_BINARY)|UV_(?:INDEX.*|DEFAULT_INDEX|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CONSTRAINT|BUILD_CONSTRAINT|INSECURE_HOST|HTTP_.*)|(?:https?|no|all)_proxy|(?:HTTPS?|NO|ALL)_PROXY|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|SOURCE_DATE_EPOCH)$/;

/** Reads what this machine's installers go by. */
export async function indexSettings(options: IndexSettingsOptions): Promise<IndexSettings> {
  const env = Object.fromEntries(
    Object.entries(options.env).filter(
      (entry): entry is [string, string] => PASSED.test(entry[0]) && (entry[1] ?? '') !== '',
    ),
  );
  const texts = await Promise.all(
    configurationFiles(options).map((path) => readFile(path, 'utf8').catch(() => undefined)),
  );
  const merged = mergeConfigurations(texts.filter((text) => text !== undefined));
  const values = [...merged.values()].flatMap((options) => [...options.values()]);
  const named = [...Object.values(env), ...values].flatMap(localPaths);
  const present = await Promise.all(named.map(exists));
  const paths = [...new Set(named.filter((_, index) => present[index] === true))].sort((a, b) =>
    a < b ? -1 : 1,
  );
  const isTop = (path: string): boolean => path.split('/').length <= 2;
  return {
    env,
    ...(merged.size === 0 ? {} : { pipConf: formatConfiguration(merged) }),
    paths: paths.filter((path) => !isTop(path)),
    notices: paths
      .filter(isTop)
      .map(
        (path) =>
          `${path}, which an index setting names, would hide a part of the container and is not shown there`,
      ),
  };
}

/** In pip's order: what comes later wins. */
function configurationFiles({ env, home, platform }: IndexSettingsOptions): readonly string[] {
  const chosen = env['PIP_CONFIG_FILE'];
  if (chosen === '/dev/null') return [];
  const systemFolders = (env['XDG_CONFIG_DIRS'] ?? '/etc/xdg')
    .split(':')
    .filter((each) => each !== '');
  const userFolder = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  return [
    ...systemFolders.map((folder) => join(folder, 'pip', 'pip.conf')),
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    ...(platform === 'darwin'
      ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')]
      : []),
    join(userFolder, 'pip', 'pip.conf'),
    ...(chosen === undefined || chosen === '' ? [] : [chosen]),
  ];
}

type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** As configparser reads them: `key = value` and `key: value`, further lines of a value indented, `#` and `;` lines left out. */
export function mergeConfigurations(texts: readonly string[]): Sections {
  const sections = new Map<string, Map<string, string>>();
  for (const text of texts) {
    let options: Map<string, string> | undefined;
    let key: string | undefined;
    for (const line of text.split(/\r?\n/)) {
      if (/^\s*(?:[#;].*)?$/.test(line)) continue;
      const section = /^\[(.+)\]\s*$/.exec(line)?.[1];
      const [, name, value] = /^(?!\s)([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
      if (section !== undefined) {
        options = sections.get(section) ?? new Map();
        sections.set(section, options);
        key = undefined;
      } else if (/^\s/.test(line) && key !== undefined)
        options?.set(key, `${options.get(key) ?? ''}\n${line.trim()}`);
      else if (name !== undefined && options !== undefined) {
        key = name.toLowerCase().replaceAll('_', '-');
        options.set(key, value ?? '');
      }
    }
  }
  return sections;
}

function formatConfiguration(sections: Sections): string {
  return [...sections]
    .map(([section, options]) =>
      [
        `[${section}]`,
        ...[...options].map(([key, value]) => `${key} = ${value.replaceAll('\n', '\n    ')}`),
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

/** The absolute paths and file URLs among the words of a value; an index's pages lie beside its files. */
function localPaths(value: string): readonly string[] {
  return value.split(/\s+/).flatMap((word) => {
    const path = word.startsWith('file:///') ? pathOf(word) : word;
    if (path === undefined || !path.startsWith('/') || path === '/') return [];
    const clean = path.replace(/\/+$/, '');
    return [basename(clean) === 'simple' ? dirname(clean) : clean];
  });
}

function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
