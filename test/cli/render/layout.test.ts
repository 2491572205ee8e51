import { describe, expect, it } from 'vitest';
import { createPalette } from '../../../src/cli/render/palette.ts';
import { renderFields } from '../../../src/cli/render/fields.ts';
import { renderTable, type TableLayout } from '../../../src/cli/render/table.ts';

const palette = createPalette(false);
const pipe: TableLayout = { palette, width: 40, truncate: false };
const terminal: TableLayout = { palette, width: 40, truncate: true };

describe('renderTable', () => {
  it('aligns columns, numbers to the right, without spaces at line ends', () => {
    const table = renderTable(
      [{ title: 'file' }, { title: 'size', align: 'right' }, { title: 'count' }, { title: 'note' }],
      [
        ['a.so', '1.5 MB', 7, 'x'],
        ['longer.so', '999 B', 120, ''],
      ],
      pipe,
    );
    expect(table).toBe(
      [
        'file         size  count  note',
        'a.so       1.5 MB      7  x',
        'longer.so   999 B    120',
        '',
      ].join('\n'),
    );
  });

  it('is empty for no rows', () => {
    expect(renderTable([{ title: 'file' }], [], pipe)).toBe('');
  });

  it('counts wide characters as two cells', () => {
    const table = renderTable(
      [{ title: 'n' }, { title: 'v' }],
      [
        ['包', 'x'],
        ['ab', 'y'],
      ],
      pipe,
    );
    expect(table.split('\n').slice(1, 3)).toEqual(['包  x', 'ab  y']);
  });

  const path = 'package/deeply/nested/folder/with/a/module.cpython-312.so';

  it('shortens the middle of a path to fit a terminal, and keeps the file name', () => {
    const table = renderTable(
      [{ title: 'path', shrink: 'middle' }, { title: 'arch' }],
      [[path, 'x86_64']],
      terminal,
    );
    const line = table.split('\n')[1] ?? '';
    expect(line).toHaveLength(40);
    expect(line).toMatch(/^package\/.*….*cpython-312\.so {2}x86_64$/);
  });

  it('never shortens anything in a pipe', () => {
    expect(renderTable([{ title: 'path', shrink: 'middle' }], [[path]], pipe)).toContain(path);
  });

  it('leaves columns whole that must not shrink, even when the line gets too long', () => {
    const table = renderTable([{ title: 'digest' }], [['f'.repeat(64)]], terminal);
    expect(table).toContain('f'.repeat(64));
  });

  it('a hostile name stays in its cell', () => {
    const table = renderTable([{ title: 'path' }, { title: 'x' }], [['a\n\u001B[31mb', 'y']], pipe);
    expect(table.split('\n')).toHaveLength(3);
    expect(table).toContain('a\\n\\x1b[31mb  y');
  });

  it('aligns styled cells by what is seen', () => {
    const { bad } = createPalette(true);
    const rows = [
      [{ text: 'no', style: bad }, 'x'],
      ['fine', 'y'],
    ];
    const table = renderTable([{ title: 'ok' }, { title: 'v' }], rows, { ...pipe, titles: false });
    expect(table).toBe('\u001B[31mno\u001B[39m    x\nfine  y\n');
  });

  it('takes more rows than a function takes arguments', () => {
    const rows = Array.from({ length: 300_000 }, () => ['x']);
    expect(renderTable([{ title: 't' }], rows, pipe)).toHaveLength(600_002);
  });
});

describe('renderFields', () => {
  it('aligns values, puts list items below each other, leaves out what is unknown', () => {
    const block = renderFields(
      [
        ['name', 'demo'],
        ['summary', undefined],
        ['requires', ['numpy>=2', 'a\u0007b']],
        ['extras', []],
        ['size', 12],
      ],
      { palette, indent: 2 },
    );
    expect(block).toBe(
      '  name      demo\n  requires  numpy>=2\n            a\\x07b\n  size      12\n',
    );
  });
});
