/**
 * Beside `wheel unpack`, `wheel pack` and `wheel tags` of PyPA's wheel: the same trees, names, WHEEL fields and RECORD rows.
 *
 * Argued differences: retag keeps the order of tags that it was not asked to change, where `wheel tags` sorts all; pack
 * normalises new versions (`1.0+CU` is `1.0+cu`); it renames the .data folder with the version, and refuses Tag lines
 * that no file name can stand for.
 */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packTree } from '../../src/pack/index.ts';
import { retagWheel, type TagChanges } from '../../src/retag/index.ts';
import { unpackDistribution } from '../../src/unpack/index.ts';
import { readWheelFile, verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { localWheels } from '../support/local-wheels.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';

/** A Python with the tool: installed, or imported out of wheels of a local index. */
function findTool(): { readonly env: NodeJS.ProcessEnv } | undefined {
  const found = localWheels().filter((path) => /^(wheel|packaging)-\d/.test(basename(path)));
  const newest = ['wheel-', 'packaging-'].map((name) =>
    found.findLast((path) => basename(path).startsWith(name)),
  );
  const paths = newest.filter((path) => path !== undefined);
  for (const env of [process.env, { ...process.env, PYTHONPATH: paths.join(':') }]) {
    const probe = spawnSync('python3', ['-m', 'wheel', 'tags', '--help'], {
      env,
      encoding: 'utf8',
    });
    // Of the versions since 0.40 that know all of these commands.
    if (probe.status === 0) return { env };
  }
  return undefined;
}

const tool = findTool();

function wheelTool(...args: string[]): string {
  const result = spawnSync('python3', ['-m', 'wheel', ...args], {
    env: { ...tool?.env, SOURCE_DATE_EPOCH: '315532800' },
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

const SPECS: [string, WheelSpec][] = [
  ['a pure wheel', {}],
  ['a build tag', { build: '12abc' }],
  ['compressed tags', { tags: 'py2.py3-none-any' }],
  ['many platforms', { tags: 'cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64' }],
  [
    'an old spelling',
    {
      name: 'Foo.Bar',
      files: { 'Foo.Bar-1.0.data/scripts/run': '#!python\n' },
      executable: ['Foo.Bar-1.0.data/scripts/run'],
    },
  ],
  ['a local version', { version: '2.0rc1+cu121' }],
  ['odd names', { files: { 'pkg/a, b "c".txt': 'x', 'pkg/ü.py': '', 'pkg/empty.py': '' } }],
];

/** Path to mode and content of all files, sorted. */
async function tree(root: string): Promise<[string, string, string][]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const rows = await Promise.all(
    files.map(async (entry): Promise<[string, string, string]> => {
      const path = join(entry.parentPath, entry.name);
      const mode = ((await stat(path)).mode & 0o777).toString(8);
      return [path.slice(root.length + 1), mode, await readFile(path, 'base64')];
    }),
  );
  return rows.sort(([left], [right]) => (left < right ? -1 : 1));
}

interface Facts {
  /** Header lines of WHEEL, sorted. */
  readonly wheel: readonly string[];
  /** Rows of RECORD, sorted; without that of WHEEL, whose lines the tools order differently. */
  readonly record: readonly string[];
  readonly members: readonly string[];
}

async function facts(path: string): Promise<Facts> {
  return withWheel(path, async (wheel) => {
    expect(await verifyWheel(wheel)).toEqual([]);
    const text = async (name: string): Promise<string[]> => {
      const entry = wheel.archive.get(`${wheel.distInfo}/${name}`);
      if (entry === undefined) throw new Error(`no ${name}`);
      return Buffer.from(await wheel.archive.read(entry))
        .toString()
        .trim()
        .split('\n')
        .sort();
    };
    return {
      wheel: await text('WHEEL'),
      record: (await text('RECORD')).filter((row) => !row.includes('.dist-info/WHEEL,')),
      members: wheel.archive.entries.map((entry) => entry.path).sort(),
    };
  });
}

describe.skipIf(tool === undefined)(
  "beside PyPA's wheel (skipped: python3 -m wheel does not run, and no local index has it)",
  () => {
    it.each(SPECS)('unpack: %s', async (_, spec) => {
      const path = await writeWheelFile(await scratch(), spec);
      const [theirs, ours] = [await scratch(), await scratch()];
      wheelTool('unpack', '--dest', theirs, path);
      await unpackDistribution(path, { directory: ours });
      expect(await readdir(ours)).toEqual(await readdir(theirs));
      expect(await tree(ours)).toEqual(await tree(theirs));
    });

    const packs: [string, string[], Parameters<typeof packTree>[2]][] = [
      ['as it is', [], {}],
      ['with a build number', ['--build-number', '3'], { build: '3' }],
      ['without one', ['--build-number', ''], { build: '' }],
      ['with a local version', ['--local-version', 'debug.1'], { localVersion: 'debug.1' }],
      ['without one', ['--local-version', ''], { localVersion: '' }],
    ];
    describe.each(packs)('pack %s', (_, args, options) => {
      const isLocal = args[0] === '--local-version';
      it.each(SPECS.slice(1, 6))('of %s', async (_, spec) => {
        const path = await writeWheelFile(await scratch(), spec);
        const { output } = await unpackDistribution(path, { directory: await scratch() });
        const [theirs, ours] = [await scratch(), await scratch()];
        await packTree(output, ours, options);
        if (isLocal && !wheelTool('pack', '--help').includes('--local-version')) return;
        // It renames folders of the tree that it packs, and so goes last.
        wheelTool('pack', '--dest-dir', theirs, ...args, output);
        const [name = ''] = await readdir(theirs);
        expect(await readdir(ours)).toEqual([name]);
        const its = await facts(join(theirs, name));
        expect(await facts(join(ours, name))).toEqual(isLocal ? withDataRenamed(its, name) : its);
      });
    });

    const changes: [string[], TagChanges][] = [
      [['--python-tag', 'cp312'], { python: 'cp312' }],
      [['--python-tag', '+py2'], { python: '+py2' }],
      [['--python-tag', 'cp311.cp310'], { python: 'cp311.cp310' }],
      [
        ['--abi-tag', 'abi3', '--platform-tag', 'win32.win_amd64'],
        { abi: 'abi3', platform: 'win32.win_amd64' },
      ],
      [['--platform-tag', '+linux_x86_64'], { platform: '+linux_x86_64' }],
      [['--build', '7'], { build: '7' }],
      [['--build', ''], { build: '' }],
    ];
    describe.each(changes)('tags %j', (args, change) => {
      it.each(SPECS.slice(1, 5))('of %s', async (_, spec) => {
        const directory = await scratch();
        const path = await writeWheelFile(directory, spec);
        const theirs = join(directory, 'theirs');
        await mkdir(theirs);
        await copyFile(path, join(theirs, basename(path)));
        const its = wheelTool('tags', ...args, join(theirs, basename(path))).trim();
        const done = await retagWheel(path, change);
        expect(sortedTags(done.to)).toBe(its);
        if (!done.changed) return;
        const [mine, other] = [await facts(done.output), await facts(join(theirs, its))];
        expect(mine).toEqual(other);
      });
    });

    it('tags taken away', async () => {
      const directory = await scratch();
      const path = await writeWheelFile(directory, { tags: 'py2.py3-none-any' });
      const its = wheelTool('tags', '--python-tag=-py2', '--remove', path).trim();
      expect(await readdir(directory)).toEqual([its]);
      const again = await writeWheelFile(await scratch(), { tags: 'py2.py3-none-any' });
      expect((await retagWheel(again, { python: '-py2' })).to).toBe(its);
    });

    it('what we write, it reads and verifies', async () => {
      const path = await writeWheelFile(await scratch(), { build: '1' });
      const { output } = await retagWheel(path, { python: '+py2' });
      const directory = await scratch();
      wheelTool('unpack', '--dest', directory, output);
      expect(await readdir(directory)).toEqual(['pkg-1.0']);
      expect(wheelTool('tags', output).trim()).toBe(basename(output));
      await withWheel(output, async (wheel) => {
        expect((await readWheelFile(wheel)).build).toBe('1');
      });
    });
  },
);

/** After a change of version `wheel pack` leaves `NAME-OLD.data` as it was, where installers may not look for it. */
function withDataRenamed(facts: Facts, filename: string): Facts {
  const stem = filename.split('-', 2).join('-');
  const renamed = (lines: readonly string[]): string[] =>
    lines.map((line) => line.replace(/^"?[^/]+(?=\.data\/)/, stem)).sort();
  return { ...facts, members: renamed(facts.members), record: renamed(facts.record) };
}

/** `wheel tags` sorts the parts that it was not asked about, too. */
function sortedTags(filename: string): string {
  const parts = filename.slice(0, -'.whl'.length).split('-');
  const tags = parts.slice(-3).map((part) => part.split('.').sort().join('.'));
  return `${[...parts.slice(0, -3), ...tags].join('-')}.whl`;
}
