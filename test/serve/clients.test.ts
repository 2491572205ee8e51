/** Real clients: twine uploads, pip installs; what they send is as it was recorded. */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Exchange } from '../../src/serve/index.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { testServer, TOKEN } from './client.ts';
import { comparable, isolated, recorded, run } from './real-clients.ts';

const TWINE = '/usr/bin/twine';
const PIP = '/root/.pyenv/versions/3.11.7/bin/python';

test.skipIf(!existsSync(TWINE) || !existsSync(PIP))(
  'twine uploads by PyPI’s rules, again with --skip-existing, and pip installs it (needs twine and pip)',
  async () => {
    const home = await scratch();
    const exchanges: Exchange[] = [];
    const { origin, uploadUrl, simpleUrl } = await testServer({
      transcript: (exchange) => exchanges.push(exchange),
    });
    const wheel = await writeWheelFile(home, { name: 'pkg', version: '1.0' });
    const pypirc = join(home, '.pypirc');
    await writeFile(
      pypirc,
      `[distutils]\nindex-servers = here\n[here]\nrepository = ${uploadUrl}\nusername = __token__\npassword = ${TOKEN}\n`,
      { mode: 0o600 },
    );
    const twine = ['upload', '--non-interactive', '--disable-progress-bar', '-r', 'here'];
    await run(TWINE, [...twine, wheel], isolated(home));
    const other = await writeWheelFile(home, { files: { 'pkg/__init__.py': 'x = 2\n' } });
    const failure = await run(TWINE, [...twine, other], isolated(home)).catch(
      (error: unknown) => error,
    );
    expect(String((failure as { stdout?: string }).stdout)).toContain('File already exists');
    await run(TWINE, [...twine, '--skip-existing', other], isolated(home));

    const pip = async (...args: readonly string[]): Promise<string> =>
      (await run(PIP, ['-m', 'pip', ...args, '--index-url', simpleUrl], isolated(home))).stdout;
    await pip('install', '--no-deps', '--no-cache-dir', '--target', join(home, 'a'), 'pkg');
    expect(await readFile(join(home, 'a/pkg/__init__.py'), 'utf8')).toBe('x = 1\n');
    await pip('download', '--no-deps', '-d', join(home, 'd'), 'PKG==1.0');
    const [got = ''] = await readdir(join(home, 'd'));
    const digest = createHash('sha256')
      .update(await readFile(join(home, 'd', got)))
      .digest('hex');
    await writeFile(join(home, 'req.txt'), `pkg==1.0 --hash=sha256:${digest}\n`);
    await pip(
      'install',
      '--no-deps',
      '--require-hashes',
      '--target',
      join(home, 'b'),
      '-r',
      'req.txt',
    );
    await pip(
      'install',
      '--use-feature=fast-deps',
      '--no-cache-dir',
      '--target',
      join(home, 'c'),
      'pkg',
    );
    expect(await pip('index', 'versions', 'pkg')).toContain('1.0');

    expect(JSON.stringify(exchanges)).not.toContain(TOKEN);
    expect(JSON.stringify(exchanges)).not.toContain(
      Buffer.from(`__token__:${TOKEN}`).toString('base64'),
    );
    expect(exchanges.every(({ path }) => !path.includes(origin))).toBe(true);
    const first = exchanges.find(({ path }) => path === '/legacy/');
    expect(comparable(first)).toEqual(await recorded('twine-4.0.2.json'));
    const page = exchanges.find(({ path }) => path === '/simple/pkg/');
    expect(comparable(page)).toEqual(await recorded('pip-23.2.1.json'));
  },
  120_000,
);
