import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  exportPolicy,
  loadBaselines,
  toBaseline,
  type PolicyRecord,
} from '../../src/baseline/index.ts';
import { publishedBaselines, type Baseline } from '../../src/platform/index.ts';
import { baselineFile } from '../support/baseline-files.ts';
import { debianRoot, debianRootsMissing } from '../support/debian-roots.ts';
import { scratch } from '../support/scratch.ts';

const GLIBC = publishedBaselines.filter(({ libc }) => libc === 'glibc');

/** A baseline of versions of libc and zlib. */
function made(
  libcVersion: readonly [number, number],
  architecture: string,
  versions: readonly string[],
  libraries: readonly string[] = ['libc.so.6'],
): Baseline {
  const file = baselineFile(
    Object.fromEntries(
      libraries.map((name, index) => [
        name,
        Object.fromEntries((index === 0 ? versions : []).map((version) => [version, []])),
      ]),
    ),
  );
  return toBaseline({ ...file, name: 'acme', libcVersion, architecture });
}

/** auditwheel of Debian, unpacked and not installed; what stands in the way when there is none. */
function auditwheelPath(): string | Error {
  try {
    const packages = [
      'auditwheel',
      'python3-auditwheel',
      'python3-packaging',
      'python3-pyelftools',
    ];
    const path = join(debianRoot('forky', 'amd64', packages), 'usr/lib/python3/dist-packages');
    execFileSync('python3', ['-c', 'import auditwheel.policy'], {
      env: { PYTHONPATH: path, PATH: process.env['PATH'] },
      stdio: 'pipe',
    });
    return path;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const LOAD = `
import json, pathlib, sys
import auditwheel.policy as policy
from auditwheel.architecture import Architecture
from auditwheel.libc import Libc
policy._POLICY_JSON_MAP[Libc.GLIBC] = pathlib.Path(sys.argv[1])
found = {}
for name in sys.argv[2:]:
    table = policy.WheelPolicies(libc=Libc.GLIBC, arch=Architecture(name))
    found[name] = {each.name: sorted(each.symbol_versions.get('GLIBC', ())) for each in table}
    found[name + ' needs 2.36'] = table.versioned_symbols_policy({'libc.so.6': {'GLIBC_2.36'}}).name
print(json.dumps(found))
`;

async function loadedBy(
  auditwheel: string,
  records: readonly PolicyRecord[],
  architectures: readonly string[],
): Promise<unknown> {
  const path = join(await scratch(), 'policy.json');
  await writeFile(path, JSON.stringify(records));
  const output = execFileSync('python3', ['-c', LOAD, path, ...architectures], {
    encoding: 'utf8',
    env: { PYTHONPATH: auditwheel, PATH: process.env['PATH'] },
  });
  return JSON.parse(output);
}

describe('the policies of the published baselines', () => {
  it('come back as the same baselines', async () => {
    const path = join(await scratch(), 'policy.json');
    await writeFile(path, JSON.stringify(exportPolicy(GLIBC).records));
    expect(await loadBaselines(path)).toEqual(GLIBC);
    const musl = publishedBaselines.filter(({ libc }) => libc === 'musl');
    await writeFile(path, JSON.stringify(exportPolicy(musl).records));
    expect(await loadBaselines(path)).toEqual(musl);
  });

  it('withhold nothing, and have the older the higher priority', () => {
    const { records, withheld } = exportPolicy(GLIBC.toReversed());
    expect(withheld).toEqual([]);
    expect(records[0]).toMatchObject({ name: 'linux', priority: 0, lib_whitelist: [] });
    // The numbers of auditwheel's own table.
    expect(records.slice(1).map(({ priority }) => priority)).toEqual([
      100, 90, 80, 70, 68, 65, 64, 61, 58, 57, 56, 55, 54, 53, 52, 51,
    ]);
  });
});

describe('the policies of other baselines', () => {
  it('have the names of the tags they stand for, and every architecture', () => {
    const { records } = exportPolicy([
      made([2, 38], 'x86_64', ['GLIBC_2.2.5', 'GLIBC_2.38', 'GLIBC_ABI_DT_RELR']),
      made([2, 38], 'loongarch64', ['GLIBC_2.36']),
    ]);
    expect(records[1]).toEqual({
      name: 'manylinux_2_38',
      aliases: [],
      priority: 54,
      symbol_versions: {
        loongarch64: { GLIBC: ['2.36'] },
        x86_64: { GLIBC: ['2.2.5', '2.38', 'ABI_DT_RELR'] },
      },
      lib_whitelist: ['libc.so.6'],
      blacklist: {},
    });
  });

  it('have only libraries that every architecture has, or could never have', () => {
    const { records, withheld } = exportPolicy([
      made(
        [2, 38],
        'x86_64',
        [],
        ['libc.so.6', 'libmvec.so.1', 'libz.so.1', 'ld-linux-x86-64.so.2'],
      ),
      made([2, 38], 'loongarch64', [], ['libc.so.6']),
    ]);
    expect(records[1]?.lib_whitelist).toEqual(['libc.so.6', 'libmvec.so.1']);
    expect(withheld).toEqual([
      { policy: 'manylinux_2_38', library: 'libz.so.1', reason: 'loongarch64 has it not' },
    ]);
  });

  it('are nested by withholding from the older', () => {
    const { records, withheld } = exportPolicy([
      made(
        [2, 36],
        'x86_64',
        ['GLIBC_2.2.5', 'GLIBC_2.36', 'GLIBC_VENDOR'],
        ['libc.so.6', 'libutil.so.1'],
      ),
      made([2, 41], 'x86_64', ['GLIBC_2.2.5', 'GLIBC_2.36', 'GLIBC_2.41']),
    ]);
    expect(
      records.map(({ name, lib_whitelist, symbol_versions }) => [
        name,
        lib_whitelist,
        symbol_versions['x86_64'],
      ]),
    ).toEqual([
      ['linux', [], undefined],
      ['manylinux_2_36', ['libc.so.6'], { GLIBC: ['2.2.5', '2.36'] }],
      ['manylinux_2_41', ['libc.so.6'], { GLIBC: ['2.2.5', '2.36', '2.41'] }],
    ]);
    expect(withheld.map(({ library, version }) => library ?? version)).toEqual([
      'libutil.so.1',
      'GLIBC_VENDOR',
    ]);
  });

  it.each([
    [
      'of two systems with one tag',
      [made([2, 38], 'x86_64', []), made([2, 38], 'x86_64', [])],
      'baseline/export-conflict',
    ],
    [
      'of two C libraries',
      [made([2, 38], 'x86_64', []), ...publishedBaselines.slice(-1)],
      'baseline/export-mixed',
    ],
    ['of nothing', [], 'baseline/export-mixed'],
  ] as const)('%s are refused', (_case, baselines, code) => {
    expect(() => exportPolicy(baselines)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('of another family are refused when read', async () => {
    const path = join(await scratch(), 'policy.json');
    const [linux] = exportPolicy(GLIBC).records;
    await writeFile(path, JSON.stringify([{ ...linux, name: 'android_21' }]));
    await expect(loadBaselines(path)).rejects.toMatchObject({ code: 'baseline/bad-policy' });
  });
});

describe.skipIf(debianRootsMissing !== undefined)(
  `auditwheel itself (skipped ${debianRootsMissing ?? 'without a mirror that has it'})`,
  () => {
    it('loads what is exported', { timeout: 110_000 }, async (context) => {
      const auditwheel = auditwheelPath();
      if (auditwheel instanceof Error) return context.skip(auditwheel.message);
      const baselines = [
        made(
          [2, 36],
          'x86_64',
          ['GLIBC_2.2.5', 'GLIBC_2.36', 'GLIBC_VENDOR'],
          ['libc.so.6', 'libutil.so.1'],
        ),
        made([2, 41], 'x86_64', ['GLIBC_2.2.5', 'GLIBC_2.36', 'GLIBC_2.41']),
        made([2, 41], 'aarch64', ['GLIBC_2.17', 'GLIBC_2.41']),
      ];
      const { records } = exportPolicy(baselines);
      expect(await loadedBy(auditwheel, records, ['x86_64', 'aarch64'])).toEqual({
        x86_64: {
          linux_x86_64: [],
          manylinux_2_41_x86_64: ['2.2.5', '2.36', '2.41'],
          manylinux_2_36_x86_64: ['2.2.5', '2.36'],
        },
        'x86_64 needs 2.36': 'manylinux_2_36_x86_64',
        aarch64: { linux_aarch64: [], manylinux_2_41_aarch64: ['2.17', '2.41'] },
        'aarch64 needs 2.36': 'linux_aarch64',
      });
    });
  },
);
