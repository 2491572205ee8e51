import { describe, expect, it } from 'vitest';
import { matchesPlanned } from '../../src/check/index.ts';
import { platformsOf } from '../../src/plan/index.ts';
import { NATIVE, adviceWith, idsOf, jobOf, plan } from './lab.ts';

const CIBW = '[tool.cibuildwheel]\n';

describe('what is planned', () => {
  it('is more than cibuildwheel knows, where it is asked for', async () => {
    const given = new Map([
      ['archs', 'loongarch64 ppc64'],
      ['enable', 'cpython-eol cpython-freethreading'],
    ]);
    const ids = idsOf(await plan('', { given }));
    expect(ids).toContain('cp38-manylinux_loongarch64');
    expect(ids).toContain('cp313t-musllinux_loongarch64');
    expect(ids).toContain('cp312-manylinux_ppc64');
    expect(ids.some((id) => id.endsWith('_x86_64'))).toBe(false);
    const all = idsOf(await plan('', { given: new Map([['archs', 'all']]) }));
    expect(all.some((id) => /loongarch64|ppc64$|^cp38|^cp313t/.test(id))).toBe(false);
    await expect(plan('', { given, onlyKnown: true })).rejects.toMatchObject({
      code: 'config/unknown-group',
    });
  });

  it.each([
    ['aarch64', 'linux', 'auto', ['aarch64']],
    ['arm64', 'darwin', 'auto', ['aarch64']],
    ['ppc64le', 'linux', 'native', ['ppc64le']],
    ['x86_64', 'linux', 'auto64 auto32', ['x86_64', 'i686']],
    ['AMD64', 'win32', 'auto', ['x86_64']],
  ] as const)(
    'on %s of %s is that of the machine with archs = %s',
    async (machine, platform, archs, expected) => {
      const made = await plan('', {
        host: { platform, machine },
        given: new Map([
          ['archs', archs],
          ['build', 'cp312-manylinux*'],
        ]),
      });
      expect(made.jobs.map(({ arch }) => arch)).toEqual(expected);
    },
  );

  it('can be one identifier, whatever is selected', async () => {
    const text = `${CIBW}build = "cp313-*"\nskip = "*"\n`;
    expect(idsOf(await plan(text, { only: 'pp311-macosx_arm64' }))).toEqual(['pp311-macosx_arm64']);
    await expect(plan('', { only: 'cp312-manylinux_x86_46' })).rejects.toMatchObject({
      code: 'plan/unknown-identifier',
      hint: expect.stringContaining('cp312-manylinux_x86_64'),
    });
    await expect(plan('', { only: 'cp313-ios_arm64_iphoneos' })).rejects.toMatchObject({
      code: 'plan/unsupported-platform',
    });
    const old = { 'pyproject.toml': `${NATIVE}requires-python = ">=3.13"\n` };
    expect(idsOf(await plan(old, { only: 'cp312-win32' }))).toEqual([]);
  });

  it('is for platforms by name', () => {
    expect(platformsOf('all', 'linux')).toEqual(['linux', 'macos', 'windows']);
    expect(platformsOf('auto', 'darwin')).toEqual(['macos']);
    expect(platformsOf('', 'win32')).toEqual(['windows']);
    expect(() => platformsOf('android', 'linux')).toThrow(
      expect.objectContaining({ code: 'plan/unsupported-platform' }),
    );
    expect(() => platformsOf('wnidows', 'linux')).toThrow(
      expect.objectContaining({ code: 'config/unknown-platform', hint: 'Did you mean windows?' }),
    );
    expect(() => platformsOf('auto', 'freebsd')).toThrow(
      expect.objectContaining({ code: 'config/unknown-platform' }),
    );
  });

  it('heeds requires-python of setup.cfg and setup.py', async () => {
    const setup =
      'from setuptools import setup\nsetup(\n  name="old",\n  python_requires=">=3.14",\n)\n';
    expect(idsOf(await plan({ 'setup.py': setup }))[0]).toBe('cp314-manylinux_x86_64');
    const cfg = '[metadata]\nname = older\n[options]\npython_requires = >=3.15\n';
    const made = await plan({ 'setup.py': setup, 'setup.cfg': cfg });
    expect(idsOf(made)[0]).toBe('cp315-manylinux_x86_64');
    expect(made.packages).toMatchObject([{ name: 'older', requiresPython: '>=3.15' }]);
    const env = { CIBW_PROJECT_REQUIRES_PYTHON: '<3.10' };
    expect(idsOf(await plan({ 'setup.py': setup }, { env }))).toEqual([
      'cp39-manylinux_x86_64',
      'cp39-musllinux_x86_64',
    ]);
  });
});

