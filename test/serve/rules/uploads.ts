/** Uploads for the tests of rules: nothing is wrong with them but what a test says. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { metadataView, parseMetadata, uploadMetadata } from '../../../src/packaging/index.ts';
import {
  judgeUpload,
  type RuleContext,
  type UploadJudgement,
} from '../../../src/serve/rules/index.ts';
import type {
  IndexState,
  ReceivedFile,
  ReceivedUpload,
  StoredFile,
  StoredProject,
} from '../../../src/serve/state.ts';
import { blake2b256 } from '../../../src/support/blake2.ts';
import { metadata, wheel, type Distribution } from '../../check/distributions.ts';

export const NOW = new Date('2026-11-20T12:00:00Z');

/** What a test changes of an upload that is right. */
export interface UploadChanges {
  /** Default: a wheel. */
  readonly file?: Distribution;
  /** METADATA that the form is made from; default that of the wheel. */
  readonly metadata?: string;
  /** Fields of the form in place of those it has; undefined takes one away. */
  readonly form?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly content?: Partial<ReceivedFile> | null;
  readonly strayFiles?: readonly string[];
}

/** An upload as it is received. */
export async function received(changes: UploadChanges = {}): Promise<ReceivedUpload> {
  const { file = wheel(), form = {}, strayFiles = [], content = {} } = changes;
  const { filename, bytes } = file;
  const fields = new Map<string, string[]>();
  const isSdist = !filename.endsWith('.whl');
  const told = [
    [':action', 'file_upload'],
    ['protocol_version', '1'],
    ['filetype', isSdist ? 'sdist' : 'bdist_wheel'],
    ['pyversion', isSdist ? 'source' : 'py3'],
    ['sha256_digest', hash('sha256', bytes)],
    ...uploadMetadata(metadataView(parseMetadata(Buffer.from(changes.metadata ?? metadata())))),
  ] as const;
  for (const [name, value] of told) fields.set(name, [...(fields.get(name) ?? []), value]);
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, typeof value === 'string' ? [value] : [...value]);
  }
  if (content === null) return { form: fields, strayFiles };
  const path = await write(filename, bytes);
  return {
    form: fields,
    strayFiles,
    content: {
      filename,
      contentType: 'application/octet-stream',
      path,
      size: bytes.length,
      sha256: hash('sha256', bytes),
      blake2b256: await blake2b256(bytes),
      md5: hash('md5', bytes),
      isCut: false,
      ...content,
    },
  };
}

async function write(filename: string, bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelworks-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, /^[\w.+-]{1,200}$/.test(filename) ? filename : 'content');
  await writeFile(path, bytes);
  return path;
}

export function hash(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** Index with these projects. */
export function indexOf(
  projects: readonly StoredProject[] = [],
  more: Partial<Pick<IndexState, 'deletedFilenames' | 'prohibitedNames'>> = {},
): IndexState {
  const files = projects.flatMap((project) => [...project.files.values()]);
  return {
    projects: new Map(projects.map((project) => [project.normalizedName, project])),
    deletedFilenames: new Set(),
    prohibitedNames: new Set(),
    ...more,
    file: (filename) => files.find((file) => file.filename === filename),
    fileByContent: (digest) => files.find((file) => file.blake2b256 === digest),
  };
}

export interface ProjectSpec extends Partial<Omit<StoredProject, 'files' | 'releases'>> {
  readonly files?: readonly Distribution[];
  readonly version?: string;
  /** Of its release. */
  readonly created?: string;
}

/** A project with a release. */
export async function project(spec: ProjectSpec = {}): Promise<StoredProject> {
  const { name = 'pkg', version = '1.0', files = [] } = spec;
  const { created = '2026-11-19T00:00:00.000000Z', ...rest } = spec;
  const stored = await Promise.all(
    files.map(async ({ filename, bytes }): Promise<StoredFile> => ({
      filename,
      project: name.toLowerCase(),
      version,
      kind: filename.endsWith('.whl') ? 'wheel' : 'sdist',
      size: bytes.length,
      sha256: hash('sha256', bytes),
      blake2b256: await blake2b256(bytes),
      md5: hash('md5', bytes),
      uploadTime: created,
      uploader: 'token 1',
    })),
  );
  return {
    normalizedName: name.toLowerCase(),
    owners: ['token 1'],
    ...rest,
    name,
    created,
    releases: new Map([[version, { version, created, metadata: [] }]]),
    files: new Map(stored.map((file) => [file.filename, file])),
  };
}

/** The judgement of an upload by a known token to an index that is empty, with changes. */
export async function judge(
  changes: UploadChanges = {},
  context: Partial<RuleContext> = {},
): Promise<UploadJudgement> {
  return judgeUpload(await received(changes), {
    state: indexOf(),
    now: NOW,
    identity: { name: 'token 1' },
    rules: 'pypi',
    check: { jobs: 1 },
    ...context,
  });
}
