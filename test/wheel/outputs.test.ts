import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseSharedOutputs } from '../../src/wheel/index.ts';

const refused = expect.objectContaining({ code: 'wheel/shared-output' }) as Error;

describe('refuseSharedOutputs', () => {
  it('lets different outputs pass, and inputs that stay as they are', () => {
    expect(() =>
      refuseSharedOutputs([
        { path: 'a', output: 'out/a' },
        { path: 'b', output: 'out/b' },
        { path: 'c', output: 'c' },
      ]),
    ).not.toThrow();
  });

  it('refuses two inputs that become one output, however it is spelled', () => {
    const plans = [
      { path: 'a', output: 'out/x' },
      { path: 'b', output: resolve('out/../out/x') },
    ];
    expect(() => refuseSharedOutputs(plans)).toThrow(refused);
  });

  it('refuses an output that is another input, earlier, later, or unchanged', () => {
    expect(() =>
      refuseSharedOutputs([
        { path: 'a', output: 'b' },
        { path: 'b', output: 'c' },
      ]),
    ).toThrow(refused);
    expect(() =>
      refuseSharedOutputs([
        { path: 'b', output: 'b' },
        { path: 'a', output: 'b' },
      ]),
    ).toThrow(refused);
  });

  it('names every clash', () => {
    const plans = Array.from({ length: 12 }, (_, index) => ({
      path: `in${index}`,
      output: `out${index % 2}`,
    }));
    expect(() => refuseSharedOutputs(plans)).toThrow(
      expect.objectContaining({
        message: 'in0 and in2 would both become out0.',
        evidence: expect.stringMatching(/^in0 and in2 [^]*\nand 2 more$/) as string,
      }) as Error,
    );
  });
});
