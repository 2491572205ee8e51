import { describe, expect, it } from 'vitest';
import { analysed, codes, names } from './analysed.ts';

const attempt = (first: string, second: string, error = 'ImportError'): string =>
  `try:\n    ${first}\nexcept ${error}:\n    ${second}\n`;

describe('a module of the package in the stead of one of the standard library', () => {
  const files = {
    'pkg/__init__.py': attempt('import tomllib', 'from . import _v'),
    'pkg/_v.py': 'import zipp, logging\n',
  };

  it('is never imported where the other is there, and neither is what it alone imports', async () => {
    const report = await analysed(files, { release: '24.10' });
    expect(codes(report)).toEqual([]);
    expect(names(report)).toEqual([]);
    expect(report.dependencies.map(({ name }) => name)).toContain('python3-light');
    expect(report.leftOut).toEqual(['pkg._v']);
  });

  it('is where the target does not have the other', async () => {
    const report = await analysed(files, { release: '22.03' });
    expect(codes(report)).toEqual(['openwrt/undeclared-import']);
    expect(names(report)).toContain('python3-logging');
  });

  it('is where something else imports it, but for tests', async () => {
    const imported = await analysed({ ...files, 'pkg/api.py': 'from . import _v\n' });
    expect(imported.leftOut).toEqual([]);
    const inFunction = { ...files, 'pkg/api.py': 'def load():\n    from . import _v\n' };
    expect(names(await analysed(inFunction, { requires: ['zipp'] }))).toContain('python3-logging?');
    const tested = await analysed({ ...files, 'pkg/tests/test_v.py': 'from .. import _v\n' });
    expect(tested.leftOut).toEqual(['pkg._v', 'pkg.tests.test_v']);
  });

  it('is no more than that: what a test imports instead of something says nothing of the package', async () => {
    const report = await analysed({
      'pkg/__init__.py': '',
      'pkg/plugin.py': 'import decimal\n',
      'pkg/tests/test_all.py': attempt('import tomllib', 'from . import test_more'),
      'pkg/tests/test_more.py': 'import pkg.plugin\n',
    });
    expect(names(report)).toEqual(['python3-decimal']);
  });

  it('may be a package, whose modules import each other', async () => {
    const report = await analysed({
      'pkg/__init__.py': attempt(
        'import importlib.metadata as metadata',
        'from . import _metadata as metadata',
      ),
      'pkg/_metadata/__init__.py': 'import zipp\nfrom ._compat import x\n',
      'pkg/_metadata/_compat.py': 'from . import y\nimport logging\n',
      'pkg/_metadata/extra.py': 'import sqlite3\n',
      'pkg/entry.py': 'import decimal\n',
    });
    expect(codes(report)).toEqual([]);
    // The other needs the package of messages, which the stand-in could not do without either.
    expect(names(report)).toEqual(['python3-decimal', 'python3-email', 'python3-urllib?']);
    expect(report.leftOut).toEqual([
      'pkg._metadata',
      'pkg._metadata._compat',
      'pkg._metadata.extra',
    ]);
  });

  it('at the top is one that is imported by itself, unless its name is private', async () => {
    const beside = (name: string) => ({
      'pkg.py': attempt('import tomllib', `import ${name} as tomllib`),
      [`${name}.py`]: 'import logging\n',
    });
    expect(names(await analysed(beside('tomlread')))).toEqual(['python3-logging']);
    expect(names(await analysed(beside('_tomlread')))).toEqual([]);
  });

  it('is there where the other is in a package that is not, and it works without', async () => {
    const report = await analysed({
      'pkg/__init__.py': attempt('import sqlite3', 'from . import memory'),
      'pkg/memory.py': 'import decimal\n',
    });
    expect(names(report)).toEqual(['python3-decimal']);
    expect(report.suggestions.map(({ name }) => name)).toContain('python3-sqlite3');
  });

  it('counts where a name is asked for that may have come later than its module', async () => {
    const asked = (first: string) =>
      analysed({
        'pkg/__init__.py': attempt(first, 'from ._compat import x'),
        'pkg/_compat.py': 'import logging, nowhere\n',
      });
    expect(names(await asked('from typing import x'))).toEqual(['python3-logging']);
    expect(names(await asked('from tomllib import x'))).toEqual([]);
  });
});

describe('what is done where a name of Python 2 is missing', () => {
  it('is dead where every Python 3 has the name', async () => {
    const asked = async (text: string) => codes(await analysed({ 'a.py': text }));
    const instead = 'from setlike import Set as set';
    expect(await asked(attempt('set', instead, 'NameError'))).toEqual([]);
    expect(
      await asked(attempt('x, y = set, frozenset', instead, '(NameError, TypeError)')),
    ).toEqual(['openwrt/undeclared-import']);
    expect(await asked(attempt('x = set, frozenset', instead, 'NameError'))).toEqual([]);
    expect(await asked(attempt('unicode', instead, 'NameError'))).not.toEqual([]);
    expect(await asked(attempt('WindowsError', instead, 'NameError'))).not.toEqual([]);
    expect(await asked(attempt('set.x', instead, 'NameError'))).not.toEqual([]);
  });

  it('is not in a function, of which the name is one', async () => {
    const text =
      'def f():\n    try:\n        set\n    except NameError:\n        from setlike import Set as set\n';
    expect(codes(await analysed({ 'a.py': text }))).toEqual(['openwrt/undeclared-import']);
  });
});
