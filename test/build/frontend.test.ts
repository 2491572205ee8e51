import { describe, expect, it } from 'vitest';
import {
  chooseFrontend,
  requireFrontend,
  type FrontendChoice,
} from '../../src/build/choose-frontend.ts';
import {
  frontendCommand,
  type FrontendName,
  type FrontendRequest,
} from '../../src/build/frontend.ts';
import type { BuildSystem, Project } from '../../src/project/index.ts';
import type { BuildPackages, Interpreter } from '../../src/python/index.ts';
import { interpreter } from '../python/fakes.ts';

function project(buildSystem: Partial<BuildSystem> = {}): Project {
  return {
    directory: '/p',
    buildSystem: { requires: ['flit_core'], backend: 'flit_core', backendPath: [], ...buildSystem },
    dependencies: [],
    dependencyGroups: [],
    abi: { kind: 'unknown' },
    settings: {
      testRequires: [],
      testExtras: [],
      python: [],
      environment: {},
      configSettings: {},
      notHonoured: [],
      debugFiles: false,
    },
  };
}

function python(version: string, packages: Partial<BuildPackages>): Interpreter {
  const none = { pip: null, setuptools: null, wheel: null, build: null, uv: null };
  return interpreter(version, { packages: { ...none, ...packages } });
}

function choice(host: Interpreter, changes: Partial<FrontendChoice> = {}): FrontendChoice {
  return {
    project: project(),
    interpreter: host,
    missing: ['flit_core'],
    configSettings: {},
    ...changes,
  };
}

