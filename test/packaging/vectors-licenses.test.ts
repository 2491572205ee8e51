import { describe, expect, it } from 'vitest';
import { SPDX_VERSION } from '../../src/packaging/license-list.ts';
import { parseLicenseExpression } from '../../src/packaging/license.ts';
import { packagingVectors, resultOrCode } from '../support/vectors.ts';

const { spdx, expressions } = packagingVectors('licenses.json') as {
  spdx: string;
  expressions: { text: string; normal: string | null }[];
};

const REFUSALS = new Set(['packaging/license-expression', 'packaging/unknown-license']);

describe('licence expressions as pypa/packaging reads them', () => {
  it('are enough, and of the same SPDX list', () => {
    expect(expressions.length).toBeGreaterThan(200);
    expect(SPDX_VERSION).toBe(spdx);
  });

  it.each(expressions)('$text', ({ text, normal }) => {
    const ours = resultOrCode(() => parseLicenseExpression(text).text);
    expect(REFUSALS.has(ours) ? null : ours).toBe(normal);
  });
});
