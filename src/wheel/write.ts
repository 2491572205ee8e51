/** Writes a draft as a wheel file, under the name that its name, version, build and tags make. */
import { join } from 'node:path';
import { fileSink, writeZip, type WriteZipOptions, type ZipMember } from '../archive/zip/index.ts';
import { formatTagSet, parseWheelFilename, printMetadata } from '../packaging/index.ts';
import { writeFileAtomic } from '../support/atomic-file.ts';
import { WheelworksError } from '../support/errors.ts';
import { isSameFile } from '../support/same-file.ts';
import { REGULAR_MODE, type DraftMember, type WheelDraft } from './draft.ts';
import { compareMembers, distInfoStem } from './layout.ts';
import { recordBytes } from './new-record.ts';

export interface WriteWheelOptions {
  /** Time of every member; `SOURCE_DATE_EPOCH` when the caller has it. Default 1980-01-01. */
  readonly modified?: Date;
  /** zlib level of new members, 0 to 9. Default 6. */
  readonly level?: number;
  /** Replace a file of the same name. Default true: the same draft always gives the same bytes. */
  readonly replace?: boolean;
  /** Flush the folder too, so that the new name survives a power cut that comes right after. Default false. */
  readonly flushDirectory?: boolean;
  /** Members compressed at once. Default: the number of processors. Does not change the bytes. */
  readonly jobs?: number;
  /** Stops the writing; nothing is left of it. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (writtenBytes: number) => void;
  /** Looks at the finished file before it gets its name; when it throws, nothing is left. */
  readonly verify?: (temporary: string) => Promise<void>;
}

export interface WrittenWheel {
  readonly path: string;
  readonly filename: string;
  readonly size: number;
  /** Members whose compressed bytes were taken over from the old wheel. */
  readonly copied: number;
  /** Members that were compressed anew, WHEEL, METADATA and RECORD among them. */
  readonly compressed: number;
}

/**
 * The file name a draft will get. Name and version keep their spelling.
 * @throws WheelworksError `packaging/wheel-filename` when the parts make no file name.
 */
export function draftFilename(draft: WheelDraft): string {
  const build = draft.build === undefined ? '' : `-${draft.build}`;
  const filename = `${draft.name}-${draft.version}${build}-${formatTagSet(draft.tags)}.whl`;
  parseWheelFilename(filename);
  return filename;
}

/** Where a member of the draft ends up: below the final `.dist-info` and `.data` names. */
export function memberPath(draft: WheelDraft, path: string): string {
  const from = distInfoStem(draft.distInfo);
  for (const suffix of ['.dist-info/', '.data/']) {
    if (path.startsWith(from + suffix))
      return distInfoStem(draft.finalDistInfo) + path.slice(from.length);
  }
  return path;
}

/**
 * Writes the wheel into `directory`, whole or not at all: a temporary file beside it, flushed and renamed.
 * @throws WheelworksError `wheel/output-is-input` when it would replace the wheel it is made from,
 *   `wheel/record-mismatch` when that one's RECORD is wrong about a member that had to be hashed, `zip/*`, `file/*`;
 *   `file/exists` with `replace: false`; and what `signal` is aborted with.
 */
export async function writeWheel(
  draft: WheelDraft,
  directory: string,
  options: WriteWheelOptions = {},
): Promise<WrittenWheel> {
  const filename = draftFilename(draft);
  const path = join(directory, filename);
  await refuseOwnInput(draft, path);
  const members = zipMembers(draft);
  const { size } = await writeFileAtomic(
    path,
    async (handle, temporary) => {
      const written = await writeZip(fileSink(handle), members, zipOptions(options));
      options.signal?.throwIfAborted();
      await options.verify?.(temporary);
      return written;
    },
    { replace: options.replace ?? true, fsyncDirectory: options.flushDirectory ?? false },
  );
  const copied = members.filter((member) => member.source.kind === 'copy').length;
  return { path, filename, size, copied, compressed: members.length - copied };
}

/** Inputs are never changed in place, under whatever name or spelling of it they are given. */
async function refuseOwnInput(draft: WheelDraft, path: string): Promise<void> {
  const inputs = new Set<string>();
  for (const { source } of draft.members.values()) {
    if (source.kind === 'copy') inputs.add(source.archive.path);
  }
  for (const input of inputs) {
    if (!(await isSameFile(input, path))) continue;
    throw new WheelworksError(
      'wheel/output-is-input',
      `${path} is the wheel that the new one is made from.`,
      { path, hint: 'Write it to another folder.' },
    );
  }
}

function zipOptions(options: WriteWheelOptions): WriteZipOptions {
  const { modified, level, jobs, signal, onProgress } = options;
  return {
    ...(modified === undefined ? {} : { modified }),
    ...(level === undefined ? {} : { level }),
    ...(jobs === undefined ? {} : { concurrency: jobs }),
    onProgress: (bytes) => {
      signal?.throwIfAborted();
      onProgress?.(bytes);
    },
  };
}

/** Every member in a wheel's order, RECORD last and computed from those before it. */
export function zipMembers(draft: WheelDraft): ZipMember[] {
  const distInfo = draft.finalDistInfo;
  const files: { path: string; member: DraftMember }[] = [
    { path: `${distInfo}/METADATA`, member: newMember(printMetadata(draft.metadata)) },
    { path: `${distInfo}/WHEEL`, member: newMember(printMetadata(draft.wheelFile.document)) },
  ];
  for (const [origin, member] of draft.members)
    files.push({ path: memberPath(draft, origin), member });
  const order = compareMembers(distInfo);
  files.sort((left, right) => order(left.path, right.path));
  const recordPath = `${distInfo}/RECORD`;
  return [
    ...files.map(({ path, member: { mode, source, compress } }) => ({
      path,
      mode,
      source,
      ...(compress === undefined ? {} : { compress }),
    })),
    {
      path: recordPath,
      mode: REGULAR_MODE,
      source: {
        kind: 'late',
        bytes: (written) =>
          recordBytes(
            written,
            files.map(({ member }) => member),
            recordPath,
          ),
      },
    },
  ];
}

function newMember(bytes: Uint8Array): DraftMember {
  return { source: { kind: 'bytes', bytes }, mode: REGULAR_MODE };
}
