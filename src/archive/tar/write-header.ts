import { BLOCK } from './header.ts';
import { largestOctal, octal } from './numbers.ts';
import { formatPax } from './pax.ts';

/** What the header of a member is made from. */
export interface HeaderFacts {
  /** With a slash at the end for folders. */
  readonly path: string;
  readonly typeFlag: '0' | '2' | '5';
  readonly size: number;
  readonly mode: number;
  readonly mtime: number;
  readonly linkTarget: string;
}

/**
 * The header blocks of a member: one in the ustar format, with an extended header before it only when something does
 * not fit in that or is not ASCII (POSIX.1-2017 pax). Owners are 0 and without names.
 */
export function formatHeader(facts: HeaderFacts): Uint8Array {
  const split = splitPath(facts.path);
  const records: Record<string, string> = {};
  if (split === undefined) records['path'] = facts.path;
  if (!fits(facts.linkTarget, 100)) records['linkpath'] = facts.linkTarget;
  if (facts.size > LARGEST_SIZE) records['size'] = String(facts.size);
  const header = block({
    ...facts,
    ...(split ?? { prefix: '', name: standIn(facts.path, facts.typeFlag === '5' ? '/' : '') }),
    linkTarget:
      records['linkpath'] === undefined ? facts.linkTarget : standIn(facts.linkTarget, ''),
    // Readers without the extended header should not take the member for a shorter one.
    size: records['size'] === undefined ? facts.size : 0,
  });
  if (Object.keys(records).length === 0) return header;
  const extended = formatPax(records);
  const extendedHeader = block({
    prefix: '',
    name: standIn(`PaxHeaders/${facts.path}`, ''),
    typeFlag: 'x',
    size: extended.length,
    mode: 0o644,
    mtime: facts.mtime,
    linkTarget: '',
  });
  return Buffer.concat([extendedHeader, extended, padding(extended.length), header]);
}

const LARGEST_SIZE = largestOctal(12);

/** Zeros up to the next block boundary. */
export function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

function fits(text: string, length: number): boolean {
  return /^[\x20-\x7e]*$/.test(text) && text.length <= length;
}

/** The two fields a path goes into; undefined when it cannot. */
function splitPath(path: string): { prefix: string; name: string } | undefined {
  if (fits(path, 100)) return { prefix: '', name: path };
  if (!fits(path, 256)) return undefined;
  // The first slash that leaves a name short enough; one at the very end marks a folder and cannot be cut at.
  const slash = path.indexOf('/', path.length - 101);
  if (slash < 1 || slash > 155 || slash === path.length - 1) return undefined;
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** What readers that do not know extended headers see: the end of the name, in ASCII. */
function standIn(text: string, ending: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]/gu, '_')
    .slice(-99)
    .replace(/^\/+/, '')
    .replace(/\/*$/, ending);
}

function block(fields: {
  prefix: string;
  name: string;
  typeFlag: string;
  size: number;
  mode: number;
  mtime: number;
  linkTarget: string;
}): Uint8Array {
  const bytes = Buffer.alloc(BLOCK);
  const put = (offset: number, text: string): void => {
    bytes.write(text, offset, 'latin1');
  };
  put(0, fields.name);
  put(100, octal(fields.mode, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(fields.size, 12));
  put(136, octal(fields.mtime, 12));
  put(156, fields.typeFlag);
  put(157, fields.linkTarget);
  put(257, 'ustar\x0000');
  put(329, octal(0, 8));
  put(337, octal(0, 8));
  put(345, fields.prefix);
  return withChecksum(bytes);
}

/** Fills in the checksum of a header: the sum of its bytes, with blanks where the checksum is. */
export function withChecksum(bytes: Buffer): Uint8Array {
  bytes.write(' '.repeat(8), 148, 'latin1');
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${octal(sum, 7)} `, 148, 'latin1');
  return bytes;
}
