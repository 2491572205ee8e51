/** Plans written by hand, as the planner would make them. */
import type { BuildPlan, JobOptions, PlannedJob, PlannedPython } from '../../../src/plan/model.ts';

const OPTIONS: JobOptions = {
  beforeAll: '',
  beforeBuild: '',
  buildFrontend: { name: 'default', args: [] },
  configSettings: {},
  environment: [],
  environmentPass: [],
  buildVerbosity: 0,
  beforeTest: '',
  testCommand: '',
  testSources: [],
  testRequires: [],
  testExtras: [],
  testGroups: [],
  testEnvironment: [],
  skipTest: false,
  engine: { name: 'docker', createArgs: [], disableHostMount: false },
};

/** `cp312`, `cp314t`, `pp311`, `gp312_250`. */
export function python(tag: string): PlannedPython {
  const [, kind = 'cp', major = '3', minor = '12', threads = ''] =
    /^(cp|pp|gp)(\d)(\d+)(t?)/.exec(tag) ?? [];
  return {
    tag,
    implementation: kind === 'pp' ? 'pypy' : kind === 'gp' ? 'graalpy' : 'cpython',
    version: `${major}.${minor}`,
    freeThreaded: threads !== '',
    abi: tag,
    folder: `${tag}-${tag}`,
  };
}

/** The job of an identifier. */
export function job(id: string, more: Partial<PlannedJob> = {}): PlannedJob {
  const [tag = '', place = ''] = id.split('-');
  const [, system = '', cpu = ''] = /^([a-z]+)_?(.*)$/.exec(place) ?? [];
  const isLinux = system.endsWith('linux');
  return {
    id,
    package: 'spam',
    directory: '.',
    python: python(tag),
    platform: isLinux ? 'linux' : system === 'macosx' ? 'macos' : 'windows',
    arch: place === 'win32' ? 'win32' : cpu,
    libc: isLinux ? (system === 'musllinux' ? 'musl' : 'glibc') : null,
    environment: isLinux ? 'container' : 'host',
    expects: `spam-*-${tag}-${tag}-*${place}.whl`,
    options: OPTIONS,
    ...more,
  };
}

/** A plan of these jobs; its packages are theirs. */
export function plan(jobs: readonly PlannedJob[]): BuildPlan {
  const packages = new Map(
    jobs.map((each) => [
      each.package,
      { name: each.package, directory: each.directory, needs: [] },
    ]),
  );
  return { root: '/src', packages: [...packages.values()], jobs, notHonoured: [], advice: [] };
}

/** One job for every platform and architecture that a service has a machine for. */
export const EVERYWHERE: BuildPlan = plan(
  [
    'cp312-manylinux_x86_64',
    'cp312-musllinux_x86_64',
    'cp312-manylinux_i686',
    'cp312-manylinux_aarch64',
    'cp312-manylinux_armv7l',
    'cp312-manylinux_ppc64le',
    'cp312-manylinux_s390x',
    'cp312-manylinux_riscv64',
    'cp314t-manylinux_x86_64',
    'pp311-manylinux_x86_64',
    'cp312-macosx_arm64',
    'cp314t-macosx_arm64',
    'pp311-macosx_arm64',
    'gp312_250-macosx_arm64',
    'cp312-win_amd64',
    'cp312-win32',
  ].map((id) => job(id)),
);

/** Platforms that only GitHub has machines for. */
export const GITHUB_ONLY: readonly string[] = ['cp312-macosx_x86_64', 'cp312-win_arm64'];
