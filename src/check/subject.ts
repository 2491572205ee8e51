/** A distribution as the rules see it: opened once, read as far as each of them needs. */
import { metadataView, parseMetadata, type MetadataView } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { libraryFiles, type LibraryFile } from './contents/library.ts';
import type { NamedFile } from './pypi/named-file.ts';
import {
  asFinding,
  openSdist,
  readDistInfoFile,
  withWheel,
  type Sdist,
  type Wheel,
} from '../wheel/index.ts';
import {
  readPart,
  readSplit,
  type PartDescription,
  type SplitDescription,
} from '../wheel/split/index.ts';

/** A file or link in a distribution. */
export interface CheckedMember {
  /** From the top of the archive, with `/`; of an sdist with its one folder. */
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Permission bits; 0 where the archive has none. */
  readonly mode: number;
  readonly isSymlink: boolean;
  /** Of members of wheels. */
  readonly crc32?: number;
}

/** What is judged. */
export interface CheckSubject extends NamedFile {
  /** Undefined when it cannot be read; then that is a finding already. */
  readonly metadata: MetadataView | undefined;
  /** Where METADATA or PKG-INFO is in the archive. */
  readonly metadataPath: string;
  readonly members: readonly CheckedMember[];
  /** What is installed into site-packages; empty for an sdist. */
  readonly library: readonly LibraryFile[];
  /** Bytes that the members have unpacked. */
  readonly unpackedSize: number;
  readonly wheel: Wheel | undefined;
  readonly sdist: Sdist | undefined;
  /** What a main wheel says of its parts. */
  readonly split: SplitDescription | undefined;
  /** What a part of a split wheel says of itself. */
  readonly part: PartDescription | undefined;
  /** What opening it has found. */
  readonly findings: readonly Finding[];
}

/**
 * Opens a distribution for the time of `work`. Damage that leaves it readable is a finding.
 * @throws WheelworksError `file/*`, and for archives that cannot be opened their codes.
 */
export async function withSubject<Result>(
  file: NamedFile,
  work: (subject: CheckSubject) => Promise<Result>,
): Promise<Result> {
  const { path, kind } = file;
  if (kind === 'sdist') return work({ ...file, ...sdistFacts(await openSdist(path)) });
  return withWheel(path, async (wheel) => work({ ...file, ...(await wheelFacts(wheel)) }), {
    lenient: true,
  });
}

type Facts = Omit<CheckSubject, keyof NamedFile>;

async function wheelFacts(wheel: Wheel): Promise<Facts> {
  const members = wheel.archive.entries
    .filter(({ isDirectory }) => !isDirectory)
    .map(({ path, size, mode, isSymlink, crc32 }) => ({ path, size, mode, isSymlink, crc32 }));
  const split = await described(() => readSplit(wheel));
  const part = await described(() => readPart(wheel));
  return {
    metadata: await viewOf(async () => readDistInfoFile(wheel, 'METADATA')),
    metadataPath: `${wheel.distInfo}/METADATA`,
    members,
    library: libraryFiles(wheel, members),
    unpackedSize: sum(members),
    wheel,
    sdist: undefined,
    split: split.value,
    part: part.value,
    findings: [...split.findings, ...part.findings],
  };
}

function sdistFacts(sdist: Sdist): Facts {
  const members = sdist.members.map(({ path, size, mode, isSymlink }) => ({
    path,
    size,
    mode,
    isSymlink,
  }));
  return {
    metadata: metadataView(parseMetadata(sdist.pkgInfo)),
    metadataPath: `${sdist.topDirectory}/PKG-INFO`,
    members,
    library: [],
    unpackedSize: sum(members),
    wheel: undefined,
    sdist,
    split: undefined,
    part: undefined,
    findings: sdist.findings,
  };
}

/** What the wheel says of its set; damage is a finding. */
async function described<Value>(
  read: () => Promise<Value | undefined>,
): Promise<{ readonly value: Value | undefined; readonly findings: readonly Finding[] }> {
  try {
    return { value: await read(), findings: [] };
  } catch (error) {
    return { value: undefined, findings: [asFinding(error)] };
  }
}

function sum(members: readonly { readonly size: number }[]): number {
  return members.reduce((total, { size }) => total + size, 0);
}

/** A METADATA that cannot be read is a finding of `verifyWheel`. */
async function viewOf(
  read: () => Promise<Uint8Array | undefined>,
): Promise<MetadataView | undefined> {
  try {
    const bytes = await read();
    return bytes === undefined ? undefined : metadataView(parseMetadata(bytes));
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

/** What opening a file has thrown, as the finding that it is for whoever wants to publish it. */
export function unreadable(error: unknown): Finding {
  return { ...asFinding(error), effect: 'index-rejects' };
}
