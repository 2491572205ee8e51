import type { RootView } from './root-view.ts';

/** A distribution as it names itself. */
export interface OsRelease {
  /** `debian`, `alpine`; `linux` when it does not say. */
  readonly id: string;
  /** `12`; the code name where there is no number, undefined where there is neither. */
  readonly version?: string;
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly title?: string;
}

/** What a root says it is; undefined when it says nothing. Specification: os-release(5). */
export async function readDistribution(root: RootView): Promise<OsRelease | undefined> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const bytes = await root.read(path);
    if (bytes === undefined) continue;
    const fields = parse(Buffer.from(bytes).toString('utf8'));
    const version = fields.get('VERSION_ID') ?? fields.get('VERSION_CODENAME');
    const title = fields.get('PRETTY_NAME');
    return {
      id: fields.get('ID') ?? 'linux',
      ...(version === undefined ? {} : { version }),
      ...(title === undefined ? {} : { title }),
    };
  }
  return undefined;
}

const ASSIGNMENT =
  /^(?<key>[A-Z][A-Z0-9_]*)=(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<plain>[^"'\s]*))$/;

function parse(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const { key, double, single, plain } = ASSIGNMENT.exec(line.trim())?.groups ?? {};
    const value = double?.replaceAll(/\\(.)/g, '$1') ?? single ?? plain;
    if (key !== undefined && value !== undefined && value !== '') fields.set(key, value);
  }
  return fields;
}
