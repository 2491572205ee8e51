import { access, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import type { SearchEnvironment } from './search-environment.ts';
import { conda } from './places/conda.ts';
import { environment } from './places/environment.ts';
import { findGiven } from './places/given.ts';
import { homebrew } from './places/homebrew.ts';
import { framework, xcode } from './places/macos.ts';
import { manylinux } from './places/manylinux.ts';
import { path } from './places/path.ts';
import type { AskProgram, Place, PlaceName } from './places/place.ts';
import { asdf, mise, pyenv, rye, uv } from './places/version-managers.ts';
import { virtualEnvironment } from './places/virtual-environment.ts';
import { windows } from './places/windows.ts';
import { parseSelector } from './selector.ts';

/** An executable that is probably an interpreter; it has not been started yet. */
export interface Candidate {
  readonly path: string;
  readonly realPath: string;
  readonly place: PlaceName;
  /** The selectors that name it. */
  readonly givenAs: readonly string[];
}

/** A path that was to be an interpreter, and why it is none. */
export interface BrokenInterpreter {
  readonly path: string;
  readonly place: PlaceName;
  readonly givenAs: readonly string[];
  readonly problem: ErrorReport;
}

/**
 * Where interpreters are looked for, what says most about them first: a file that several places know keeps the name
 * of the first, so PATH, which knows nothing but names, is last.
 */
const PLACES: readonly Place[] = [
  environment,
  virtualEnvironment,
  manylinux,
  pyenv,
  asdf,
  mise,
  rye,
  uv,
  homebrew,
  framework,
  conda,
  xcode,
  windows,
  path,
];

/**
 * Every executable of the machine that looks like an interpreter, each once: the ones the user named, then by place.
 *
 * When all selectors are paths or commands, nothing else is searched. A named one that is not there is among `missing`.
 * @throws WheelworksError `python/bad-selector`, `packaging/invalid-specifier` for a selector that makes no sense.
 */
export async function findCandidates(
  host: SearchEnvironment,
  selectors: readonly string[],
  ask: AskProgram,
): Promise<{ candidates: Candidate[]; missing: BrokenInterpreter[] }> {
  const parsed = selectors.map(parseSelector);
  const given = parsed.filter((selector) => selector.kind === 'given').map(({ text }) => text);
  const searchesMachine = given.length < parsed.length || parsed.length === 0;
  const findNamed = async (text: string): Promise<readonly (Find | BrokenInterpreter)[]> => {
    const find = { place: 'given', givenAs: [text] } as const;
    try {
      return (await findGiven(text, host)).map((path) => ({ ...find, path }));
    } catch (error) {
      if (!(error instanceof WheelworksError)) throw error;
      return [{ ...find, path: text, problem: error.toJSON() }];
    }
  };
  const named = (await Promise.all(given.map(findNamed))).flat();
  const searched = await Promise.all(
    (searchesMachine ? PLACES : []).map(async ({ name, find }) =>
      (await find(host, ask)).map((path): Find => ({ path, place: name, givenAs: [] })),
    ),
  );
  return {
    candidates: await eachOnce([...named.filter((each) => !isBroken(each)), ...searched.flat()]),
    missing: named.filter(isBroken),
  };
}

function isBroken(named: Find | BrokenInterpreter): named is BrokenInterpreter {
  return 'problem' in named;
}

type Find = Omit<Candidate, 'realPath'>;

/**
 * One candidate for each interpreter that paths can tell apart: by the real file (Debian's `/bin/python3`,
 * `/usr/bin/python3` and `/usr/bin/python3.11` are one) and the virtual environment around the path, since an
 * environment's python is a link to the file it was made from.
 */
async function eachOnce(finds: readonly Find[]): Promise<Candidate[]> {
  const identified = await Promise.all(
    finds.map(async (find) => ({ find, ...(await identify(find.path)) })),
  );
  const distinct = new Map<string, Candidate>();
  for (const { find, realPath, identity } of identified) {
    const known = distinct.get(identity);
    const givenAs = new Set([...(known?.givenAs ?? []), ...find.givenAs]);
    distinct.set(identity, { ...(known ?? { ...find, realPath }), givenAs: [...givenAs] });
  }
  return [...distinct.values()];
}

async function identify(path: string): Promise<{ realPath: string; identity: string }> {
  const realPath = await realpath(path).catch(() => path);
  const prefix = await virtualEnvironmentOf(path);
  return { realPath, identity: `${realPath}\0${prefix ?? ''}` };
}

/** The environment whose `pyvenv.cfg` lies beside the executable or one folder up, as PEP 405 looks for it. */
async function virtualEnvironmentOf(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  for (const prefix of [folder, dirname(folder)]) {
    try {
      await access(join(prefix, 'pyvenv.cfg'));
      return await realpath(prefix);
    } catch {
      // No environment here.
    }
  }
  return undefined;
}
