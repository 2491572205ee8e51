import { describe, expect, it } from 'vitest';
import { mentionsOf } from '../../src/split/reading/mentions.ts';
import { withoutRemarks } from '../../src/split/reading/remarks.ts';
import { withWheel } from '../../src/wheel/index.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const SOURCE = [
  '"""Wrapper for the libtpu library."""',
  '# libtpu.so is opened below',
  'import ctypes, os',
  'def load():',
  "    r'''Opens libtpu.so.",
  "    Really libtpu.'''",
  '    name = "libtpu.so"  # of libtpu',
  '    return ctypes.CDLL(',
  '        "/libtpu.so")',
  'def text(): return """',
  'libtpu"""',
].join('\n');

describe('lines that name a file', () => {
  it('are code: neither comments nor docstrings', async () => {
    const wheel = await writeWheelFile(await scratch(), {
      files: { 'libtpu/__init__.py': SOURCE, 'libtpu/libtpu.so': 'x' },
    });
    const lines = await withWheel(wheel, (each) => mentionsOf(each, 'libtpu/libtpu.so', 1));
    expect(lines).toEqual([
      'libtpu/__init__.py:7: name = "libtpu.so"  # of libtpu',
      'libtpu/__init__.py:9: "/libtpu.so")',
      'libtpu/__init__.py:11: libtpu"""',
    ]);
  });

  it.each([
    ['a string with a hash', 'x = "# a"', 'x = "# a"'],
    ['a string that goes on', '"a" \\\n  "b"\nx', '    \\\n     \nx'],
    ['one that something is done with', '"a".join(x)', '"a".join(x)'],
    ['one in brackets', '[\n"a"\n]', '[\n"a"\n]'],
    ['one behind another statement', 'x; "a"', 'x;    '],
    ['one without an end', '"""a\nb', '    \n '],
    ['escaped quotes', String.raw`'a\'b'; 'c' + d`, String.raw`      ; 'c' + d`],
  ])('leave %s as Python has it', (_, text, left) => {
    expect(withoutRemarks(text)).toBe(left);
  });

  it('are found in long files at once', () => {
    const long = `x = """${'a"\\\\'.repeat(900_000)}"""\n`;
    expect(withoutRemarks(long)).toBe(long);
  });
});
