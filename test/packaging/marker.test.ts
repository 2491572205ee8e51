import { describe, expect, it } from 'vitest';
import { formatMarker, parseMarker, type Marker } from '../../src/packaging/marker.ts';

const LINUX = parseMarker('sys_platform == "linux"');
const OLD = parseMarker('python_version < "3.10"');
const TEST = parseMarker('extra == "test"');

function codeAndMessage(text: string): unknown {
  try {
    return parseMarker(text);
  } catch (error) {
    return error;
  }
}

function nested(depth: number): string {
  return `${'('.repeat(depth)}os_name == "x" or os_name == "y"${')'.repeat(depth)}`;
}

describe('markers', () => {
  it('reads the old names of variables as the present ones', () => {
    expect(parseMarker("os.name=='nt'and python_implementation!='PyPy'")).toEqual({
      kind: 'and',
      operands: [
        {
          kind: 'comparison',
          left: { kind: 'variable', name: 'os_name' },
          operator: '==',
          right: { kind: 'text', text: 'nt' },
        },
        {
          kind: 'comparison',
          left: { kind: 'variable', name: 'platform_python_implementation' },
          operator: '!=',
          right: { kind: 'text', text: 'PyPy' },
        },
      ],
    });
  });

  it('lets and bind closer than or', () => {
    const marker = parseMarker('os_name == "a" or os_name == "b" and os_name == "c"');
    expect(marker).toMatchObject({ kind: 'or', operands: [{}, { kind: 'and' }] });
  });

  it('keeps parentheses only around what they hold together', () => {
    expect(formatMarker(parseMarker('((os_name=="a") and ((os_name=="b" or os_name=="c")))'))).toBe(
      'os_name == "a" and (os_name == "b" or os_name == "c")',
    );
  });

  it('normalises names of extras and groups, and no other text', () => {
    expect(
      formatMarker(parseMarker('extra == "A_B" and "A.B" in extras and os_name == "A_B"')),
    ).toBe('extra == "a-b" and "a-b" in extras and os_name == "A_B"');
  });

  it('writes markers put together in code so that they read back the same', () => {
    const either: Marker = { kind: 'or', operands: [LINUX, OLD] };
    const both: Marker = { kind: 'and', operands: [either, TEST] };
    const text = '(sys_platform == "linux" or python_version < "3.10") and extra == "test"';
    expect(formatMarker(both)).toBe(text);
    const grouped: Marker = { kind: 'group', marker: { kind: 'group', marker: LINUX } };
    expect(formatMarker(grouped)).toBe('sys_platform == "linux"');
    expect(formatMarker({ kind: 'and', operands: [grouped, TEST] })).toBe(
      'sys_platform == "linux" and extra == "test"',
    );
    expect(formatMarker(parseMarker(formatMarker(both)))).toBe(text);
  });

  it.each([
    ['', 'expected a marker variable or a quoted text at column 1'],
    ['os_name', 'expected one of'],
    ['os_name == linux', 'expected a marker variable or a quoted text at column 12'],
    ['os_name not "x"', "expected 'in' after 'not'"],
    ['os_name == "x', 'the text quoted at column 12 has no end'],
    ['os_name == "\\x"', 'is not a valid Python string'],
    ['(os_name == "x"', "expected ')' for the '(' at column 1"],
    ['os_name == "x")', "expected 'and', 'or' or the end at column 15"],
  ])('says what is wrong with %j', (text, reason) => {
    expect(codeAndMessage(text)).toMatchObject({
      code: 'packaging/invalid-marker',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('nests 200 deep and no deeper', () => {
    expect(formatMarker(parseMarker(nested(200)))).toBe('os_name == "x" or os_name == "y"');
    expect(codeAndMessage(nested(201))).toMatchObject({ code: 'packaging/marker-too-deep' });
  });
});
