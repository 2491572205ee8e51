/** The fixed numbers of the deflate format: RFC 1951, section numbers beside each. */

/** 3.2.3: kinds of blocks. */
export const BLOCK = { stored: 0, fixed: 1, dynamic: 2 } as const;

/** 3.2.5: the symbol that ends a block; those above are lengths. */
export const END_OF_BLOCK = 256;

/** 3.2.5: the farthest that a match reaches back, so also all that restarting at a block needs of the output before. */
export const WINDOW: number = 32 << 10;

/** 3.2.5: symbols that mean something; the fixed codes have two more of each kind. */
export const LENGTH_SYMBOLS = 286;
export const DISTANCE_SYMBOLS = 30;

/** 3.2.7: no code is longer. */
export const LONGEST_CODE = 15;

/** 3.2.7: the order in which the lengths of the code length code come. */
export const CODE_LENGTH_ORDER: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** 3.2.5: the length that symbol 257 + index stands for, and the extra bits added to it. */
export const LENGTH_BASE: readonly number[] = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
export const LENGTH_EXTRA: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];

/** 3.2.5: the distance that a symbol stands for, and its extra bits. */
export const DISTANCE_BASE: readonly number[] = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
export const DISTANCE_EXTRA: readonly number[] = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];

/** 3.2.6: code lengths of the fixed codes. */
export function fixedLengths(): { readonly literals: Uint8Array; readonly distances: Uint8Array } {
  const literals = new Uint8Array(288).fill(8);
  literals.fill(9, 144, 256);
  literals.fill(7, 256, 280);
  return { literals, distances: new Uint8Array(32).fill(5) };
}
