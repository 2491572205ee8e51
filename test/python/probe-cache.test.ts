import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findInterpreters,
  type InterpreterFacts,
  type RunProgram,
} from '../../src/python/index.ts';
import { openCache } from '../../src/support/cache.ts';
import { runProcess } from '../../src/support/process.ts';
import { answering, facts, fakePython, machineIn, script, temporaryFolder } from './fakes.ts';

/** A machine with one interpreter; `search` tells how often a process was started and what was found. */
async function machineWithCache(
  changes: (folder: string) => Partial<InterpreterFacts> = () => ({}),
) {
  const folder = await temporaryFolder();
  const told = facts({ prefix: join(folder, 'py'), ...changes(folder) });
  const path = await fakePython(join(folder, 'py/bin/python'), told);
  const host = machineIn(folder, { env: { PATH: '/usr/bin:/bin' } });
  const search = async () => {
    let started = 0;
    const run: RunProgram = (...call) => {
      started += 1;
      return runProcess(...call);
    };
    const cache = openCache(join(folder, 'cache'), () => {});
    const found = await findInterpreters({ ...host, explicit: ['py'], cache, run });
    return { started, ...found };
  };
  return { folder, path, told, search };
}

describe('the cache of probes', () => {
  it('starts nothing the second time and answers the same', async () => {
    const { search } = await machineWithCache();
    const first = await search();
    const second = await search();
    expect([first.started, second.started]).toEqual([1, 0]);
    expect(second.interpreters).toEqual(first.interpreters);
    expect(first.interpreters).toHaveLength(1);
  });

  it('asks again when the executable has changed', async () => {
    const { path, told, search } = await machineWithCache();
    await search();
    await script(path, answering({ ...told, packages: { ...told.packages, pip: '99.9' } }));
    const again = await search();
    expect(again.started).toBe(1);
    expect(again.interpreters[0]?.packages.pip).toBe('99.9');
  });

  it.each([
    ['a package was installed', 'site-packages', (path: string) => mkdir(join(path, 'pip'))],
    ['headers appeared', 'include', (path: string) => writeFile(join(path, 'Python.h'), '')],
    ['the environment was made again', 'py/pyvenv.cfg', (path: string) => writeFile(path, 'new')],
    ['the loader was replaced', 'loader', (path: string) => utimes(path, 1, 1)],
  ])('asks again when %s', async (_, watched, change) => {
    const { folder, search } = await machineWithCache((folder) => ({
      sitePackages: [join(folder, 'site-packages')],
      headers: { directories: [join(folder, 'include')], pythonH: null },
      elf: { class: 64, littleEndian: true, machine: 62, flags: 0, loader: join(folder, 'loader') },
    }));
    await mkdir(join(folder, 'site-packages'));
    await mkdir(join(folder, 'include'));
    await writeFile(join(folder, 'loader'), '');
    const past = new Date('2020-01-01');
    await Promise.all(
      ['site-packages', 'include'].map((name) => utimes(join(folder, name), past, past)),
    );
    await search();
    expect((await search()).started).toBe(0);
    await change(join(folder, watched));
    expect((await search()).started).toBe(1);
  });

  it('asks again when an entry is damaged or of another shape', async () => {
    const { folder, search } = await machineWithCache();
    await search();
    const cache = openCache(join(folder, 'cache'), () => {});
    const files = (await readdir(cache.directory, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(0);
    await Promise.all(
      files.map((entry) => writeFile(join(entry.parentPath, entry.name), '{"facts": 1}')),
    );
    expect((await search()).started).toBe(1);
    expect((await search()).started).toBe(0);
  });

  it('keeps no failures', async () => {
    const { path, told, search } = await machineWithCache();
    await script(path, 'exit 1');
    expect(await search()).toMatchObject({
      started: 1,
      broken: [{ problem: { code: 'python/crashed' } }],
    });
    expect((await search()).started).toBe(1);
    await script(path, answering(told));
    expect((await search()).interpreters).toHaveLength(1);
  });

  it('does without a folder it may not use', async () => {
    const { folder, search } = await machineWithCache();
    await writeFile(join(folder, 'cache'), 'a file where a folder should be');
    expect((await search()).interpreters).toHaveLength(1);
    await rm(join(folder, 'cache'));
  });
});
