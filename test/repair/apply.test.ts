import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readElf } from '../../src/binary/elf/index.ts';
import { planWheelRepair, repairWheel, type RepairOptions } from '../../src/repair/index.ts';
import { verifyRepaired } from '../../src/repair/verify.ts';
import { draftFromWheel, readRecord, verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { hasCompiler } from '../support/elf-edit-files.ts';
import { sessionOver } from '../support/repair-session.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const TAGS = 'cp311-cp311-linux_x86_64';

/** A folder with libone (needs libtwo) and libtwo, and a wheel whose module needs libone. */
async function project(name = 'pkg'): Promise<{ folder: string; libs: string; wheel: string }> {
  const folder = await scratch();
  const libs = join(folder, 'libs');
  await mkdir(libs);
  const gcc = (...options: readonly string[]): void => {
    execFileSync('gcc', ['-shared', '-fPIC', '-g', ...options], { cwd: folder });
  };
  await writeFile(join(folder, 'two.c'), 'int two(void) { return 2; }\n');
  await writeFile(join(folder, 'one.c'), 'int two(void);\nint one(void) { return two() - 1; }\n');
  await writeFile(join(folder, 'mod.c'), 'int one(void);\nint mod(void) { return one(); }\n');
  gcc('-Wl,-soname,libtwo.so.2', 'two.c', '-o', 'libs/libtwo.so.2');
  gcc('-Wl,-soname,libone.so.1', 'one.c', '-o', 'libs/libone.so.1', 'libs/libtwo.so.2');
  gcc(
    '-Wl,-rpath,/home/somebody/build',
    'mod.c',
    '-o',
    'mod.so',
    'libs/libone.so.1',
    '-Wl,-rpath-link,libs',
  );
  const module = new Uint8Array(await readFile(join(folder, 'mod.so')));
  const files = { [`${name}/mod.so`]: module, [`${name}/data.bin`]: new Uint8Array(3000).fill(7) };
  const wheel = await writeWheelFile(folder, { name, tags: TAGS, files });
  return { folder, libs, wheel };
}

describe.skipIf(!hasCompiler() || process.arch !== 'x64')(
  'a wheel with libraries from outside (skipped without gcc on x86-64)',
  () => {
    async function repair(
      options: RepairOptions = {},
      inPlace = false,
    ): Promise<{
      output: string;
      folder: string;
      input: Uint8Array;
      result: Awaited<ReturnType<typeof repairWheel>>;
    }> {
      const { folder, libs, wheel } = await project();
      const input = await readFile(wheel);
      const directory = inPlace ? folder : join(folder, 'out');
      const result = await repairWheel(wheel, await sessionOver({ libPaths: [libs] }), {
        ...options,
        directory,
        inPlace,
      });
      return { output: result.output, folder, input, result };
    }

    it('carries them, each under its own name, and everything points to the copies', async () => {
      const { output, result } = await repair();
      expect(result.plan.grafted.map(({ name }) => name)).toEqual(['libone.so.1', 'libtwo.so.2']);
      await withWheel(output, async (wheel) => {
        const read = async (path: string): Promise<ReturnType<typeof readElf>> => {
          const entry = wheel.archive.get(path);
          if (entry === undefined) throw new Error(`no ${path}`);
          return readElf(await wheel.archive.read(entry));
        };
        const [one = '', two = ''] = result.plan.grafted.map(({ to }) => to);
        const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
        const module = await read('pkg/mod.so');
        expect(module.needed).toContain(base(one));
        expect([module.rpath, module.runpath]).toEqual([['$ORIGIN/../pkg.libs'], []]);
        const first = await read(one);
        expect([first.soname, first.needed.includes(base(two)), first.rpath]).toEqual([
          base(one),
          true,
          ['$ORIGIN'],
        ]);
        expect((await read(two)).rpath).toEqual([]);
        expect(await verifyWheel(wheel, { contents: true })).toEqual([]);
        expect(Buffer.from(await readFile(output)).includes('somebody')).toBe(false);
        expect((await readRecord(wheel)).entries.map(({ path }) => path)).toContain(
          'pkg-1.0.dist-info/sboms/wheelworks.cdx.json',
        );
      });
    });

    it('gives the same bytes from another folder, and repairing the result changes nothing', async () => {
      const one = await repair();
      const elsewhere = await scratch();
      await cp(join(one.folder, 'libs'), join(elsewhere, 'other libs'), { recursive: true });
      const copy = join(elsewhere, basename(one.result.path));
      await copyFile(one.result.path, copy);
      const session = await sessionOver({ libPaths: [join(elsewhere, 'other libs')] });
      const other = await repairWheel(copy, session, { directory: elsewhere });
      expect(await readFile(other.output)).toEqual(await readFile(one.output));
      const again = join(one.folder, 'again');
      const twice = await repairWheel(one.output, await sessionOver({}), { directory: again });
      expect(twice.changed).toBe(false);
      expect(await readFile(twice.output)).toEqual(await readFile(one.output));
    });

    it('keeps the input as it is, and takes its place only when asked', async () => {
      const { folder, input, result } = await repair();
      expect(await readFile(result.path)).toEqual(Buffer.from(input));
      expect(await readdir(join(folder, 'out'))).toHaveLength(1);
      const replaced = await repair({}, true);
      expect((await readdir(replaced.folder)).filter((name) => name.endsWith('.whl'))).toEqual([
        result.filename,
      ]);
    });

    it('takes the place of a wheel of its own name', async () => {
      const { output, folder, result } = await repair({ updateTags: false, strip: true }, true);
      expect(output).toBe(result.path);
      expect((await readdir(folder)).filter((name) => name.includes('wheelworks'))).toEqual([]);
      await withWheel(output, async (wheel) => expect(await verifyWheel(wheel)).toEqual([]));
    });

    it('stripped, it is smaller and has the same libraries under other names', async () => {
      const [plain, stripped] = [await repair(), await repair({ strip: true })];
      expect(stripped.result.size).toBeLessThan(plain.result.size);
      const names = ({ result }: typeof plain): readonly string[] =>
        result.plan.grafted.map(({ to }) => to);
      expect(names(stripped)).not.toEqual(names(plain));
    });

    it('copies what an earlier wheel of the run has compressed', async () => {
      const { folder, libs, wheel } = await project();
      const second = join(folder, 'pkg-1.0-cp312-cp312-linux_x86_64.whl');
      await copyFile(
        await writeWheelFile(join(folder), {
          name: 'pkg',
          tags: 'cp312-cp312-linux_x86_64',
          files: { 'pkg/mod.so': new Uint8Array(await readFile(join(folder, 'mod.so'))) },
        }),
        second,
      ).catch(() => {});
      const session = await sessionOver({ libPaths: [libs] });
      const first = await repairWheel(wheel, session, { directory: join(folder, 'out') });
      const next = await repairWheel(second, session, { directory: join(folder, 'out') });
      expect(next.unchangedMembers).toBe(first.plan.grafted.length);
      const fresh = await repairWheel(second, await sessionOver({ libPaths: [libs] }), {
        directory: join(folder, 'fresh'),
      });
      expect(await readFile(next.output)).toEqual(await readFile(fresh.output));
    });

    it('leaves nothing when it is stopped', async () => {
      const { folder, libs, wheel } = await project();
      const stop = new AbortController();
      const directory = join(folder, 'out');
      const options: RepairOptions = {
        signal: stop.signal,
        events: (event) => {
          if (event.type === 'task-progress') stop.abort(new Error('stopped'));
        },
      };
      await expect(
        repairWheel(wheel, await sessionOver({ libPaths: [libs] }), { ...options, directory }),
      ).rejects.toThrow('stopped');
      expect(await readdir(directory)).toEqual([]);
    });

    it('refuses two wheels that would become one file', async () => {
      const { folder, libs, wheel } = await project();
      const other = join(folder, 'other');
      await mkdir(other);
      await copyFile(wheel, join(other, 'pkg-1.0-cp311-cp311-linux_x86_64.whl'));
      const session = await sessionOver({ libPaths: [libs] });
      const directory = join(folder, 'out');
      await repairWheel(wheel, session, { directory });
      await expect(
        repairWheel(join(other, 'pkg-1.0-cp311-cp311-linux_x86_64.whl'), session, { directory }),
      ).rejects.toMatchObject({ code: 'wheel/shared-output' });
    });

    it('is not kept when it is not as it was planned', async () => {
      const { output, result } = await repair();
      const { libs, wheel } = await project();
      const plan = await planWheelRepair(wheel, await sessionOver({ libPaths: [libs] }));
      const draft = await withWheel(output, draftFromWheel);
      const wrong = new Map(
        [...result.shipped].map(([path, file]) => [
          path,
          { ...file, content: { bytes: new Uint8Array() }, size: file.size + 1 },
        ]),
      );
      await withWheel(wheel, async (input) => {
        await expect(
          verifyRepaired(output, { input, draft, plan, shipped: wrong, taken: [], options: {} }),
        ).rejects.toMatchObject({
          code: 'repair/unverified',
          evidence: expect.stringContaining('RECORD has another'),
        });
        // The wheel as it came, taken for the repaired one: what it needs is not in it.
        await expect(
          verifyRepaired(wheel, {
            input,
            draft: await draftFromWheel(input),
            plan: { ...plan, tags: result.plan.tags },
            shipped: new Map(),
            taken: [],
            options: {},
          }),
        ).rejects.toMatchObject({
          code: 'repair/unverified',
          evidence: expect.stringContaining('libone.so.1 is not in the wheel'),
        });
      });
    });

    it('of a release share what is taken in: the second gets the bytes that it would get alone', async () => {
      const { folder, libs, wheel } = await project();
      const other = await writeWheelFile(folder, {
        name: 'other',
        tags: TAGS,
        files: { 'other/mod.so': new Uint8Array(await readFile(join(folder, 'mod.so'))) },
      });
      const session = await sessionOver({ libPaths: [libs] });
      const first = await repairWheel(wheel, session, { directory: join(folder, 'together') });
      const second = await repairWheel(other, session, { directory: join(folder, 'together') });
      expect(session.shipped.size).toBe(2);
      const alone = await repairWheel(other, await sessionOver({ libPaths: [libs] }), {
        directory: join(folder, 'alone'),
      });
      expect(second.outputSha256).toBe(alone.outputSha256);
      expect(second.unchangedMembers).toBe(alone.unchangedMembers + 2);
      // Where the first is gone, everything is made again.
      await writeFile(first.output, 'no wheel any more');
      const again = await repairWheel(other, session, { directory: join(folder, 'again') });
      expect(again.outputSha256).toBe(alone.outputSha256);
    });
  },
);
