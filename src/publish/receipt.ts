/**
 * The receipt of a release: what went where, when, with which digests. It is the journal, too: written before and after
 * each request, so that an interrupted run goes on from it.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { formatVersion, tryParseVersion } from '../packaging/index.ts';
import { writeFileAtomic } from '../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import { sha256 } from '../support/hash.ts';
import type { Destination } from './destination.ts';
import type { PublishFile } from './publish-file.ts';

const SCHEMA = 'wheelworks.publish-receipt/1';

const entry = z.object({
  filename: z.string(),
  size: z.number(),
  sha256: z.string(),
  blake2b256: z.string(),
  /**
   * `sending`: a request was begun and its end is not known. `sent`, `arrived`, `present`: the index has it.
   * `failed`: it was refused.
   */
  state: z.enum(['sending', 'sent', 'arrived', 'present', 'failed']),
  attempts: z.number(),
  /** UTC, of the last change. */
  at: z.string(),
  status: z.number().optional(),
  warnings: z.array(z.string()).default([]),
  attestations: z.number().optional(),
  error: z
    .object({ code: z.string(), message: z.string(), evidence: z.string().optional() })
    .optional(),
});

const receipt = z.object({
  schema: z.literal(SCHEMA),
  tool: z.string(),
  releases: z.array(z.object({ project: z.string(), version: z.string() })),
  destinations: z.array(z.object({ name: z.string(), upload: z.string(), files: z.array(entry) })),
});

/** What became of one file at one destination. */
export type ReceiptEntry = z.output<typeof entry>;

/** The file as it is on disk. */
export type ReceiptDocument = z.output<typeof receipt>;

/** What is written of a file. */
export type ReceiptUpdate = Pick<ReceiptEntry, 'state' | 'attempts'> &
  Partial<Pick<ReceiptEntry, 'status' | 'warnings' | 'attestations' | 'error'>>;

/** An open receipt. */
export interface Receipt {
  readonly path: string;
  /** What is known of a file at a destination; undefined also when its bytes were others then. */
  entryOf(upload: string, file: PublishFile): ReceiptEntry | undefined;
  /** What all files were at other destinations. */
  destinations(): ReceiptDocument['destinations'];
  /** Writes what is known now; on the disk when it resolves. */
  record(destination: Destination, file: PublishFile, update: ReceiptUpdate): Promise<void>;
}

/** Where the receipt of a set of files lies when nobody says. */
export function receiptPath(folder: string, files: readonly PublishFile[]): string {
  const releases = [
    ...new Set(files.map(({ project, version }) => `${project}-${normalVersion(version)}`)),
  ].sort();
  const [only = 'nothing'] = releases;
  const set = releases.length === 1 ? only : sha256(releases.join(' ')).slice(0, 12);
  return join(folder, '.wheelworks', `publish-${set.replaceAll(/[^A-Za-z0-9._+!-]/g, '_')}.json`);
}

function normalVersion(version: string): string {
  const parsed = tryParseVersion(version);
  return parsed === undefined ? version : formatVersion(parsed);
}

/**
 * Opens a receipt; a new one when there is none.
 * @throws WheelworksError `publish/bad-receipt`, `file/*`.
 */
export async function openReceipt(
  path: string,
  files: readonly PublishFile[],
  options: { readonly tool: string; readonly now: () => number },
): Promise<Receipt> {
  const found = await readReceipt(path);
  const destinations = (found?.destinations ?? []).map((each) => ({
    ...each,
    files: new Map(each.files.map((file) => [file.filename, file])),
  }));
  const releases = releasesOf(files, found);
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const document: ReceiptDocument = {
      schema: SCHEMA,
      tool: options.tool,
      releases,
      destinations: destinations.map((each) => ({
        ...each,
        files: [...each.files.values()].toSorted((left, right) =>
          left.filename < right.filename ? -1 : 1,
        ),
      })),
    };
    await makeFolders(dirname(path));
    await writeFileAtomic(path, async (handle) => {
      await handle.writeFile(`${JSON.stringify(document, undefined, 2)}\n`);
    });
  };
  return {
    path,
    entryOf(upload, file) {
      const known = destinations.find((each) => each.upload === upload)?.files.get(file.filename);
      return known?.sha256 === file.sha256 ? known : undefined;
    },
    destinations: () => destinations.map((each) => ({ ...each, files: [...each.files.values()] })),
    async record({ name, upload }, file, update) {
      let place = destinations.find((each) => each.upload === upload);
      if (place === undefined) {
        place = { name, upload, files: new Map<string, ReceiptEntry>() };
        destinations.push(place);
      }
      place.files.set(file.filename, {
        filename: file.filename,
        size: file.size,
        sha256: file.sha256,
        blake2b256: file.blake2b256,
        at: new Date(options.now()).toISOString(),
        warnings: [],
        ...update,
      });
      // One after the other: an older state must never come to lie over a newer one.
      writing = writing.catch(() => {}).then(write);
      await writing;
    },
  };
}

/**
 * Reads a receipt; undefined when there is none.
 * @throws WheelworksError `publish/bad-receipt`, `file/*`.
 */
export async function readReceipt(path: string): Promise<ReceiptDocument | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
  const parsed = receipt.safeParse(asJson(text));
  if (parsed.success) return parsed.data;
  throw new WheelworksError('publish/bad-receipt', `${path} is no receipt of a release.`, {
    path,
    evidence: parsed.error.issues[0]?.message ?? '',
    hint: 'Move it away, or name another with --receipt; the index is asked what it has.',
  });
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function releasesOf(
  files: readonly PublishFile[],
  found: ReceiptDocument | undefined,
): ReceiptDocument['releases'] {
  const all = [
    ...(found?.releases ?? []),
    ...files.map(({ project, version }) => ({ project, version })),
  ];
  return [...new Map(all.map((each) => [`${each.project} ${each.version}`, each])).values()];
}
