import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { BLOCK } from './header.ts';
import { normalizePath, unsafePathReason, unsafeTargetReason } from './member-path.ts';
import { MemberTree } from './member-tree.ts';
import { largestOctal } from './numbers.ts';
import { tarProblem } from './problem.ts';
import { formatHeader, padding } from './write-header.ts';

/** A member to be written. Modes are 755 for folders and executable files, 644 for other files. */
export type TarInput =
  | {
      readonly type: 'file';
      readonly path: string;
      readonly executable?: boolean;
      readonly content: Uint8Array;
    }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly executable?: boolean;
      /** Bytes that `content` will give. */
      readonly size: number;
      readonly content: () => AsyncIterable<Uint8Array>;
    }
  | { readonly type: 'directory'; readonly path: string }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string };

/** What all members have in common. */
export interface WriteTarOptions {
  /** The time of every member, in whole seconds since 1970; as a rule `SOURCE_DATE_EPOCH`. */
  readonly mtime: number;
  /** Names the archive in errors. */
  readonly path?: string;
}

/** Where bytes go; resolves when they may be followed by more. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes an uncompressed tar archive: ustar, with pax headers only where a name or size needs one; sorted by path,
 * owners 0, one time for all. The same members give the same bytes on every host.
 * @throws WheelworksError `tar/unsafe-path`, `tar/unsafe-link`, `tar/duplicate`, `tar/path-conflict`, `tar/bad-time`,
 *   `tar/size-mismatch` when a content is not as long as announced; and whatever a content or the sink throws.
 */
export async function writeTar(
  sink: ByteSink,
  members: readonly TarInput[],
  options: WriteTarOptions,
): Promise<void> {
  for await (const chunk of tarChunks(members, options)) await sink(chunk);
}

/**
 * The same, compressed with gzip (RFC 1952); its header has the members' time and names no system. The compressed
 * bytes are those of Node's zlib, whose versions may differ in them.
 * @throws WheelworksError as `writeTar`.
 */
export async function writeTarGz(
  sink: ByteSink,
  members: readonly TarInput[],
  options: WriteTarOptions,
): Promise<void> {
  const plain = { crc: 0, size: 0 };
  const deflate = createDeflateRaw({ level: COMPRESSION_LEVEL });
  const feeding = pipeline(Readable.from(measured(tarChunks(members, options), plain)), deflate);
  // Its failure comes out of the loop below; without this it would be reported twice.
  feeding.catch(() => {});
  try {
    let started = false;
    for await (const chunk of deflate) {
      if (!started) await sink(gzipHeader(options.mtime));
      started = true;
      await sink(chunk as Buffer);
    }
    await feeding;
  } finally {
    deflate.destroy();
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(plain.crc, 0);
  trailer.writeUInt32LE(plain.size % 2 ** 32, 4);
  await sink(trailer);
}

const COMPRESSION_LEVEL = 9;

function gzipHeader(mtime: number): Uint8Array {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  header.writeUInt32LE(mtime % 2 ** 32, 4);
  return header;
}

async function* measured(
  chunks: AsyncIterable<Uint8Array>,
  total: { crc: number; size: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    total.crc = crc32(chunk, total.crc);
    total.size += chunk.length;
    yield chunk;
  }
}

async function* tarChunks(
  members: readonly TarInput[],
  options: WriteTarOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const archive = options.path ?? '<tar>';
  const { mtime } = options;
  if (!Number.isInteger(mtime) || mtime < 0 || mtime > largestOctal(12))
    throw tarProblem('tar/bad-time', `${mtime} cannot be the time of a member.`, {
      archive,
      hint: 'SOURCE_DATE_EPOCH must be a whole number of seconds since 1970.',
    });
  for (const member of checkedAndSorted(members, archive)) {
    const isFile = member.type === 'file';
    const size = isFile ? sizeOf(member) : 0;
    yield formatHeader({
      path: member.type === 'directory' ? `${member.path}/` : member.path,
      typeFlag: TYPE_FLAGS[member.type],
      size,
      mode:
        isFile && member.executable !== true ? 0o644 : member.type === 'symlink' ? 0o777 : 0o755,
      mtime,
      linkTarget: member.type === 'symlink' ? member.target : '',
    });
    if (!isFile) continue;
    yield* contentOf(member, archive);
    if (size % BLOCK !== 0) yield padding(size);
  }
  yield new Uint8Array(2 * BLOCK);
}

const TYPE_FLAGS = { file: '0', symlink: '2', directory: '5' } as const;

/** What we write must be what our own reader takes, whatever the rest of the program thinks of the names. */
function checkedAndSorted(members: readonly TarInput[], archive: string): readonly TarInput[] {
  const tree = new MemberTree(archive, Number.POSITIVE_INFINITY);
  const sorted = members
    .map((member): TarInput => ({ ...member, path: checkedPath(member.path, archive) }))
    // By UTF-16 units: the same everywhere, and a folder comes before what is in it.
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const member of sorted) {
    tree.add(member.path, member.type, 0);
    if (member.type !== 'symlink') continue;
    const unsafe = unsafeTargetReason(member.path, member.target);
    if (unsafe !== undefined)
      throw tarProblem(
        'tar/unsafe-link',
        `The target ${member.target} of the link ${member.path} is ${unsafe}.`,
        {
          archive,
          member: member.path,
        },
      );
  }
  return sorted;
}

function checkedPath(path: string, archive: string): string {
  const reason = path.includes('\0') ? 'impossible: it contains a NUL' : unsafePathReason(path);
  if (reason !== undefined)
    throw tarProblem('tar/unsafe-path', `The member name ${path} is ${reason}.`, { archive });
  const normal = normalizePath(path);
  if (normal !== '') return normal;
  throw tarProblem('tar/unsafe-path', 'A member has no name.', { archive });
}

type FileInput = Extract<TarInput, { type: 'file' }>;

function sizeOf(member: FileInput): number {
  return 'size' in member ? member.size : member.content.length;
}

async function* contentOf(
  member: FileInput,
  archive: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!('size' in member)) {
    if (member.content.length > 0) yield member.content;
    return;
  }
  let written = 0;
  for await (const chunk of member.content()) {
    written += chunk.length;
    if (written > member.size) throw sizeMismatch(member, archive, `more than ${member.size}`);
    yield chunk;
  }
  if (written < member.size) throw sizeMismatch(member, archive, `only ${written}`);
}

function sizeMismatch(
  member: FileInput & { readonly size: number },
  archive: string,
  found: string,
): Error {
  return tarProblem('tar/size-mismatch', `${member.path} changed while it was written.`, {
    archive,
    member: member.path,
    evidence: `${found} bytes instead of ${member.size}`,
  });
}
