import { describe, expect, it } from 'vitest';
import { evaluate, type Value } from '../../../src/openwrt/dependencies/imports/condition.ts';
import type { Expression } from '../../../src/openwrt/dependencies/imports/model.ts';
import { targetNames } from '../../../src/openwrt/dependencies/imports/target-names.ts';

const names = targetNames({ python: '3.13.9', machine: 'aarch64', builtin: ['sys', 'posix'] });
const valueOf = (expression: Expression): Value | undefined => evaluate(expression, names);
const version: Expression = ['name', 'sys.version_info'];
const tuple = (...numbers: number[]): Expression => [
  'tuple',
  ...numbers.map((each): Expression => ['const', each]),
];
const UNKNOWN: Expression = ['unknown'];
const NO: Expression = ['const', false];
const YES: Expression = ['const', true];

describe('evaluate', () => {
  it('compares versions as tuples', () => {
    expect(valueOf(['compare', '>=', version, tuple(3, 8)])).toBe(true);
    expect(valueOf(['compare', '>=', version, tuple(3)])).toBe(true);
    expect(valueOf(['compare', '<', version, tuple(3, 14)])).toBe(true);
    expect(valueOf(['compare', '==', version, tuple(3, 13)])).toBe(false);
    expect(valueOf(['compare', '==', ['slice', version, 0, 2], tuple(3, 13)])).toBe(true);
    expect(valueOf(['compare', '>', ['item', version, 0], ['const', 2]])).toBe(true);
  });

  it('asks the platform', () => {
    const platform: Expression = ['name', 'sys.platform'];
    expect(valueOf(['compare', '==', platform, ['const', 'win32']])).toBe(false);
    expect(
      valueOf(['compare', 'in', platform, ['tuple', ['const', 'linux'], ['const', 'darwin']]]),
    ).toBe(true);
    expect(valueOf(['method', 'startswith', platform, ['const', 'lin']])).toBe(true);
    expect(
      valueOf([
        'compare',
        '==',
        ['method', 'lower', ['call', 'platform.system']],
        ['const', 'linux'],
      ]),
    ).toBe(true);
    expect(
      valueOf(['compare', 'in', ['const', 'posix'], ['name', 'sys.builtin_module_names']]),
    ).toBe(true);
    expect(valueOf(['compare', '==', ['call', 'platform.machine'], ['const', 'aarch64']])).toBe(
      true,
    );
    expect(valueOf(['name', 'pkg._typing.TYPE_CHECKING'])).toBe(false);
  });

  it('knows what one operand decides, and nothing more', () => {
    expect(valueOf(['and', UNKNOWN, NO])).toBe(false);
    expect(valueOf(['or', UNKNOWN, YES])).toBe(true);
    expect(valueOf(['and', UNKNOWN, YES])).toBeUndefined();
    expect(valueOf(['not', UNKNOWN])).toBeUndefined();
    expect(valueOf(['compare', '==', UNKNOWN, ['const', 1]])).toBeUndefined();
    expect(valueOf(['compare', '<', ['const', 1], ['const', 'a']])).toBeUndefined();
    expect(valueOf(['call', 'hasattr', ['name', 'sys']])).toBeUndefined();
  });

  it('does not take a machine for granted', () => {
    const anywhere = targetNames({ python: '3.13.9' });
    expect(evaluate(['call', 'platform.machine'], anywhere)).toBeUndefined();
  });
});
