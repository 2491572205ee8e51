import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findInterpreters, type FoundInterpreters } from '../../src/python/index.ts';
import { facts, fakePython, machineIn, temporaryFolder, versionFacts } from './fakes.ts';

const brief = ({ interpreters }: FoundInterpreters) =>
  interpreters.map(({ path, place, givenAs }) => ({ path, place, givenAs }));

describe('interpreters named by the user', () => {
  it('may be a file, a prefix, its bin folder, a home-relative path or a command', async () => {
    const folder = await temporaryFolder();
    const path = await fakePython(join(folder, 'home/py/bin/python3.12'), { prefix: '/p' });
    const host = machineIn(folder, {
      env: { PATH: `${join(folder, 'home/py/bin')}:/usr/bin:/bin` },
    });
    for (const text of [path, 'home/py', './home/py/bin', '~/py', 'python3.12-none', 'home/py/']) {
      const found = await findInterpreters({ ...host, explicit: [text] });
      const expected =
        text === 'python3.12-none' ? [] : [{ path, place: 'given', givenAs: [text] }];
      expect({ text, found: brief(found) }).toEqual({ text, found: expected });
    }
    const command = await fakePython(join(folder, 'home/py/bin/special'), { prefix: '/q' });
    expect(brief(await findInterpreters({ ...host, explicit: ['special'] }))).toEqual([
      { path: command, place: 'given', givenAs: ['special'] },
    ]);
  });

  it('are all that is searched, unless a version is asked for as well', async () => {
    const folder = await temporaryFolder();
    const named = await fakePython(join(folder, 'named/bin/python'), { prefix: '/named' });
    const other = await fakePython(join(folder, 'home/.pyenv/versions/x/bin/python'), {
      prefix: '/x',
    });
    const host = machineIn(folder, { env: { PATH: '/usr/bin:/bin' } });
    const paths = async (...explicit: string[]) =>
      (await findInterpreters({ ...host, explicit })).interpreters
        .map(({ path }) => path)
        .filter((path) => path.startsWith(folder));
    expect(await paths('named')).toEqual([named]);
    expect(await paths('named', '3.12')).toEqual([other, named]);
  });

  it('keep every name they were given by, also through links', async () => {
    const folder = await temporaryFolder();
    const path = await fakePython(join(folder, 'py/bin/python3.12'), { prefix: '/p' });
    await symlink('python3.12', join(folder, 'py/bin/python'));
    const host = machineIn(folder, { env: { PATH: '/bin' } });
    const explicit = ['py/bin/python', 'py'];
    const { interpreters } = await findInterpreters({ ...host, explicit });
    expect(interpreters).toHaveLength(1);
    expect(interpreters[0]).toMatchObject({
      path: join(folder, 'py/bin/python'),
      givenAs: explicit,
    });
    expect(interpreters[0]?.realPath).toBe(path);
  });

  it('are reported, not thrown, when they are not there', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'readme'), 'no program');
    await mkdir(join(folder, 'empty'));
    const explicit = ['nowhere/python', 'no-such-command', './readme', 'empty'];
    const { interpreters, broken } = await findInterpreters({ ...machineIn(folder), explicit });
    expect(interpreters).toEqual([]);
    expect(broken.map(({ givenAs, problem }) => [givenAs, problem.code])).toEqual([
      [['nowhere/python'], 'python/not-found'],
      [['no-such-command'], 'python/not-found'],
      [['./readme'], 'python/not-executable'],
      [['empty'], 'python/none-in-folder'],
    ]);
    expect(broken.every(({ problem }) => problem.hint !== undefined)).toBe(true);
  });
});

describe('findInterpreters', () => {
  it('sorts by version, not by text, and the free-threaded build after the ordinary one', async () => {
    const folder = await temporaryFolder();
    const versions = ['3.9.18', '3.10.1', '3.15.0rc1', '3.15.0', '2.7.18'];
    for (const version of versions) {
      const path = join(folder, `home/.pyenv/versions/${version}/bin/python`);
      await fakePython(path, { ...versionFacts(version), prefix: `/${version}` });
    }
    await fakePython(join(folder, 'home/.pyenv/versions/t/bin/python'), {
      ...versionFacts('3.15.0'),
      prefix: '/t',
      freeThreaded: true,
    });
    const host = machineIn(folder, { env: { PATH: '/usr/bin:/bin' } });
    const { interpreters } = await findInterpreters({
      ...host,
      explicit: [join(folder, 'none'), '3'],
    });
    expect(interpreters.filter(({ place }) => place === 'pyenv').map(({ label }) => label)).toEqual(
      [
        'CPython 2.7.18',
        'CPython 3.9.18',
        'CPython 3.10.1',
        'CPython 3.15.0rc1',
        'CPython 3.15.0',
        'CPython 3.15.0 free-threaded',
      ],
    );
  });

  it('takes copies of one interpreter as one, and other builds in its prefix as others', async () => {
    const folder = await temporaryFolder();
    const bin = join(folder, 'py/bin');
    const same = { prefix: join(folder, 'py') };
    await fakePython(join(bin, 'python3'), same);
    await fakePython(join(bin, 'python3.12'), same);
    await fakePython(join(bin, 'python3.12d'), { ...same, debug: true });
    await fakePython(join(bin, 'pypy3'), {
      ...same,
      implementation: { name: 'pypy', version: '7.3.17' },
    });
    const host = machineIn(folder, { env: { PATH: '/bin' } });
    const { interpreters } = await findInterpreters({ ...host, explicit: ['py'] });
    expect(interpreters.map(({ label, path }) => [label, path])).toEqual([
      ['CPython 3.12.1', join(bin, 'python3.12')],
      ['CPython 3.12.1 debug', join(bin, 'python3.12d')],
      ['PyPy 7.3.17 (Python 3.12.1)', join(bin, 'pypy3')],
    ]);
  });

  it('gives the facts as they were told', async () => {
    const folder = await temporaryFolder();
    const told = facts({ prefix: '/told', manylinuxVerdicts: { '2_17': false } });
    await fakePython(join(folder, 'py/bin/python'), told);
    const host = machineIn(folder, { env: { PATH: '/bin' } });
    const { interpreters } = await findInterpreters({ ...host, explicit: ['py'] });
    expect(interpreters).toEqual([expect.objectContaining(told)]);
  });
});
