import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moveScripts, movedScript } from '../../../src/build/testing/move-scripts.ts';
import { scratch } from '../../support/scratch.ts';

const from = '/tmp/build-1/test';
const to = '/home/me/out/test';
const python =
  spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).stdout?.trim() ?? '';

describe('a script of a moved environment', () => {
  it.each([
    [
      '#!/tmp/build-1/test/venv/bin/python\nmain()\n',
      '#!/home/me/out/test/venv/bin/python\nmain()\n',
    ],
    ['#!/tmp/build-1/test/venv/bin/python -I\n', '#!/home/me/out/test/venv/bin/python -I\n'],
    [
      "#!/bin/sh\n'''exec' \"/tmp/build-1/test/venv/bin/python\" \"$0\" \"$@\"\n' '''\nmain()\n",
      '#!/home/me/out/test/venv/bin/python\nmain()\n',
    ],
    [
      '# activate\nVIRTUAL_ENV=/tmp/build-1/test/venv\n',
      '# activate\nVIRTUAL_ENV=/home/me/out/test/venv\n',
    ],
    ['#!/usr/bin/env python3\nmain()\n', '#!/usr/bin/env python3\nmain()\n'],
    ['\0/tmp/build-1/test', '\0/tmp/build-1/test'],
  ])('%j', (text, expected) => {
    expect(movedScript(text, { from, to })).toBe(expected);
  });

  it.skipIf(process.platform === 'win32' || python === '')(
    'runs in a folder whose path no first line takes (skipped without python3)',
    async () => {
      const folder = await scratch();
      for (const name of ['a blank ü', 'long'.repeat(50)]) {
        const bin = join(folder, name, 'bin');
        await mkdir(bin, { recursive: true });
        await symlink(python, join(bin, 'python'));
        const script = join(bin, 'tool');
        await writeFile(script, `#!${from}/bin/python\nimport sys\nprint('ran', sys.argv[1])\n`);
        await chmod(script, 0o755);
        await writeFile(join(bin, 'data'), Buffer.from([0, 255, ...Buffer.from(from)]));
        await moveScripts(bin, { from, to: dirname(bin) });
        const ran = spawnSync(script, ['it'], { encoding: 'utf8', timeout: 10_000 });
        expect(ran.stdout).toBe('ran it\n');
        expect([...(await readFile(join(bin, 'data')))].slice(0, 3)).toEqual([0, 255, 47]);
      }
    },
  );
});
