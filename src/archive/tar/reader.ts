/**
 * Reading tar archives: POSIX.1-2017 pax with its ustar predecessor, the GNU and V7 formats. The rules about what is
 * refused follow one thought: every reader must see the same members, and unpacking them must stay inside a folder.
 *
 * The state between two members: the cursor stands at a block boundary; `globals` holds the records of all global
 * headers so far; nothing is pending.
 */
import { MemberContent } from './content.ts';
import { StreamCursor } from './cursor.ts';
import { settleFacts, type ExtendedFacts, type LinkRule, type TarHeader } from './facts.ts';
import { BLOCK, hasValidChecksum, isZeroBlock, parseHeader, type RawHeader } from './header.ts';
import { MemberTree } from './member-tree.ts';
import { isSparse, parsePax, usedRecords, type PaxRecords } from './pax.ts';
import { tarProblem } from './problem.ts';

/** How an archive is read and how much of it is believed. */
export interface ReadTarOptions extends Partial<LinkRule> {
  /** Names the archive in errors. */
  readonly path?: string;
  /** Members and the folders they imply. Default 200 000. */
  readonly maxMembers?: number;
  /** Bytes of all extended headers of one member, and of all global ones. Default 1 MiB. */
  readonly maxMetadata?: number;
  /** `refuse` for archives whose other readers take pax headers for files. Default `read`. */
  readonly pax?: 'read' | 'refuse';
}

const DEFAULT_MAX_MEMBERS = 200_000;
const DEFAULT_MAX_METADATA = 1 << 20;

/** One member of an archive that is being read. */
export interface TarMember extends TarHeader {
  /** Its content, once, and only until the next member is asked for; the chunks may be kept. */
  readonly content: () => AsyncIterable<Uint8Array>;
  /**
   * Its content in one piece.
   * @throws WheelworksError `tar/member-too-large` when it has more than `maxSize` bytes.
   */
  readonly bytes: (maxSize: number) => Promise<Uint8Array>;
}

/**
 * The members of an uncompressed tar archive in their order, each with its content; what is not read is skipped.
 * Leaving the loop early closes the source. What follows the end mark is read too, and must hold no further member.
 * @throws WheelworksError `tar/*` (`tar/pax-header` where those are refused), and whatever the source throws.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  options: ReadTarOptions = {},
): AsyncGenerator<TarMember, void, undefined> {
  const context: Context = {
    archive: options.path ?? '<tar>',
    linkTargets: options.linkTargets ?? 'inside',
    maxMetadata: options.maxMetadata ?? DEFAULT_MAX_METADATA,
    pax: options.pax ?? 'read',
  };
  const cursor = new StreamCursor(source, context.archive);
  const tree = new MemberTree(context.archive, options.maxMembers ?? DEFAULT_MAX_MEMBERS);
  const globals: Globals = { records: new Map(), bytes: 0 };
  try {
    for (;;) {
      const next = await nextHeader(cursor, globals, context);
      if (next === 'end') break;
      // The root folder; it has no content.
      if (next === undefined) continue;
      checkHardLink(next, tree, context.archive);
      tree.add(next.path, next.type, next.offset);
      const content = new MemberContent(cursor, next, context.archive);
      yield {
        ...next,
        content: () => content.chunks(),
        bytes: (maxSize) => content.bytes(maxSize),
      };
      await content.pass();
    }
    await checkRest(cursor, context.archive);
  } finally {
    await cursor.close();
  }
}

interface Context extends LinkRule {
  readonly archive: string;
  readonly maxMetadata: number;
  readonly pax: 'read' | 'refuse';
}

interface Globals {
  records: PaxRecords;
  bytes: number;
}

/** Reads up to and including the header of the next member, with all extended headers before it. */
async function nextHeader(
  cursor: StreamCursor,
  globals: Globals,
  context: Context,
): Promise<TarHeader | 'end' | undefined> {
  const pending: Pending = {};
  let budget = context.maxMetadata;
  for (;;) {
    const header = await readHeader(cursor, context.archive);
    if (header === 'end') {
      if (Object.keys(pending).length === 0) return 'end';
      throw cursor.truncated('a member: its extended header is the last one');
    }
    if (!isMetadata(header.typeFlag))
      return settleFacts(header, extendedFacts(pending, globals), context);
    if (context.pax === 'refuse' && 'xg'.includes(header.typeFlag))
      throw tarProblem('tar/pax-header', `${context.archive} has a pax header.`, {
        archive: context.archive,
        offset: header.offset,
        hint: 'Make it with --format=gnu: what installs it knows no pax headers, and writes them out as files.',
      });
    const used = header.typeFlag === 'g' ? globals.bytes : context.maxMetadata - budget;
    const bytes = await readMetadata(cursor, header, { ...context, used });
    // Its block counts too: a long row of empty ones is no way around the limit.
    if (header.typeFlag === 'g') globals.bytes += bytes.length + BLOCK;
    else budget -= bytes.length + BLOCK;
    takeMetadata(header, bytes, { pending, globals, archive: context.archive });
  }
}

