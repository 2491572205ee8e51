/**
 * Numbers in header fields: octal text (POSIX.1-2017 pax, "ustar Interchange Format"), or for values too large for it
 * the base-256 form that GNU tar and star introduced: the first byte is 0x80 or 0xff, the rest a big-endian two's
 * complement number.
 */

/**
 * The value of a field, or undefined when it is not a number. An empty field is 0. Spaces before the digits and spaces
 * or NULs after them are padding; nothing may follow those, because readers that stop there and readers that do not
 * would see different numbers.
 */
export function parseTarNumber(field: Uint8Array): number | undefined {
  const first = field[0] ?? 0;
  if (first === 0x80 || first === 0xff) return parseBase256(field);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(Buffer.from(field).toString('latin1'))?.[1];
  if (digits === undefined) return undefined;
  return digits === '' ? 0 : safe(BigInt(`0o${digits}`));
}

function parseBase256(field: Uint8Array): number | undefined {
  let value = field[0] === 0xff ? -1n : 0n;
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
  return safe(value);
}

function safe(value: bigint): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The largest value that `width` bytes of octal text and a NUL hold. */
export function largestOctal(width: number): number {
  return 8 ** (width - 1) - 1;
}

/** Octal text with leading zeros and a NUL at the end; `value` must be at most `largestOctal(width)`. */
export function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