/** Names of wheels, and the job each is for; the others are for none of these. */
const WHEELS: readonly (readonly [string, readonly string[]])[] = [
  [
    'spam_eggs-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    ['cp312-manylinux_x86_64'],
  ],
  ['spam_eggs-1.0-1-cp312-cp312-manylinux_2_28_x86_64.whl', ['cp312-manylinux_x86_64']],
  ['Spam.Eggs-1.0-cp312-cp312-manylinux1_x86_64.whl', ['cp312-manylinux_x86_64']],
  [
    'spam_eggs-1.0-cp39-abi3-manylinux_2_28_x86_64.whl',
    ['cp312-manylinux_x86_64', 'cp315-manylinux_x86_64'],
  ],
  ['spam_eggs-1.0-cp312-abi3-musllinux_1_2_x86_64.whl', ['cp312-musllinux_x86_64']],
  ['spam_eggs-1.0-cp313-abi3-manylinux_2_28_x86_64.whl', ['cp315-manylinux_x86_64']],
  ['spam_eggs-1.0-py3-none-musllinux_1_2_x86_64.whl', ['cp312-musllinux_x86_64']],
  [
    'spam_eggs-1.0-cp315-abi3.abi3t-manylinux_2_28_x86_64.whl',
    ['cp315-manylinux_x86_64', 'cp315t-manylinux_x86_64'],
  ],
  ['spam_eggs-1.0-cp315-cp315t-manylinux_2_28_x86_64.whl', ['cp315t-manylinux_x86_64']],
  ['spam_eggs-1.0-pp311-pypy311_pp73-manylinux_2_28_x86_64.whl', ['pp311-manylinux_x86_64']],
  ['spam_eggs-1.0-cp312-cp312-win_amd64.whl', ['cp312-win_amd64']],
  ['spam_eggs-1.0-cp312-cp312-macosx_11_0_arm64.whl', ['cp312-macosx_arm64']],
  ['spam_eggs-1.0-cp312-cp312-linux_x86_64.whl', []],
  ['spam_eggs-1.0-py3-none-any.whl', []],
  ['spam_eggs-1.1-cp312-cp312-win_amd64.whl', []],
  ['spam-1.0-cp312-cp312-win_amd64.whl', []],
  ['spam_eggs-1.0-cp312-cp312-manylinux_2_28_i686.whl', []],
  ['spam_eggs-1.0-cp314-cp314t-manylinux_2_28_x86_64.whl', []],
];

