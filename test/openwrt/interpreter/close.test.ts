import { describe, expect, it } from 'vitest';
import { closeSplit, findOpenImports } from '../../../src/openwrt/interpreter/close.ts';
import { splitDefinition } from '../../../src/openwrt/interpreter/index.ts';

const definition = splitDefinition('25.12');

/** Modules by package, each with what it imports: `linecache: tokenize`. */
function split(packages: Record<string, string[]>, start: string[] = [], size = 10) {
  const places = new Map<string, string>();
  const graph = new Map<string, string[]>();
  const sizes = new Map<string, number>();
  for (const [name, lines] of Object.entries(packages))
    for (const line of lines) {
      const [module = '', imports = ''] = line.split(':');
      places.set(module, name);
      sizes.set(module, size);
      graph.set(
        module,
        imports.split(' ').filter((each) => each !== ''),
      );
    }
  return { places, graph, start, sizes };
}

describe('closing a split', () => {
  it('gives the base package what the interpreter imports by itself, and tells the way there', () => {
    const closed = closeSplit(
      definition,
      split(
        {
          'python3-base': ['os', 'site: os'],
          'python3-light': [
            'runpy: importlib.util',
            'importlib',
            'importlib.util: types',
            'types',
            'json',
          ],
        },
        ['site', 'runpy'],
      ),
    );
    expect(closed.moves.map(({ module, to }) => `${module} ${to}`)).toEqual([
      'runpy python3-base',
      'importlib python3-base',
      'importlib.util python3-base',
      'types python3-base',
    ]);
    expect(closed.moves.at(-1)?.why).toEqual(['python3-base', 'runpy', 'importlib.util', 'types']);
    expect(closed.places.get('json')).toBe('python3-light');
    expect(closed.open).toEqual([]);
  });

  it('moves a module of the light package to the package that it needs, and those after it that import it', () => {
    const closed = closeSplit(
      definition,
      split({
        'python3-light': ['http.client: email.parser', 'http', 'xmlish: http.client', 'socket'],
        'python3-email': ['email', 'email.parser: email'],
      }),
    );
    expect(closed.places.get('http.client')).toBe('python3-email');
    expect(closed.places.get('xmlish')).toBe('python3-email');
    expect(closed.places.get('http')).toBe('python3-light');
    expect(closed.moves[0]).toEqual({
      module: 'http.client',
      from: 'python3-light',
      to: 'python3-email',
      why: ['http.client', 'email'],
    });
    expect(closed.open).toEqual([]);
  });

  it('takes the package that has all of several', () => {
    // python3-urllib depends on python3-email.
    const closed = closeSplit(
      definition,
      split({
        'python3-light': ['mailbox: email urllib'],
        'python3-email': ['email'],
        'python3-urllib': ['urllib'],
      }),
    );
    expect(closed.places.get('mailbox')).toBe('python3-urllib');
  });

  it('makes the largest of several packages depend on the others', () => {
    const packages = {
      'python3-light': ['futures: multiprocessing logging', 'repl: curses logging'],
      'python3-multiprocessing': ['multiprocessing', 'multiprocessing.pool'],
      'python3-logging': ['logging'],
      'python3-ncurses': ['curses', 'curses.panel', 'curses.ascii'],
    };
    const closed = closeSplit(definition, split(packages));
    expect(closed.places.get('futures')).toBe('python3-multiprocessing');
    expect(closed.places.get('repl')).toBe('python3-ncurses');
    expect(closed.added.map((each) => `${each.package} ${each.depends}`)).toEqual([
      'python3-multiprocessing python3-logging',
      'python3-ncurses python3-logging',
    ]);
  });

  it('gives a module to the package of the library that it needs, when what comes along is little', () => {
    const packages = {
      'python3-light': ['os'],
      'python3-dbm': ['dbm: os', 'dbm.sqlite3: sqlite3 os', 'dbm.dumb'],
      'python3-sqlite3': ['sqlite3'],
    };
    const closed = closeSplit(definition, split(packages));
    expect(closed.places.get('dbm.sqlite3')).toBe('python3-sqlite3');
    expect(closed.places.get('dbm')).toBe('python3-light');
    expect(closed.places.get('dbm.dumb')).toBe('python3-dbm');
    expect(closed.added).toEqual([]);
    expect(closed.open).toEqual([]);
    // Each module is larger than what everybody may have more of.
    const large = closeSplit(definition, split(packages, [], 9000));
    expect(large.places.get('dbm.sqlite3')).toBe('python3-dbm');
    expect(large.added.map((each) => `${each.package} ${each.depends}`)).toEqual([
      'python3-dbm python3-sqlite3',
    ]);
    expect(findOpenImports(definition, split(packages))).toEqual([
      { module: 'dbm.sqlite3', package: 'python3-dbm', imports: 'sqlite3', in: 'python3-sqlite3' },
    ]);
  });

  it('lets nobody depend on what is for developers, whose packages depend on others', () => {
    const closed = closeSplit(
      definition,
      split({
        'python3-xml': ['xmlrpc', 'xmlrpc.client', 'xmlrpc.server: pydoc xmlrpc.client'],
        'python3-pydoc': ['pydoc'],
        'python3-unittest': ['unittest', 'unittest.mock: asyncio'],
        'python3-asyncio': ['asyncio'],
      }),
    );
    expect(closed.places.get('xmlrpc.server')).toBe('python3-pydoc');
    expect(closed.places.get('unittest.mock')).toBe('python3-unittest');
    expect(closed.added.map((each) => `${each.package} ${each.depends}`)).toEqual([
      'python3-pydoc python3-xml',
      'python3-unittest python3-asyncio',
    ]);
    expect(closed.open).toEqual([]);
  });

  it('tells what would make a circle of packages', () => {
    const circle = split({
      'python3-urllib': ['urllib: xml'],
      'python3-xml': ['xml: urllib decimal'],
      'python3-decimal': ['decimal'],
    });
    const closed = closeSplit(definition, circle);
    expect(closed.added.map((each) => `${each.package} ${each.depends}`)).toEqual([
      'python3-xml python3-decimal',
    ]);
    expect(closed.open).toEqual([
      { module: 'urllib', package: 'python3-urllib', imports: 'xml', in: 'python3-xml' },
    ]);
  });

  it('keeps the settings of the build with the module that reads them', () => {
    const closed = closeSplit(
      definition,
      split({
        'python3-base': ['sysconfig: threading', '_sysconfigdata__linux_x86_64-linux-musl'],
        'python3-light': ['threading'],
      }),
    );
    expect(closed.places.get('_sysconfigdata__linux_x86_64-linux-musl')).toBe('python3-light');
  });

  it('puts what the interpreter itself does without, and several packages are needed for, where all of them are', () => {
    const closed = closeSplit(
      definition,
      split({
        'python3-light': [
          '_pyrepl',
          '_pyrepl.readline: _pyrepl.reader _curses',
          '_pyrepl.reader: unicodedata',
          'repl: unicodedata _curses',
        ],
        'python3-codecs': ['unicodedata', '_codecs_jp', '_codecs_kr'],
        'python3-ncurses': ['_curses'],
      }),
    );
    expect(closed.places.get('_pyrepl.readline')).toBe('python3');
    expect(closed.places.get('_pyrepl.reader')).toBe('python3-codecs');
    expect(closed.places.get('_pyrepl')).toBe('python3-light');
    expect(closed.moves.find(({ module }) => module === '_pyrepl.readline')?.why).toEqual([
      '_pyrepl.readline',
      '_curses',
    ]);
    // Programs import this one: the larger package has it, and needs the other.
    expect(closed.places.get('repl')).toBe('python3-codecs');
    expect(closed.added.map((each) => `${each.package} ${each.depends}`)).toEqual([
      'python3-codecs python3-ncurses',
    ]);
    expect(closed.open).toEqual([]);
  });

  it('takes over from a package above what the lower one imports', () => {
    const closed = closeSplit(
      definition,
      split({
        'python3-email': ['email', 'email.utils: urllib.parse'],
        'python3-urllib': ['urllib', 'urllib.parse', 'urllib.request: email.utils urllib.parse'],
      }),
    );
    expect(closed.places.get('urllib.parse')).toBe('python3-email');
    expect(closed.places.get('urllib')).toBe('python3-email');
    expect(closed.places.get('urllib.request')).toBe('python3-urllib');
    expect(closed.open).toEqual([]);
  });

  it('moves what the base package cannot import out of it', () => {
    const closed = closeSplit(
      definition,
      split(
        {
          'python3-base': [
            'encodings',
            'encodings.utf_8',
            'encodings.hex_codec: binascii',
            'encodings.idna: unicodedata stringprep',
          ],
          'python3-light': ['binascii', 'stringprep: unicodedata'],
          'python3-codecs': ['unicodedata'],
        },
        ['encodings.utf_8'],
      ),
    );
    expect(closed.places.get('encodings.utf_8')).toBe('python3-base');
    expect(closed.places.get('encodings.hex_codec')).toBe('python3-light');
    expect(closed.places.get('encodings.idna')).toBe('python3-codecs');
    expect(closed.open).toEqual([]);
  });

  it('lets other packages depend on what they import', () => {
    const closed = closeSplit(
      definition,
      split({
        'python3-asyncio': ['asyncio: asyncio.log', 'asyncio.log: logging'],
        'python3-logging': ['logging', 'logging.a', 'logging.b'],
        'python3-pydoc': ['pydoc: logging asyncio', 'doctest'],
      }),
    );
    expect(closed.added.map((each) => `${each.package} ${each.depends}`)).toEqual([
      'python3-asyncio python3-logging',
      'python3-pydoc python3-logging',
      'python3-pydoc python3-asyncio',
    ]);
    expect(closed.open).toEqual([]);
  });
});
