import type { SearchEnvironment } from '../search-environment.ts';

/** Where an interpreter was found; in messages and in `--json`. */
export type PlaceName =
  | 'given'
  | 'environment'
  | 'virtual-environment'
  | 'manylinux'
  | 'pyenv'
  | 'asdf'
  | 'mise'
  | 'rye'
  | 'uv'
  | 'homebrew'
  | 'framework'
  | 'xcode'
  | 'windows'
  | 'conda'
  | 'path';

/** Runs a program and gives its standard output, or undefined when it cannot be run or fails. */
export type AskProgram = (command: string, args: readonly string[]) => Promise<string | undefined>;

/** One kind of place where interpreters are kept. */
export interface Place {
  readonly name: PlaceName;
  /** Paths of executables that are there and look like interpreters, likeliest first; never throws. */
  readonly find: (host: SearchEnvironment, ask: AskProgram) => Promise<string[]>;
}
