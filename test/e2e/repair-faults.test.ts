/** Repairs that meet what goes wrong: missing and wrong libraries, full disks, signals. The input is always left as it was. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EM } from '../../src/binary/elf/index.ts';
import { cli, quietEnvironment, startCli, type CliOptions } from '../support/cli.ts';
import { buildElf } from '../support/elf-builder.ts';
import { isRoot } from '../support/project-builder.ts';
import {
  buildExtension,
  buildLabWheel,
  buildLibrary,
  labPython,
  repairLabMissing,
} from '../support/repair-lab.ts';
import { repair, sha256Of } from '../support/repair-lab-run.ts';
import { scratch } from '../support/scratch.ts';

let folder: string;
let output: string;
let temporary: string;

beforeEach(async () => {
  folder = await scratch();
  output = join(folder, 'out');
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});

/** A wheel with a module that needs libraries of the given names, each from a folder of its own. */
async function wheelThatNeeds(...names: readonly string[]): Promise<string> {
  const links = names.map((name) =>
    buildLibrary(join(folder, name, `lib${name}.so.1`), {
      soname: `lib${name}.so.1`,
      code: `int ${name}(void) { return 1; }`,
    }),
  );
  const calls = names.map((name) => `${name}()`).join(' + ');
  const module = buildExtension(join(folder, 'build'), '_needs', {
    code: `${names.map((name) => `int ${name}(void);`).join(' ')} static long answer(void) { return ${calls}; }`,
    links,
    flags: [`-Wl,-rpath,${links.map(dirname).join(':')}`],
  });
  return buildLabWheel(join(folder, 'dist'), { [`demo/${basename(module)}`]: module });
}

/** Expects a repair to fail: nothing is left of it, and the wheel is as it was. */
async function expectFailure(
  wheel: string,
  { options = [], ...run }: CliOptions & { readonly options?: readonly string[] } = {},
): Promise<Record<string, unknown>> {
  const before = sha256Of(wheel);
  const { code, out } = await cli(['repair', wheel, '-o', output, '--json', ...options], {
    env: { ...quietEnvironment(), TMPDIR: temporary },
    ...run,
  });
  expect(code).toBe(1);
  expectNothingLeft();
  expect(sha256Of(wheel)).toBe(before);
  const document = JSON.parse(out) as { files?: { error: object }[]; error?: object };
  return { ...(document.files?.[0]?.error ?? document.error) };
}

function expectNothingLeft(): void {
  expect(existsSync(output) ? readdirSync(output) : []).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
}

