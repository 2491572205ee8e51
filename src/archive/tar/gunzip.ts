import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip as gunzipWhole, gunzipSync, type ZlibOptions } from 'node:zlib';
import { systemErrorCode } from '../../support/errors.ts';
import { bytesBehindGzip } from './gzip-end.ts';
import { tarProblem } from './problem.ts';

/** How much may come out of a compressed stream. */
export interface GunzipLimits {
  /** Bytes in all. Default 8 GiB. */
  readonly maxOutput?: number;
  /** How many times larger than what went in, once `ratioFloor` bytes have come out. Default 200. */
  readonly maxRatio?: number;
  /** Default 64 MiB: below it a high ratio does no harm, and small files of zeros have one. */
  readonly ratioFloor?: number;
}

const DEFAULTS: Required<GunzipLimits> = {
  maxOutput: 8 * 2 ** 30,
  maxRatio: 200,
  ratioFloor: 64 * 2 ** 20,
};

/**
 * Unpacks gzip (RFC 1952), chunk by chunk. Members that follow each other are one stream, as the format has it; from
 * a zero behind the last on everything is padding, anything else there is refused. The checksums of the format are verified.
 * @param path names the archive in errors.
 * @param whole the bytes of the source, where they are at hand: then errors say how many follow the compressed data.
 * @throws WheelworksError `tar/bad-gzip`, `tar/truncated`, `tar/bomb`, and whatever the source throws.
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  path: string,
  limits: GunzipLimits = {},
  whole?: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { maxOutput, maxRatio, ratioFloor } = { ...DEFAULTS, ...limits };
  const counted = { in: 0, out: 0 };
  const unpack = createGunzip({ chunkSize: 1 << 18 });
  // Every failure comes out of the loop below. What this promise adds is a complaint when zeros follow the last member:
  // then the output ends before the input.
  pipeline(Readable.from(checked(source, path, counted)), unpack).catch(() => {});
  try {
    for await (const chunk of unpack) {
      const bytes = chunk as Buffer;
      counted.out += bytes.length;
      const isBomb =
        counted.out > maxOutput ||
        (counted.out > ratioFloor && counted.out > counted.in * maxRatio);
      if (isBomb)
        throw tarProblem('tar/bomb', `${path} unpacks to more than any distribution does.`, {
          archive: path,
          evidence: `${counted.out} bytes from ${counted.in}, limits ${maxOutput} and ${maxRatio} to 1`,
        });
      yield bytes;
    }
  } catch (error) {
    throw gzipProblem(error, path, whole);
  } finally {
    unpack.destroy();
  }
}

/**
 * The same of what is small enough to be unpacked at once, on this thread: for hundreds of small archives the trips to the
 * thread pool cost more than the work.
 * @throws WheelworksError as {@link gunzip}.
 */
export function gunzipAtOnce(
  bytes: Uint8Array,
  path: string,
  limits: GunzipLimits = {},
): Uint8Array {
  const work = atOnce(bytes, path, limits);
  try {
    return gunzipSync(bytes, work.options);
  } catch (error) {
    throw work.problem(error);
  }
}

/**
 * The same in the thread pool, beside other work: for what takes longer than the trip there.
 * @throws WheelworksError as {@link gunzip}.
 */
export async function gunzipAside(
  bytes: Uint8Array,
  path: string,
  limits: GunzipLimits = {},
): Promise<Uint8Array> {
  const work = atOnce(bytes, path, limits);
  try {
    return await inThreadPool(bytes, work.options);
  } catch (error) {
    throw work.problem(error);
  }
}

const inThreadPool: (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array> =
  promisify(gunzipWhole);

interface WorkAtOnce {
  readonly options: ZlibOptions;
  /** What an error of zlib means. */
  readonly problem: (error: unknown) => unknown;
}

function atOnce(bytes: Uint8Array, path: string, limits: GunzipLimits): WorkAtOnce {
  const { maxOutput, maxRatio, ratioFloor } = { ...DEFAULTS, ...limits };
  if (bytes.length > 0) checkMagic(bytes, path);
  const most = Math.min(maxOutput, Math.max(ratioFloor, bytes.length * maxRatio));
  return {
    options: { chunkSize: expectedSize(bytes, most), maxOutputLength: most },
    problem(error) {
      if (systemErrorCode(error) !== 'ERR_BUFFER_TOO_LARGE') return gzipProblem(error, path, bytes);
      return tarProblem('tar/bomb', `${path} unpacks to more than any distribution does.`, {
        archive: path,
        evidence: `more than ${most} bytes from ${bytes.length}, limits ${maxOutput} and ${maxRatio} to 1`,
      });
    },
  };
}

/** What the last four bytes say, as far as that is likely, with one byte more by which the end is seen. */
function expectedSize(bytes: Uint8Array, most: number): number {
  const said =
    bytes.length < 18
      ? 0
      : Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32LE(bytes.length - 4);
  return Math.min(Math.max(said + 1, 1 << 10), most, 1 << 26);
}

async function* checked(
  source: AsyncIterable<Uint8Array>,
  path: string,
  counted: { in: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of source) {
    if (counted.in === 0 && bytes.length > 0) checkMagic(bytes, path);
    counted.in += bytes.length;
    yield bytes;
  }
}

/** What files that are not gzip begin with. */
const OTHER_FORMATS: readonly (readonly [name: string, magic: string])[] = [
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ'],
  ['Zstandard', '\x28\xb5\x2f\xfd'],
  ['a zip file', 'PK'],
  ['an HTML page', '<'],
];

function checkMagic(bytes: Uint8Array, path: string): void {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (start.startsWith('\x1f\x8b') || start === '\x1f') return;
  const other = OTHER_FORMATS.find(([, magic]) => start.startsWith(magic));
  throw tarProblem(
    'tar/bad-gzip',
    `${path} is not a gzip file${other === undefined ? '' : ` but ${other[0]}`}.`,
    {
      archive: path,
      evidence: `first bytes ${Buffer.from(bytes.subarray(0, 4)).toString('hex')}`,
    },
  );
}

function gzipProblem(error: unknown, path: string, whole?: Uint8Array): unknown {
  const code = systemErrorCode(error);
  const behind =
    code?.startsWith('Z_') === true && whole !== undefined ? bytesBehindGzip(whole) : 0;
  if (behind !== undefined && behind > 0)
    return tarProblem('tar/bad-gzip', `Something follows the compressed data of ${path}.`, {
      archive: path,
      evidence: `${behind} ${behind === 1 ? 'byte' : 'bytes'} more`,
      hint: 'Download or build the file again.',
      cause: error,
    });
  if (code === 'Z_BUF_ERROR')
    return tarProblem('tar/truncated', `${path} ends in the middle of its compressed data.`, {
      archive: path,
      hint: 'Download or build the file again.',
      cause: error,
    });
  if (code?.startsWith('Z_') !== true) return error;
  return tarProblem(
    'tar/bad-gzip',
    `The compressed data of ${path} are damaged, or something else follows them.`,
    {
      archive: path,
      evidence: error instanceof Error ? error.message : code,
      hint: 'Download or build the file again.',
      cause: error,
    },
  );
}
