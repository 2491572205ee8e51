/** Parts that are there and cannot be read: told as faults of the parts, never of the places they are joined in. */
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  copyFixture,
  filesUnder,
  flipBit,
  hasCompiler,
  isRoot,
  makeFixture,
  makeHome,
  openFolder,
  packFixture,
  run,
  type Conditions,
  type Fixture,
} from './fixture.ts';

const USER = 54_322;
const PART = 'fixture_part1/chunk-1.wwpart';
const MEND = 'This mends it: python -m pip install --force-reinstall --no-deps fixture-part1==1.0';
// Each test starts many Pythons, which takes a loaded machine long.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let fixture: Fixture;

beforeAll(async () => {
  if (!hasCompiler) return;
  folder = await openFolder();
  fixture = await makeFixture(join(folder, 'site'), { megabytes: 4 });
});

afterAll(async () => {
  if (hasCompiler) await rm(folder, { recursive: true, force: true });
});

/** The last line of what an import says that fails with an `ImportError`, and joins nothing. */
async function error(site: string, before = '', conditions: Conditions = {}): Promise<string> {
  const HOME = await makeHome(folder, conditions.user);
  const program = `${before}\nimport fixture._big`;
  const given = { ...conditions, env: { HOME, TMPDIR: HOME } };
  const { stdout, stderr, exitCode } = await run(site, program, given);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
  expect(stderr).not.toContain('there is no place to join them in');
  expect(await filesUnder(HOME)).toEqual([]);
  return stderr.trim().split('\n').at(-1) ?? '';
}

/** Where the header of a member begins in an archive, and where what it holds. */
function offsets(archive: Buffer, member: string): { header: number; data: number } {
  const name = archive.indexOf(member);
  return { header: name - 30, data: name + member.length };
}

describe.skipIf(!hasCompiler)('a part in an archive (needs Linux and cc)', () => {
  it.for(['ZIP_STORED', 'ZIP_DEFLATED'] as const)(
    'is named with its distribution and the cure, wherever it is damaged: %s',
    async (method) => {
      const whole = join(folder, `${method}.zip`);
      await packFixture(fixture, whole, method);
      const bytes = await readFile(whole);
      const { header, data } = offsets(bytes, PART);
      const archive = join(folder, `${method}-damaged.zip`);
      // Its header, its name, its first block, its middle.
      for (const position of [header, header + 31, data, data + 400_000]) {
        await writeFile(archive, bytes);
        await flipBit(archive, position);
        const said = await error(archive);
        expect(said).toMatch(/^ImportError: chunk-1\.wwpart of fixture-part1 is damaged: ./);
        expect(said).toContain(`. ${MEND}, and packing ${archive} anew`);
      }
    },
  );

  it('is not called missing when the directory of the archive is damaged', async () => {
    const archive = join(folder, 'directory.zip');
    await packFixture(fixture, archive, 'ZIP_DEFLATED');
    const bytes = await readFile(archive);
    // A version of the format that the archive is said to need.
    bytes[bytes.lastIndexOf(PART) - 46 + 6] = 255;
    await writeFile(archive, bytes);
    expect(await error(archive)).toMatch(
      new RegExp(`^ImportError: ${archive}, from which fixture is imported, is damaged: `),
    );
  });

  it('is found, whatever else that is no archive lies on the path', async () => {
    const other = join(folder, 'other.zip');
    await writeFile(other, 'no archive');
    const HOME = await makeHome(folder);
    const env = { HOME, PYTHONPATH: `${other}:${fixture.site}` };
    const program = 'import sys\nsys.path.reverse()\nimport fixture._big';
    expect(await run(fixture.site, program, { env })).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe.skipIf(!hasCompiler)('a part on a disk that fails', () => {
  it('is named, also when only its middle cannot be read', async () => {
    const fails = (at: number): string => `import builtins, errno, io
class Failing(io.FileIO):
    def read(self, count):
        if self.tell() >= ${at}:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(count)
true = builtins.open
def open(path, *args, **options):
    return Failing(path) if str(path).endswith("chunk-1.wwpart") else true(path, *args, **options)
builtins.open = open`;
    // The header, what follows it, the middle.
    for (const at of [0, 64, 400_000])
      expect(await error(fixture.site, fails(at))).toBe(
        `ImportError: chunk-1.wwpart of fixture-part1 cannot be read: Input/output error: ${join(fixture.site, PART)}. ${MEND}`,
      );
  });
});

describe.skipIf(!hasCompiler || !isRoot)('a part that another user owns (needs root)', () => {
  it('is named with the command that lets this user read it', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'closed'));
    const part = join(site, PART);
    await chmod(part, 0);
    expect(await error(site, '', { user: USER })).toBe(
      `ImportError: chunk-1.wwpart of fixture-part1 cannot be read: Permission denied: ${part}. Its owner mends it: chmod a+r ${part}`,
    );
    await chmod(part, 0o644);
    await chmod(join(site, 'fixture_part2'), 0o700);
    expect(await error(site, '', { user: USER })).toBe(
      `ImportError: fixture-part2 cannot be read: Permission denied: ${site}/fixture_part2. Its owner mends it: chmod -R a+rX ${site}/fixture_part2`,
    );
  });

  it('is read where it was joined before', async () => {
    const { site } = await copyFixture(fixture, join(folder, 'joined'));
    const HOME = await makeHome(folder, USER);
    const conditions = { user: USER, env: { HOME } };
    const program = 'import fixture._big';
    for (const mode of [0o644, 0]) {
      await chmod(join(site, PART), mode);
      expect(await run(site, program, conditions)).toMatchObject({ exitCode: 0, stderr: '' });
    }
  });
});