describe.skipIf(repairLabMissing !== undefined)(
  `a repair (skipped ${repairLabMissing ?? 'elsewhere'})`,
  () => {
    it('names all libraries that are missing, who needs them and where it looked', async () => {
      const wheel = await wheelThatNeeds('gone', 'away', 'here');
      for (const name of ['gone', 'away']) rmSync(join(folder, name), { recursive: true });
      const { code, evidence, message, path } = await expectFailure(wheel);
      expect(code).toBe('repair/missing-libraries');
      expect(path).toBe(wheel);
      for (const name of ['gone', 'away']) {
        expect(message).toContain(`lib${name}.so.1`);
        expect(evidence).toContain(`lib${name}.so.1`);
        expect(evidence).toContain(join(folder, name));
      }
      expect(evidence).toMatch(/demo\/_needs/);
      expect(`${String(message)}${String(evidence)}`).not.toContain('libhere.so.1');
    });

    it('takes no library of another processor and no text for one that it needs', async () => {
      const wheel = await wheelThatNeeds('other', 'script');
      writeFileSync(
        join(folder, 'other/libother.so.1'),
        buildElf({ class: 32, machine: EM.I386, soname: 'libother.so.1' }).bytes,
      );
      writeFileSync(join(folder, 'script/libscript.so.1'), 'INPUT(libreal.so.1)\n');
      const { code, evidence } = await expectFailure(wheel);
      expect(code).toBe('repair/missing-libraries');
      expect(evidence).toContain('libother.so.1');
      expect(evidence).toContain('libscript.so.1');
      // The right ones behind the wrong ones are found.
      await wheelThatNeeds('other', 'script');
      const good = join(folder, 'good');
      mkdirSync(good);
      for (const name of ['other', 'script'])
        execFileSync('cp', [join(folder, name, `lib${name}.so.1`), good]);
      writeFileSync(join(folder, 'script/libscript.so.1'), 'INPUT(libreal.so.1)\n');
      const { grafted } = await repair(wheel, output, { options: ['--lib-path', good] });
      expect(grafted.length).toBe(2);
    });

    it('that has text under the name of a module is refused', async () => {
      const good = await wheelThatNeeds('real');
      const { suffix, tag } = labPython();
      const text = `demo/_text${suffix}`;
      const wheel = await buildLabWheel(
        join(folder, 'text'),
        { [`demo/_needs${suffix}`]: join(folder, 'build', `_needs${suffix}`) },
        { files: { [text]: 'INPUT(libreal.so.1)\n' }, tags: tag },
      );
      expect(basename(wheel)).toBe(basename(good));
      expect(await expectFailure(wheel)).toMatchObject({
        code: 'repair/not-native',
        path: expect.stringContaining(text),
      });
    });

    it('of several wheels goes on after one that fails', async () => {
      const good = await wheelThatNeeds('fine');
      const bad = join(folder, 'dist', basename(good).replace('demo', 'other'));
      writeFileSync(bad, 'no wheel');
      const { code, out } = await cli(['repair', bad, good, '-o', output, '--json']);
      expect(code).toBe(1);
      const { files } = JSON.parse(out) as { files: { error?: object; output?: string }[] };
      expect(files.map(({ error }) => error === undefined)).toEqual([false, true]);
      expect(readdirSync(output)).toEqual([basename(files[1]?.output ?? '')]);
    });

    it('that may write only small files says so and leaves none', async () => {
      const wheel = await bigWheel();
      const through = ['bash', '-c', 'ulimit -f 2048; exec "$@"', '-'];
      expect(await expectFailure(wheel, { through })).toMatchObject({
        code: 'file/disk-full',
      });
    });

    it.skipIf(!isRoot)(
      'onto a full disk says so and leaves nothing (skipped without root)',
      async (context) => {
        const wheel = await bigWheel();
        mkdirSync(output);
        const mount = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', output];
        if (spawnSync('mount', mount).status !== 0)
          return context.skip('this machine allows no mounts');
        onTestFinished(() => void execFileSync('umount', [output]));
        expect(await expectFailure(wheel)).toMatchObject({ code: 'file/disk-full' });
      },
    );

    it.skipIf(!isRoot)(
      'whose TMPDIR is full says so and leaves nothing (skipped without root)',
      async (context) => {
        const wheel = await bigWheel();
        const mount = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', temporary];
        if (spawnSync('mount', mount).status !== 0)
          return context.skip('this machine allows no mounts');
        onTestFinished(() => void execFileSync('umount', [temporary]));
        expect(await expectFailure(wheel)).toMatchObject({ code: 'file/disk-full' });
      },
    );

    it.each(['SIGINT', 'SIGTERM'] as const)('ended by %s leaves nothing', async (signal) => {
      const wheel = await bigWheel();
      const before = sha256Of(wheel);
      const running = startCli(['repair', wheel, '-o', output, '--json', '-z', '9'], {
        env: { ...quietEnvironment(), TMPDIR: temporary },
      });
      // It is at work when it has begun to write.
      const begun = (): boolean =>
        readdirSync(temporary).length > 0 || (existsSync(output) && readdirSync(output).length > 0);
      while (!begun()) await sleep(5);
      running.kill(signal);
      const { code, out } = await running.result;
      expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(JSON.parse(out)).toMatchObject({ error: { code: 'cli/interrupted' } });
      expectNothingLeft();
      expect(sha256Of(wheel)).toBe(before);
    });
  },
);

/** Of a library with 40 MB that do not compress. */
const MEGABYTES = 40;

async function bigWheel(): Promise<string> {
  const noise = join(folder, 'noise.bin');
  execFileSync('sh', ['-c', `head -c ${MEGABYTES}000000 /dev/urandom > "$0"`, noise]);
  const big = buildLibrary(join(folder, 'big/libbig.so.1'), {
    soname: 'libbig.so.1',
    code: `__asm__(".section .rodata\\n.incbin \\"${noise}\\"\\n.text"); int big(void) { return 1; }`,
  });
  rmSync(noise);
  const module = buildExtension(join(folder, 'build'), '_big', {
    code: 'int big(void); static long answer(void) { return big(); }',
    links: [big],
    flags: [`-Wl,-rpath,${dirname(big)}`],
  });
  return buildLabWheel(join(folder, 'dist'), { [`demo/${basename(module)}`]: module });
}