describe('the choice of a frontend', () => {
  const pip24 = python('3.12.1', { pip: '24.0' });

  it('prefers uv, then build, then pip', () => {
    const all = python('3.12.1', { pip: '24.0', build: '1.2' });
    expect(chooseFrontend(choice(all, { uv: '/bin/uv' }))).toBe('uv');
    expect(chooseFrontend(choice(all))).toBe('build');
    expect(chooseFrontend(choice(pip24))).toBe('pip');
  });

  it('takes uv only for Pythons that it knows', () => {
    const uv = { uv: '/bin/uv' };
    expect(chooseFrontend(choice(python('3.7.1', { pip: '22.0' }), uv))).toBe('pip');
    const graal = interpreter('3.11.7', { implementation: { name: 'graalpy', version: '24.1' } });
    expect(chooseFrontend(choice(graal, uv))).toBe('pip');
  });

  it('calls the backend directly when nothing else serves and nothing is missing', () => {
    const bare = python('3.12.1', {});
    expect(chooseFrontend(choice(bare, { missing: [] }))).toBe('direct');
    expect(() => chooseFrontend(choice(bare))).toThrow(
      expect.objectContaining({
        code: 'build/no-frontend',
        path: bare.path,
        evidence: expect.stringContaining('flit_core'),
      }),
    );
  });

  it.each([
    ['18.1', {}, {}, 'direct'],
    ['19.0', {}, {}, 'pip'],
    ['19.3.1', { backendPath: ['b'] }, {}, 'direct'],
    ['20.0', { backendPath: ['b'] }, {}, 'pip'],
    ['22.0.4', {}, { key: 'value' }, 'direct'],
    ['22.1', {}, { key: 'value' }, 'pip'],
    ['no version', {}, {}, 'direct'],
  ] as const)('knows what pip %s can do', (pip, buildSystem, configSettings, expected) => {
    const host = python('3.9.1', { pip });
    const given = { project: project(buildSystem), configSettings, missing: [] };
    expect(chooseFrontend(choice(host, given))).toBe(expected);
  });

  it('refuses one that was asked for and is not there', () => {
    const refuse = (name: FrontendName, host: Interpreter): string => {
      try {
        return requireFrontend(name, choice(host));
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    expect(refuse('pip', pip24)).toBe('pip');
    expect(refuse('direct', pip24)).toBe('direct');
    expect(refuse('build', pip24)).toContain('the package build is not installed');
    expect(refuse('uv', pip24)).toContain('uv is not on PATH');
    expect(refuse('pip', python('3.6.1', { pip: '18.1' }))).toContain('pip 18.1 is too old');
  });
});

describe('the command line of', () => {
  const request: FrontendRequest = {
    project: project({ backend: 'spam.api:build', backendPath: ['tools'] }),
    interpreter: python('3.12.1', {}),
    sources: '/tmp/a b/sources',
    output: '/tmp/out',
    isolated: true,
    job: {
      buildFrontend: { name: 'default', args: ['--never'] },
      buildVerbosity: 0,
      configSettings: { one: '1', many: ['a', 'b'] },
    },
    values: { project: '/tmp/a b/sources', package: '/tmp/a b/sources' },
    uv: '/bin/uv',
  };
  const path = request.interpreter.path;

  it.each(['uv', 'build'] as const)('asks %s for an sdist', (name) => {
    const { args } = frontendCommand(name, { ...request, target: 'sdist' });
    expect(args).toContain('--sdist');
    expect(args).not.toContain('--wheel');
  });

  it('calls the hook build_sdist directly', () => {
    const { args } = frontendCommand('direct', { ...request, target: 'sdist' });
    expect(args.at(-1)).toContain('"hook":"build_sdist"');
  });

  it('uv', () => {
    const { command, args, cwd } = frontendCommand('uv', request);
    expect([command, ...args]).toEqual(
      `/bin/uv build --wheel --no-progress --python ${path} --out-dir /tmp/out --config-setting=one=1 --config-setting=many=a --config-setting=many=b`
        .split(' ')
        .concat('/tmp/a b/sources'),
    );
    expect(cwd).toBe(request.sources);
    const direct = frontendCommand('uv', { ...request, isolated: false });
    expect(direct.args).toContain('--no-build-isolation');
  });

  it('build', () => {
    const { command, args, cwd } = frontendCommand('build', request);
    expect([command, ...args]).toEqual([
      ...`${path} -m build --wheel --outdir /tmp/out`.split(' '),
      ...['one=1', 'many=a', 'many=b'].map((each) => `--config-setting=${each}`),
      '/tmp/a b/sources',
    ]);
    // A project's own build.py must not be taken for the frontend.
    expect(cwd).toBe('/tmp/out');
    expect(frontendCommand('build', { ...request, isolated: false }).args).toEqual(
      expect.arrayContaining(['--no-isolation', '--skip-dependency-check']),
    );
  });

  it('pip', () => {
    const { command, args, cwd, label } = frontendCommand('pip', request);
    expect([command, args[0]]).toEqual([path, '-c']);
    expect(label).toContain(`${path} -m pip wheel --no-deps --use-pep517 --wheel-dir /tmp/out`);
    expect(args.slice(2)).toEqual([
      ...'wheel --no-deps --use-pep517 --wheel-dir /tmp/out'.split(' '),
      ...['one=1', 'many=a', 'many=b'].map((each) => `--config-settings=${each}`),
      '/tmp/a b/sources',
    ]);
    expect(cwd).toBe('/tmp/out');
    expect(frontendCommand('pip', { ...request, isolated: false }).args).toContain(
      '--no-build-isolation',
    );
  });

  it('a direct call', () => {
    const { command, args, cwd, label } = frontendCommand('direct', request);
    expect([command, args[0], cwd]).toEqual([path, '-c', request.sources]);
    expect(JSON.parse(args[2] ?? '')).toEqual({
      backend: 'spam.api:build',
      backendPath: ['tools'],
      configSettings: request.job.configSettings,
      output: '/tmp/out',
      hook: 'build_wheel',
    });
    expect(label).toBe(`${path} calling spam.api:build`);
  });

  it('each with the verbosity and with the arguments that are meant for it', () => {
    const loud = (
      name: FrontendName,
      own: FrontendRequest['job']['buildFrontend'],
      level: number,
    ) =>
      frontendCommand(name, {
        ...request,
        job: { buildFrontend: own, buildVerbosity: level, configSettings: { a: '{package}/x' } },
      }).args.filter((argument) => argument.startsWith('-'));
    const own = { name: 'build[uv]', args: ['--skip={project}'] } as const;
    expect(loud('build', own, 2)).toEqual([
      '-m',
      '--wheel',
      '--outdir',
      '--installer',
      '--config-setting=a=/tmp/a b/sources/x',
      '-v',
      '-v',
      '--skip=/tmp/a b/sources',
    ]);
    expect(loud('build', own, -1)).not.toContain('-q');
    expect(loud('pip', { name: 'pip', args: ['--x'] }, -2).slice(-3)).toEqual(['-q', '-q', '--x']);
    expect(loud('pip', { name: 'build', args: ['--x'] }, 0)).not.toContain('--x');
  });
});
