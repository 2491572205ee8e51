import { describe, expect, it } from 'vitest';
import { reachOf, unreachableLibraries } from '../../src/audit/reach.ts';
import type { UnreachableLibrary } from '../../src/audit/index.ts';
import { nativeFacts } from '../support/native-facts.ts';

interface File {
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: readonly string[];
  readonly runpath?: readonly string[];
}

function find(files: Readonly<Record<string, File>>): readonly UnreachableLibrary[] {
  const natives = Object.entries(files).map(
    ([path, { needed = [], soname, rpath = [], runpath = [] }]) =>
      nativeFacts(path, { needed, soname, rpath, runpath }),
  );
  return unreachableLibraries(natives, reachOf(natives), (name) => name === 'libz.so.1');
}

/** Names of libraries in the wheel that somebody does not find, with who. */
function unreachable(files: Readonly<Record<string, File>>): Record<string, readonly string[]> {
  return Object.fromEntries(find(files).map(({ name, neededBy }) => [name, neededBy]));
}

const LIB = { soname: 'libx.so.1' };

describe('a library of the wheel is found', () => {
  it.each([
    ['$ORIGIN/../p.libs', 'p/m.so', 'p.libs/libx.so.1'],
    ['${ORIGIN}/../p.libs/', 'p/m.so', 'p.libs/libx.so.1'],
    ['$ORIGIN', 'm.so', 'libx.so.1'],
    ['$ORIGIN/./a//b/../c', 'p/m.so', 'p/a/c/libx.so.1'],
    ['$ORIGIN/../../p.libs', 'd-1.0.data/platlib/p/q/m.so', 'p.libs/libx.so.1'],
    ['$ORIGIN/../p.libs', 'p/m.so', 'd-1.0.data/purelib/p.libs/libx.so.1'],
  ])('by %s of %s', (path, module, library) => {
    for (const kind of ['rpath', 'runpath'] as const)
      expect(
        unreachable({ [module]: { needed: ['libx.so.1'], [kind]: [path] }, [library]: LIB }),
      ).toEqual({});
  });

  it.each([
    [[]],
    [['/opt/build/lib']],
    [['']],
    [['lib']],
    [['$ORIGINAL']],
    [['$ORIGIN/../../../out/of/the/wheel']],
    [['$ORIGIN/lib2']],
  ])('not by %j', (runpath) => {
    expect(
      unreachable({ 'p/m.so': { needed: ['libx.so.1'], runpath }, 'p/lib/libx.so.1': LIB }),
    ).toEqual({
      'libx.so.1': ['p/m.so'],
    });
  });

  it('by the name of its file, not by its soname alone', () => {
    const module = { needed: ['libx.so.1'], runpath: ['$ORIGIN'] };
    expect(unreachable({ 'm.so': module, 'libx-abc.so.1': LIB })).toEqual({
      'libx.so.1': ['m.so'],
    });
  });

  it('when it was loaded before, under its soname', () => {
    expect(
      unreachable({
        'm.so': { needed: ['libx-abc.so', 'liby.so'], runpath: ['$ORIGIN/libs'] },
        'libs/libx-abc.so': { soname: 'libx.so.1' },
        'libs/liby.so': { needed: ['libx.so.1'] },
      }),
    ).toEqual({});
  });

  it('by the RPATH of whoever loads it, but not by their RUNPATH', () => {
    const files = (kind: 'rpath' | 'runpath') => ({
      'm.so': { needed: ['liba.so'], [kind]: ['$ORIGIN/libs'] },
      'libs/liba.so': { needed: ['libb.so'] },
      'libs/libb.so': {},
    });
    expect(unreachable(files('rpath'))).toEqual({});
    expect(unreachable(files('runpath'))).toEqual({ 'libb.so': ['libs/liba.so'] });
    const both = {
      ...files('rpath'),
      'm.so': { ...files('rpath')['m.so'], runpath: ['$ORIGIN/libs'] },
    };
    expect(unreachable(both)).toEqual({ 'libb.so': ['libs/liba.so'] });
  });

  it('not by an RPATH beside a RUNPATH', () => {
    const module = { needed: ['libx.so.1'], rpath: ['$ORIGIN'], runpath: ['$ORIGIN/other'] };
    expect(unreachable({ 'm.so': module, 'libx.so.1': LIB })).toEqual({ 'libx.so.1': ['m.so'] });
  });
});

it('says nothing of libraries that the wheel does not have', () => {
  expect(unreachable({ 'm.so': { needed: ['libc.so.6', 'libfoo.so'] } })).toEqual({});
});

it('says nothing of a library that systems have anyway', () => {
  expect(unreachable({ 'm.so': { needed: ['libz.so.1'] }, 'a/libz.so.1': {} })).toEqual({});
});

it('tells where the library is', () => {
  const files = { 'm.so': { needed: ['libx.so'] }, 'b/libx.so': {}, 'a/libx.so': {} };
  expect(find(files)).toEqual([
    { name: 'libx.so', neededBy: ['m.so'], at: ['a/libx.so', 'b/libx.so'] },
  ]);
});

it('ends for libraries that need each other, in time proportional to their number', () => {
  const names = Array.from({ length: 200 }, (_, index) => `lib${index}.so`);
  const files = Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        needed: [names[(index + 1) % 200] ?? '', names[(index + 7) % 200] ?? ''],
        runpath: ['$ORIGIN'],
      },
    ]),
  );
  expect(unreachable(files)).toEqual({});
});
