import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInterpreter } from '../../../src/openwrt/interpreter/read-interpreter.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { scratch } from '../../support/scratch.ts';

async function installed(...minors: string[]): Promise<string> {
  const folder = await scratch();
  await mkdir(join(folder, 'usr/bin'), { recursive: true });
  for (const minor of minors) {
    await mkdir(join(folder, `usr/lib/python${minor}`), { recursive: true });
    await writeFile(join(folder, `usr/lib/python${minor}/os.py`), '');
    await writeFile(join(folder, `usr/bin/python${minor}`), '#!/bin/sh\n');
  }
  return folder;
}

it('takes no bytecode that the installation made, and modules that are nothing else', async () => {
  const folder = await installed('2.7');
  await writeFile(join(folder, 'usr/bin/python2.7'), buildElf().bytes);
  await mkdir(join(folder, 'usr/include/python2.7'), { recursive: true });
  const header = '#define PY_VERSION "2.7.18"\n';
  await writeFile(join(folder, 'usr/include/python2.7/patchlevel.h'), header);
  for (const name of ['os.pyc', 'os.pyo', 'gone.pyo', 'alone.pyc'])
    await writeFile(join(folder, 'usr/lib/python2.7', name), '');
  const { tree } = await readInterpreter(folder);
  const library = tree.files().map(([path]) => path);
  expect(library.filter((path) => path.startsWith('usr/lib/'))).toEqual([
    'usr/lib/python2.7/alone.pyc',
    'usr/lib/python2.7/os.py',
  ]);
});

describe('a folder that holds no CPython', () => {
  it('is told, with where it was looked for', async () => {
    await expect(readInterpreter(await installed())).rejects.toMatchObject({
      code: 'openwrt/no-cpython',
    });
    await expect(readInterpreter('/nowhere/at/all')).rejects.toMatchObject({
      code: 'openwrt/no-cpython',
    });
  });

  it('is told when the program is a script', async () => {
    await expect(readInterpreter(await installed('3.13'))).rejects.toMatchObject({
      code: 'openwrt/no-cpython',
      evidence: 'usr/bin/python3.13 is no program',
    });
  });

  it('is told when it is not of the version that is asked for, or of several', async () => {
    const folder = await installed('3.12', '3.13');
    await expect(readInterpreter(folder)).rejects.toMatchObject({
      code: 'openwrt/several-interpreters',
    });
    await expect(readInterpreter(folder, { minor: '3.11' })).rejects.toMatchObject({
      code: 'openwrt/no-cpython',
      evidence: 'of Python 3.11; there is 3.12, 3.13',
    });
  });
});
