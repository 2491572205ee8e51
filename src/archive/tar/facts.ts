import type { ErrorCode, WheelworksError } from '../../support/errors.ts';
import type { RawHeader } from './header.ts';
import {
  LONGEST_PATH,
  decodeName,
  normalizePath,
  unsafePathReason,
  unsafeTargetReason,
} from './member-path.ts';
import type { TarMemberType } from './member-tree.ts';
import { largestOctal } from './numbers.ts';
import type { PaxRecords } from './pax.ts';
import { tarProblem } from './problem.ts';

/** What an archive says about one member, after everything that may say it has been heard. */
export interface TarHeader {
  /** Relative, with `/`, without `.` parts or a slash at the end. */
  readonly path: string;
  readonly type: TarMemberType;
  /** Bytes of content; 0 for everything that is not a file. */
  readonly size: number;
  /** Permission bits with set-user, set-group and sticky bits, as in the archive. */
  readonly mode: number;
  /** Seconds since 1970; with a fraction where the archive has one. */
  readonly mtime: number;
  /** Of a symbolic link as written; of a hard link the normalised path of the member it is another name of. */
  readonly linkTarget?: string;
  /** Where its header is in the uncompressed archive. */
  readonly offset: number;
}

/** The headers that stand before a member and say more about it. */
export interface ExtendedFacts {
  /** The records of its own extended header over those of the global ones. */
  readonly pax: PaxRecords;
  /** GNU `L` and `K` headers. */
  readonly longName?: Uint8Array;
  readonly longLink?: Uint8Array;
}

/** How strict a reading is about links. */
export interface LinkRule {
  /** `inside`: a symbolic link that could lead out of the archive is refused. `any`: it is only reported. */
  readonly linkTargets: 'inside' | 'any';
}

/**
 * Settles what a member is. Where two headers contradict each other readers choose differently, so that one would check
 * what another does not install: such members are refused.
 * @returns undefined for the root folder of the archive itself (`./`), which is no member.
 * @throws WheelworksError `tar/ambiguous`, `tar/bad-name`, `tar/bad-pax`, `tar/metadata-limit`, `tar/sparse`,
 *   `tar/special-file`, `tar/unknown-type`, `tar/unsafe-link`, `tar/unsafe-path`.
 */
export function settleFacts(
  header: RawHeader,
  extended: ExtendedFacts,
  context: { readonly archive: string } & LinkRule,
): TarHeader | undefined {
  const refuse = refusal(header, context.archive);
  const { pax } = extended;
  const writtenPath = decode(pathBytes(header, extended, refuse), 'name', refuse);
  const type = typeOf(header, writtenPath, refuse);
  const size = settleSize(header, pax, refuse);
  if (type !== 'file' && size !== 0)
    throw refuse(
      'tar/ambiguous',
      `${writtenPath} is a ${type} with content, which some readers skip and others do not.`,
    );
  const unsafe = unsafePathReason(writtenPath);
  if (unsafe !== undefined)
    throw refuse('tar/unsafe-path', `The member name ${writtenPath} is ${unsafe}.`);
  const path = normalizePath(writtenPath);
  if (path === '') {
    if (type === 'directory') return undefined;
    throw refuse('tar/unsafe-path', `A ${type} has the name of the archive's root folder.`);
  }
  const facts = { path, type, size, mode: header.mode, mtime: settleTime(header, pax, refuse) };
  const { offset } = header;
  if (type !== 'symlink' && type !== 'hardlink') return { ...facts, offset };

  const target = decode(linkBytes(header, extended, refuse), 'link target', refuse);
  const linkTarget = type === 'hardlink' ? hardTarget(target, path, refuse) : target;
  const unsafeTarget = type === 'symlink' ? unsafeTargetReason(path, target) : undefined;
  if (unsafeTarget !== undefined && context.linkTargets === 'inside')
    throw refuse('tar/unsafe-link', `The target ${target} of the link ${path} is ${unsafeTarget}.`);
  return { ...facts, linkTarget, offset };
}

type Refuse = (code: ErrorCode, message: string, evidence?: string) => WheelworksError;

function refusal(header: RawHeader, archive: string): Refuse {
  return (code, message, evidence) =>
    tarProblem(code, message, {
      archive,
      offset: header.offset,
      ...(evidence === undefined ? {} : { evidence }),
    });
}

