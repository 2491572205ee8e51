import { describe, expect, it } from 'vitest';
import { FileTree } from '../../../src/archive/tree/index.ts';
import { readElf } from '../../../src/binary/elf/index.ts';
import { splitDefinition } from '../../../src/openwrt/interpreter/index.ts';
import type { LibraryOwners } from '../../../src/openwrt/interpreter/library-owners.ts';
import type { InstalledInterpreter } from '../../../src/openwrt/interpreter/read-interpreter.ts';
import { splitFindings } from '../../../src/openwrt/interpreter/findings.ts';
import { splitInterpreter } from '../../../src/openwrt/interpreter/split.ts';
import { buildElf } from '../../support/elf-builder.ts';

const library = 'usr/lib/python3.13';
const CURSES = `${library}/lib-dynload/_curses.cpython-313-x86_64-linux-gnu.so`;

function interpreter(native: Record<string, readonly string[]>): InstalledInterpreter {
  const tree = new FileTree();
  const add = (path: string, bytes: Uint8Array): void => {
    tree.set(path, { kind: 'file', mode: 0o644, size: bytes.length, content: { bytes } });
  };
  for (const path of ['os.py', 'json.py', 'curses/__init__.py', 'logging/__init__.py'])
    add(`${library}/${path}`, Buffer.from('\n'));
  for (const [path, needed] of Object.entries(native)) add(path, buildElf({ needed }).bytes);
  return {
    tree,
    series: 'python3',
    minor: '3.13',
    version: '3.13.5',
    library,
    program: 'usr/bin/python3.13',
    machine: 'x86_64',
    elf: readElf(buildElf().bytes),
    loader: undefined,
    isShared: true,
    builtins: new Set(),
    here: { program: '', libraries: '' },
  };
}

async function split(native: Record<string, readonly string[]>, libraries: LibraryOwners = {}) {
  const definition = splitDefinition('25.12');
  const made = await splitInterpreter(interpreter(native), definition, {
    graph: new Map([['logging', ['curses']]]),
    libraries,
  });
  return {
    names: made.parts.map(({ name }) => name),
    depends: (name: string) => made.parts.find((each) => each.name === name)?.depends,
    errors: splitFindings(made).filter(({ severity }) => severity === 'error'),
    told: splitFindings(made).map(({ message }) => message),
  };
}

describe('a package that needs a library of no known package', () => {
  it('is not made, nor what depends on it; the meta package does without them', async () => {
    const { names, depends, errors, told } = await split({ [CURSES]: ['libtinfo.so.6'] });
    expect(names).toEqual(['libpython3-3.13', 'python3-base', 'python3-light', 'python3']);
    expect(depends('python3')).toEqual(['libpython3-3.13', 'python3-light']);
    expect(errors).toEqual([
      expect.objectContaining({
        code: 'openwrt/unmapped-library',
        message: 'python3-ncurses is left out: no package is known to have libtinfo.so.6.',
        path: CURSES,
        evidence: `python3-ncurses -> ${CURSES} -> libtinfo.so.6`,
      }),
    ]);
    expect(errors[0]?.hint).toContain('--library libtinfo.so.6=PACKAGE');
    expect(told).toContain(
      'python3-logging is left out: it depends on python3-ncurses, which is left out.',
    );
  });

  it('takes all with it when it is the light one', async () => {
    const json = `${library}/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so`;
    const { names } = await split({ [json]: ['libnowhere.so.1'] });
    expect(names).toEqual(['libpython3-3.13', 'python3-base']);
  });

  it('is the one of the program, too, when no package has the library of the interpreter', async () => {
    const program = 'usr/bin/python3.13';
    const { names, errors } = await split({ [program]: ['libpython3.13x.so.1.0'] });
    expect(names).toEqual(['libpython3-3.13']);
    expect(errors).toEqual([
      expect.objectContaining({
        code: 'openwrt/unmapped-library',
        path: program,
        evidence: `python3-base -> ${program} -> libpython3.13x.so.1.0`,
        hint: expect.stringContaining('--library libpython3.13x.so.1.0=PACKAGE') as string,
      }),
    ]);
    const inTree = await split({
      [program]: ['libpython3.13x.so.1.0'],
      'usr/lib/libpython3.13x.so.1.0': [],
    });
    expect(inTree.errors[0]?.hint).toContain('+|/usr/lib/libpython3.13x.so.1.0');
  });

  it('is made when a package of the split has the library, and depends on that', async () => {
    const { depends, errors } = await split({
      'usr/bin/python3.13': ['libpython3.13.so.1.0'],
      'usr/lib/libpython3.13.so.1.0': ['libc.so'],
      [CURSES]: ['libpython3.13.so.1.0'],
    });
    expect(errors).toEqual([]);
    expect(depends('python3-base')).toEqual(['libpython3-3.13']);
    expect(depends('python3-ncurses')).toEqual(['libpython3-3.13', 'python3-light']);
  });

  it('is made when the library is mapped, or a feed has it', async () => {
    const mapped = await split(
      { [CURSES]: ['libtinfo.so.6'] },
      { mapped: new Map([['libtinfo.so.6', 'libncurses6']]) },
    );
    expect(mapped.errors).toEqual([]);
    expect(mapped.depends('python3-ncurses')).toContain('libncurses6');
    expect(mapped.depends('python3')).toContain('python3-ncurses');
    const feed = [{ name: 'libtinfo6', abiVersion: '6' }];
    const fed = await split({ [CURSES]: ['libtinfo.so.6', 'libffi.so.8'] }, { feed });
    expect(fed.errors).toEqual([]);
    // What the feed does not list, the table of OpenWrt's libraries may know.
    expect(fed.depends('python3-ncurses')).toEqual(expect.arrayContaining(['libtinfo6', 'libffi']));
    const other = await split(
      { [CURSES]: ['libtinfo.so.6'] },
      { feed: [{ name: 'libtinfo5', abiVersion: '5' }] },
    );
    expect(other.errors[0]?.message).toContain('only another version, libtinfo5');
  });
});
