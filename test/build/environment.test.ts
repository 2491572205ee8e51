import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultJobOptions } from '../../src/build/default-options.ts';
import {
  buildEnvironment,
  sourceDateEpoch,
  withAbsolutePaths,
  type Environment,
} from '../../src/build/environment.ts';
import { openHostPlace } from '../../src/build/host-place.ts';
import { jobEnvironment } from '../../src/build/job-environment.ts';
import { interpreter } from '../python/fakes.ts';
import {
  installingHere,
  withIndexPatience,
  withoutPipConfiguration,
} from '../../src/build/pip-environment.ts';

function build(env: Environment): Environment {
  return buildEnvironment({
    env,
    executable: '/opt/py/bin/python3.12',
    sourceDateEpoch: 315_532_800,
  });
}

describe('the environment of a build', () => {
  it('keeps what the user set and drops what leads Python astray', () => {
    const env = build({
      PATH: '/usr/bin',
      CFLAGS: '-O1',
      PYTHONPATH: '/elsewhere',
      PYTHONHOME: '/elsewhere',
      VIRTUAL_ENV: '/venv',
      PYENV_VERSION: '3.8',
    });
    expect(env).toMatchObject({ CFLAGS: '-O1', PYTHONHASHSEED: '0', TZ: 'UTC0' });
    for (const name of ['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV', 'PYENV_VERSION'])
      expect(env).not.toHaveProperty(name);
  });

  it('lets the project have the last word, in the syntax of bash', async () => {
    const place = await openHostPlace({
      env: { PATH: '/usr/bin:/bin', CFLAGS: '-O1' },
      platform: process.platform,
      interpreters: [],
    });
    const settings = { testRequires: [], testExtras: [], python: [], configSettings: {} };
    const options = defaultJobOptions({
      ...settings,
      environment: { ODD: "it's $HOME" },
      notHonoured: [],
      debugFiles: false,
    });
    const environment = [
      ...options.environment,
      { name: 'CFLAGS', value: '"$CFLAGS -g$(printf 3)"' },
      { name: 'PYTHONHASHSEED', value: '7' },
    ];
    const env = await jobEnvironment({
      job: {
        id: 'cp312-x',
        interpreter: interpreter('3.12.1'),
        options: { ...options, environment },
      },
      place,
      sourceDateEpoch: 315_532_800,
    });
    await place.close();
    expect(env).toMatchObject({
      ODD: "it's $HOME",
      CFLAGS: '-O1 -g3',
      PYTHONHASHSEED: '7',
      CIBUILDWHEEL: '1',
      CIBUILDWHEEL_BUILD_IDENTIFIER: 'cp312-x',
    });
  });

  it("puts the interpreter's folder first, unless the user's PATH has it already", () => {
    const path = (value: string): string | undefined => build({ PATH: value })['PATH'];
    expect(path('/usr/bin')).toBe(['/opt/py/bin', '/usr/bin'].join(delimiter));
    const own = ['/opt/gcc/bin', '/opt/py/bin', '/usr/bin'].join(delimiter);
    expect(path(own)).toBe(own);
  });

  it('speaks the C locale in the encoding of the user', () => {
    const { LC_CTYPE, ...rest } = build({
      LANG: 'de_DE.UTF-8',
      LANGUAGE: 'de',
      LC_MESSAGES: 'de_DE',
      LC_COLLATE: 'de_DE',
    });
    expect(LC_CTYPE).toBe('de_DE.UTF-8');
    expect(Object.keys(rest).filter((name) => /^(?:LANG|LC_)/.test(name))).toEqual([]);
    expect(build({ LC_ALL: 'C', LANG: 'x' })['LC_CTYPE']).toBe('C');
    expect(build({})['LC_CTYPE']).toBe('C.UTF-8');
  });
});

describe('SOURCE_DATE_EPOCH', () => {
  it.each([
    [undefined, 315_532_800],
    ['', 315_532_800],
    ['soon', 315_532_800],
    ['-5', 315_532_800],
    ['0', 315_532_800],
    ['1700000000', 1_700_000_000],
    ['1'.repeat(40), 315_532_800],
  ])('%s is %d', (text, seconds) => {
    expect(sourceDateEpoch({ SOURCE_DATE_EPOCH: text })).toBe(seconds);
  });
});

describe('paths for pip and uv', () => {
  it('are made absolute; URLs, absolute ones and other variables stay', () => {
    const env = withAbsolutePaths(
      {
        PIP_FIND_LINKS: './wheels https://host/x.html  /abs file:///y',
        PIP_CONSTRAINT: 'c.txt',
        UV_FIND_LINKS: '',
        PIP_INDEX_URL: 'x',
      },
      '/home/me',
    );
    expect(env).toEqual({
      PIP_FIND_LINKS: `${join('/home/me', 'wheels')} https://host/x.html  /abs file:///y`,
      PIP_CONSTRAINT: join('/home/me', 'c.txt'),
      UV_FIND_LINKS: '',
      PIP_INDEX_URL: 'x',
    });
  });
});

describe('patience with an index', () => {
  it('is short unless the user said otherwise, under either name of the timeout', () => {
    expect(withIndexPatience({})).toMatchObject({ PIP_RETRIES: '1', PIP_TIMEOUT: '15' });
    expect(withIndexPatience({ PIP_RETRIES: '9' })).toMatchObject({ PIP_RETRIES: '9' });
    expect(withIndexPatience({ PIP_DEFAULT_TIMEOUT: '180' })).not.toHaveProperty('PIP_TIMEOUT');
  });
});

describe("pip's configuration", () => {
  it('is left behind where only one index may be seen', () => {
    const env = withoutPipConfiguration(
      { PIP_EXTRA_INDEX_URL: 'x', PIP_FIND_LINKS: 'y', PIP_CONFIG_FILE: 'z', HOME: '/h' },
      '/dev/null',
    );
    expect(env).toEqual({
      HOME: '/h',
      PIP_CONFIG_FILE: '/dev/null',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
    });
  });

  it('stays for dependencies, but for what would put them elsewhere', () => {
    const env = installingHere({
      PIP_INDEX_URL: 'x',
      PIP_TARGET: '/t',
      PIP_USER: '1',
      PIP_REQUIRE_VIRTUALENV: '1',
    });
    expect(env).toMatchObject({ PIP_INDEX_URL: 'x', PIP_USER: '0' });
    expect(env).not.toHaveProperty('PIP_TARGET');
    expect(env).not.toHaveProperty('PIP_REQUIRE_VIRTUALENV');
  });
});
