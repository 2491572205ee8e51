/** `wheelworks serve` as people start and end it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { simpleJson, upload, wheelUpload } from '../serve/client.ts';

const { entry, failure } = inject('builtCli');

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  readonly code: Promise<number | null>;
}

function serve(...args: readonly string[]): Started {
  const child = spawn(process.execPath, [entry, 'serve', ...args], {
    env: { PATH: process.env['PATH'], HOME: '/nowhere' },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const code = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { child, output: () => output, errors: () => errors, code };
}

async function until<Value>(read: () => Value | undefined): Promise<Value> {
  const end = performance.now() + 20_000;
  for (;;) {
    const value = read();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error('waited twenty seconds for nothing');
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

interface ServeDocument {
  readonly schema: string;
  readonly origin: string;
  readonly uploadUrl: string;
  readonly simpleUrl: string;
  readonly token: string;
}

function documentIn(text: string): ServeDocument | undefined {
  try {
    return JSON.parse(text) as ServeDocument;
  } catch {
    return undefined;
  }
}

describe('serve', () => {
  beforeAll(() => {
    if (failure !== undefined) throw new Error(`dist/ could not be built:\n${failure}`);
  });

  it('says once where it is and what the token is, takes an upload, and ends with Ctrl-C', async () => {
    const { child, output, errors, code } = serve();
    const origin = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0]);
    const token = await until(() => /\btoken\s+(pypi-\S+)/.exec(output())?.[1]);
    await until(() => /pip install/.exec(output())?.[0]);
    expect(output()).toContain(`--repository-url ${origin}/legacy/`);
    expect(output()).toContain(`--index-url ${origin}/simple/`);
    expect(output().split(token)).toHaveLength(2);
    const headers = { authorization: `Bearer ${token}` };
    expect((await upload(origin, wheelUpload(), { headers })).status).toBe(200);
    expect((await simpleJson(origin, 'pkg')).versions).toEqual(['1.0']);
    child.kill('SIGINT');
    expect(await code).toBe(0);
    expect(output() + errors()).not.toMatch(/ at .*:\d+:\d+/);
    expect((output() + errors()).split(token)).toHaveLength(2);
  });

  it('says it in one document, keeps its folder, and lets no second server into it', async () => {
    const folder = join(await scratch(), 'index');
    const first = serve('--json', folder);
    const document = await until(() => documentIn(first.output()));
    expect(document).toMatchObject({
      schema: 'wheelworks.serve/1',
      uploadUrl: `${document.origin}/legacy/`,
      simpleUrl: `${document.origin}/simple/`,
      token: expect.stringMatching(/^pypi-/),
    });
    const headers = { authorization: `Bearer ${document.token}` };
    expect((await upload(document.origin, wheelUpload(), { headers })).status).toBe(200);

    const second = serve(folder);
    expect(await second.code).not.toBe(0);
    expect(second.errors()).toContain('Another server has this folder.');

    first.child.kill('SIGINT');
    expect(await first.code).toBe(0);
    const third = serve('--json', folder);
    const { origin } = await until(() => documentIn(third.output()));
    expect((await simpleJson(origin, 'pkg')).versions).toEqual(['1.0']);
    third.child.kill('SIGTERM');
    await third.code;
  });

  it('lives in the time of --clock', async () => {
    const { child, output, code } = serve('--json', '--clock', '2026-06-01T12:00:00Z');
    const { origin, token } = await until(() => documentIn(output()));
    const headers = { authorization: `Bearer ${token}` };
    expect((await upload(origin, wheelUpload(), { headers })).status).toBe(200);
    const [file] = (await simpleJson(origin, 'pkg')).files;
    expect(file?.['upload-time']).toMatch(/^2026-06-01T12:0/);
    child.kill('SIGINT');
    expect(await code).toBe(0);
  });
});
