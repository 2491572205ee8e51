import { describe, expect, it } from 'vitest';
import {
  withImportScanner,
  type ScanRequest,
} from '../../../src/openwrt/dependencies/imports/scanner.ts';
import type {
  FileImports,
  UnreadableSource,
} from '../../../src/openwrt/dependencies/imports/model.ts';
import { pythons } from '../bytecode/interpreters.ts';

const readers = pythons.filter(({ minor }) => minor.startsWith('3.'));

async function scanAll(
  python: string,
  requests: readonly (Partial<ScanRequest> | string)[],
): Promise<(FileImports | UnreadableSource)[]> {
  return withImportScanner({ python }, async (scanner) => [
    ...(await scanner.scan(
      requests.map((request) => {
        const {
          module = 'pkg.mod',
          isPackage = false,
          source = '',
        } = typeof request === 'string' ? { source: Buffer.from(request) } : request;
        return { module, isPackage, source: Buffer.from(source) };
      }),
    )),
  ]);
}

/** Module, names and guards of each import, in a line. */
function lines(scan: FileImports | UnreadableSource | undefined): string[] {
  if (scan === undefined || 'problem' in scan) return [`! ${scan?.problem ?? 'nothing'}`];
  return scan.imports.map(
    ({ module, names, guards }) =>
      `${module}${names === undefined ? '' : ` (${names.join(' ')})`}${guards.map((each) => ` ${each[0] === 'if' ? JSON.stringify(each.slice(1, 3)) : each.join('-')}`).join('')}`,
  );
}

