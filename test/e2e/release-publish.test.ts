import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, quietEnvironment, type CliResult } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { makeTinyProject } from '../support/tiny-project.ts';
import { startUploadServer } from '../support/upload-server.ts';

const { stdout, status } = spawnSync(
  'python3',
  ['-c', 'import sys, venv, pip; print(sys.executable)'],
  {
    encoding: 'utf8',
  },
);
const python = stdout?.trim() ?? '';

describe.skipIf(status !== 0)('wheelworks release --publish (python3 with pip and venv)', () => {
  async function release(
    folder: string,
    directory: string,
    args: readonly string[],
  ): Promise<CliResult> {
    return cli(['release', directory, '-p', python, '--frontend', 'direct', ...args], {
      cwd: folder,
      env: { ...quietEnvironment(), HOME: folder },
    });
  }

  async function pypirc(folder: string, upload: string): Promise<void> {
    const text = `[distutils]\nindex-servers = here\n[here]\nrepository = ${upload}\npassword = s3cr3t\n`;
    await writeFile(join(folder, '.pypirc'), text, { mode: 0o600 });
  }

  it('uploads what was built and tested, and leaves the receipt with the project', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    await pypirc(folder, server.upload);
    const { directory } = await makeTinyProject(folder);
    const result = await release(folder, directory, ['--publish', 'here', '--json']);
    expect(result.err).not.toContain('s3cr3t');
    expect(JSON.parse(result.out)).toMatchObject({
      ok: true,
      checks: [{ filename: 'tiny-1.0-py3-none-any.whl', verdict: 'accepted' }],
      published: { ok: true, files: [{ outcome: 'sent' }] },
    });
    expect(result.code).toBe(0);
    expect([...server.files.keys()]).toEqual(['tiny-1.0-py3-none-any.whl']);
    expect(await readdir(join(directory, '.wheelworks'))).toEqual(['publish-tiny-1.0.json']);
  });

  it('uploads nothing when a test fails', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    await pypirc(folder, server.upload);
    const { directory } = await makeTinyProject(folder, { testCommand: 'false' });
    const result = await release(folder, directory, ['--publish', 'here']);
    expect(result.code).toBe(1);
    expect(result.out).toContain('Nothing was published');
    expect(server.uploads).toHaveLength(0);
  });

  it('knows before the first build that the index is unknown', async () => {
    const folder = await scratch();
    const { directory, calls } = await makeTinyProject(folder);
    const result = await release(folder, directory, ['--publish', 'nowhere']);
    expect(result.code).toBe(2);
    expect(result.err).toContain('config/unknown-repository');
    expect(await readdir(folder)).not.toContain(calls.split('/').at(-1));
  });
});
