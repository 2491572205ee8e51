/** Databases of rpm, made by rpm itself from packages that the test builds. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is missing to make them; undefined when nothing is. */
export function missingRpmTools(): string | undefined {
  const missing = ['rpm', 'rpmbuild', 'python3'].filter(
    (tool) => spawnSync(tool, ['--version']).error !== undefined,
  );
  return missing.length === 0 ? undefined : missing.join(', ');
}

/** Berkeley DB's own loader, under the name it has here. */
export const DB_LOAD = ['db_load', 'db5.3_load'].find(
  (tool) => spawnSync(tool, ['-V']).error === undefined,
);

export interface RpmSpec {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch?: number;
  readonly license: string;
  readonly url?: string;
  readonly files: readonly string[];
  readonly licenseFiles?: readonly string[];
}

/** Builds the packages and notes them as installed in `root`, in an SQLite database at `place`. */
export async function installRpms(
  root: string,
  specs: readonly RpmSpec[],
  place: string,
): Promise<void> {
  const work = join(root, 'rpmbuild');
  await mkdir(work, { recursive: true });
  for (const spec of specs) {
    const path = join(work, `${spec.name}.spec`);
    await writeFile(path, specText(spec));
    execFileSync('rpmbuild', ['-bb', '--define', `_topdir ${work}`, path], { stdio: 'pipe' });
  }
  const built = await readdir(join(work, 'RPMS'), { recursive: true });
  const packages = built
    .filter((name) => name.endsWith('.rpm'))
    .map((name) => join(work, 'RPMS', name));
  const database = join(root, place);
  await mkdir(database, { recursive: true });
  execFileSync(
    'rpm',
    [
      '--dbpath',
      database,
      '--define',
      '_db_backend sqlite',
      '-i',
      '--justdb',
      '--nodeps',
      '--ignorearch',
      '--nosignature',
      ...packages,
    ],
    { stdio: 'pipe' },
  );
  await rm(work, { recursive: true });
}

function specText({
  name,
  version,
  release,
  epoch,
  license,
  url,
  files,
  licenseFiles = [],
}: RpmSpec): string {
  const all = [...files, ...licenseFiles];
  return [
    `Name: ${name}`,
    `Version: ${version}`,
    `Release: ${release}`,
    ...(epoch === undefined ? [] : [`Epoch: ${epoch}`]),
    `License: ${license}`,
    ...(url === undefined ? [] : [`URL: ${url}`]),
    'Summary: test',
    'AutoReqProv: no',
    '%description',
    'test',
    '%install',
    ...all.map(
      (path) => `mkdir -p "%{buildroot}$(dirname '${path}')"; echo ${name} > '%{buildroot}${path}'`,
    ),
    '%files',
    ...files,
    ...licenseFiles.map((path) => `%license ${path}`),
    '',
  ].join('\n');
}

/** The header of every package of an SQLite database, read by Python. */
export function headersBySqlite(database: string): readonly Uint8Array[] {
  const script =
    'import sqlite3, sys\nfor (blob,) in sqlite3.connect(sys.argv[1]).execute("select blob from Packages order by hnum"): print(blob.hex())';
  return execFileSync('python3', ['-c', script, database], { encoding: 'utf8', maxBuffer: 1 << 28 })
    .trim()
    .split('\n')
    .map((line) => Buffer.from(line, 'hex'));
}

/** Writes headers as rpm before 4.16 did: a hash of their numbers, with the number of the last one beside them. */
export function loadBerkeley(
  tool: string,
  path: string,
  {
    headers,
    littleEndian,
    pageSize,
  }: {
    readonly headers: readonly Uint8Array[];
    readonly littleEndian: boolean;
    readonly pageSize: number;
  },
): void {
  const number = (value: number): string => {
    const bytes = Buffer.alloc(4);
    if (littleEndian) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes.toString('hex');
  };
  const pairs = [
    [number(0), number(headers.length)],
    ...headers.map((header, index) => [number(index + 1), Buffer.from(header).toString('hex')]),
  ];
  const input = [
    'VERSION=3',
    'format=bytevalue',
    'type=hash',
    `db_lorder=${littleEndian ? 1234 : 4321}`,
    `db_pagesize=${pageSize}`,
    'HEADER=END',
    ...pairs.flat().map((text) => ` ${text}`),
    'DATA=END',
    '',
  ].join('\n');
  execFileSync(tool, [path], { input, stdio: ['pipe', 'pipe', 'pipe'] });
}

/**
 * Headers as rpm's own format keeps them ("ndb"), which Debian's rpm cannot write: a slot each, one free slot between the
 * first and the second, the blobs in the opposite order.
 */
export function ndbFile(headers: readonly Uint8Array[]): Uint8Array {
  const page = 4096;
  const blobs = headers.map((header, index) => blobOf(header, index + 1));
  const slots = Buffer.alloc(page);
  for (let at = 32; at < page; at += 16) slots.write('Slot', at, 'latin1');
  slots.write('RpmP', 0, 'latin1');
  slots.writeUInt32LE(headers.length, 8);
  slots.writeUInt32LE(1, 12);
  slots.writeUInt32LE(headers.length + 1, 16);
  let block = page / 16;
  for (const [index, blob] of [...blobs.entries()].reverse()) {
    const at = 32 + 16 * (index === 0 ? 0 : index + 1);
    slots.writeUInt32LE(index + 1, at + 4);
    slots.writeUInt32LE(block, at + 8);
    slots.writeUInt32LE(blob.length / 16, at + 12);
    block += blob.length / 16;
  }
  return Buffer.concat([slots, ...blobs.toReversed()]);
}

function blobOf(header: Uint8Array, number: number): Buffer {
  const blob = Buffer.alloc(Math.ceil((16 + header.length + 12) / 16) * 16);
  blob.write('BlbS', 0, 'latin1');
  blob.writeUInt32LE(number, 4);
  blob.writeUInt32LE(1, 8);
  blob.writeUInt32LE(header.length, 12);
  blob.set(header, 16);
  blob.writeUInt32LE(adler32(blob.subarray(0, blob.length - 12)), blob.length - 12);
  blob.writeUInt32LE(header.length, blob.length - 8);
  blob.write('BlbE', blob.length - 4, 'latin1');
  return blob;
}

/** RFC 1950. */
function adler32(bytes: Uint8Array): number {
  let [one, two] = [1, 0];
  for (const byte of bytes) {
    one = (one + byte) % 65_521;
    two = (two + one) % 65_521;
  }
  return two * 65_536 + one;
}
