import { describe, expect, it } from 'vitest';
import { jobOf, plan } from './lab.ts';

const ID = 'cp312-manylinux_x86_64';
const CIBW = '[tool.cibuildwheel]\n';

async function optionsOf(text: string, env: Record<string, string> = {}, id = ID) {
  return jobOf(await plan(text, { env }), id).options;
}

describe('an option', () => {
  it('has the value of the last place that sets it, and tells the place', async () => {
    const layers = [
      '[tool.cibuildwheel]\ntest-command = "one"\n',
      '[tool.cibuildwheel.linux]\ntest-command = "two"\n',
      '[[tool.cibuildwheel.overrides]]\nselect = "cp312-*"\ntest-command = "three"\n',
      '[tool.wheelworks]\ntest-command = "four"\n',
      '[tool.wheelworks.linux]\ntest-command = "five"\n',
      '[[tool.wheelworks.overrides]]\nselect = "*-manylinux*"\ntest-command = "six"\n',
    ];
    const values = ['one', 'two', 'three', 'four', 'five', 'six'];
    const places = [
      'tool.cibuildwheel',
      'tool.cibuildwheel.linux',
      'tool.cibuildwheel.overrides[1]',
      'tool.wheelworks',
      'tool.wheelworks.linux',
      'tool.wheelworks.overrides[1]',
    ];
    for (const [index, value] of values.entries()) {
      const job = jobOf(await plan(layers.slice(0, index + 1).join('')), ID);
      expect(job.options.testCommand).toBe(value);
      expect(job.optionsFrom?.['test-command']).toEqual([places[index]]);
    }
    const env = { CIBW_TEST_COMMAND: 'seven' };
    expect((await optionsOf(layers.join(''), env)).testCommand).toBe('seven');
    const more = { ...env, CIBW_TEST_COMMAND_LINUX: 'eight', CIBW_TEST_COMMAND_MACOS: 'nine' };
    expect((await optionsOf(layers.join(''), more)).testCommand).toBe('eight');
  });

  it('of an override holds for what it selects alone, and joins what was there', async () => {
    const text = `${CIBW}environment = { A = "1", B = "x y" }
before-build = "one"
config-settings = { a = "1", b = ["2", "3"] }
test-requires = ["pytest>=8", "x y"]
test-extras = ["a", "b"]
[[tool.cibuildwheel.overrides]]
select = ["cp312-*", "cp313-*"]
inherit = { environment = "append", before-build = "prepend", config-settings = "append", test-requires = "append", test-extras = "append" }
environment.A = "$A 2"
before-build = ["zero", "half"]
config-settings = { b = "4", c = "$5" }
test-requires = "hypothesis"
test-extras = "c"
`;
    const made = await plan(text);
    expect(jobOf(made, ID).options).toMatchObject({
      environment: [
        { name: 'A', value: '"1"' },
        { name: 'B', value: '"x y"' },
        { name: 'A', value: '"$A 2"' },
      ],
      beforeBuild: 'zero && half && one',
      configSettings: { a: '1', b: '4', c: '$5' },
      testRequires: ['pytest>=8', 'x y', 'hypothesis'],
      testExtras: ['a', 'b', 'c'],
    });
    expect(jobOf(made, ID).optionsFrom?.['environment']).toEqual([
      'tool.cibuildwheel',
      'tool.cibuildwheel.overrides[1]',
    ]);
    expect(jobOf(made, 'cp311-manylinux_x86_64').options).toMatchObject({
      beforeBuild: 'one',
      configSettings: { a: '1', b: ['2', '3'] },
      testExtras: ['a', 'b'],
    });
  });

  it('is read in each of its forms', async () => {
    const same = [
      `${CIBW}build-frontend = { name = "build[uv]", args = ["--no-isolation", "-v x"] }
container-engine = { name = "podman", create-args = ["--network=host", "--platform", "a"], disable-host-mount = true }
config-settings = { key = true, other = 3, third = 1.0 }
environment = { N = 1, D = 11.0, T = true }
test-sources = ["tests", "my data"]
archs = ["x86_64"]
`,
      `${CIBW}build-frontend = "build[uv]; args: --no-isolation '-v x'"
container-engine = "podman; create_args: --network=host; disable_host_mount: yes"
config-settings = "key=True other=3 third=1.0"
environment = 'N="1" D="11.0" T="True"'
test-sources = "tests 'my data'"
archs = "x86_64"
`,
    ];
    for (const text of same) {
      expect(await optionsOf(text)).toMatchObject({
        buildFrontend: { name: 'build[uv]', args: ['--no-isolation', '-v x'] },
        engine: { name: 'podman', createArgs: ['--network=host'], disableHostMount: true },
        configSettings: { key: 'True', other: '3', third: '1.0' },
        environment: [
          { name: 'N', value: '"1"' },
          { name: 'D', value: '"11.0"' },
          { name: 'T', value: '"True"' },
        ],
        testSources: ['tests', 'my data'],
      });
    }
  });

  it('that is empty is empty, but for images and archs', async () => {
    const text = `${CIBW}test-command = "one"\narchs = ""\nrepair-wheel-command = ""\nmanylinux-x86_64-image = ""\n`;
    const options = await optionsOf(text, { CIBW_TEST_COMMAND: '' });
    expect(options).toMatchObject({ testCommand: '', repairCommand: '' });
    expect(options.image).toMatch(/manylinux_2_28_x86_64@sha256:/);
    expect((await optionsOf('')).repairCommand).toBeUndefined();
  });

  it('names images by their short names, per architecture and libc', async () => {
    const text = `${CIBW}manylinux-x86_64-image = "manylinux2014"\nmusllinux-x86_64-image = "example.org/alpine:3"\n`;
    const made = await plan(text);
    expect(jobOf(made, ID).options.image).toMatch(/^quay\.io\/pypa\/manylinux2014_x86_64@sha256:/);
    expect(jobOf(made, 'cp312-musllinux_x86_64').options.image).toBe('example.org/alpine:3');
    expect(made.advice).toContainEqual(
      expect.objectContaining({
        code: 'plan/unpinned-image',
        message: expect.stringContaining('example.org/alpine:3'),
      }),
    );
  });

  it('test-skip takes wheels, and halves of them', async () => {
    const text = `${CIBW}test-skip = "cp312-*_x86_64 *-macosx_universal2:arm64"\narchs = "x86_64 universal2"\n`;
    const made = await plan(text, { platforms: ['linux', 'macos'] });
    expect(jobOf(made, ID).options.skipTest).toBe(true);
    expect(jobOf(made, 'cp313-manylinux_x86_64').options.skipTest).toBe(false);
    expect(jobOf(made, 'cp313-macosx_universal2').options).toMatchObject({
      skipTest: false,
      skipTestArchs: ['arm64'],
    });
  });
});

