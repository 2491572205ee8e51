import { describe, expect, it } from 'vitest';
import { limitFindings } from '../../src/check/pypi/limits.ts';
import { refusalNotices } from '../../src/release/check-set.ts';

describe('a wheel over the limit of PyPI', () => {
  it('is told with the next step', () => {
    const filename = 'big-1-py3-none-any.whl';
    const [finding] = limitFindings({
      kind: 'wheel',
      path: filename,
      filename,
      size: (100 << 20) + 1,
    });
    if (finding === undefined) throw new Error('it is not over the limit');
    const findings = [{ ...finding, rule: 'PyPI' }];
    const [notice, ...others] = refusalNotices([{ filename, verdict: 'rejected', findings }]);
    expect(notice).toContain(`PyPI would refuse ${filename}: The file is larger`);
    expect(notice).toContain('wheelworks split --advise');
    expect(notice).toContain('[tool.wheelworks.split]');
    expect(others).toEqual([]);
  });
});
