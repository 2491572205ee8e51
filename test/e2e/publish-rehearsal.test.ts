import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cli, quietEnvironment, type CliResult } from '../support/cli.ts';
import { CANARY, goodSdist, goodWheel } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { startUploadServer } from '../support/upload-server.ts';

const PROBE = 'import pip, venv; assert tuple(map(int, pip.__version__.split(".")[:2])) >= (22, 3)';
const hasPip = spawnSync('python3', ['-c', PROBE]).status === 0;

async function publish(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CliResult> {
  return cli(['publish', ...args, '.'], {
    cwd: folder,
    env: { PATH: quietEnvironment()['PATH'], HOME: folder, ...env },
  });
}

describe('wheelworks publish --rehearse', () => {
  it('rehearses without credentials and without a network', async () => {
    const folder = await scratch();
    await goodWheel(folder);
    await goodSdist(folder);
    const result = await publish(folder, ['--rehearse-only', '--offline', '--json']);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.out)).toMatchObject({
      ok: true,
      rehearsal: { report: { files: [{ outcome: 'sent' }, { outcome: 'sent' }] } },
    });
  });

  it.skipIf(!hasPip)('installs with pip of this machine (python3 with pip 22.3)', async () => {
    const folder = await scratch();
    await goodWheel(folder);
    const result = await publish(folder, ['--rehearse-only', '--offline']);
    expect(result.out).toMatch(/installed\s+spam==1\.0 with /);
    expect(result.code).toBe(0);
  });

  it('goes on to the index that was named, with its own credentials', async () => {
    const folder = await scratch();
    const server = await startUploadServer();
    await goodWheel(folder);
    const args = ['--rehearse', '--repository-url', server.upload];
    const result = await publish(folder, args, { UV_PUBLISH_TOKEN: CANARY });
    expect(result.code).toBe(0);
    expect(server.uploads).toHaveLength(1);
    expect(result.out).toContain('rehearsed');
    expect(result.out + result.err).not.toContain(CANARY);
  });
});
