/** `audit` as people, programs and CI services see it. */
import { lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
});

const audit = (...args: string[]): Run => wheelworks(['audit', ...args], { cwd });

const SUFFIX = '.cpython-312-x86_64-linux-gnu.so';
const MODULE = `pkg/_m${SUFFIX}`;

/** A module that takes memcpy of glibc 2.14, and more that a test asks for. */
function module(changes: ElfPlan = {}): Uint8Array {
  return buildElf({
    versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.2.5', 'GLIBC_2.14'] }],
    symbols: [
      { name: 'memcpy', version: 'GLIBC_2.14' },
      { name: 'puts', version: 'GLIBC_2.2.5' },
      { name: 'PyInit__m', section: 1 },
    ],
    execStack: false,
    ...changes,
    needed: ['libc.so.6', ...(changes.needed ?? [])],
  }).bytes;
}

async function wheel(platforms: string, changes: ElfPlan = {}): Promise<string> {
  const path = await writeWheelFile(cwd, {
    tags: `cp312-cp312-${platforms}`,
    files: { [MODULE]: module(changes), 'pkg/__init__.py': '' },
  });
  return path.slice(cwd.length + 1);
}

describe('audit', () => {
  it('says what a wheel meets, what stops it further, and by which function', async () => {
    const path = await wheel('manylinux2014_x86_64.manylinux_2_17_x86_64');
    const { code, out, err } = audit(path);
    expect([code, err]).toEqual([0, '']);
    expect(out.replace(/\d[\d.]* k?B/g, 'SIZE')).toMatch(
      new RegExp(
        `^${path}
  meets    manylinux_2_17_x86_64 = manylinux2014_x86_64
  claims   manylinux2014_x86_64  holds
           manylinux_2_17_x86_64  holds
  natives  1 file, SIZE, x86_64, glibc

  manylinux_2_12_x86_64 is stopped by
    GLIBC_2.14 of libc.so.6: memcpy
      in ${MODULE}

  native file +meets +links
  ${MODULE}  manylinux_2_17_x86_64  libc.so.6
`,
      ),
    );
  });

  it('ends with 1 when a claim does not hold, and says what to do', async () => {
    const path = await wheel('manylinux_2_5_x86_64');
    const { code, out } = audit('--explain', 'manylinux1_x86_64', path);
    expect(code).toBe(1);
    expect(out).toContain('claims   manylinux_2_5_x86_64  DOES NOT HOLD');
    expect(out).toContain('1 obstacle on the way to manylinux1_x86_64');
    expect(out).toMatch(/do Build it in \S+, or do without memcpy\./);
    expect(out).toContain('error[audit/tag-not-earned]');
  });

  it('leaves out libraries that something else brings', async () => {
    const path = await wheel('manylinux_2_17_x86_64', { needed: ['libtorch_cpu.so'] });
    expect(audit(path).code).toBe(1);
    const { code, document } = wheelworksJson(['audit', '--exclude', 'libtorch*', path], { cwd });
    expect(code).toBe(0);
    expect(document).toMatchObject({
      files: [{ claimHolds: true, overallTag: 'manylinux_2_17_x86_64', externalLibraries: [] }],
    });
  });

  it('gives programs everything, under the agreed keys', async () => {
    const path = await wheel('manylinux_2_5_x86_64', { needed: ['libx.so.1'] });
    const { code, document } = wheelworksJson(['audit', '--no-host', path], { cwd });
    expect(code).toBe(1);
    expect(document).toMatchObject({
      schema: 'wheelworks.audit/1',
      files: [
        {
          path,
          kind: 'wheel',
          claimedTags: ['manylinux_2_5_x86_64'],
          overallTag: 'linux_x86_64',
          symbolTag: 'manylinux_2_17_x86_64',
          repairTag: null,
          claimHolds: false,
          externalLibraries: [{ name: 'libx.so.1', resolvedPath: null, neededBy: [MODULE] }],
          versionedSymbols: { 'libc.so.6': ['GLIBC_2.14', 'GLIBC_2.2.5'] },
          natives: [
            {
              path: MODULE,
              format: 'elf',
              arch: 'x86_64',
              needed: ['libc.so.6', 'libx.so.1'],
              soname: null,
              rpath: [],
              runpath: [],
              tag: 'linux_x86_64',
              blockers: expect.arrayContaining([
                expect.objectContaining({ kind: 'library', library: 'libx.so.1' }),
                expect.objectContaining({
                  tag: 'manylinux_2_12_x86_64',
                  kind: 'symbol',
                  symbol: 'memcpy',
                  version: 'GLIBC_2.14',
                  library: 'libc.so.6',
                }),
              ]),
            },
          ],
          findings: expect.arrayContaining([
            expect.objectContaining({ code: 'audit/tag-not-earned', path: MODULE }),
          ]),
        },
      ],
    });
  });

  it('judges a damaged file beside good ones, and other inputs beside a damaged one', async () => {
    const damaged = module().slice(0, 200);
    const path = await writeWheelFile(cwd, {
      tags: 'cp312-cp312-manylinux_2_17_x86_64',
      files: { [MODULE]: module(), 'pkg/broken.so': damaged },
    });
    await writeFile(join(cwd, 'cut-1.0-py3-none-any.whl'), 'PK');
    const { code, out } = audit(path, 'cut-1.0-py3-none-any.whl');
    expect(code).toBe(1);
    expect(out).toContain('error[audit/damaged-native]');
    expect(out).toContain('meets    manylinux_2_17_x86_64');
    expect(out).toMatch(/cut-1\.0-py3-none-any\.whl\n {2}error\[zip\//);
  });

  it('writes a SARIF log and GitHub annotations, without what is ignored', async () => {
    const path = await wheel('manylinux_2_5_x86_64');
    const { out } = audit('--github', '--sarif', 'audit.sarif', path);
    expect(out).toMatch(
      new RegExp(`^::error file=${path},title=audit/tag-not-earned::.*memcpy|GLIBC_2\\.14`, 'm'),
    );
    const sarif = JSON.parse(await readFile(join(cwd, 'audit.sarif'), 'utf8')) as {
      version: string;
      runs: { results: { ruleId: string; level: string; ruleIndex: number }[]; tool: object }[];
    };
    expect(sarif.version).toBe('2.1.0');
    const results = sarif.runs[0]?.results ?? [];
    expect(results.find(({ ruleId }) => ruleId === 'audit/tag-not-earned')).toMatchObject({
      level: 'error',
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: path } },
          logicalLocations: [{ fullyQualifiedName: MODULE }],
        },
      ],
    });
    expect(audit('--github', '--ignore', 'audit/tag-not-earned', path).out).not.toContain(
      'audit/tag-not-earned',
    );
  });

  it.each([
    [['--html', 'WHEEL'], 'it is an input, too'],
    [['--html', 'a.html', '--sarif', 'a.html'], 'it is what --html writes, too'],
    [['--sarif', '.'], 'it is a folder'],
    [['--html', 'missing/a.html'], 'its folder does not exist'],
  ])('refuses %j before it does anything', async (options, reason) => {
    const path = await wheel('manylinux_2_17_x86_64');
    const before = await readFile(join(cwd, path));
    const { code, out, err } = audit(
      ...options.map((word) => (word === 'WHEEL' ? path : word)),
      path,
    );
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(reason);
    expect(await readFile(join(cwd, path))).toEqual(before);
  });

  it('writes what a link points to, and into a pipe, and replaces neither', async () => {
    const path = await wheel('manylinux_2_17_x86_64');
    await writeFile(join(cwd, 'real.sarif'), 'old');
    await symlink('real.sarif', join(cwd, 'link.sarif'));
    expect(audit('--sarif', 'link.sarif', path).code).toBe(0);
    expect((await lstat(join(cwd, 'link.sarif'))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(join(cwd, 'real.sarif'), 'utf8'))).toMatchObject({
      version: '2.1.0',
    });
    expect(audit('--sarif', '/dev/null', path).code).toBe(0);
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('finds damage where the first bytes of a file cannot be unpacked', async () => {
    const path = await wheel('manylinux_2_17_x86_64');
    const bytes = await readFile(join(cwd, path));
    const start = bytes.indexOf(MODULE) + MODULE.length;
    bytes.fill(0xff, start, start + 40);
    await writeFile(join(cwd, path), bytes);
    const { code, out } = audit(path);
    expect(code).toBe(1);
    expect(out).toContain('error[audit/damaged-native]');
  });

  it('refuses a file whose segments are cut off, and names that are modules of nothing', async () => {
    const whole = module();
    const path = await writeWheelFile(cwd, {
      tags: 'cp312-cp312-manylinux_2_17_x86_64',
      files: { [MODULE]: whole.slice(0, Math.ceil(whole.length / 4)), [`pkg/n${SUFFIX}`]: 'no' },
    });
    const { code, out } = audit(path);
    expect(code).toBe(1);
    expect(out).toMatch(/error\[audit\/damaged-(?:part|native)\]/);
    expect(out).toContain('error[audit/not-native]');
  });

  it('explains tags of baselines only', async () => {
    const path = await wheel('manylinux_2_17_x86_64');
    for (const tag of ['foo', 'linux_x86_64', 'any'])
      expect(audit('--explain', tag, path)).toMatchObject({ code: 2, out: '' });
  });

  it('shows a service why it fails, when nothing but a claim is wrong', async () => {
    const path = await wheel('manylinux_2_17_x86_64', { needed: ['libtorch.so'] });
    const { code, out } = audit('--no-host', '--github', path);
    expect(code).toBe(1);
    expect(out).toContain(
      `::error file=${path},title=audit/claim-broken::The tag manylinux_2_17_x86_64 does not hold.`,
    );
  });
});
