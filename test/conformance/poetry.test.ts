/** Poetry uploads to the rehearsal server as it would to PyPI. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/serve/index.ts';
import { simpleJson, testServer, TOKEN } from '../serve/client.ts';
import { comparable, recorded } from '../serve/real-clients.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const version = spawnSync('poetry', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const run = promisify(execFile);

const PROJECT = `[tool.poetry]
name = "pkg"
version = "1.0"
description = "A demonstration."
authors = ["A Person <person@example.org>"]
`;

/** What the repository is called in variables that carry its address and token. */
async function publish(origin: string, folder: string): Promise<string> {
  const { stdout, stderr } = await run('poetry', ['publish', '--no-interaction', '-r', 'local'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
      POETRY_REPOSITORIES_LOCAL_URL: `${origin}/legacy/`,
      POETRY_HTTP_BASIC_LOCAL_USERNAME: '__token__',
      POETRY_HTTP_BASIC_LOCAL_PASSWORD: TOKEN,
    },
  }).catch((error: unknown) => {
    if (error instanceof Error && 'stderr' in error && 'stdout' in error)
      return { stdout: String(error.stdout), stderr: String(error.stderr) };
    throw error;
  });
  return `${stdout}${stderr}`;
}

describe.skipIf(version === '')('poetry (skipped: poetry is not on PATH)', () => {
  /** Poetry sends what the project says, not what its wheel says. */
  async function project(more = ''): Promise<string> {
    const folder = await scratch();
    await mkdir(join(folder, 'dist'));
    await writeFile(join(folder, 'pyproject.toml'), PROJECT + more);
    await writeWheelFile(join(folder, 'dist'));
    return folder;
  }

  it('uploads, and is told that the file is there when it does so again', async () => {
    const { origin } = await testServer();
    const folder = await project();
    await publish(origin, folder);
    const { files } = await simpleJson(origin, 'pkg');
    expect(files.map(({ filename }) => filename)).toEqual(['pkg-1.0-py3-none-any.whl']);
    // The same bytes are a success.
    expect(await publish(origin, folder)).not.toContain('HTTP Error');
  });

  it.skipIf(!version.includes('1.3.2'))('sends what was recorded of 1.3.2', async () => {
    const exchanges: Exchange[] = [];
    const { origin } = await testServer({ transcript: (exchange) => exchanges.push(exchange) });
    await publish(origin, await project());
    const sent = exchanges.find(({ path }) => path === '/legacy/');
    expect(comparable(sent)).toEqual(await recorded('poetry-1.3.2.json'));
  });

  it('shows what the index refuses', async () => {
    const { origin } = await testServer();
    const folder = await project('classifiers = ["Not :: There"]\n');
    const output = await publish(origin, folder);
    expect(output).toMatch(/HTTP Error 400/);
    expect((await simpleJson(origin, 'pkg').catch(() => ({ files: [] }))).files).toEqual([]);
  });
});
