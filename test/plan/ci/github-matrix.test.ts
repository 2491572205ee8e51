import { describe, expect, test } from 'vitest';
import { githubMatrix, type GithubMatrixEntry } from '../../../src/plan/ci/index.ts';
import { EVERYWHERE, GITHUB_ONLY, job, plan } from './plans.ts';

function entries(text: string): readonly GithubMatrixEntry[] {
  return (JSON.parse(text) as { include: GithubMatrixEntry[] }).include;
}

function find(text: string, id: string): GithubMatrixEntry | undefined {
  return entries(text).find((entry) => entry.id === id);
}

describe('matrix of GitHub Actions', () => {
  const all = plan([...EVERYWHERE.jobs, ...GITHUB_ONLY.map((id) => job(id))]);
  const text = githubMatrix(all);

  test('is one line, with every identifier once', () => {
    expect(text).not.toContain('\n');
    const ids = entries(text).flatMap(({ only }) => only.split(' '));
    expect(ids.toSorted()).toEqual(all.jobs.map(({ id }) => id).toSorted());
  });

  test.each([
    ['cp312-manylinux_x86_64', 'ubuntu-24.04', ''],
    ['cp312-manylinux_i686', 'ubuntu-24.04', ''],
    ['cp312-manylinux_aarch64', 'ubuntu-24.04-arm', ''],
    ['cp312-manylinux_armv7l', 'ubuntu-24.04', 'arm'],
    ['cp312-manylinux_ppc64le', 'ubuntu-24.04', 'ppc64le'],
    ['cp312-manylinux_s390x', 'ubuntu-24.04', 's390x'],
    ['cp312-manylinux_riscv64', 'ubuntu-24.04', 'riscv64'],
    ['cp312-macosx_arm64', 'macos-14', ''],
    ['cp312-macosx_x86_64', 'macos-15-intel', ''],
    ['cp312-win_amd64', 'windows-2025', ''],
    ['cp312-win_arm64', 'windows-11-arm', ''],
  ])('%s runs on %s with emulator "%s"', (id, runner, qemu) => {
    expect(find(text, id)).toMatchObject({ 'runs-on': runner, qemu });
  });

  test('interpreters are installed where there is no container', () => {
    expect(find(text, 'cp312-manylinux_x86_64')).toMatchObject({ python: '', architecture: '' });
    expect(find(text, 'cp314t-macosx_arm64')).toMatchObject({
      python: '3.14t',
      architecture: 'arm64',
    });
    expect(find(text, 'pp311-macosx_arm64')?.python).toBe('pypy3.11');
    expect(find(text, 'gp312_250-macosx_arm64')?.python).toBe('graalpy25.0');
    expect(find(text, 'cp312-win32')).toMatchObject({ python: '3.12', architecture: 'x86' });
  });

  test('an abi3 wheel is one job with every Python that it serves', () => {
    const abi3 = { expects: 'spam-*-cp312-abi3-macosx*.whl' };
    const matrix = githubMatrix(
      plan([job('cp312-macosx_arm64', abi3), job('cp313-macosx_arm64', abi3)]),
    );
    expect(entries(matrix)).toMatchObject([
      {
        only: 'cp312-macosx_arm64 cp313-macosx_arm64',
        select: '--build {cp312-macosx_arm64,cp313-macosx_arm64}',
        python: '3.12\n3.13',
      },
    ]);
  });

  test('runners of one’s own take the place of hosted ones, without an emulator', () => {
    const runners = { 'linux-ppc64le': ['self-hosted', 'power'], macos: ['studio'] };
    const own = githubMatrix(all, runners);
    expect(find(own, 'cp312-manylinux_ppc64le')).toMatchObject({
      'runs-on': ['self-hosted', 'power'],
      qemu: '',
    });
    expect(find(own, 'cp312-macosx_arm64')).toMatchObject({ 'runs-on': 'studio' });
    expect(find(own, 'cp312-manylinux_s390x')).toMatchObject({ qemu: 's390x' });
  });

  test('refuses a platform without a machine, a plan without jobs and one that is too large', () => {
    expect(() => githubMatrix(plan([job('cp312-manylinux_ppc64')]))).toThrow(
      expect.objectContaining({ code: 'ci/no-runner', evidence: 'linux-ppc64' }),
    );
    expect(() => githubMatrix(plan([]))).toThrow(
      expect.objectContaining({ code: 'ci/nothing-planned' }),
    );
    const many = Array.from({ length: 257 }, (_, index) => job(`cp3${index}-manylinux_x86_64`));
    expect(entries(githubMatrix(plan(many.slice(1))))).toHaveLength(256);
    expect(() => githubMatrix(plan(many))).toThrow(
      expect.objectContaining({ code: 'ci/too-many-jobs' }),
    );
  });
});
