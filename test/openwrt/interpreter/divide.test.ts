import { describe, expect, it } from 'vitest';
import { FileTree, type TreeEntry } from '../../../src/archive/tree/index.ts';
import { divideTree } from '../../../src/openwrt/interpreter/divide.ts';
import { splitDefinition } from '../../../src/openwrt/interpreter/index.ts';
import {
  leftOutPackages,
  missingModules,
  optionalModules,
} from '../../../src/openwrt/interpreter/missing.ts';
import { libraryModules, moduleName } from '../../../src/openwrt/interpreter/modules.ts';
import { startModules } from '../../../src/openwrt/interpreter/start-up.ts';

const definition = splitDefinition('25.12');
const library = 'usr/lib/python3.13';

function tree(...paths: string[]): FileTree {
  const file: TreeEntry = {
    kind: 'file',
    mode: 0o644,
    size: 0,
    content: { bytes: new Uint8Array() },
  };
  return FileTree.from(paths.map((path) => [path, file] as const));
}

function placed(...paths: string[]) {
  const { places, leftOut } = divideTree(tree(...paths), library, definition);
  return { places: Object.fromEntries(places), leftOut };
}

describe('dividing a tree', () => {
  it('gives each file to the package that names it most particularly, and the rest to the light one', () => {
    const { places } = placed(
      'usr/bin/python3.13',
      'usr/lib/libpython3.13.so.1.0',
      `${library}/os.py`,
      `${library}/sysconfig/__init__.py`,
      `${library}/sysconfig/_extra.py`,
      `${library}/urllib/request.py`,
      `${library}/lib-dynload/_ssl.cpython-313-x86_64-linux-musl.so`,
      `${library}/lib-dynload/math.cpython-313-x86_64-linux-musl.so`,
      `${library}/config-3.13-x86_64-linux-musl/Makefile`,
      `${library}/newmodule.py`,
    );
    expect(places).toEqual({
      'usr/bin/python3.13': 'python3-base',
      'usr/lib/libpython3.13.so.1.0': 'libpython3',
      [`${library}/os.py`]: 'python3-base',
      [`${library}/sysconfig/__init__.py`]: 'python3-base',
      [`${library}/sysconfig/_extra.py`]: 'python3-light',
      [`${library}/urllib/request.py`]: 'python3-urllib',
      [`${library}/lib-dynload/_ssl.cpython-313-x86_64-linux-musl.so`]: 'python3-openssl',
      [`${library}/lib-dynload/math.cpython-313-x86_64-linux-musl.so`]: 'python3-light',
      [`${library}/config-3.13-x86_64-linux-musl/Makefile`]: 'python3-dev',
      [`${library}/newmodule.py`]: 'python3-light',
    });
  });

  it('takes names with flags of the ABI for those that the lists have without', () => {
    const flagged = tree(
      'usr/bin/python3.7',
      'usr/bin/python3.7m-config',
      'usr/lib/libpython3.7m.so.1.0',
      'usr/lib/libpython3.70.so.1.0',
      'usr/include/python3.7dm/Python.h',
      'usr/lib/python3.7/config-3.7m-x86_64-linux-gnu/Makefile',
    );
    const divided = divideTree(flagged, 'usr/lib/python3.7', splitDefinition('19.07'));
    expect(Object.fromEntries(divided.places)).toEqual({
      'usr/bin/python3.7': 'python3-base',
      'usr/bin/python3.7m-config': 'python3-dev',
      'usr/lib/libpython3.7m.so.1.0': 'python3-base',
      'usr/include/python3.7dm/Python.h': 'python3-dev',
      'usr/lib/python3.7/config-3.7m-x86_64-linux-gnu/Makefile': 'python3-dev',
    });
    expect(divided.leftOut).toEqual(['usr/lib/libpython3.70.so.1.0']);
  });

  it('leaves out tests, what is removed, and what lies elsewhere', () => {
    const { places, leftOut } = placed(
      `${library}/idlelib/run.py`,
      `${library}/test/test_os.py`,
      `${library}/unittest/test/support.py`,
      `${library}/lib-dynload/_testcapi.cpython-313.so`,
      'usr/bin/idle3.13',
    );
    expect(places).toEqual({});
    expect(leftOut).toHaveLength(5);
  });
});

describe('what was not built', () => {
  const paths = tree(
    `${library}/curses/__init__.py`,
    `${library}/curses/ascii.py`,
    `${library}/sqlite3/__init__.py`,
    `${library}/dbm/__init__.py`,
    `${library}/dbm/gnu.py`,
    `${library}/ssl.py`,
    `${library}/turtle.py`,
  );
  const modules = libraryModules(paths, library);
  const graph = new Map([
    ['curses', ['_curses']],
    ['curses.ascii', []],
    ['sqlite3', ['sqlite3.dbapi2']],
    ['sqlite3.dbapi2', ['_sqlite3']],
    ['dbm', ['os.path']],
    ['dbm.gnu', ['_gdbm']],
    ['ssl', ['_ssl']],
    // The lists remove it, and a distribution may have it elsewhere.
    ['turtle', ['tkinter']],
  ]);
  const unbuilt = optionalModules(definition).filter((name) => !modules.has(name));
  const missing = missingModules(graph, new Set(unbuilt));

  it('is every module that imports it, by others and by the package it lies in', () => {
    expect([...missing.keys()].sort()).toEqual([
      'curses',
      'curses.ascii',
      'dbm.gnu',
      'sqlite3',
      'sqlite3.dbapi2',
      'ssl',
      'turtle',
    ]);
    expect(missing.get('sqlite3')?.why).toEqual(['sqlite3', 'sqlite3.dbapi2', '_sqlite3']);
  });

  it('leaves packages out that have nothing else, and no others', () => {
    const { places } = divideTree(paths, library, definition);
    const left = leftOutPackages(definition, {
      places,
      modules,
      missing,
      builtins: new Set(['_ssl']),
    });
    const names = left.map(({ name }) => name);
    expect(names).toContain('python3-ncurses');
    expect(names).toContain('python3-sqlite3');
    expect(names).not.toContain('python3-dbm');
    // It says which interpreter this is, also to those that are no shared library.
    expect(names).not.toContain('libpython3');
    expect(left.find(({ name }) => name === 'python3-openssl')?.missing).toEqual(['_hashlib']);
  });
});

it.each([
  ['json/decoder.py', 'json.decoder'],
  ['json/__init__.py', 'json'],
  ['lib-dynload/_ssl.cpython-313-x86_64-linux-musl.so', '_ssl'],
  ['lib-dynload/timemodule.so', 'time'],
  ['lib-dynload/_socket.so', '_socket'],
  ['_sysconfigdata__linux_x86_64-linux-musl.py', '_sysconfigdata__linux_x86_64-linux-musl'],
  ['config-3.13-x86_64-linux-musl/python-config.py', undefined],
  ['lib2to3/Grammar.txt', undefined],
])('%s is the module %s', (path, name) => {
  expect(moduleName(path)).toBe(name);
});

it('knows what the interpreter imports by itself, of its minor version', () => {
  expect(startModules('3.12')).not.toContain('linecache');
  expect(startModules('3.13')).toContain('linecache');
  expect(startModules('3.14')).toContain('linecache');
  expect(startModules('3.12')).not.toContain('_pyrepl.main');
  expect(startModules('3.13')).toContain('_pyrepl.main');
  // The table of what starts Python 2 has what runpy imports, too.
  expect(startModules('2.7')).toEqual(expect.arrayContaining(['runpy', 'pkgutil', 'codecs']));
  expect(startModules('2.7')).not.toContain('io');
});
