import { execFile } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findExecutable } from '../../../src/support/find-executable.ts';
import { launcherFor } from '../../../src/repair/planning/scripts.ts';
import { scratch } from '../../support/scratch.ts';

const python = await findExecutable('python3', process.env, process.platform);

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}

async function run(script: string): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(python ?? '', ['-I', script, 'a b', '--c'], (error, out, errors) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + errors });
    });
  });
}

const PROGRAM = 'pkg.scripts/sub/prog';
const LAUNCHER = launcherFor('pkg-1.0.data/scripts/sub/prog', PROGRAM).text;
const ANSWER = '#!/bin/sh\necho "$1|$2"\nexit 7\n';
const version = python === undefined ? '' : await pythonVersion(python);

async function pythonVersion(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], (_, out) => {
      resolve(out.trim());
    });
  });
}

// Without an interpreter there is nothing that could run a launcher.
describe.skipIf(python === undefined)(
  'the launcher of a program that moved (needs python3)',
  () => {
    it.each([
      ['--target', ''],
      ['--prefix, --user and virtual environments', `lib/python${version}/site-packages`],
      ['lib64', `lib64/python${version}/site-packages`],
      ['Debian', `lib/python${version}/dist-packages`],
    ])('finds it as installed by %s, passes arguments and exit code', async (_, packages) => {
      const prefix = await scratch();
      await write(join(prefix, 'bin/sub/prog'), LAUNCHER);
      await write(join(prefix, packages, PROGRAM), ANSWER);
      expect(await run(join(prefix, 'bin/sub/prog'))).toEqual({ code: 7, out: 'a b|--c\n' });
      await symlink(join(prefix, 'bin/sub/prog'), join(prefix, 'link'));
      expect((await run(join(prefix, 'link'))).code).toBe(7);
    });

    it('says what it did not find', async () => {
      const prefix = await scratch();
      await write(join(prefix, 'bin/sub/prog'), LAUNCHER);
      const { code, out } = await run(join(prefix, 'bin/sub/prog'));
      expect(code).toBe(1);
      expect(out).toContain(PROGRAM);
    });
  },
);
