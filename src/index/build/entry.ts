/** The files of an index, read as far as they can be. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WheelworksError, withPath } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { EventSink } from '../../support/progress/events.ts';
import type { SimpleFile } from '../../packaging/index.ts';
import { sha256 } from '../../support/hash.ts';
import { describeDistribution } from '../describe.ts';
import type { DescribedFile, ProjectFacts } from '../model.ts';
import { readFilename, type FoundFile } from '../sources/found-file.ts';
import { identityOf, type InputState } from './input-state.ts';

/** One file of the index to be. */
export interface IndexEntry {
  readonly filename: string;
  readonly project: string;
  readonly version: string;
  readonly place: FoundFile['place'];
  /** As pages will have it, but for its address. */
  readonly file: Omit<SimpleFile, 'url'>;
  readonly facts?: ProjectFacts;
  /** Of METADATA, in bytes. */
  readonly metadataSize?: number;
  /** METADATA itself, while there is room for it and when it was read in this run. */
  readonly metadata?: Uint8Array;
  /** An attestation bundle beside a local file. */
  readonly provenance?: { readonly path: string; readonly sha256: string; readonly size: number };
}

/** How files are read. */
export interface EntryOptions {
  readonly jobs: number;
  readonly state: InputState;
  readonly events: EventSink;
  readonly signal?: AbortSignal;
  /** Look for attestations beside local files. */
  readonly provenance?: boolean;
  /** Take the time of a local file for its upload; no later than `latest`, in milliseconds. */
  readonly fileTimes?: { readonly latest?: number };
  /** Reads a remote file, for its digest and metadata. */
  readonly readRemote?: (file: FoundFile, url: string) => Promise<RemoteFacts>;
}

/** Bytes of METADATA that are kept for writing, so that wheels need not be opened again. */
const METADATA_ROOM = 64 << 20;

/** Milliseconds after which signals and progress get their turn: files are read without leaving the thread. */
const TURN_MS = 50;

/** What was learnt of a remote file by reading it. */
export interface RemoteFacts {
  readonly sha256: string;
  readonly size: number;
  readonly requiresPython?: string;
  readonly facts: ProjectFacts;
}

/**
 * Reads every file that was found; files that did not change since the last run are not read again. Of several files of
 * one name, which must be the same, the first counts.
 * @throws WheelworksError `index/two-files`, `index/upload-time`, and as `describeDistribution`.
 */
export async function readEntries(
  found: readonly FoundFile[],
  options: EntryOptions,
): Promise<readonly IndexEntry[]> {
  const task = { id: 'index-read' } as const;
  options.events({
    type: 'task-started',
    ...task,
    label: 'read files',
    total: found.length,
    unit: 'files',
  });
  const started = performance.now();
  let done = 0;
  let lastTurn = started;
  const room = { bytes: METADATA_ROOM };
  const entries = await mapParallel(found, options.jobs, async (file) => {
    if (performance.now() - lastTurn > TURN_MS) {
      lastTurn = performance.now();
      await nextTurn();
    }
    options.signal?.throwIfAborted();
    const entry =
      file.place.kind === 'local'
        ? await readLocal(file, file.place.path, { ...options, room })
        : await readRemote(file, file.place.url, options);
    done += 1;
    options.events({ type: 'task-progress', ...task, done, detail: file.filename });
    return entry;
  });
  const seconds = (performance.now() - started) / 1000;
  options.events({ type: 'task-finished', ...task, outcome: 'done', seconds });
  return eachOnce(entries);
}