describe.each(readers)('the reader of imports, in Python $minor', ({ path }) => {
  it('reads statements of every kind', async () => {
    const [scan, init] = await scanAll(path, [
      [
        'import a.b, c as d',
        'from e import f, g as h',
        'from . import x',
        'from .y import *',
        'from ..up import z',
        'class C:',
        '    import in_class',
        '    def method(self):',
        '        import in_method',
        'with open(p) as q:',
        '    import in_with',
        'for i in j: import in_loop',
      ].join('\n'),
      { module: 'pkg', isPackage: true, source: Buffer.from('from . import x\nfrom .y import z') },
    ]);
    expect(lines(scan)).toEqual([
      'a.b',
      'c',
      'e (f g)',
      'pkg (x)',
      'pkg.y (*)',
      'in_class',
      'in_method function-method',
      'in_with',
      'in_loop',
    ]);
    expect(lines(init)).toEqual(['pkg (x)', 'pkg.y (z)']);
  });

  it('reads calls with a literal, and none that is made up', async () => {
    const [scan] = await scanAll(path, [
      [
        'import importlib as i',
        'from importlib import import_module',
        'i.import_module("one.two")',
        'import_module(".three", __package__)',
        'import_module(".four", package="pkg")',
        'import_module(".five", somewhere)',
        'import_module("six" + seven)',
        'x = __import__("eight", level=0) if y else [__import__("nine") for z in y]',
        'def f():',
        '    import importlib',
        '    return importlib.import_module("ten")',
        'g = lambda: __import__("eleven")',
      ].join('\n'),
    ]);
    expect(lines(scan).slice(2).sort()).toEqual(
      [
        'one.two',
        'pkg.three',
        'pkg.four',
        'eight',
        'nine',
        'importlib function-f',
        'ten function-f',
        'eleven function-<lambda>',
      ].sort(),
    );
  });

  it('tells attempts from what is done when they fail', async () => {
    const [scan] = await scanAll(path, [
      [
        'try:',
        '    import tried',
        'except ImportError:',
        '    import instead',
        'else:',
        '    import besides',
        'finally:',
        '    import always',
        'try:',
        '    import wanted',
        'except ImportError as error:',
        '    raise RuntimeError("get it") from error',
        'try:',
        '    import steady',
        'except OSError:',
        '    import rare',
        'with contextlib.suppress(ImportError):',
        '    import hoped',
      ].join('\n'),
    ]);
    expect(lines(scan)).toEqual([
      'tried try-1-body',
      'instead try-1-handler',
      'besides try-1-body',
      'always',
      'wanted',
      'steady',
      'rare [["unknown"],true]',
      'hoped try-2-body',
    ]);
  });

  it('hands over conditions with names resolved', async () => {
    const [scan] = await scanAll(path, [
      [
        'import sys as s',
        'from os import name as system',
        'from ._compat import WIN',
        'HERE = s.platform.startswith(("win", "cygwin"))',
        'TWICE = 1',
        'TWICE = 2',
        'if s.version_info[:2] >= (3, 8) and not WIN: import a',
        'elif system == "nt": import b',
        'else: import c',
        'def f(WIN):',
        '    if WIN: import d',
        'if HERE: raise ImportError',
        'import e',
        'assert s.platform != "win32"',
        'import f',
        'if __name__ == "__main__": import g',
      ].join('\n'),
    ]);
    expect(scan).toMatchObject({
      constants: {
        HERE: [
          'method',
          'startswith',
          ['name', 'sys.platform'],
          ['tuple', ['const', 'win'], ['const', 'cygwin']],
        ],
      },
    });
    expect(scan).not.toHaveProperty('constants.TWICE');
    const [a, b, c, d, e, f, g] = lines(scan).slice(3);
    const condition =
      '["and",["compare",">=",["slice",["name","sys.version_info"],0,2],["tuple",["const",3],["const",8]]],["not",["name","pkg._compat.WIN"]]]';
    expect(a).toBe(`a [${condition},true]`);
    expect(b).toBe(
      `b [${condition},false] [["compare","==",["name","os.name"],["const","nt"]],true]`,
    );
    expect(c).toBe(
      `c [${condition},false] [["compare","==",["name","os.name"],["const","nt"]],false]`,
    );
    expect(d).toBe('d function-f [["unknown"],true]');
    expect(e).toBe('e [["name","pkg.mod.HERE"],false]');
    expect(f).toBe(
      'f [["name","pkg.mod.HERE"],false] [["compare","!=",["name","sys.platform"],["const","win32"]],true]',
    );
    expect(g).toMatch(/^g .* main$/);
  });

  it('sees the codecs that lie outside of the interpreter', async () => {
    const [scan] = await scanAll(path, [
      'import socket\ndef f():\n    socket.create_connection(x)\n    y.encode("Big5")\n    open(z, encoding="euc-jp")\n',
    ]);
    expect(lines(scan).slice(1)).toEqual([
      'encodings.idna function-f',
      'encodings.big5 function-f',
      'encodings.euc_jp function-f',
    ]);
  });

  it('finds what imports far from where a statement begins, whatever ends the lines', async () => {
    const text = [
      '# -*- coding: CODING -*-',
      'import importlib',
      'def unrelated():',
      '    """',
      '    tells nothing',
      '    """',
      '    return [',
      '        1,',
      '    ]',
      '@register(',
      '    1,',
      '    importlib.import_module("in_decorator"),',
      ')',
      '@other',
      'def decorated(',
      '    a=1,',
      '    b=importlib.import_module("in_default"),',
      '):',
      '    x = 1',
      '    if x:',
      '        y = 2',
      '        def inner():',
      '            z = (',
      '                3,',
      '                importlib.import_module("in_inner"))',
      'class Plain:',
      '    a = 1',
      '    def method(self):',
      '        pass',
      'from far import (',
      '    one,',
      '    two,',
      ')',
      '',
    ];
    const expected = [
      'importlib',
      'in_decorator',
      'in_default',
      'in_inner function-decorated [["name","pkg.mod.x"],true] function-inner',
      'far (one two)',
    ];
    for (const coding of ['utf-8', 'latin-1', 'shift_jis'])
      for (const end of ['\n', '\r\n', '\r']) {
        const [scan] = await scanAll(path, [text.join(end).replace('CODING', coding)]);
        expect([coding, end, lines(scan)]).toEqual([coding, end, expected]);
        const far = scan !== undefined && 'imports' in scan ? scan.imports.at(-1) : undefined;
        expect(far?.line).toBe(30);
      }
  });

  it('reads modules whose names are in other scripts', async () => {
    const [scan] = await scanAll(path, [
      { module: 'naïve.größe', source: Buffer.from('from . import x\nfrom 数 import y') },
    ]);
    expect(lines(scan)).toEqual(['naïve (x)', '数 (y)']);
  });

  it('sees what is around functions that tell nothing', async () => {
    const texts: [string, string[]][] = [
      ['a bracket', ['def f():', '    return [', '1,', ']', 'import after']],
      ['a text', ['def f():', '    x = """', 'import inside', '"""', 'import after']],
      ['two texts', ['def f():', '    a = """', 'b""" + """', '    c', '"""', 'import after']],
      ['a line', ['def f():', '    a = 1 + \\', '2', 'import after']],
      ['a remark', ['def f():', '    a = 1', '# at the left', '    b = 2', 'import after']],
      ['a head', ['def f(', '    a=1,', '    # remark', ') -> int:', '    b = 2', 'import after']],
      ['a slice', ['def f(a): return a[1:', '    2]', 'import after']],
      ['an end', ['import after', 'class A:', '    def f(self):', '        a = 1']],
      ['a template', ['t = """', 'def f():', '    x = 1', '"""', 'import after']],
      ['tabs', ['class A:', '\tdef f(self):', '\t\ta = 1', '\tb = 2', 'import after']],
    ];
    const scans = await scanAll(
      path,
      texts.map(([, text]) => text.join('\n')),
    );
    expect(texts.map(([name], at) => [name, lines(scans[at])])).toEqual(
      texts.map(([name]) => [name, ['after']]),
    );
  });

  it('reads what is in functions beside others that tell nothing', async () => {
    const [scan, broken] = await scanAll(path, [
      [
        'def silent():',
        '    a = 1',
        'def outer():',
        '    def silent():',
        '        b = 2',
        '    def telling():',
        '        import inner',
        '    import outermost',
        'async def last(): import at_once',
      ].join('\n'),
      'import before\ndef f():\n    a = 1\nb = (\n',
    ]);
    expect(lines(scan)).toEqual([
      'inner function-outer function-telling',
      'outermost function-outer',
      'at_once function-last',
    ]);
    expect(broken).toMatchObject({
      problem: expect.any(String) as string,
      line: expect.any(Number) as number,
    });
  });

  it('goes on after files that are wrong, or made to bring it down', async () => {
    const deep = `${'('.repeat(5000)}1${')'.repeat(5000)}`;
    const nested = Array.from({ length: 150 }, (_, at) => `${' '.repeat(at)}if x:`).join('\n');
    const answers = await scanAll(path, [
      'print "2"',
      'a = "\0"',
      '# coding: no-such-codec\n',
      deep,
      `x = ${'-'.repeat(100_000)}1`,
      `x = 1${'+1'.repeat(100_000)}`,
      `${nested}\n${' '.repeat(150)}pass`,
      { source: Buffer.from([0x23, 0x20, 0xff, 0x0a]) },
      { source: Buffer.from('# coding: latin-1\nimport caf\u00e9 as x', 'latin1') },
      'import still',
    ]);
    expect(answers.slice(0, 4).every((each) => 'problem' in each)).toBe(true);
    expect(answers[0]).toMatchObject({ line: 1 });
    expect(lines(answers.at(-2))).toEqual(['caf\u00e9']);
    expect(lines(answers.at(-1))).toEqual(['still']);
  });
});

describe('withImportScanner', () => {
  it('says that a Python cannot be run', async () => {
    for (const python of ['/nowhere/python3', 'python3', '/bin/true'])
      await expect(withImportScanner({ python }, () => Promise.resolve())).rejects.toMatchObject({
        code: 'openwrt/no-reader',
      });
  });
});
