import { join } from 'node:path';

/** The machine as the search for interpreters sees it; always an argument, never read from the process. */
export interface SearchEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** The folder that holds the well-known absolute places such as `/opt/python`; `/` when absent. */
  readonly root?: string;
}

/** A well-known absolute place, such as `/opt/python`, on this host. */
export function wellKnown(host: SearchEnvironment, path: string): string {
  return host.root === undefined ? path : join(host.root, path);
}

/** A variable's value, where an empty one counts as not set. */
export function variable(host: SearchEnvironment, name: string): string | undefined {
  const value = host.env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** The folders of PATH, in order, without the empty entries that mean the working directory. */
export function searchPath(host: SearchEnvironment): string[] {
  // Windows spells it `Path`, and an environment that was copied is no longer case-insensitive.
  const name = Object.keys(host.env).find((key) => key.toUpperCase() === 'PATH');
  const value = name === undefined ? '' : (host.env[name] ?? '');
  return value.split(host.platform === 'win32' ? ';' : ':').filter((folder) => folder !== '');
}

/** Where programs keep their data for this user: `XDG_DATA_HOME`, or `~/.local/share`. */
export function dataHome(host: SearchEnvironment): string {
  return variable(host, 'XDG_DATA_HOME') ?? join(host.home, '.local', 'share');
}