/** What the headers between two members have said about the second. */
interface Pending {
  pax?: PaxRecords;
  longName?: Uint8Array;
  longLink?: Uint8Array;
}

async function readHeader(cursor: StreamCursor, archive: string): Promise<RawHeader | 'end'> {
  const { offset } = cursor;
  const block = await cursor.exactly(
    BLOCK,
    offset === 0 ? 'its first header' : 'its list of members',
  );
  return isZeroBlock(block) ? 'end' : parseHeader(block, offset, archive);
}

/** `x` and `g`: pax, for one member and for all that follow. `L` and `K`: GNU, a long name and a long link target. */
function isMetadata(typeFlag: string): boolean {
  return 'xgLK'.includes(typeFlag);
}

/** The size is that of the header itself: what an extended header says is for the member, not for headers between. */
async function readMetadata(
  cursor: StreamCursor,
  header: RawHeader,
  limits: { archive: string; maxMetadata: number; used: number },
): Promise<Uint8Array> {
  if (header.size > limits.maxMetadata - limits.used)
    throw tarProblem('tar/metadata-limit', `The extended headers of a member are too large.`, {
      archive: limits.archive,
      offset: header.offset,
      evidence: `${header.size} bytes more, limit ${limits.maxMetadata}`,
    });
  const bytes = await cursor.exactly(header.size, 'an extended header');
  const padding = (BLOCK - (header.size % BLOCK)) % BLOCK;
  await cursor.skip(padding, 'an extended header');
  // Copied out of the chunk, which is much larger and would stay in memory with it.
  return Uint8Array.from(bytes);
}

function takeMetadata(
  header: RawHeader,
  bytes: Uint8Array,
  state: { pending: Pending; globals: Globals; archive: string },
): void {
  const { pending, globals, archive } = state;
  const place = { archive, offset: header.offset };
  const once = (known: unknown): void => {
    if (known !== undefined)
      throw tarProblem(
        'tar/ambiguous',
        `A member has two extended headers of the same kind.`,
        place,
      );
  };
  if (header.typeFlag === 'L') {
    once(pending.longName);
    pending.longName = withoutFinalNul(bytes);
    return;
  }
  if (header.typeFlag === 'K') {
    once(pending.longLink);
    pending.longLink = withoutFinalNul(bytes);
    return;
  }
  const records = parsePax(bytes);
  if (records === undefined)
    throw tarProblem(
      'tar/bad-pax',
      'The records of an extended header do not fit their lengths.',
      place,
    );
  if (isSparse(records))
    throw tarProblem(
      'tar/sparse',
      'A member is a sparse file, which distributions do not use.',
      place,
    );
  if (header.typeFlag === 'g') {
    globals.records = merged(globals.records, usedRecords(records));
    return;
  }
  once(pending.pax);
  pending.pax = usedRecords(records);
}

function withoutFinalNul(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
}

function extendedFacts(pending: Pending, globals: Globals): ExtendedFacts {
  const { longName, longLink } = pending;
  return {
    pax: merged(globals.records, pending.pax ?? new Map()),
    ...(longName === undefined ? {} : { longName }),
    ...(longLink === undefined ? {} : { longLink }),
  };
}

/** Later records replace earlier ones; an empty value removes the record. */
function merged(base: PaxRecords, over: PaxRecords): PaxRecords {
  if (over.size === 0) return base;
  const both = new Map([...base, ...over]);
  return new Map([...both].filter(([, value]) => value.length > 0));
}

/** A hard link must be to a file that came before: nothing else can be made, or followed without a second look. */
function checkHardLink(header: TarHeader, tree: MemberTree, archive: string): void {
  if (header.type !== 'hardlink') return;
  const target = header.linkTarget ?? '';
  const type = tree.typeOf(target);
  if (type === 'file' || type === 'hardlink') return;
  const what = type === undefined ? 'not in the archive before it' : `a ${type}`;
  throw tarProblem(
    'tar/unsafe-link',
    `The hard link ${header.path} is to ${target}, which is ${what}.`,
    {
      archive,
      member: header.path,
      offset: header.offset,
    },
  );
}

/**
 * Behind the first zero block every reader stops, unless it is told to go on. So padding and rubbish are let be, but a
 * header there is a second list of members that some see and others do not.
 */
async function checkRest(cursor: StreamCursor, archive: string): Promise<void> {
  for (;;) {
    const { offset } = cursor;
    const block = await cursor.upTo(BLOCK);
    if (block.length < BLOCK) return;
    if (!isZeroBlock(block) && hasValidChecksum(block))
      throw tarProblem(
        'tar/hidden-members',
        'There are further members behind the end of the archive.',
        {
          archive,
          offset,
        },
      );
  }
}