describe('the file that a job must end in', () => {
  const JOBS = [
    'cp312-manylinux_x86_64',
    'cp315-manylinux_x86_64',
    'cp315t-manylinux_x86_64',
    'pp311-manylinux_x86_64',
    'cp312-musllinux_x86_64',
    'cp312-macosx_arm64',
    'cp312-win_amd64',
  ];

  it.each(WHEELS)('is met by %s for %j', async (filename, jobs) => {
    const made = await plan('', {
      platforms: ['linux', 'macos', 'windows'],
      given: new Map([
        ['archs', 'all'],
        ['enable', 'pypy'],
        ['build', JOBS.join(' ')],
      ]),
    });
    expect(idsOf(made)).toHaveLength(JOBS.length);
    const met = made.jobs.filter(({ expects }) => matchesPlanned(expects, filename));
    expect(met.map(({ id }) => id).sort()).toEqual([...jobs].sort());
  });

  const project = '[project]\nname = "a"\nversion = "1"\n';
  const backend = (name: string): string =>
    `[build-system]\nrequires = []\nbuild-backend = "${name}"\n`;
  it.each([
    [
      {
        'pyproject.toml': `${project}${backend('setuptools.build_meta')}[tool.distutils.bdist_wheel]\npy-limited-api = "cp311"\n`,
      },
      'cp311-abi3',
      'cp310-cp310',
      'cp315-cp315t',
    ],
    [
      {
        'pyproject.toml': project,
        'setup.py': 'setup()',
        'setup.cfg': '[bdist_wheel]\npy_limited_api = cp310\n',
      },
      'cp310-abi3',
      'cp310-abi3',
      'cp315-cp315t',
    ],
    [
      {
        'pyproject.toml': `${project}${backend('scikit_build_core.build')}[tool.scikit-build]\nwheel.py-api = "cp312"\n`,
      },
      'cp312-abi3',
      'cp310-cp310',
      'cp315-cp315t',
    ],
    [
      {
        'pyproject.toml': `${project}${backend('scikit_build_core.build')}[tool.scikit-build]\nwheel.py-api = "py3"\n`,
      },
      'py3-none',
      'py3-none',
      'py3-none',
    ],
    [
      {
        'pyproject.toml': `${project}${backend('maturin')}`,
        'Cargo.toml':
          '[dependencies]\npyo3 = { version = "0.29", features = ["abi3-py39", "abi3t-py315"] }\n',
      },
      'cp39-abi3',
      'cp39-abi3',
      '{cp315-abi3t,cp315-abi3.abi3t}',
    ],
    [
      {
        'pyproject.toml': `${project}${backend('maturin')}`,
        'Cargo.toml':
          '[features]\ndefault = ["stable"]\nstable = ["pyo3/abi3-py311"]\n[dependencies.pyo3]\nversion = "0.29"\n',
      },
      'cp311-abi3',
      'cp310-cp310',
      'cp315-cp315t',
    ],
    [
      { 'pyproject.toml': `${project}${backend('maturin')}[tool.maturin]\nbindings = "bin"\n` },
      'py3-none',
      'py3-none',
      'py3-none',
    ],
    [
      {
        'pyproject.toml': `${project}${backend('mesonpy')}[tool.meson-python]\nlimited-api = true\n`,
      },
      '{cp3[2-9]-abi3,cp31[0-2]-abi3}',
      '{cp3[2-9]-abi3,cp31[0-0]-abi3}',
      'cp315-cp315t',
    ],
  ] as const)('is as narrow as the project says: %j', async (files, on312, on310, onFree) => {
    const made = await plan(files);
    const tags = (id: string): string =>
      jobOf(made, `${id}-manylinux_x86_64`)
        .expects.replace(/^a-1-/, '')
        .replace('-manylinux*_x86_64.whl', '');
    expect([tags('cp312'), tags('cp310'), tags('cp315t')]).toEqual([on312, on310, onFree]);
  });

  it('of a pure project is one for all', async () => {
    for (const name of ['flit_core.buildapi', 'hatchling.build', 'setuptools.build_meta']) {
      const made = await plan({ 'pyproject.toml': `${project}${backend(name)}` });
      expect(new Set(made.jobs.map(({ expects }) => expects))).toEqual(
        new Set(['a-1-py3-none-any.whl']),
      );
      expect(adviceWith(made, 'plan/pure')).toHaveLength(1);
    }
    const hooked = {
      'pyproject.toml': `${project}${backend('hatchling.build')}[tool.hatch.build.hooks.custom]\n`,
    };
    expect(adviceWith(await plan(hooked), 'plan/pure')).toEqual([]);
  });
});

