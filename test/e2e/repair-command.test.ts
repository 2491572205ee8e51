/** `repair` and its auditwheel spelling as a user types them: with libraries built in memory, so that no compiler is needed. */
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, quietEnvironment, type CliResult } from '../support/cli.ts';
import { buildElf } from '../support/elf-builder.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const MODULE = 'pkg/m.cpython-312-x86_64-linux-gnu.so';
const REPAIRED = 'pkg-1.0-cp312-cp312-manylinux1_x86_64.manylinux_2_5_x86_64.whl';

interface Place {
  readonly folder: string;
  readonly wheel: string;
  readonly pure: string;
  readonly libraries: string;
}

let place: Place;

beforeAll(async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wheelworks-test-')));
  const libraries = join(folder, 'libraries');
  await mkdir(libraries);
  const library = { soname: 'libown.so.1', needed: ['libc.so.6'] };
  await writeFile(join(libraries, 'libown.so.1'), buildElf(library).bytes);
  const module = buildElf({ needed: ['libown.so.1', 'libc.so.6'] }).bytes;
  const tags = 'cp312-cp312-linux_x86_64';
  const wheel = await writeWheelFile(folder, {
    tags,
    files: { [MODULE]: module, 'pkg/__init__.py': '' },
  });
  const pure = await writeWheelFile(folder, { name: 'pure', files: { 'pure.py': 'pass\n' } });
  place = { folder, wheel, pure, libraries };
});

afterAll(() => rm(place.folder, { recursive: true, force: true }));

/** Runs in the folder of the wheels, which get names of their own. */
async function run(
  line: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const { folder, wheel, pure } = place;
  const words = line
    .split(' ')
    .map((word) => (word === 'WHEEL' ? basename(wheel) : word === 'PURE' ? basename(pure) : word));
  return cli(words, { cwd: folder, env: { ...quietEnvironment(), ...variables } });
}

function documentOf({ out }: CliResult): {
  readonly dryRun?: boolean;
  readonly files: readonly Readonly<Record<string, unknown>>[];
} {
  return JSON.parse(out) as ReturnType<typeof documentOf>;
}

