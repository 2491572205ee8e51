/** `wheelworks python` on a made-up machine. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { answering, facts, script, versionFacts } from '../python/fakes.ts';
import { cli, type CliResult } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

let folder: string;

beforeEach(async () => {
  folder = await scratch();
  await mkdir(join(folder, 'home'));
});

/** An interpreter in pyenv's place that says what it is and nothing else. */
async function python(version: string, changes: Parameters<typeof facts>[0] = {}): Promise<string> {
  const prefix = join(folder, 'home/.pyenv/versions', version);
  const path = join(prefix, 'bin/python');
  const own = { ...versionFacts(version), executable: path, prefix, basePrefix: prefix };
  return script(path, `PATH=/usr/bin:/bin\n${answering(facts({ ...own, ...changes }))}`);
}

async function run(...args: readonly string[]): Promise<CliResult> {
  return cli(['python', '--cache-dir', join(folder, 'cache'), ...args], {
    env: { HOME: join(folder, 'home'), PATH: join(folder, 'home') },
  });
}

/** Only the lines about Pythons of the made-up machine: the real one may have some in well-known places. */
const own = (out: string): readonly string[] =>
  out.split('\n').filter((line) => line.includes(folder));

describe.skipIf(process.platform === 'win32')('wheelworks python (skipped on Windows)', () => {
  it('lists interpreters and what each is missing', async () => {
    await python('3.12.1');
    await python('3.9.2', {
      packages: { pip: null, setuptools: null, wheel: null, build: null, uv: null },
      modules: { venv: true, ensurepip: false },
      headers: { directories: [], pythonH: null },
    });
    const { code, out } = await run();
    expect(code).toBe(0);
    const [older, newer] = own(out);
    expect(older).toMatch(/^CPython 3\.9\.2 .* linux-x86_64 glibc 2\.36 +headers, pip, venv$/);
    expect(newer).toMatch(/^CPython 3\.12\.1 .* linux-x86_64 glibc 2\.36 +24\.0$/);
  });

  it('lists those that are asked for, and says which are not there', async () => {
    await python('3.12.1');
    await python('3.9.2');
    const { code, out } = await run('3.9');
    expect(code).toBe(0);
    expect(own(out).length).toBe(1);
    const missing = await run('3.9', '3.99');
    expect(missing.code).toBe(1);
    expect(missing.err).toContain('No Python on this machine is 3.99.');
    expect((await run('3.99')).code).toBe(3);
  });

  it('says what does not run, and why', async () => {
    await python('3.12.1');
    const broken = join(folder, 'home/.pyenv/versions/3.11.0/bin/python');
    await script(broken, 'echo out of order >&2; exit 3');
    const { code, out } = await run();
    expect(code).toBe(1);
    expect(out).toContain(`does not run  ${broken}\n`);
    const json = await run('--json');
    expect(JSON.parse(json.out)).toMatchObject({
      schema: 'wheelworks.python/1',
      broken: [{ path: broken, problem: { code: expect.stringMatching(/^python\//) } }],
    });
  });
});
