import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { BLOCK } from './header.ts';
import { normalizePath, unsafePathReason, unsafeTargetReason } from './member-path.ts';
import { MemberTree } from './member-tree.ts';
import { largestOctal } from './numbers.ts';
import { tarProblem } from './problem.ts';
import { formatGnuHeader } from './write-gnu-header.ts';
import { formatHeader, padding, type HeaderFacts } from './write-header.ts';

/** A member to be written. Modes are 755 for folders and executable files, 644 for other files, where none is given. */
export type TarInput =
  | {
      readonly type: 'file';
      readonly path: string;
      readonly executable?: boolean;
      /** Permission bits; they go before `executable`. */
      readonly mode?: number;
      readonly content: Uint8Array;
    }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly executable?: boolean;
      readonly mode?: number;
      /** Bytes that `content` will give. */
      readonly size: number;
      readonly content: () => AsyncIterable<Uint8Array>;
    }
  | { readonly type: 'directory'; readonly path: string; readonly mode?: number }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string };

/**
 * How members are laid out. `pax`: ustar, with pax headers only where a name or size needs one. `gnu`: as GNU tar makes
 * them with `--format=gnu --numeric-owner --sort=name`, for readers that know no pax headers: every name below `./`, long
 * names in `L` and `K` headers, the whole a multiple of 10 240 bytes. A folder `.` is the root and comes first.
 */
export type TarFormat = 'pax' | 'gnu';

/** What all members have in common. */
export interface WriteTarOptions {
  /** The time of every member, in whole seconds since 1970; as a rule `SOURCE_DATE_EPOCH`. */
  readonly mtime: number;
  /** Names the archive in errors. */
  readonly path?: string;
  /** Default `pax`. */
  readonly format?: TarFormat;
  /** Default `sorted`, by path. */
  readonly order?: 'sorted' | 'given';
  /** Default `inside`: a symbolic link that could lead out of the archive is refused. `any`: what a target is is not looked at. */
  readonly linkTargets?: 'inside' | 'any';
}

/** Where bytes go; resolves when they may be followed by more. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes an uncompressed tar archive: as a rule sorted by path, owners 0, one time for all. The same members give the
 * same bytes on every host.
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
  const layout = LAYOUTS[options.format ?? 'pax'];
  let written = 0;
  const counted = (bytes: Uint8Array): Uint8Array => {
    written += bytes.length;
    return bytes;
  };
  for (const member of checkedAndSorted(members, archive, options)) {
    const isFile = member.type === 'file';
    const size = isFile ? sizeOf(member) : 0;
    const path = layout.prefix + member.path;
    yield counted(
      layout.header({
        path: member.type === 'directory' && member.path !== '' ? `${path}/` : path,
        typeFlag: TYPE_FLAGS[member.type],
        size,
        mode: modeOf(member),
        mtime,
        linkTarget: member.type === 'symlink' ? member.target : '',
      }),
    );
    if (!isFile) continue;
    for await (const chunk of contentOf(member, archive)) yield counted(chunk);
    if (size % BLOCK !== 0) yield counted(padding(size));
  }
  yield counted(new Uint8Array(2 * BLOCK));
  if (written % layout.record !== 0)
    yield new Uint8Array(layout.record - (written % layout.record));
}

const TYPE_FLAGS = { file: '0', symlink: '2', directory: '5' } as const;

/** Bytes of the records of GNU tar: twenty blocks, which tapes took at once. */
const GNU_RECORD = 20 * BLOCK;

interface Layout {
  readonly header: (facts: HeaderFacts) => Uint8Array;
  /** Goes before every name. */
  readonly prefix: string;
  /** The whole is a multiple of so many bytes. */
  readonly record: number;
}

const LAYOUTS: Readonly<Record<TarFormat, Layout>> = {
  pax: { header: formatHeader, prefix: '', record: BLOCK },
  gnu: { header: formatGnuHeader, prefix: './', record: GNU_RECORD },
};

function modeOf(member: TarInput): number {
  if (member.type === 'symlink') return 0o777;
  if (member.mode !== undefined) return member.mode & 0o7777;
  return member.type === 'file' && member.executable !== true ? 0o644 : 0o755;
}

/** What we write must be what our own reader takes, whatever the rest of the program thinks of the names. */
function checkedAndSorted(
  members: readonly TarInput[],
  archive: string,
  options: WriteTarOptions,
): readonly TarInput[] {
  const tree = new MemberTree(archive, Number.POSITIVE_INFINITY);
  const isGnu = options.format === 'gnu';
  const checked = members.map((member): TarInput => {
    const isRoot = isGnu && member.type === 'directory' && normalizePath(member.path) === '';
    return { ...member, path: isRoot ? '' : checkedPath(member.path, archive) };
  });
  const sorted = options.order === 'given' ? checked : checked.sort(isGnu ? asListed : byUnits);
  for (const member of sorted) {
    if (member.path === '') continue;
    tree.add(member.path, member.type, 0);
    if (member.type !== 'symlink' || options.linkTargets === 'any') continue;
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

/** By UTF-16 units: the same everywhere, and a folder comes before what is in it. */
function byUnits(one: TarInput, other: TarInput): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}

/** Folder by folder, names in byte order: everything in `a` comes before `a-b`, though `/` is after `-`. */
function asListed(one: TarInput, other: TarInput): number {
  const key = ({ path }: TarInput): Buffer => Buffer.from(path.replaceAll('/', '\0'));
  return Buffer.compare(key(one), key(other));
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