function pathBytes(header: RawHeader, extended: ExtendedFacts, refuse: Refuse): Uint8Array {
  const long = agreed(extended.pax.get('path'), extended.longName, 'names', refuse);
  if (long !== undefined) return long;
  if (header.prefix.length === 0) return header.name;
  return Buffer.concat([header.prefix, Buffer.from('/'), header.name]);
}

function linkBytes(header: RawHeader, extended: ExtendedFacts, refuse: Refuse): Uint8Array {
  const long = agreed(extended.pax.get('linkpath'), extended.longLink, 'link targets', refuse);
  return long ?? header.linkName;
}

/** Whichever of two headers says something; both may when they say the same. */
function agreed(
  pax: Uint8Array | undefined,
  gnu: Uint8Array | undefined,
  what: string,
  refuse: Refuse,
): Uint8Array | undefined {
  if (pax !== undefined && gnu !== undefined && Buffer.compare(pax, gnu) !== 0)
    throw refuse(
      'tar/ambiguous',
      `A member has two different ${what}.`,
      `${show(pax)}, ${show(gnu)}`,
    );
  return pax ?? gnu;
}

function show(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes.subarray(0, 100)).toString('utf8'));
}

function decode(bytes: Uint8Array, what: string, refuse: Refuse): string {
  if (bytes.length > LONGEST_PATH)
    throw refuse(
      'tar/metadata-limit',
      `A ${what} has ${bytes.length} bytes.`,
      `limit ${LONGEST_PATH}`,
    );
  const text = decodeName(bytes);
  if (text === undefined)
    throw refuse(
      'tar/bad-name',
      `A ${what} is empty, contains a NUL or is not UTF-8.`,
      show(bytes),
    );
  return text;
}

/** The type flags that are something a distribution holds. `7` is a file laid out contiguously, long ago. */
const TYPES: Readonly<Record<string, TarMemberType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};

const SPECIAL: Readonly<Record<string, string>> = {
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a named pipe',
};

function typeOf(header: RawHeader, path: string, refuse: Refuse): TarMemberType {
  const flag = header.typeFlag;
  const special = SPECIAL[flag];
  if (special !== undefined) throw refuse('tar/special-file', `${path} is ${special}.`);
  if (flag === 'S')
    throw refuse('tar/sparse', `${path} is a sparse file, which distributions do not use.`);
  const type = TYPES[flag];
  if (type === undefined)
    throw refuse(
      'tar/unknown-type',
      `${path} is of an unknown type.`,
      `type flag ${JSON.stringify(flag)}`,
    );
  if (!path.endsWith('/') || type === 'directory') return type;
  // The V7 format has no type for folders: it marks them by the slash.
  if (flag === '\0') return 'directory';
  throw refuse('tar/ambiguous', `${path} is a ${type} whose name is that of a folder.`);
}

/** What ustar fields hold at most; some writers fill the field with it when the real size is in the pax header. */
const LARGEST_FIELD = largestOctal(12);

function settleSize(header: RawHeader, pax: PaxRecords, refuse: Refuse): number {
  const size = number(pax, 'size', /^[0-9]{1,16}$/, refuse);
  if (size === undefined || size === header.size) return header.size;
  // A reader that goes by the other size finds other members behind this one.
  if (header.size !== 0 && header.size !== LARGEST_FIELD)
    throw refuse('tar/ambiguous', 'A member has two different sizes.', `${header.size}, ${size}`);
  if (!Number.isSafeInteger(size)) throw refuse('tar/bad-pax', `A member's size is impossible.`);
  return size;
}

function settleTime(header: RawHeader, pax: PaxRecords, refuse: Refuse): number {
  return number(pax, 'mtime', /^-?[0-9]{1,16}(?:\.[0-9]{0,20})?$/, refuse) ?? header.mtime;
}

function number(pax: PaxRecords, key: string, form: RegExp, refuse: Refuse): number | undefined {
  const bytes = pax.get(key);
  if (bytes === undefined) return undefined;
  const text = Buffer.from(bytes).toString('latin1');
  if (form.test(text)) return Number(text);
  throw refuse('tar/bad-pax', `A member's ${key} is not a number.`, show(bytes));
}

function hardTarget(target: string, path: string, refuse: Refuse): string {
  const unsafe = unsafePathReason(target);
  if (unsafe !== undefined)
    throw refuse('tar/unsafe-link', `The target ${target} of the link ${path} is ${unsafe}.`);
  return normalizePath(target);
}
