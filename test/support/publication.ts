/** Plans and carries out publications of small wheels against a server of a test. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findCredentials,
  planPublish,
  publishSettingsOf,
  readVariables,
  resolveDestination,
  runPublish,
  type Destination,
  type PublishPlan,
  type PublishReport,
  type PublishRequest,
  type RunPublishOptions,
} from '../../src/publish/index.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';
import { writeWheelFile, type WheelSpec } from './wheel-builder.ts';

/** What every output is searched for. */
export const CANARY = 'pypi-c4n4ry-S3cr3t-t0k3n-that-must-not-show';

export const NOW = Date.parse('2026-11-29T12:00:00Z');

/** A wheel that an index takes. */
export async function goodWheel(folder: string, spec: WheelSpec = {}): Promise<string> {
  const { name = 'spam', version = '1.0' } = spec;
  return writeWheelFile(folder, {
    name,
    version,
    files: { [`${name}/__init__.py`]: `# ${spec.tags ?? ''} ${spec.build ?? ''}\n` },
    metadata: metadataText(name, version, []),
    ...spec,
  });
}

export function metadataText(name: string, version: string, extra: readonly string[]): string {
  return [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    'Summary: A package',
    'Description-Content-Type: text/markdown',
    ...extra,
    '',
    '# A readme',
    '',
  ].join('\n');
}

/** An sdist with nothing but its metadata. */
export async function goodSdist(
  folder: string,
  { name = 'spam', version = '1.0' }: { name?: string; version?: string } = {},
): Promise<string> {
  const top = `${name}-${version}`;
  const path = join(folder, `${top}.tar.gz`);
  const members = [
    [`${top}/PKG-INFO`, metadataText(name, version, [])],
    [`${top}/pyproject.toml`, '[build-system]\nrequires = []\n'],
  ] as const;
  await writeFile(path, gzipSync(Buffer.concat([...members.map(tarMember), Buffer.alloc(1024)])));
  return path;
}

function tarMember([name, text]: readonly [string, string]): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

export interface TryOptions {
  readonly destination?: Partial<Destination>;
  readonly request?: Partial<PublishRequest>;
  readonly run?: Partial<RunPublishOptions>;
}

/** Plans an upload to a server by its upload address. */
export async function plan(
  upload: string,
  paths: readonly string[],
  folder: string,
  options: TryOptions = {},
): Promise<PublishPlan> {
  const variables = readVariables({ UV_PUBLISH_TOKEN: CANARY });
  const destination = {
    ...resolveDestination({
      repositoryUrl: upload,
      variables,
      settings: publishSettingsOf({}, 'pyproject.toml'),
    }),
    ...options.destination,
  };
  return planPublish({
    paths,
    destination,
    credentials: await findCredentials({ ...destination, isPyPI: false }, { variables }),
    check: undefined,
    receipt: { folder },
    skipExisting: false,
    resend: false,
    isPromotion: false,
    sendsAttestations: true,
    events: ignoreEvents,
    signal: new AbortController().signal,
    toolVersion: '0',
    now: () => NOW,
    timeoutMs: 2000,
    ...options.request,
  });
}

/** Carries a plan out, without pauses. */
export async function run(
  planned: PublishPlan,
  options: Partial<RunPublishOptions> = {},
): Promise<PublishReport> {
  return runPublish(planned, {
    jobs: 2,
    retries: 4,
    skipExisting: false,
    timeoutMs: 2000,
    toolVersion: '0',
    events: ignoreEvents,
    signal: new AbortController().signal,
    now: () => NOW,
    pause: async () => {},
    ...options,
  });
}

/** Both in a row. */
export async function publish(
  upload: string,
  paths: readonly string[],
  folder: string,
  options: TryOptions = {},
): Promise<PublishReport> {
  return run(await plan(upload, paths, folder, options), options.run);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