describe('several packages', () => {
  const pyproject = (name: string, requires: string, dependencies = '[]'): string =>
    `[build-system]\nrequires = ${requires}\nbuild-backend = "b"\n[project]\nname = "${name}"\nversion = "1"\ndependencies = ${dependencies}\n`;

  it('come in the order in which they need each other', async () => {
    const files = {
      'pyproject.toml':
        '[tool.wheelworks]\npackages = ["top", "left", "base"]\ntest-command = "shared"\n',
      'top/pyproject.toml': pyproject(
        'Top',
        '["LEFT >= 1"]',
        '["base==1; python_version > \'3\'"]',
      ),
      'left/pyproject.toml': `${pyproject('left', '[]', '["base", "numpy"]')}[tool.cibuildwheel]\ntest-command = "own"\n`,
      'base/pyproject.toml': pyproject('base', '["setuptools"]'),
    };
    const made = await plan(files, { given: new Map([['build', 'cp312-manylinux*']]) });
    expect(made.packages).toMatchObject([
      { name: 'base', directory: 'base', needs: [] },
      { name: 'left', directory: 'left', needs: ['base'] },
      { name: 'Top', directory: 'top', needs: ['left', 'base'] },
    ]);
    expect(made.jobs.map((job) => [job.package, job.options.testCommand])).toEqual([
      ['base', 'shared'],
      ['left', 'own'],
      ['Top', 'shared'],
    ]);
  });

  it('that need each other in a circle are refused with it', async () => {
    const files = {
      'a/pyproject.toml': pyproject('a', '["b"]'),
      'b/pyproject.toml': pyproject('b', '[]', '["c"]'),
      'c/pyproject.toml': pyproject('c', '["a"]'),
      'd/pyproject.toml': pyproject('d', '["a"]'),
      'e/pyproject.toml': pyproject('A', '[]'),
    };
    await expect(plan(files, { directories: ['d', 'a', 'b', 'c'] })).rejects.toMatchObject({
      code: 'plan/cycle',
      message: expect.stringContaining('a -> b -> c -> a'),
    });
    await expect(plan(files, { directories: ['a', 'e'] })).rejects.toMatchObject({
      code: 'plan/same-package',
    });
  });
});

describe('advice', () => {
  it('counts what the stable ABI would save', async () => {
    const nine = await plan('', { given: new Map([['build', '*-manylinux_x86_64']]) });
    expect(nine.jobs).toHaveLength(9);
    const [abi3 = ''] = adviceWith(nine, 'plan/abi3');
    expect(abi3).toContain('abi3 would replace 7 of these 9 files by 1 (cp39-abi3)');
    expect(abi3).toContain('abi3t those of cp315t, while cp314t has no stable ABI');
    const new315 = await plan('requires-python = ">=3.14"\n', {
      given: new Map([['skip', 'cp314t-*']]),
    });
    expect(adviceWith(new315, 'plan/abi3')[0]).toContain('abi3t the others');
    expect(adviceWith(new315, 'plan/free-threaded-missing')[0]).toContain('cp314t');
    const stable = await plan('[tool.distutils.bdist_wheel]\npy-limited-api = "cp39"\n');
    expect(adviceWith(stable, 'plan/abi3')).toEqual([]);
    expect(adviceWith(stable, 'plan/abi3t')).toHaveLength(1);
  });

  it('names Pythons without support, by the day', async () => {
    const text = 'requires-python = ">=3.10,<3.12"\n';
    expect(adviceWith(await plan(text, { today: '2026-10-30' }), 'plan/ended-python')).toEqual([]);
    expect(adviceWith(await plan(text, { today: '2026-11-20' }), 'plan/ended-python')).toEqual([
      expect.stringContaining('CPython 3.10 has had no support since 2026-10-31'),
    ]);
  });

  it('finds patterns that select nothing', async () => {
    const text = `${CIBW}build = "pp311-* cp312-* cp313-ios* cp3122-*"\nskip = "*-manylinux_x64 pp37-* cp36-*"\n`;
    const made = await plan(text);
    expect(adviceWith(made, 'plan/not-enabled')).toEqual([
      expect.stringMatching(/pp311-\*.*add pypy/),
    ]);
    expect(adviceWith(made, 'plan/unsupported-platform')).toEqual([
      expect.stringContaining('cp313-ios*'),
    ]);
    expect(adviceWith(made, 'plan/selects-nothing')).toEqual([
      expect.stringContaining('build cp3122-*'),
      expect.stringContaining('skip *-manylinux_x64'),
    ]);
  });

  it('finds overrides that are for nothing', async () => {
    const override = (select: string): string =>
      `[[tool.wheelworks.overrides]]\nselect = ${select}\nbuild-verbosity = 1\n`;
    const text = [
      '"cp399-* cp312-*"',
      '["*-manylinux_x64"]',
      '"cp36-*"',
      '"*pyodide*"',
      '"pp311-*"',
    ];
    expect(adviceWith(await plan(text.map(override).join('')), 'plan/selects-nothing')).toEqual([
      'overrides cp399-* (tool.wheelworks.overrides[1]) matches no build identifier.',
      'overrides *-manylinux_x64 (tool.wheelworks.overrides[2]) matches no build identifier.',
    ]);
  });
});