describe('configuration that cannot be meant', () => {
  it.each([
    [`${CIBW}test-comand = "x"`, {}, 'config/unknown-setting', 'test-command'],
    ['[tool.wheelworks]\nbiuld = "x"', {}, 'config/unknown-setting', 'build'],
    ['[tool.cibuildwheel.macos]\nbefore-al = "x"', {}, 'config/unknown-setting', 'before-all'],
    [`${CIBW}manylinux-loongarch64-image = "x"`, {}, 'config/unknown-setting', 'tool.wheelworks'],
    [
      '[[tool.cibuildwheel.overrides]]\nselect = "*"\nbuild = "x"',
      {},
      'config/option-misplaced',
      'build',
    ],
    [
      '[[tool.cibuildwheel.overrides]]\nselect = "*"\ntest-cmd = "x"',
      {},
      'config/unknown-setting',
      'test-cmd',
    ],
    ['[[tool.cibuildwheel.overrides]]\ntest-command = "x"', {}, 'config/bad-option', 'select'],
    [
      '[[tool.cibuildwheel.overrides]]\nselect = "*"\ninherit.test-command = "after"',
      {},
      'config/bad-option',
      'inherit',
    ],
    ['[tool.cibuildwheel]\noverrides = 1', {}, 'config/bad-option', 'overrides'],
    [
      '[tool.cibuildwheel.linux]\ndependency-versions = "latest"',
      {},
      'config/option-misplaced',
      'dependency-versions',
    ],
    [
      '[tool.cibuildwheel.windows]\nmusllinux-i686-image = "x"',
      {},
      'config/option-misplaced',
      'musllinux-i686-image',
    ],
    ['[tool]\ncibuildwheel = 3', {}, 'config/bad-pyproject', 'tool.cibuildwheel'],
    [`${CIBW}linux = 3`, {}, 'config/bad-pyproject', 'tool.cibuildwheel.linux'],
    [`${CIBW}before-test = { a = 1 }`, {}, 'config/bad-option', 'table'],
    [`${CIBW}build-verbosity = [1]`, {}, 'config/bad-option', 'list'],
    [`${CIBW}build-verbosity = "loud"`, {}, 'config/bad-option', 'loud'],
    [`${CIBW}before-test = 2026-11-20`, {}, 'config/bad-option', 'date'],
    [`${CIBW}environment = { A = ["x"] }`, {}, 'config/bad-option', 'A is a list'],
    [`${CIBW}environment = "A=1; B=2"`, {}, 'config/bad-environment', 'environment'],
    [`${CIBW}environment = "A='x"`, {}, 'config/bad-environment', 'environment'],
    [`${CIBW}config-settings = { "a b" = 1 }`, {}, 'config/bad-option', 'a b'],
    [`${CIBW}config-settings = "'a=1"`, {}, 'config/unclosed-quote', 'config-settings'],
    [`${CIBW}build-frontend = "poetry"`, {}, 'config/bad-option', 'poetry'],
    [`${CIBW}build-frontend = "pip; flags: x"`, {}, 'config/bad-option', 'flags'],
    [`${CIBW}container-engine = "lxc"`, {}, 'config/bad-option', 'lxc'],
    [`${CIBW}container-engine = "docker; podman"`, {}, 'config/bad-option', 'podman'],
    [`${CIBW}enable = "pipy"`, {}, 'config/unknown-group', 'pypy'],
    [`${CIBW}archs = "arm65"`, {}, 'config/unknown-architecture', 'arm65'],
    [`${CIBW}build = "${'{a,b}'.repeat(11)}"`, {}, 'config/pattern-too-large', ''],
    [
      `${CIBW}manylinux-x86_64-image = "manylinux2010"`,
      {},
      'config/retired-image',
      'manylinux2010',
    ],
    [
      `${CIBW}manylinux-x86_64-image = "manylinux_2_29"`,
      {},
      'container/unknown-image',
      'Did you mean',
    ],
    [`${CIBW}test-command = "{python} -c 1"`, {}, 'config/old-placeholder', '{python}'],
    [
      `[dependency-groups]\ntest = []\n${CIBW}test-groups = "tests"`,
      {},
      'config/unknown-dependency-group',
      'test',
    ],
    ['', { CIBW_PROJECT_REQUIRES_PYTHON: 'three' }, 'config/bad-option', 'three'],
    ['', { CIBW_ENVIRONMENT_LINUX: 'A' }, 'config/bad-environment', 'CIBW_ENVIRONMENT_LINUX'],
    [
      '[[tool.cibuildwheel.overrides]]\nselect = "*"\ninherit.build-frontend = "append"\nbuild-frontend = "pip"',
      {},
      'config/bad-option',
      'inherit',
    ],
  ])('is refused with what is wrong: %s %j', async (text, env, code, says) => {
    const error: unknown = await plan(text, { env }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).toContain(says);
  });
});

