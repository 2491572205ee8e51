import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;

beforeEach(async () => {
  cwd = await scratch();
  await mkdir(join(cwd, 'dist'));
  await writeWheelFile(join(cwd, 'dist'), { name: 'spam', version: '1.0' });
  await writeWheelFile(join(cwd, 'dist'), { name: 'eggs', version: '2.0rc1' });
});

const index = (...args: readonly string[]): Run =>
  wheelworks(['index', ...args, '--cache-dir', join(cwd, 'cache')], { cwd });

const indexJson = (...args: readonly string[]): ReturnType<typeof wheelworksJson> =>
  wheelworksJson(['index', ...args, '--cache-dir', join(cwd, 'cache')], { cwd });

const WHEEL = 'files/spam/spam-1.0-py3-none-any.whl';

describe('index', () => {
  it('writes an index, and nothing when nothing changed', () => {
    const first = index('dist', '-o', 'public');
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toBe(
      [
        'written: public',
        '  2 projects, 2 files',
        '  11 added, 0 changed, 0 removed, 0 kept',
        '  next: wheelworks index verify public',
        '',
      ].join('\n'),
    );
    expect(index('build', 'dist', '-o', 'public').out).toBe(
      [
        'up to date: public',
        '  2 projects, 2 files',
        '  0 added, 0 changed, 0 removed, 11 kept',
        '',
      ].join('\n'),
    );
  });

  it('says how to verify a channel, and is not emptied by a mistyped folder', async () => {
    const channels = ['--channel', 'stable', '--channel', 'nightly=pre'];
    expect(index('dist', '-o', 'public', ...channels).out).toContain(
      '  next: wheelworks index verify public/stable\n',
    );
    expect(index('verify', 'public/stable').code).toBe(0);
    await mkdir(join(cwd, 'empty'));
    const refused = index('empty', '-o', 'public', ...channels);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('--allow-empty');
    expect(existsSync(join(cwd, 'public', WHEEL))).toBe(true);
  });

  it('shows what it would do with --dry-run, and does nothing', async () => {
    const { code, out } = index('dist', '-o', 'public', '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/^planned: public\n/);
    expect(out).toContain(`  add     ${WHEEL}\n`);
    expect((await readdir(cwd)).sort()).not.toContain('public');
  });

  it('gives programs one document', () => {
    index('dist', '-o', 'public');
    const { document } = indexJson('dist', '-o', 'public', '--yank', 'spam==1.0=broken');
    expect(document).toEqual({
      schema: 'wheelworks.index/1',
      output: join(cwd, 'public'),
      dryRun: false,
      channels: [{ projects: 2, files: 2 }],
      added: [],
      changed: expect.arrayContaining([
        'simple/spam/index.html',
        'simple/spam/index.json',
      ]) as string[],
      removed: [],
      kept: expect.any(Number) as number,
      withoutDigest: [],
      passedOver: [],
    });
  });

  it('notices what vanished or was changed in the output, and puts it back', async () => {
    index('dist', '-o', 'public');
    const { rm } = await import('node:fs/promises');
    await rm(join(cwd, 'public', `${WHEEL}.metadata`));
    writeFileSync(join(cwd, 'public/links.html'), 'short');
    expect(index('dist', '-o', 'public').out).toContain('1 added, 1 changed, 0 removed');
    expect(index('verify', 'public').code).toBe(0);
  });

  it('replaces nothing in the folder of somebody else', async () => {
    await mkdir(join(cwd, 'public/simple'), { recursive: true });
    writeFileSync(join(cwd, 'public/simple/index.html'), 'by hand');
    const { code, out, err } = index('dist', '-o', 'public');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('simple/index.html was not written by this command.');
    expect(err).toContain('index/not-ours');
    expect(await readdir(join(cwd, 'public'))).toEqual(['simple']);
    expect(readFileSync(join(cwd, 'public/simple/index.html'), 'utf8')).toBe('by hand');
  });

  it('gives local files a second name with --files link', async () => {
    expect(index('dist', '-o', 'public', '--files', 'link').code).toBe(0);
    const [one, other] = await Promise.all([
      stat(join(cwd, 'dist/spam-1.0-py3-none-any.whl')),
      stat(join(cwd, 'public', WHEEL)),
    ]);
    expect(one.ino).toBe(other.ino);
    expect(index('verify', 'public').code).toBe(0);
  });

  it('leaves them where they are with --files refer, and asks where that is', () => {
    expect(index('dist', '-o', 'public', '--files', 'refer').err).toContain('index/files-url');
    expect(existsSync(join(cwd, 'public'))).toBe(false);
    const url = 'http://127.0.0.1:9/wheels';
    expect(index('dist', '-o', 'public', '--files', 'refer', '--files-url', url).code).toBe(0);
    expect(existsSync(join(cwd, 'public/files'))).toBe(false);
    const page = readFileSync(join(cwd, 'public/simple/spam/index.html'), 'utf8');
    expect(page).toMatch(
      /href="http:\/\/127\.0\.0\.1:9\/wheels\/spam-1\.0-py3-none-any\.whl#sha256=[0-9a-f]{64}"/,
    );
    // Nobody is known to serve it there.
    expect(page).not.toContain('core-metadata');
  });

  it('needs an input that is there', () => {
    const { code, err } = index('nothing', '-o', 'public');
    expect(code).toBe(1);
    expect(err).toContain('file/not-found');
    expect(existsSync(join(cwd, 'public'))).toBe(false);
  });
});

describe('index verify', () => {
  it('says of a sound index that it is', () => {
    index('dist', '-o', 'public');
    expect(index('verify', 'public')).toEqual({
      code: 0,
      out: 'sound: public, 2 projects, 2 files\n',
      err: '',
    });
  });

  it('says what is wrong with a broken one, to people and programs', () => {
    index('dist', '-o', 'public');
    writeFileSync(join(cwd, 'public', WHEEL), 'no wheel');
    const { code, out } = index('verify', 'public');
    expect(code).toBe(1);
    expect(out).toMatch(/^broken: public, 2 projects, 2 files\n/);
    expect(out).toContain('index/wrong-digest');
    const run = indexJson('verify', 'public');
    expect(run.code).toBe(1);
    expect(run.document).toMatchObject({
      schema: 'wheelworks.index.verify/1',
      verdict: 'broken',
      projects: 2,
      files: 2,
      findings: expect.arrayContaining([
        expect.objectContaining({ code: 'index/wrong-digest', severity: 'error' }),
      ]) as object[],
    });
  });

  it('needs an index', () => {
    const { code, err } = index('verify', 'dist');
    expect(code).toBe(1);
    expect(err).toContain('index/no-index');
  });
});
