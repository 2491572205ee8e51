import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headerValues } from '../../src/packaging/index.ts';
import {
  isCacheDirectory,
  isCacheVariable,
  splitWheels,
  type SplitOptions,
} from '../../src/split/index.ts';
import { readMetadata, verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { plansOf, setOf } from '../support/split-plans.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const LIMIT = 200_000;
const options: SplitOptions = {
  maxSize: LIMIT,
  byPath: [],
  generator: 'wheelworks test',
  jobs: 2,
};

/** Data that do not shrink. */
const noise = (kilobytes: number): Uint8Array => randomBytes(kilobytes * 1000);

describe('by member', () => {
  it('moves the largest files that are named and leaves the rest', async () => {
    const folder = await scratch();
    const files = {
      'pkg/__init__.py': 'x = 1\n',
      'pkg/a.bin': noise(120),
      'pkg/b.bin': noise(110),
      'pkg/c.bin': noise(60),
      'pkg-1.0.dist-info/entry_points.txt': '[console_scripts]\npkg = pkg:main\n',
    };
    const metadata =
      'Metadata-Version: 2.4\nName: Pkg\nVersion: 1.0\nRequires-Dist: other[x]>=1; extra == "y"\nProvides-Extra: y\nRequires-Python: >=3.9\n\nReadme.\n';
    const wheel = await writeWheelFile(folder, { files, metadata });
    const directory = join(folder, 'out');
    const inPlace = ['pkg/a.bin', 'pkg/b.bin', 'pkg/c.bin'];
    const [result] = await splitWheels([wheel], { ...options, inPlace, directory });
    if (result?.plan === undefined) throw new Error('nothing was split');
    expect(result.files.map(({ filename }) => filename)).toEqual([
      'pkg_part1-1.0-py3-none-any.whl',
      'pkg-1.0-py3-none-any.whl',
    ]);
    for (const { path, size } of result.files) {
      expect((await stat(path)).size).toBe(size);
      expect(size).toBeLessThanOrEqual(LIMIT);
      const findings = await withWheel(path, async (each) => verifyWheel(each));
      expect(findings).toEqual([]);
    }
    const [part, main] = result.files;
    await withWheel(part?.path ?? '', async (each) => {
      const paths = each.archive.entries.map(({ path }) => path);
      expect(paths).toContain('pkg/a.bin');
      expect(paths).not.toContain('pkg/c.bin');
      const document = await readMetadata(each);
      expect(headerValues(document, 'Requires-Python')).toEqual(['>=3.9']);
      expect(headerValues(document, 'Requires-Dist')).toEqual([]);
      expect(Buffer.from(document.body).toString()).toContain('This is part 1 of Pkg 1.0');
    });
    await withWheel(main?.path ?? '', async (each) => {
      expect(headerValues(await readMetadata(each), 'Requires-Dist')).toEqual([
        'other[x]>=1; extra == "y"',
        'Pkg-part1==1.0',
      ]);
    });
    expect((await readdir(directory)).length).toBe(2);
    expect(result.plan.findings.map(({ code }) => code)).toEqual(['split/upgrade-removes']);
  });

  it('refuses to move what nothing but its path finds, and says what that is', async () => {
    const folder = await scratch();
    const wheel = await writeWheelFile(folder, {
      files: { 'pkg/__init__.py': '', 'pkg/a.bin': noise(120), 'pkg/b.bin': noise(110) },
    });
    await expect(plansOf([wheel], options)).rejects.toMatchObject({
      code: 'split/cannot-place',
      evidence: expect.stringMatching(/^pkg\/a\.bin: .*data, found by its path\npkg\/b\.bin/),
      hint: expect.stringContaining('--in-place pkg/a.bin'),
    });
    await expect(plansOf([wheel], { ...options, inPlace: ['pkg/z.bin'] })).rejects.toMatchObject({
      code: 'split/no-such-member',
    });
  });

  it('tells all options at once that are enough for the limit', async () => {
    const sizes = { a: 120, b: 110, c: 100, d: 90, e: 80 };
    const files = Object.fromEntries(
      Object.entries(sizes).map(([name, size]) => [`pkg/${name}.bin`, noise(size)]),
    );
    const wheel = await writeWheelFile(await scratch(), { files });
    const refusal = await plansOf([wheel], options).catch((error: unknown) => error);
    const { hint = '' } = refusal as { hint?: string };
    const inPlace = [...hint.matchAll(/--in-place (pkg\/\w\.bin)/g)].map(([, path = '']) => path);
    expect(inPlace).toEqual(['pkg/a.bin', 'pkg/b.bin', 'pkg/c.bin']);
    expect(hint).toContain('from pkg_cache import path');
    const [plan] = await plansOf([wheel], { ...options, inPlace });
    expect(plan?.wheels[0]?.split?.moved).toHaveLength(3);
  });

  it.each([1000, 20_000, 60_000])(
    'refuses a limit of %i bytes with one that works',
    async (maxSize) => {
      const folder = await scratch();
      const wheel = await writeWheelFile(folder, {
        files: { 'pkg/__init__.py': '', 'pkg/a.bin': noise(300), 'pkg/b.bin': noise(40) },
      });
      const asked = { ...options, inPlace: ['pkg/a.bin'], maxSize };
      const refusal = await plansOf([wheel], asked).catch((error: unknown) => error);
      const { hint = '' } = refusal as { hint?: string };
      const least = Number(/--max-size (\d+)KiB works\.$/.exec(hint)?.[1]) * 1024;
      const [plan] = await plansOf([wheel], { ...asked, maxSize: least });
      expect(plan?.parts.length).toBeGreaterThan(0);
      expect(least).toBeLessThan(340_000);
    },
  );

  it('makes no more parts than the measured main wheel needs', async () => {
    const folder = await scratch();
    const small = Array.from({ length: 400 }, (_, index): [string, string] => [
      `pkg/modules/number_${index}.py`,
      `x = ${index}\n`,
    ]);
    const wheel = await writeWheelFile(folder, {
      files: {
        ...Object.fromEntries(small),
        'pkg/a.bin': noise(180),
        'pkg/b.bin': noise(50),
      },
    });
    const directory = join(folder, 'out');
    const inPlace = ['pkg/a.bin', 'pkg/b.bin'];
    const { plan, files } = await setOf([wheel], {
      ...options,
      maxSize: 270_000,
      inPlace,
      directory,
    });
    // Reckoned at most, b.bin would have to go as well, and that would not be enough.
    expect(plan.parts.map(({ members }) => members.map(({ path }) => path))).toEqual([
      ['pkg/a.bin'],
    ]);
    expect(files.every(({ size }) => size <= 270_000)).toBe(true);
  });

  it('carries files in slices that the code asks for, though each is under the limit', async () => {
    const folder = await scratch();
    const wheel = await writeWheelFile(folder, {
      files: {
        'pkg/__init__.py': 'from pkg_cache import path\n',
        'pkg/a.bin': noise(120),
        'pkg/b.bin': noise(110),
      },
    });
    const byPath = ['pkg/a.bin', 'pkg/b.bin'];
    const { plan, files } = await setOf([wheel], {
      ...options,
      byPath,
      directory: join(folder, 'out'),
    });
    const [split] = plan.wheels.flatMap((each) => each.split ?? []);
    expect(split?.chunked.map(({ path, reach }) => [path, reach])).toEqual(
      byPath.map((path) => [path, 'asked']),
    );
    expect(split?.groups.flatMap(({ entries }) => entries).sort()).toEqual(byPath);
    expect(files.every(({ size }) => size <= LIMIT)).toBe(true);
    expect(plan.findings).toEqual([]);
  });

  it('warns of files that are to be in place and are cut', async () => {
    const wheel = await writeWheelFile(await scratch(), { files: { 'pkg/a.bin': noise(300) } });
    const path = 'pkg/a.bin';
    const [plan] = await plansOf([wheel], { ...options, byPath: [path], inPlace: [path] });
    expect(plan?.findings).toMatchObject([
      { code: 'split/not-in-place', evidence: expect.stringContaining('pkg/a.bin of ') },
    ]);
  });

  it('leaves a wheel under the limit alone', async () => {
    const folder = await scratch();
    const wheel = await writeWheelFile(folder, { files: { 'pkg/a.bin': noise(20) } });
    expect(await plansOf([wheel], options)).toEqual([]);
  });
});

describe('a limit that is too small', () => {
  it('is told with what takes the room', async () => {
    const wheel = await writeWheelFile(await scratch(), { files: { 'pkg/a.bin': noise(300) } });
    const refusal: unknown = await plansOf([wheel], { ...options, maxSize: 20_000 }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'split/limit-too-small' });
    const { evidence = '' } = refusal as { evidence?: string };
    const [, used, room, sum] =
      /^20000 bytes; metadata and licences take (\d+), and (\d+) for what it carries make (\d+)$/.exec(
        evidence,
      ) ?? [];
    expect(Number(used) + Number(room)).toBe(Number(sum));
    expect(Number(sum)).toBeGreaterThan(20_000);
  });

  it('has one answer, which works, whatever it is', async () => {
    const files = { 'pkg/a.bin': noise(150), 'pkg/b.bin': noise(170), 'pkg/c.bin': noise(60) };
    const wheel = await writeWheelFile(await scratch(), { files });
    const asked = { ...options, inPlace: ['pkg/a.bin'] };
    const hintOf = async (maxSize: number): Promise<string> => {
      const refusal: unknown = await plansOf([wheel], { ...asked, maxSize }).catch(
        (error: unknown) => error,
      );
      return (refusal as { hint?: string }).hint ?? '';
    };
    const hints = await Promise.all([200_000, 210_000, 221_000].map(hintOf));
    const answers = hints.map((hint) => /--max-size (\d+)KiB works\.$/.exec(hint)?.[1]);
    expect(new Set(answers).size).toBe(1);
    const least = Number(answers[0]) * 1024;
    expect(await plansOf([wheel], { ...asked, maxSize: least })).toHaveLength(1);
    expect(hints[0]).toContain('This is enough for the limit: --in-place pkg/b.bin');
  });

  it('is told without options that are not enough', async () => {
    const small = Array.from({ length: 40 }, (_, index): [string, Uint8Array] => [
      `pkg/${index}.bin`,
      randomBytes(20_000),
    ]);
    const wheel = await writeWheelFile(await scratch(), { files: Object.fromEntries(small) });
    await expect(plansOf([wheel], options)).rejects.toMatchObject({
      code: 'split/cannot-place',
      hint: expect.stringMatching(
        /^--in-place is not enough: without the 24 largest files [^-]+ over the limit\. `wheelworks split --advise`/,
      ),
    });
  });
});

