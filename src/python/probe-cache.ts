import { stat } from 'node:fs/promises';
import { machine } from 'node:os';
import { join } from 'node:path';
import type { Cache } from '../support/cache.ts';
import { sha256 } from '../support/hash.ts';
import type { Candidate } from './candidates.ts';
import type { InterpreterFacts } from './interpreter.ts';
import { probeSource } from './probe.ts';
import { readFacts } from './read-facts.ts';

/** Size and time of a file or folder an answer depends on; null when it was not there. */
type Stamp = readonly [size: number, mtimeMs: number] | null;

interface Entry {
  readonly facts: InterpreterFacts;
  /** The state of everything the facts were read from, by path. */
  readonly witnesses: Readonly<Record<string, Stamp>>;
}

/**
 * The facts of an interpreter from the cache when nothing they depend on has changed since, else from `probe`.
 *
 * They depend on more than the executable: installing pip changes site-packages, `apt install python3-dev` the folder
 * of headers, a system upgrade the C library. Failures are not kept.
 */
export async function factsThroughCache(
  candidate: Candidate,
  cache: Cache,
  probe: () => Promise<InterpreterFacts>,
): Promise<InterpreterFacts> {
  const key = keyOf(candidate);
  const kept = await cache.readJson(key, readEntry);
  if (kept !== undefined && (await isUnchanged(kept))) return kept.facts;
  const facts = await probe();
  const witnesses = await stampAll(witnessPaths(candidate, facts));
  await cache.writeJson(key, { facts, witnesses });
  return facts;
}

const SCRIPT = sha256(probeSource);

/** The machine is part of it: one file answers differently under Rosetta or another personality. */
function keyOf(candidate: Candidate): string {
  return ['python-probe', SCRIPT, machine(), candidate.path, candidate.realPath].join('\0');
}

function witnessPaths(candidate: Candidate, facts: InterpreterFacts): string[] {
  return [
    candidate.realPath,
    join(facts.prefix, 'pyvenv.cfg'),
    facts.standardLibrary,
    ...facts.searchPath,
    ...facts.sitePackages,
    ...facts.headers.directories,
    // The loader is replaced together with its C library.
    ...(facts.elf?.loader === null || facts.elf === null ? [] : [facts.elf.loader]),
    ...(facts.macos === null ? [] : ['/System/Library/CoreServices/SystemVersion.plist']),
  ];
}

async function stampAll(paths: readonly string[]): Promise<Record<string, Stamp>> {
  const distinct = [...new Set(paths)];
  return Object.fromEntries(
    await Promise.all(distinct.map(async (path) => [path, await stamp(path)] as const)),
  );
}

async function stamp(path: string): Promise<Stamp> {
  try {
    const { size, mtimeMs } = await stat(path);
    return [size, mtimeMs];
  } catch {
    return null;
  }
}

async function isUnchanged(entry: Entry): Promise<boolean> {
  const now = await stampAll(Object.keys(entry.witnesses));
  return Object.entries(entry.witnesses).every(
    ([path, before]) => JSON.stringify(before) === JSON.stringify(now[path]),
  );
}

/** @throws TypeError for an entry of another shape, which the cache takes as a miss. */
function readEntry(value: unknown): Entry {
  const entry = value as { facts?: unknown; witnesses?: unknown } | null;
  if (typeof entry?.witnesses !== 'object' || entry.witnesses === null)
    throw new TypeError('no witnesses');
  return {
    facts: readFacts(entry.facts),
    // Whatever stands there is only compared with what is on disk now.
    witnesses: entry.witnesses as Record<string, Stamp>,
  };
}
