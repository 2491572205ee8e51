import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderBehind } from './plain-python.ts';
import { hasPython } from './python.ts';
import { scratch } from './scratch.ts';

describe.skipIf(process.platform === 'win32' || !hasPython)(
  'what python3 leads to (skipped on Windows and without python3)',
  () => {
    it('is the folder of the Python behind a script of its name, and nothing where there is none', async () => {
      const executable = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
        encoding: 'utf8',
      }).trim();
      const folder = await scratch();
      expect(folderBehind(folder)).toBeUndefined();
      const script = join(folder, 'python3');
      await writeFile(script, `#!/bin/sh\nexec '${executable}' "$@"\n`);
      await chmod(script, 0o755);
      const rest = [dirname(executable), '/usr/bin', '/bin'].join(delimiter);
      expect(folderBehind([folder, rest].join(delimiter))).toBe(dirname(executable));
      expect(folderBehind(rest)).toBeUndefined();
    });
  },
);