describe('what has no effect', () => {
  it('is told, each with the reason', async () => {
    const text = `${CIBW}audit-command = "x"
[tool.cibuildwheel.macos]
dependency-versions = "latest"
[tool.cibuildwheel.ios]
xbuild-tools = ["cmake"]
[[tool.cibuildwheel.overrides]]
select = "*"
test-runtime = { args = ["x"] }
`;
    const env = {
      CIBW_BUILD_LINUX: 'x',
      CIBW_TEST_COMAND: 'x',
      CIBW_PYODIDE_VERSION: '1',
      CIBW_TEST_COMMAND_IOS: 'x',
      CIBW_TEST_COMMAND_LINUX: 'x',
      CIBW_OUTPUT_DIR: 'x',
      OTHER: 'x',
    };
    const { notHonoured } = await plan(text, { env, platforms: ['linux', 'macos'] });
    expect(
      notHonoured.map(({ option, where }) => `${option} ${where.replace(/^\/.* /, '')}`),
    ).toEqual([
      'audit-command [tool.cibuildwheel]',
      'dependency-versions [tool.cibuildwheel.macos]',
      'test-runtime tool.cibuildwheel.overrides[1]'.replace(
        'tool.cibuildwheel.overrides[1]',
        '[tool.cibuildwheel.overrides[1]]',
      ),
      'ios [tool.cibuildwheel.ios]',
      'CIBW_BUILD_LINUX environment',
      'CIBW_OUTPUT_DIR environment',
      'CIBW_PYODIDE_VERSION environment',
      'CIBW_TEST_COMAND environment',
      'CIBW_TEST_COMMAND_IOS environment',
    ]);
    expect(notHonoured.find(({ option }) => option === 'CIBW_TEST_COMAND')?.reason).toContain(
      'CIBW_TEST_COMMAND',
    );
    expect((await plan('')).notHonoured).toEqual([]);
  });

  it('tells of names that seem to be misspelt, each once, with what may be meant', async () => {
    const text = `optional-dependencies = { Test_All = [], docs = [] }
[tool.cibuildwheel]
test-extras = ["test-all", "tset-all", "nothing"]
before-all = "cd {projcet} && echo \${pkg} #{project} | awk '{print}'"
before-build = "ls {project} {wheel}"
test-command = "pytest {project}/tests {wheel} {pacakge}"
`;
    const env = { CIBW_TEST_REQUIRE: 'pytest', CIBW_SKIP_LINUX: 'x', CIBW_MINE: 'x' };
    const { notHonoured } = await plan(text, { env });
    const mistakes = notHonoured.map(
      ({ code, option, reason }) => `${code.slice('plan/unknown-'.length)} ${option}: ${reason}`,
    );
    expect(mistakes).toEqual([
      'variable CIBW_MINE: there is no such option',
      'variable CIBW_SKIP_LINUX: there is no such variable for one platform alone; use CIBW_SKIP',
      'variable CIBW_TEST_REQUIRE: there is no such option; did you mean CIBW_TEST_REQUIRES?',
      'extra test-extras: the project has no extra tset-all; did you mean test-all?',
      'extra test-extras: the project has no extra nothing',
      'placeholder before-all: {projcet} is not replaced; did you mean {project}?',
      'placeholder before-build: {wheel} is not replaced',
      'placeholder test-command: {pacakge} is not replaced; did you mean {package}?',
    ]);
    expect(notHonoured.at(-1)?.where).toMatch(/pyproject\.toml \[tool\.cibuildwheel\]$/);
  });

  it.each([
    ['cibuidwheel', 'cibuildwheel'],
    ['wheelwroks', 'wheelworks'],
    ['CIBuildWheel', 'cibuildwheel'],
    ['wheel-works', 'wheelworks'],
  ])('tells of [tool.%s]', async (table, meant) => {
    const text = `[tool.${table}]\nbuild = "cp312-*"\n[tool.wheelhouse]\nx = 1\n[tool.uv]\nx = 1\n`;
    for (const onlyKnown of [false, true])
      expect((await plan(text, { onlyKnown })).notHonoured).toEqual([
        {
          code: 'plan/unknown-table',
          option: `tool.${table}`,
          where: expect.stringMatching(/pyproject\.toml \[tool\.[\w-]+\]$/),
          reason: `nothing reads this table; did you mean [tool.${meant}]?`,
        },
      ]);
  });

  it('knows no extras where a backend may add some', async () => {
    const dynamic = 'dynamic = ["optional-dependencies"]\n[tool.cibuildwheel]\ntest-extras = "a"\n';
    expect((await plan(dynamic)).notHonoured).toEqual([]);
    const without = {
      'pyproject.toml': '[tool.cibuildwheel]\ntest-extras = "a"\n',
      'setup.py': '',
    };
    expect((await plan(without)).notHonoured).toEqual([]);
  });

  it('judges names in inherit', async () => {
    const inherit = async (name: string): Promise<unknown> =>
      plan(`[[tool.cibuildwheel.overrides]]\nselect = "*"\ninherit.${name} = "append"\n`);
    await expect(inherit('test-requies')).rejects.toMatchObject({
      code: 'config/unknown-setting',
      message: '[tool.cibuildwheel.overrides[1].inherit] has no setting test-requies.',
      hint: 'Did you mean test-requires?',
    });
    await expect(inherit('archs')).rejects.toMatchObject({ code: 'config/option-misplaced' });
  });
});
