import { BLOCK } from './header.ts';
import { largestOctal, octal } from './numbers.ts';
import { padding, withChecksum, type HeaderFacts } from './write-header.ts';

/**
 * The header blocks of a member in the format of GNU tar: names and targets that do not fit stand whole in a member of
 * type `L` or `K` before it. Owners are 0 and without names, as `--numeric-owner` writes them.
 */
export function formatGnuHeader(facts: HeaderFacts): Uint8Array {
  const name = Buffer.from(facts.path);
  const target = Buffer.from(facts.linkTarget);
  return Buffer.concat([
    ...(target.length > FIELD ? longMember('K', target) : []),
    ...(name.length > FIELD ? longMember('L', name) : []),
    block({ ...facts, name, target }),
  ]);
}

/** Names may fill their field: nothing has to end them. */
const FIELD = 100;

function longMember(typeFlag: 'L' | 'K', text: Uint8Array): Uint8Array[] {
  const size = text.length + 1;
  const name = Buffer.from('././@LongLink');
  const header = block({ name, typeFlag, size, mode: 0o644, mtime: 0, target: Buffer.alloc(0) });
  return [header, text, Buffer.alloc(1), padding(size)];
}

function block(fields: {
  readonly name: Uint8Array;
  readonly typeFlag: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: number;
  readonly target: Uint8Array;
}): Uint8Array {
  const bytes = Buffer.alloc(BLOCK);
  const put = (offset: number, text: string): void => {
    bytes.write(text, offset, 'latin1');
  };
  bytes.set(fields.name.subarray(0, FIELD), 0);
  put(100, octal(fields.mode, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  putSize(bytes, fields.size);
  put(136, octal(fields.mtime, 12));
  put(156, fields.typeFlag);
  bytes.set(fields.target.subarray(0, FIELD), 157);
  put(257, 'ustar  \0');
  return withChecksum(bytes);
}

/** Octal text, or from 8 GiB on a big-endian number with its first bit set. */
function putSize(bytes: Buffer, size: number): void {
  if (size <= largestOctal(12)) {
    bytes.write(octal(size, 12), 124, 'latin1');
    return;
  }
  bytes[124] = 0x80;
  bytes.writeBigUInt64BE(BigInt(size), 128);
}