async function readLocal(
  found: FoundFile,
  path: string,
  options: EntryOptions & { readonly room: { bytes: number } },
): Promise<IndexEntry> {
  const identity = identityOf(path);
  const described: DescribedFile =
    options.state.get(path, identity) ??
    (await describeDistribution(path).catch((error: unknown) => {
      throw withPath(error, path);
    }));
  options.state.set(path, identity, { file: described.file, facts: described.facts });
  const { file, facts } = described;
  const metadata = keptMetadata(described, options.room);
  const told = found.told;
  requireDigest(found, file.sha256);
  const uploadTime =
    told.uploadTime ??
    (options.fileTimes === undefined
      ? undefined
      : new Date(Math.min(identity.mtimeMs, options.fileTimes.latest ?? Infinity)).toISOString());
  const provenance = options.provenance === true ? await bundleBeside(path) : undefined;
  return {
    filename: file.filename,
    project: file.project,
    version: file.version,
    place: found.place,
    file: {
      filename: file.filename,
      hashes: { sha256: file.sha256 },
      size: file.size,
      ...(file.requiresPython === undefined ? {} : { requiresPython: file.requiresPython }),
      ...(file.metadataSha256 === undefined
        ? {}
        : { coreMetadata: { sha256: file.metadataSha256 } }),
      ...(told.yanked === undefined ? {} : { yanked: told.yanked }),
      ...(uploadTime === undefined ? {} : { uploadTime: utcTime(uploadTime, file.filename) }),
      ...(told.provenance === undefined ? {} : { provenance: told.provenance }),
    },
    facts,
    ...(file.metadataSize === undefined ? {} : { metadataSize: file.metadataSize }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function keptMetadata(
  { metadata }: DescribedFile,
  room: { bytes: number },
): Uint8Array | undefined {
  if (metadata === undefined || metadata.length > room.bytes) return undefined;
  room.bytes -= metadata.length;
  return metadata;
}

/** Where the digest that a list gives is not that of the file, one of both is not what was released. */
function requireDigest(found: FoundFile, digest: string): void {
  const told = found.told.hashes?.['sha256'];
  if (told === undefined || told === digest) return;
  throw new WheelworksError('index/wrong-digest', `${found.filename} is not the file listed.`, {
    ...(found.place.kind === 'local' ? { path: found.place.path } : {}),
    evidence: `sha256 ${digest}, listed with ${told}`,
    hint: 'Take the file that was released, or correct the list.',
  });
}

async function bundleBeside(path: string): Promise<IndexEntry['provenance']> {
  const bundle = `${path}.provenance`;
  if (!existsSync(bundle)) return undefined;
  const bytes = await readFile(bundle);
  return { path: bundle, sha256: sha256(bytes), size: bytes.length };
}

async function readRemote(
  found: FoundFile,
  url: string,
  options: EntryOptions,
): Promise<IndexEntry> {
  const { filename, told } = found;
  const known = await options.readRemote?.(found, url);
  if (known !== undefined) requireDigest(found, known.sha256);
  const { hashes = {}, uploadTime, ...rest } = told;
  const requiresPython = known?.requiresPython ?? told.requiresPython;
  return {
    ...readFilename(filename, known?.facts.name),
    filename,
    place: found.place,
    file: {
      ...rest,
      filename,
      hashes: known === undefined ? hashes : { ...hashes, sha256: known.sha256 },
      ...(known === undefined ? {} : { size: known.size }),
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...(uploadTime === undefined ? {} : { uploadTime: utcTime(uploadTime, filename) }),
    },
    ...(known === undefined ? {} : { facts: known.facts }),
  };
}

/** PEP 700: UTC, with up to six digits of a second. */
function utcTime(text: string, filename: string): string {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new WheelworksError('index/upload-time', `The upload time of ${filename} is no time.`, {
      evidence: text,
      hint: 'Write it as 2026-11-20T01:02:03Z.',
    });
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text)
    ? text
    : time.toISOString().replace('Z', '000Z');
}

function eachOnce(entries: readonly IndexEntry[]): readonly IndexEntry[] {
  const byName = new Map<string, IndexEntry>();
  // Object stores and some file systems tell names apart that others do not.
  const folded = new Map<string, string>();
  for (const entry of entries) {
    const { filename } = entry;
    const other = folded.get(filename.toLowerCase()) ?? filename;
    folded.set(filename.toLowerCase(), other);
    const earlier = byName.get(other);
    if (earlier === undefined) byName.set(filename, entry);
    else if (other !== filename || !isSame(earlier, entry))
      throw new WheelworksError('index/two-files', `Two different files are named ${filename}.`, {
        evidence: `${shown(earlier)} and ${shown(entry)}`,
        hint: 'Leave one of them out. A name may stand for one file only.',
      });
  }
  return [...byName.values()];
}

function isSame(left: IndexEntry, right: IndexEntry): boolean {
  const [one, other] = [left.file.hashes['sha256'], right.file.hashes['sha256']];
  return one === undefined || other === undefined ? shown(left) === shown(right) : one === other;
}

function shown({ place }: IndexEntry): string {
  return place.kind === 'local' ? place.path : place.url;
}
