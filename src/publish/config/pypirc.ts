/**
 * `.pypirc`: addresses and credentials of indexes.
 *
 * Specification: The .pypirc file. https://packaging.python.org/specifications/pypirc/ ; what it leaves open is as in twine.
 */
import { readFile, stat } from 'node:fs/promises';
import { fileError, systemErrorCode } from '../../support/errors.ts';
import { Secret } from '../../support/secret.ts';
import { parseIni, type IniFile } from './ini.ts';

/** What the file says of one index. */
export interface PypircServer {
  readonly name: string;
  /** Its upload address; absent for `pypi` and `testpypi`, which need none. */
  readonly repository?: string;
  readonly username?: string;
  readonly password?: Secret;
  /** Path of a file with the certificates to trust. */
  readonly caCert?: string;
  /** Path of a file with a certificate and its key. */
  readonly clientCert?: string;
}

export interface Pypirc {
  readonly path: string;
  readonly servers: ReadonlyMap<string, PypircServer>;
  /** Others on this machine may read it although it holds passwords. */
  readonly isOpenToOthers: boolean;
}

const GROUP_OR_OTHERS = 0o077;
const DEFAULT_SERVERS = 'pypi testpypi';

/**
 * Reads the file; undefined when it is not there.
 * @throws WheelworksError `config/bad-pypirc`, `file/*`.
 */
export async function readPypirc(
  path: string,
  platform: NodeJS.Platform,
): Promise<Pypirc | undefined> {
  let text: string;
  let mode: number;
  try {
    text = await readFile(path, 'utf8');
    ({ mode } = await stat(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
  const servers = serversOf(parseIni(text, path));
  const holdsSecret = [...servers.values()].some(({ password }) => password !== undefined);
  return {
    path,
    servers,
    isOpenToOthers: platform !== 'win32' && holdsSecret && (mode & GROUP_OR_OTHERS) !== 0,
  };
}

/** The indexes of a parsed file. Those that `index-servers` does not list are not there, as in twine. */
export function serversOf(ini: IniFile): ReadonlyMap<string, PypircServer> {
  const list = ini.get('distutils')?.get('index-servers') ?? DEFAULT_SERVERS;
  // Obsolete: the credentials of servers that have none of their own.
  const login = ini.get('server-login');
  return new Map(
    list
      .split(/\s+/)
      .filter((name) => name !== '')
      .map((name) => {
        const section = ini.get(name);
        const own = (key: string): string | undefined => section?.get(key);
        const password = own('password') ?? login?.get('password');
        const texts = {
          repository: own('repository'),
          username: own('username') ?? login?.get('username'),
          caCert: own('ca_cert'),
          clientCert: own('client_cert'),
        };
        return [
          name,
          {
            name,
            ...Object.fromEntries(
              Object.entries(texts).filter(([, value]) => value !== undefined && value !== ''),
            ),
            ...(password === undefined || password === ''
              ? {}
              : { password: new Secret(password) }),
          },
        ];
      }),
  );
}
