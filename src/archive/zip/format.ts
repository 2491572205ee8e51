/** Numbers of the zip format: PKWARE APPNOTE.TXT 6.3.10, section numbers beside each. */

/** 4.3.6 and following: the four bytes that start each record, read little-endian. */
export const SIGNATURE = {
  local: 0x04034b50,
  descriptor: 0x08074b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/** Bytes of each record without its variable parts. */
export const LENGTH = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;

/** 4.4.5: the compression methods that Python, and so PyPI and pip, accept in a wheel. */
export const METHOD = { store: 0, deflate: 8 } as const;

/** 4.4.4: general purpose bits. */
export const FLAG = {
  encrypted: 0x0001,
  descriptor: 0x0008,
  strongEncryption: 0x0040,
  utf8: 0x0800,
  maskedHeaders: 0x2000,
} as const;

/** 4.5.3 and 4.6.9: the extra fields that change what a header means. */
export const EXTRA = { zip64: 0x0001, unicodePath: 0x7075 } as const;

/** 4.4.2: "made by" a system whose external attributes hold a Unix mode. */
export const MADE_BY_UNIX = 3;

/** 4.4.1.4: a field at its maximum has its value in a zip64 record. */
export const MAX16 = 0xffff;
export const MAX32 = 0xffffffff;

/** One byte of deflate never gives more than this: 258 bytes cost at least two bits (RFC 1951 3.2.5). */
export const DEFLATE_MAX_RATIO = 1032;

/** File type bits of a Unix mode. */
export const MODE = {
  type: 0o170000,
  regular: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
} as const;