describe('the output folder', () => {
  it.each([
    ['that was made', 'a/b', ['pkg-1.0-py3-none-any.whl']],
    ['that was there', '.', ['pkg-1.0-py3-none-any.whl', 'there']],
  ])('%s is as it was after a refusal or an interrupt', async (_, name, left) => {
    const folder = await scratch();
    const wheel = await writeWheelFile(folder, { files: { 'pkg/a.bin': noise(300) } });
    if (name === '.') await mkdir(join(folder, 'there'));
    const directory = join(folder, name === '.' ? 'there' : name);
    const results = await splitWheels([wheel], { ...options, directory });
    expect(results).toMatchObject([{ refusals: [{}] }]);
    expect((await readdir(folder)).sort()).toEqual(left);
    const interrupted = { ...options, byPath: ['pkg/a.bin'], directory };
    await expect(
      splitWheels([wheel], { ...interrupted, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect((await readdir(folder)).sort()).toEqual(left);
  });

  it('loses the work folder of a run that was killed, and no other', async () => {
    const folder = await scratch();
    const wheel = await writeWheelFile(folder, { files: { 'pkg/a.bin': noise(300) } });
    const directory = join(folder, 'out');
    const left = [
      ['.wheelworks-split-gone', 999_999_999, hostname()],
      ['.wheelworks-split-runs', process.pid, hostname()],
      ['.wheelworks-split-else', 999_999_999, 'another.example'],
    ] as const;
    for (const [name, pid, host] of left) {
      await mkdir(join(directory, name), { recursive: true });
      const owner = JSON.stringify({ pid, host });
      await writeFile(join(directory, name, '.wheelworks-owner'), owner);
    }
    await splitWheels([wheel], { ...options, byPath: ['pkg/a.bin'], directory });
    const hidden = (await readdir(directory)).filter((name) => name.startsWith('.'));
    expect(hidden.sort()).toEqual(['.wheelworks-split-else', '.wheelworks-split-runs']);
  });
});

describe('the settings of the cache', () => {
  it.each(['PKG_CACHE', 'seekdb_cache', '_X'])('take %s as a variable', (name) => {
    expect(isCacheVariable(name)).toBe(true);
  });

  it.each(['PATH', 'Home', 'TMPDIR', 'PYTHONPATH', 'XDG_CACHE_HOME', 'A-B', '1A', ''])(
    'refuse %j as a variable',
    (name) => {
      expect(isCacheVariable(name)).toBe(false);
    },
  );

  it.each(['~/.pkg/cache', '/var/cache/pkg', 'C:\\pkg', '~\\pkg'])(
    'take %s as a folder',
    (path) => {
      expect(isCacheDirectory(path)).toBe(true);
    },
  );

  it.each(['../x', 'relative/x', '~', '~/', '/', '~/../x', '~other/x', 'C:\\', ''])(
    'refuse %j as a folder',
    (path) => {
      expect(isCacheDirectory(path)).toBe(false);
    },
  );
});

describe('a file over the limit', () => {
  it('is refused where code finds it by its path, with the lines that name it', async () => {
    const folder = await scratch();
    const wheel = await writeWheelFile(folder, {
      files: {
        'pkg/__init__.py': 'import os\nDATA = os.path.join(here, "big.bin")\n',
        'pkg/big.bin': noise(500),
      },
    });
    await expect(plansOf([wheel], options)).rejects.toMatchObject({
      code: 'split/loaded-by-code',
      evidence: 'pkg/__init__.py:2: DATA = os.path.join(here, "big.bin")',
    });
    const unnamed = await writeWheelFile(await scratch(), {
      files: {
        'pkg/__init__.py': 'folder = "data"\n',
        'pkg/b.bin': noise(300),
        'pkg/c.bin': noise(300),
      },
    });
    await expect(plansOf([unnamed], options)).rejects.toMatchObject({
      code: 'split/opened-by-nothing',
      message: expect.stringMatching(/^pkg\/b\.bin, pkg\/c\.bin are each too large .* they are no/),
      evidence: 'pkg/b.bin\npkg/c.bin',
      hint: expect.stringContaining('--by-path pkg/b.bin --by-path pkg/c.bin'),
    });
    const mixed = await writeWheelFile(await scratch(), {
      files: {
        'pkg/__init__.py': 'DATA = "b.bin"\n',
        'pkg/b.bin': noise(300),
        'pkg/c.bin': noise(300),
      },
    });
    await expect(plansOf([mixed], options)).rejects.toMatchObject({
      code: 'split/loaded-by-code',
      message: expect.stringContaining('finds them by their paths, where they would not be.'),
      evidence:
        'pkg/b.bin:\n  pkg/__init__.py:1: DATA = "b.bin"\npkg/c.bin: no line of the wheel\'s Python code has its name',
    });
    const [plan] = await plansOf([wheel], { ...options, byPath: ['pkg/big.bin'] });
    expect(plan?.parts.length).toBe(3);
    expect(plan?.wheels[0]?.split?.chunked[0]).toMatchObject({ reach: 'asked', size: 500_000 });
  });
});
