/** What `wheelworks build` says to words that it cannot follow. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, type CliResult } from '../support/cli.ts';
import { hostPythons, writeProject } from '../support/project-builder.ts';
import { scratch } from '../support/scratch.ts';

const hasPython = (await hostPythons()).length > 0;

let folder: string;

beforeEach(async () => {
  folder = await scratch();
  await mkdir(join(folder, 'spam'));
  await writeProject(join(folder, 'spam'), {
    script: { name: 'spam' },
    project: 'requires-python = ">=3.8"',
  });
});

const build = async (...words: readonly string[]): Promise<CliResult> =>
  cli(['build', 'spam', '-o', 'out', ...words], { cwd: folder });

describe.skipIf(!hasPython || process.platform !== 'linux')(
  'wheelworks build (skipped without a Python 3.8 on Linux)',
  () => {
    it('says that a pattern matches no identifier, and writes no page', async () => {
      const { code, out } = await build('--build', 'cp399-*');
      expect(code).toBe(3);
      expect(out).toMatch(/^Nothing is selected: /);
      expect(out).toMatch(/notice: build cp399-\* .* matches no build identifier\./);
      expect(out).not.toContain('mend it');
      expect(existsSync(join(folder, 'out', 'report.html'))).toBe(false);
    });

    it('says that a job is for another system, also before it is tried', async () => {
      const { code, out } = await build('--only', 'cp312-macosx_arm64');
      expect(code).toBe(1);
      expect(out).toContain('error[build/foreign-job]: cp312-macosx_arm64 needs macOS on arm64');
      expect(out).not.toContain('Install it');
      const dry = await build('--only', 'cp312-macosx_arm64', '--dry-run');
      expect(dry.out).toMatch(/will fail +why\n.*cp312-macosx_arm64 +.*needs macOS on arm64/);
      expect(dry.out).not.toContain('planned and not built');
    });

    it('takes a wheel or a Python that is not there for a wrong word', async () => {
      const wheel = await build('--test-only', 'nope.whl');
      expect(wheel.code).toBe(2);
      expect(wheel.err).toContain('error[cli/no-such-input]: nope.whl does not exist.');
      const python = await build('--python', '3.99');
      expect(python.code).toBe(2);
      expect(python.err).toContain('error[release/no-such-interpreter]');
      expect(python.err).not.toContain('requires Python');
    });
  },
);
