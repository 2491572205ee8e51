import type { LibraryFacts } from './read-library.ts';

/** Which C library a file is. */
export interface LibcVersion {
  readonly version: readonly [number, number];
  /** What it says of itself, with the vendor's name where that is part of it. */
  readonly banner?: string;
}

/**
 * The version of a glibc, from the banner that it prints when it is run as a program; of one whose vendor took that out, its newest symbol version.
 * Undefined when the file is no glibc.
 */
export function glibcVersion(facts: LibraryFacts, bytes: Uint8Array): LibcVersion | undefined {
  const banner = stringWith(bytes, 'GNU C Library ');
  const said = / version (\d+)\.(\d+)/.exec(banner ?? '');
  if (banner !== undefined && said !== null)
    return { version: [Number(said[1]), Number(said[2])], banner };
  const newest = [...facts.versions.keys()].flatMap((name) => {
    const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(name) ?? [];
    return major === undefined || minor === undefined
      ? []
      : [[Number(major), Number(minor)] as const];
  });
  const [version] = newest.sort(([a, b], [c, d]) => c - a || d - b);
  return version === undefined ? undefined : { version };
}

/** The version of a musl: a string of its own, which its loader prints. Undefined when the file is no musl. */
export function muslVersion(bytes: Uint8Array): LibcVersion | undefined {
  if (stringWith(bytes, 'musl libc (') === undefined) return undefined;
  const latin1 = Buffer.from(bytes).toString('latin1');
  const [, text, major, minor] = STRING.exec(latin1) ?? AFTER_DATA.exec(latin1) ?? [];
  if (text === undefined) return undefined;
  return { version: [Number(major), Number(minor)], banner: text };
}

/** Also `1.2.5_git20240512` of distributions that take a commit. */
const STRING = /\0((\d+)\.(\d+)\.\d+(?:[-_+][\w.+-]*)?)\0/;

/** Where constants without a zero at their end lie before it, as on i386. */
const AFTER_DATA = /((1)\.(\d{1,2})\.\d{1,2}(?:[-_+][\w.+-]*)?)\0/;

/** Longer texts are none that a library says in one line. */
const LONGEST_LINE = 200;

/** The first line of the string that begins with a text. */
function stringWith(bytes: Uint8Array, text: string): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = buffer.indexOf(text);
  if (start === -1) return undefined;
  return buffer.toString('latin1', start, start + LONGEST_LINE).split(/[\0\n]/, 1)[0];
}