describe('repair', () => {
  it('plans without writing anything', async () => {
    const { out, code } = await run('repair --no-host --lib-path libraries WHEEL -n -o planned');
    expect(code).toBe(0);
    expect(out).toContain('would become manylinux1_x86_64.manylinux_2_5_x86_64: 1 library of ');
    expect(out).toMatch(/libown-[0-9a-f]{8}\.so\.1 +\S*libraries\/libown\.so\.1 +of no package/);
    expect(await readdir(place.folder)).not.toContain('planned');
  });

  it('plans and does the same, as documents', async () => {
    const words = 'repair --json --no-host --lib-path libraries WHEEL -o documents';
    const plan = documentOf(await run(`${words} --dry-run`));
    const done = documentOf(await run(words));
    expect(plan).toMatchObject({ schema: 'wheelworks.repair/1', dryRun: true });
    expect(plan.files[0]).toMatchObject({ output: null, outputSha256: null, unchanged: null });
    const { output, outputSha256, size, unchanged, findings, grafted, ...rest } =
      done.files[0] ?? {};
    expect(plan.files[0]).toMatchObject(rest);
    expect(rest).toMatchObject({ changed: true, patched: [MODULE], excluded: [] });
    expect(basename(String(output))).toBe(REPAIRED);
    expect(outputSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(size).toBe((await readFile(String(output))).length);
    expect(unchanged).toBe(1);
    expect(findings).toEqual([expect.objectContaining({ code: 'repair/unknown-owner' })]);
    expect(grafted).toMatchObject([{ name: 'libown.so.1', package: null, neededBy: [MODULE] }]);
  });

  it('tells totals of several, and goes on behind one that fails', async () => {
    await writeFile(join(place.folder, 'broken-1.0-py3-none-any.whl'), 'no zip');
    const { out, err, code } = await run(
      'repair --no-host --lib-path libraries WHEEL PURE broken-1.0-py3-none-any.whl -o several',
    );
    expect(code).toBe(1);
    expect(err).toContain('error[zip/not-a-zip]');
    expect(out).toContain('has no native code, copied to several/pure-');
    expect(out).toContain('1 wheel repaired, 1 without need, 1 library of ');
    expect(out).toContain('1 failed');
  });

  it.each([
    ['repair WHEEL --in-place -o out', 'cli/conflicting-options'],
    ['repair WHEEL -w one -o other', 'cli/conflicting-options'],
    ['repair WHEEL -z 10', 'cli/bad-value'],
    ['repair WHEEL -L ../up', 'cli/bad-value'],
    ['repair', 'cli/missing-argument'],
    ['repair nothing-*.whl', 'cli/no-such-input'],
  ])('%s is a wrong command line', async (line, code) => {
    const result = await run(`${line} --json`);
    expect(result.code).toBe(2);
    expect(JSON.parse(result.out)).toMatchObject({ error: { code } });
  });

  it('finds libraries of LD_LIBRARY_PATH only when asked', async () => {
    const variables = { LD_LIBRARY_PATH: place.libraries };
    const without = await run('repair WHEEL -n --json', variables);
    expect(JSON.parse(without.out)).toMatchObject({ error: { code: 'repair/missing-libraries' } });
    // A machine of another architecture has no loader that would read it.
    const wanted = process.arch === 'x64' && process.platform === 'linux' ? 0 : 1;
    expect((await run('repair WHEEL -n --ld-library-path', variables)).code).toBe(wanted);
  });
});

describe('auditwheel repair', () => {
  it('writes what repair writes', async () => {
    const own = await run('repair --no-host --lib-path libraries WHEEL -o as-repair');
    const alias = await run('auditwheel repair --ldpaths libraries:gone WHEEL -w as-auditwheel');
    expect([own.code, alias.code]).toEqual([0, 0]);
    const bytes = await readFile(join(place.folder, 'as-repair', REPAIRED));
    expect(await readFile(join(place.folder, 'as-auditwheel', REPAIRED))).toEqual(bytes);
  });

  it('writes to wheelhouse', async () => {
    await run('auditwheel repair --ldpaths libraries WHEEL');
    expect(await readdir(join(place.folder, 'wheelhouse'))).toEqual([REPAIRED]);
  });

  it('adds AUDITWHEEL_LD_LIBRARY_PATH to the folders that are searched', async () => {
    const variables = { AUDITWHEEL_LD_LIBRARY_PATH: place.libraries };
    const { code } = await run('auditwheel repair --ldpaths gone WHEEL -w added', variables);
    expect(code).toBe(0);
  });

  it('refuses wheels without native code unless they are pure and may be', async () => {
    const refused = await run('auditwheel repair PURE -w pure --json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'repair/no-native-code' } });
    const allowed = await run('auditwheel repair --allow-pure-python-wheel PURE -w pure');
    expect(allowed.code).toBe(0);
    expect(await readdir(join(place.folder, 'pure'))).toEqual([basename(place.pure)]);
    const tagged = await writeWheelFile(place.folder, {
      name: 'empty',
      tags: 'cp312-cp312-linux_x86_64',
    });
    const words = 'auditwheel repair --allow-pure-python-wheel -w pure --json';
    expect((await run(`${words} ${basename(tagged)}`)).code).toBe(1);
  });

  it.each([
    ['AUDITWHEEL_PLAT', 'manylinux_9_9', 1, 'repair/unknown-platform'],
    ['AUDITWHEEL_ZIP_COMPRESSION_LEVEL', '10', 2, 'cli/bad-value'],
    ['AUDITWHEEL_PATCHER', 'lief', 2, 'cli/bad-value'],
    ['AUDITWHEEL_PATCHER', 'none', 1, 'repair/edits-refused'],
  ])('reads %s=%s', async (name, value, code, error) => {
    const words = 'auditwheel repair --ldpaths libraries WHEEL -w variables --json';
    const result = await run(words, { [name]: value });
    expect(result.code).toBe(code);
    expect(JSON.parse(result.out)).toMatchObject({ error: { code: error } });
  });

  it('takes an option before its variable, and every patcher that is not needed', async () => {
    const words =
      'auditwheel repair --ldpaths libraries --plat manylinux_2_17_x86_64 --only-plat --patcher patchelf -z -1 WHEEL -w given';
    const { code } = await run(words, { AUDITWHEEL_PLAT: 'manylinux_9_9' });
    expect(code).toBe(0);
    expect(await readdir(join(place.folder, 'given'))).toEqual([
      'pkg-1.0-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    ]);
  });
});

describe('auditwheel show', () => {
  it('writes the document that scripts read', async () => {
    const { out, code } = await run('auditwheel show --ldpaths libraries WHEEL --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      wheel: basename(place.wheel),
      pure: false,
      overall_tag: 'linux_x86_64',
      sym_tag: 'manylinux_2_5_x86_64',
      pyfpe: false,
      ucs2: false,
      unsupported_isa: false,
      external_libs: { 'libown.so.1': join(place.libraries, 'libown.so.1') },
      policy_upgrades: { manylinux_2_5_x86_64: { libs_to_eliminate: ['libown.so.1'] } },
    });
  });

  it('says of a pure wheel that it is one', async () => {
    const refused = await run('auditwheel show PURE --json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ version: 1, error: expect.any(String) });
    const allowed = await run('auditwheel show PURE --json --allow-pure-python-wheel');
    expect(JSON.parse(allowed.out)).toEqual({
      version: 1,
      wheel: basename(place.pure),
      pure: true,
    });
  });
});

describe('auditwheel lddtree', () => {
  it('follows the needs of a file', async () => {
    const program = buildElf({ needed: ['libown.so.1', 'libgone.so'] }).bytes;
    await writeFile(join(place.folder, 'libtop.so'), program);
    const { out, code } = await run('auditwheel lddtree libtop.so --ldpaths libraries --json');
    expect(code).toBe(1);
    const path = join(place.libraries, 'libown.so.1');
    expect(JSON.parse(out)).toMatchObject({
      needed: ['libown.so.1', 'libgone.so'],
      libraries: {
        'libown.so.1': { path, realpath: path, platform: 'x86_64', needed: ['libc.so.6'] },
        'libgone.so': { path: null, realpath: null },
      },
    });
    const text = await run('auditwheel lddtree libtop.so --ldpaths libraries');
    expect(text.out).toContain('libgone.so  not found');
  });
});
