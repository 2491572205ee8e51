import { describe, expect, test } from 'vitest';
import { ciJobs } from '../../../src/plan/ci/index.ts';
import { job, plan } from './plans.ts';

describe('jobs of a CI service', () => {
  test('one an identifier, with every package that has it', () => {
    const jobs = ciJobs(
      plan([
        job('cp312-manylinux_x86_64', { package: 'core', directory: 'core' }),
        job('cp313-manylinux_x86_64', { package: 'core', directory: 'core' }),
        job('cp312-manylinux_x86_64', { package: 'app', directory: 'app', expects: 'app-*.whl' }),
      ]),
    );
    expect(jobs.map(({ id, packages }) => [id, packages])).toEqual([
      ['cp312-manylinux_x86_64', ['core', 'app']],
      ['cp313-manylinux_x86_64', ['core']],
    ]);
  });

  test('identifiers that wait for one file are built together, each platform for itself', () => {
    const abi3 = { expects: 'spam-*-cp312-abi3-*linux*.whl' };
    const jobs = ciJobs(
      plan([
        job('cp311-manylinux_x86_64'),
        job('cp312-manylinux_x86_64', abi3),
        job('cp313-manylinux_x86_64', abi3),
        job('cp312-musllinux_x86_64', abi3),
        job('cp312-manylinux_aarch64', abi3),
      ]),
    );
    expect(jobs.map(({ ids }) => ids)).toEqual([
      ['cp311-manylinux_x86_64'],
      ['cp312-manylinux_x86_64', 'cp313-manylinux_x86_64'],
      ['cp312-musllinux_x86_64'],
      ['cp312-manylinux_aarch64'],
    ]);
    expect(jobs[1]?.pythons.map(({ tag }) => tag)).toEqual(['cp312', 'cp313']);
  });

  test('packages that share files of different identifiers end in one job', () => {
    const jobs = ciJobs(
      plan([
        job('cp312-manylinux_x86_64', { package: 'a', expects: 'a-abi3.whl' }),
        job('cp313-manylinux_x86_64', { package: 'a', expects: 'a-abi3.whl' }),
        job('cp313-manylinux_x86_64', { package: 'b', expects: 'b-abi3.whl' }),
        job('cp314-manylinux_x86_64', { package: 'b', expects: 'b-abi3.whl' }),
      ]),
    );
    expect(jobs.map(({ ids, packages }) => [ids.length, packages])).toEqual([[3, ['a', 'b']]]);
  });
});
