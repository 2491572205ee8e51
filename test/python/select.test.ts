import { describe, expect, it } from 'vitest';
import {
  selectInterpreters,
  type Interpreter,
  type SelectOptions,
} from '../../src/python/index.ts';
import { interpreter } from './fakes.ts';

const NO_HEADERS = { headers: { directories: ['/include'], pythonH: null } };
const PYPY = { implementation: { name: 'pypy', version: '7.3.17' } };

/** A build for macOS, on an Apple machine. */
const onMacos = (platform: string, deploymentTarget: string): Partial<Interpreter> => ({
  platform,
  machine: 'arm64',
  macos: { version: '15.1', deploymentTarget },
});

function chosen(all: readonly Interpreter[], options: SelectOptions = {}): string[] {
  return selectInterpreters(all, options).chosen.map(({ path }) => path);
}

describe('selectInterpreters', () => {
  it('takes one of each kind, by version', () => {
    const all = [
      interpreter('3.13.0', { path: '/313' }),
      interpreter('3.9.1', { path: '/39' }),
      interpreter('3.13.0', { path: '/313t', freeThreaded: true }),
      interpreter('3.10.14', { path: '/pypy310', ...PYPY }),
      interpreter('3.10.1', { path: '/310-32', pointerBits: 32, platform: 'linux-i686' }),
      interpreter('3.10.1', { path: '/310' }),
      interpreter('3.10.1', { path: '/310-musl', libc: { family: 'musl', version: '1.2' } }),
    ];
    expect(chosen(all)).toEqual([
      '/39',
      '/310',
      '/310-32',
      '/310-musl',
      '/pypy310',
      '/313',
      '/313t',
    ]);
  });

  it('says of each other one why not', () => {
    const all = [
      interpreter('3.8.0', { path: '/38' }),
      interpreter('3.12.1', { path: '/a' }),
      interpreter('3.12.0', { path: '/b' }),
      interpreter('3.12.1', { path: '/d', debug: true }),
    ];
    expect(
      selectInterpreters(all, { requiresPython: '>=3.9' }).rejected.map(
        ({ interpreter, reason }) => [interpreter.path, reason],
      ),
    ).toEqual([
      ['/38', 'the project requires Python >=3.9'],
      ['/b', '/a makes the same wheels and is preferred'],
      ['/d', 'it is a debug build; name it to use it'],
    ]);
  });

  it.each<[string, Partial<Interpreter>, Partial<Interpreter>]>([
    ['with headers', {}, { ...NO_HEADERS, hexVersion: 0x7fffffff }],
    [
      'with pip',
      NO_HEADERS,
      {
        ...NO_HEADERS,
        packages: { pip: null, setuptools: null, wheel: null, build: null, uv: null },
        modules: { venv: true, ensurepip: false },
      },
    ],
    ['that is no virtual environment', { prefix: '/usr' }, { prefix: '/venv' }],
    ['that is not from conda', { place: 'path' }, { place: 'conda' }],
    ['that is newer', interpreter('3.12.9'), interpreter('3.12.8')],
    ['that is released', interpreter('3.12.0'), interpreter('3.12.1rc1')],
    ['that was named', { givenAs: ['x'], ...NO_HEADERS }, {}],
  ])('prefers one %s', (_, better, worse) => {
    const one = interpreter('3.12.1', { ...worse, path: '/a-worse' });
    const two = interpreter('3.12.1', { ...better, path: '/b-better' });
    const options = { selectors: ['x', '3.12'] };
    expect(chosen([one, two], options)).toEqual(['/b-better']);
    expect(chosen([two, one], options)).toEqual(['/b-better']);
  });

  it('prefers the build that serves the older macOS', () => {
    const all = [
      interpreter('3.12.9', { path: '/homebrew', ...onMacos('macosx-15.0-arm64', '15.0') }),
      interpreter('3.12.8', { path: '/framework', ...onMacos('macosx-10.13-universal2', '10.13') }),
      interpreter('3.12.9', { path: '/uv', ...onMacos('macosx-11.0-arm64', '11.0') }),
    ];
    expect(chosen(all)).toEqual(['/framework']);
  });

  describe('with selectors', () => {
    const all = [
      interpreter('2.7.18', { path: '/27' }),
      interpreter('3.9.18', { path: '/39' }),
      interpreter('3.12.1', { path: '/312' }),
      interpreter('3.12.1', { path: '/312d', debug: true }),
      interpreter('3.13.0', { path: '/313' }),
      interpreter('3.13.0', { path: '/313t', freeThreaded: true }),
      interpreter('3.15.0rc1', { path: '/315' }),
      interpreter('3.10.14', { path: '/pypy', ...PYPY }),
    ];

    it.each([
      ['3.12', ['/312']],
      ['3.12d', ['/312d']],
      ['3.13', ['/313']],
      ['3.13t', ['/313t']],
      ['3.13.0', ['/313']],
      ['2', ['/27']],
      ['3.1', []],
      ['pypy', ['/pypy']],
      ['pypy3.10', ['/pypy']],
      ['3.10', []],
      ['3.12-64', ['/312']],
      ['3.12-32', []],
      ['3.15.0rc1', ['/315']],
      ['3.15.0rc2', []],
      ['>=3.12', ['/312', '/313', '/313t', '/315']],
      ['>=3.15', ['/315']],
      ['<3.12', ['/27', '/39']],
      ['pypy<3.12', ['/pypy']],
    ])('%s chooses %j', (selector, expected) => {
      const selection = selectInterpreters(all, { selectors: [selector] });
      expect(selection.chosen.map(({ path }) => path)).toEqual(expected);
      expect(selection.unmatched).toEqual(expected.length === 0 ? [selector] : []);
      expect(selection.chosen.length + selection.rejected.length).toBe(all.length);
    });

    it('joins several, in the order of versions', () => {
      expect(chosen(all, { selectors: ['3.13t', '3.9', '3.9'] })).toEqual(['/39', '/313t']);
    });

    it('does not let a selector overrule the project', () => {
      const selection = selectInterpreters(all, {
        selectors: ['2.7', '3.9'],
        requiresPython: '>=3',
      });
      expect(selection.chosen.map(({ path }) => path)).toEqual(['/39']);
      expect(selection.unmatched).toEqual(['2.7']);
    });

    it('takes of two named ones of a kind the one named first', () => {
      const two = [
        interpreter('3.12.1', { path: '/a', givenAs: ['a'] }),
        interpreter('3.12.9', { path: '/b', givenAs: ['b'] }),
      ];
      expect(chosen(two, { selectors: ['a', 'b'] })).toEqual(['/a']);
      expect(chosen(two, { selectors: ['b', 'a'] })).toEqual(['/b']);
    });
  });
});
