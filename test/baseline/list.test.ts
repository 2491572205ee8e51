import { describe, expect, it } from 'vitest';
import { listBaselines, showBaseline, toBaseline } from '../../src/baseline/index.ts';
import { loadDistributions } from '../../src/platform/index.ts';
import { baselineFile } from '../support/baseline-files.ts';

describe('the list', () => {
  it('has the newest version of each prefix, by age and not by letters', () => {
    const listed = listBaselines().find(({ name }) => name === 'manylinux_2_17');
    expect(listed).toMatchObject({
      aliases: ['manylinux2014'],
      libc: 'glibc',
      libcVersion: [2, 17],
      hasSymbols: false,
    });
    expect(listed?.maxima['x86_64']).toMatchObject({
      GLIBC: '2.17',
      GLIBCXX: '3.4.19',
      CXXABI: '1.3.7',
    });
    expect(listed?.architectures).toContain('s390x');
  });

  it('can be of other baselines', () => {
    const baseline = toBaseline(
      baselineFile({ 'libc.so.6': { 'GLIBC_2.9': [], 'GLIBC_2.10': [], GLIBC_ABI_X: [] } }),
    );
    expect(listBaselines([baseline])).toMatchObject([
      { name: 'acme_1', hasSymbols: true, maxima: { x86_64: { GLIBC: '2.10' } } },
    ]);
  });
});

describe('one baseline', () => {
  it.each(['manylinux_2_17', 'manylinux2014'])('is shown by name: %s', (name) => {
    const shown = showBaseline(name);
    expect(shown.name).toBe('manylinux_2_17');
    expect(shown.details.map(({ tag }) => tag)).toContain('manylinux_2_17_aarch64');
    expect(shown.deniedSymbols['libz.so.1']).toContain('_tr_init');
  });

  it.each(['manylinux_2_36_loongarch64', 'manylinux_2_17_ppc64le'])(
    'is shown by tag for one architecture: %s',
    (tag) => {
      const { details } = showBaseline(tag);
      expect(details.map((each) => each.tag)).toEqual([tag]);
    },
  );

  it('is shown with what its architecture never had taken out, and the systems that satisfy it', async () => {
    const { details } = showBaseline('manylinux_2_36_loongarch64', {
      distributions: await loadDistributions(),
    });
    expect(details[0]?.libraries).toContain('libc.so.6');
    expect(details[0]?.libraries).not.toContain('libnsl.so.1');
    expect(details[0]?.distributions.map(({ name }) => name)).toContain('debian');
  });

  it('that is unknown gets the nearest name', () => {
    expect(() => showBaseline('manylinux_2_71')).toThrow(
      expect.objectContaining({
        code: 'baseline/unknown',
        hint: expect.stringContaining('manylinux_2_') as string,
      }) as Error,
    );
  });
});
