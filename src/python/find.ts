import { realpath } from 'node:fs/promises';
import type { Cache } from '../support/cache.ts';
import { WheelworksError } from '../support/errors.ts';
import { defaultJobs, mapParallel } from '../support/parallel.ts';
import { runProcess } from '../support/process.ts';
import { findCandidates, type Candidate, type BrokenInterpreter } from './candidates.ts';
import { compareInterpreters } from './compare.ts';
import type { SearchEnvironment } from './search-environment.ts';
import { describeInterpreter, type Interpreter } from './interpreter.ts';
import type { AskProgram } from './places/place.ts';
import { factsThroughCache } from './probe-cache.ts';
import { probeInterpreter, type ProbeOptions } from './probe.ts';

/** What to look for, where, and how patiently. */
export interface InterpreterSearch extends SearchEnvironment, ProbeOptions {
  /**
   * Selectors as the user wrote them (`3.12`, `.venv`, `/opt/python/cp312-cp312`); paths and commands among them are
   * looked up as well, and when there is nothing else among them, nothing else is searched.
   */
  readonly explicit?: readonly string[];
  /** Keeps what interpreters said between runs. */
  readonly cache?: Cache;
  /** Interpreters started at once. Default: as many as the machine has cores. */
  readonly jobs?: number;
}

/** The interpreters of a machine, by version, and what looked like one but is none. */
export interface FoundInterpreters {
  readonly interpreters: readonly Interpreter[];
  readonly broken: readonly BrokenInterpreter[];
}

/**
 * Finds the interpreters of a machine and has each describe itself. One that is broken, hangs or is something else, and a
 * named one that is not there, is part of the result and not an error.
 * @throws WheelworksError `python/bad-selector`, `packaging/invalid-specifier`, and `process/cancelled`.
 */
export async function findInterpreters(search: InterpreterSearch): Promise<FoundInterpreters> {
  const { candidates, missing } = await findCandidates(
    search,
    search.explicit ?? [],
    askThrough(search),
  );
  const outcomes = await mapParallel(candidates, search.jobs ?? defaultJobs(), (candidate) =>
    describe(candidate, search),
  );
  const interpreters = outcomes.filter((outcome) => 'prefix' in outcome);
  return {
    interpreters: (await eachOnce(interpreters)).sort(compareInterpreters),
    broken: [...missing, ...outcomes.filter((outcome) => 'problem' in outcome)],
  };
}

async function describe(
  candidate: Candidate,
  search: InterpreterSearch,
): Promise<Interpreter | BrokenInterpreter> {
  const probe = () => probeInterpreter(candidate.path, search, search);
  const { path, place, givenAs } = candidate;
  try {
    const facts =
      search.cache === undefined
        ? await probe()
        : await factsThroughCache(candidate, search.cache, probe);
    return { ...facts, ...candidate, label: describeInterpreter(facts) };
  } catch (error) {
    if (!(error instanceof WheelworksError) || !error.code.startsWith('python/')) throw error;
    return { path, place, givenAs, problem: error.toJSON() };
  }
}

/**
 * One interpreter for each installation and build: the executables of one prefix that report the same build are copies
 * of each other (`python.exe` and `python3.exe`), or scripts around it.
 */
async function eachOnce(interpreters: readonly Interpreter[]): Promise<Interpreter[]> {
  const distinct = new Map<string, Interpreter>();
  for (const interpreter of interpreters) {
    const { implementation, hexVersion, freeThreaded, debug, pointerBits } = interpreter;
    const prefix = await realpath(interpreter.prefix).catch(() => interpreter.prefix);
    const build = [implementation.name, implementation.version, hexVersion, freeThreaded, debug];
    const identity = [prefix, ...build, pointerBits].join('\0');
    const known = distinct.get(identity);
    const givenAs = new Set([...(known?.givenAs ?? []), ...interpreter.givenAs]);
    distinct.set(identity, { ...(known ?? interpreter), givenAs: [...givenAs] });
  }
  return [...distinct.values()];
}

const LAUNCHER_TIMEOUT = 5000;

/** For places that have to ask a program; one that is missing or fails has no answer. */
function askThrough(search: InterpreterSearch): AskProgram {
  return async (command, args) => {
    try {
      const result = await (search.run ?? runProcess)(command, args, {
        cwd: search.cwd,
        env: search.env,
        timeoutMs: LAUNCHER_TIMEOUT,
        ...(search.signal === undefined ? {} : { signal: search.signal }),
      });
      return result.exitCode === 0 ? result.stdout : undefined;
    } catch (error) {
      if (error instanceof WheelworksError) return undefined;
      throw error;
    }
  };
}
