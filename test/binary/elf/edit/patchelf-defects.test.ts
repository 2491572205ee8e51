/**
 * What editing ELF files has broken elsewhere, each as a test: numbers with p are issues of patchelf, with r of repairwheel, with a of
 * auditwheel.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  DT,
  EM,
  PF,
  PT,
  SHT,
  applyPatch,
  planElfEdit,
  planStrip,
  readElf,
  valueOf,
  type ElfBytes,
  type ElfEdit,
  type ElfFile,
  type PatchWrite,
} from '../../../../src/binary/elf/index.ts';
import { checkEdited } from '../../../support/elf-edit-check.ts';
import { buildSample, hasCompiler, hasTool } from '../../../support/elf-edit-files.ts';
import { demoLibrary } from '../../../support/elf-samples.ts';
import { buildElf, type ElfPlan } from '../../../support/elf-builder.ts';
import { scratch } from '../../../support/scratch.ts';

const HAS_PYTHON = process.platform === 'linux' && spawnSync('python3', ['--version']).status === 0;
const LONG = `$ORIGIN/${'deep/'.repeat(60)}lib`;
const RPATH: ElfEdit = { kind: 'rpath', entries: [LONG] };

function edit(bytes: Uint8Array, ...edits: readonly ElfEdit[]): Uint8Array {
  const edited = applyPatch(bytes, planElfEdit(readElf(bytes), edits));
  expect(checkEdited(bytes, edited, edits)).toEqual([]);
  return edited;
}

function sample(...options: readonly string[]): Uint8Array {
  const bytes = buildSample('', options);
  if (bytes === undefined) throw new Error(`gcc does not take ${options.join(' ')}`);
  return bytes;
}

async function loads(bytes: Uint8Array): Promise<string> {
  const path = join(await scratch(), 'libsample.so');
  writeFileSync(path, bytes);
  const code =
    'import ctypes, sys; f = ctypes.CDLL(sys.argv[1]).answer; f.argtypes = [ctypes.c_double]; assert f(0.0) == 42';
  const { status, stderr } = spawnSync('python3', ['-c', code, path], { encoding: 'utf8' });
  return status === 0 ? 'loads' : stderr;
}

function loadsOf({ segments }: ElfFile): ElfFile['segments'] {
  return segments.filter(({ type }) => type === PT.LOAD);
}

describe('versions', () => {
  it('p84, p85: versions are asked of a renamed library by its new name', () => {
    const edited = readElf(
      edit(demoLibrary().bytes, {
        kind: 'replace-needed',
        from: 'libm.so.6',
        to: 'libm-0123abcd.so.6',
      }),
    );
    expect(Object.keys(edited.versionedSymbols())).toEqual(['libc.so.6', 'libm-0123abcd.so.6']);
  });

  it('p86: also of one that is not the first in the list, and of several', () => {
    const edited = readElf(
      edit(
        demoLibrary().bytes,
        { kind: 'replace-needed', from: 'libc.so.6', to: 'libc-0123abcd.so.6' },
        { kind: 'replace-needed', from: 'libm.so.6', to: 'libm-0123abcd.so.6' },
      ),
    );
    expect(edited.versions.needs.map(({ library }) => library)).toEqual([
      'libm-0123abcd.so.6',
      'libc-0123abcd.so.6',
    ]);
  });

  it('p214: nothing is asked of a library that is no longer needed', () => {
    for (const name of ['libm.so.6', 'libc.so.6']) {
      const edited = readElf(edit(demoLibrary().bytes, { kind: 'remove-needed', name }));
      expect(edited.versions.needs.map(({ library }) => library)).not.toContain(name);
      expect(edited.faults).toEqual([]);
    }
    const none = readElf(edit(demoLibrary().bytes, { kind: 'set-needed', names: [] }));
    expect(valueOf(none.dynamic?.entries ?? [], DT.VERNEED)).toBeUndefined();
  });

  it.skipIf(!hasCompiler() || !HAS_PYTHON)(
    'p214: and the loader does not stop at it (skipped without gcc and python3)',
    async () => {
      const path = await scratch();
      writeFileSync(join(path, 'a.c'), 'int f(void) { return 42; }\n');
      const bytes = sample();
      const without = edit(bytes, { kind: 'replace-needed', from: 'libm.so.6', to: 'libc.so.6' });
      expect(readElf(without).needed).not.toContain('libm.so.6');
      const removed = edit(bytes, { kind: 'remove-needed', name: 'libm.so.6' });
      // cos comes from whoever has it in the process: python3 is linked to libm.
      expect(await loads(removed)).toBe('loads');
    },
  );

  it('the version that has the name of the file follows it, one of the same record does not', () => {
    const edited = readElf(
      edit(demoLibrary().bytes, { kind: 'soname', name: 'libdemo-0123abcd.so.1' }),
    );
    expect(edited.versions.definitions.map(({ name }) => name)).toEqual([
      'libdemo-0123abcd.so.1',
      'DEMO_1',
      'DEMO_2',
    ]);
  });

  it('clearing a version asks for it no longer when nobody else does', () => {
    const edited = readElf(edit(demoLibrary().bytes, { kind: 'clear-version', symbol: 'malloc' }));
    expect(edited.versionedSymbols()['libc.so.6']).toEqual(['GLIBC_2.4']);
    expect(edited.symbols().find(({ name }) => name === 'malloc')?.version).toBeUndefined();
  });
});

describe('strings', () => {
  it('p359: many edits at once do not mix their strings up', () => {
    const edited = readElf(
      edit(
        demoLibrary().bytes,
        { kind: 'soname', name: 'a.so' },
        { kind: 'replace-needed', from: 'libm.so.6', to: 'aa.so' },
        { kind: 'replace-needed', from: 'libc.so.6', to: 'aaa.so' },
        { kind: 'add-needed', name: 'aaaa.so' },
        { kind: 'rpath', entries: ['$ORIGIN/aaaaa.so'] },
        { kind: 'runpath', entries: ['$ORIGIN'] },
      ),
    );
    expect([edited.soname, ...edited.needed, edited.rpath.join(), edited.runpath.join()]).toEqual([
      'a.so',
      'aa.so',
      'aaa.so',
      'aaaa.so',
      '$ORIGIN/aaaaa.so',
      '$ORIGIN',
    ]);
  });

  it('p88, p222, p256, p305: a string table of more than 32 MB moves as any other', () => {
    const { bytes } = buildElf({
      soname: 'libbig.so',
      symbols: [{ name: 'n'.repeat(34 << 20), section: 7, value: 0x1230 }],
    });
    const edited = applyPatch(bytes, planElfEdit(readElf(bytes), [RPATH]));
    expect(readElf(edited).rpath).toEqual([LONG]);
    expect(readElf(edited).faults).toEqual([]);
  });

  it('a404: search paths of the machine that built it are nowhere in the file any more', () => {
    const { bytes } = demoLibrary({ runpath: '/home/somebody/secret/lib' });
    const edited = edit(bytes, { kind: 'runpath', entries: [] }, RPATH);
    expect(Buffer.from(edited).includes('somebody')).toBe(false);
    expect(Buffer.from(edit(bytes, { kind: 'runpath', entries: [] })).includes('somebody')).toBe(
      false,
    );
  });
});

describe('size', () => {
  /** A file of so many bytes, zeros but for some pieces of it. */
  function sparse(size: number, pieces: readonly PatchWrite[]): ElfBytes {
    return {
      size,
      range(offset, length) {
        const part = new Uint8Array(length);
        for (const piece of pieces) {
          const from = Math.max(0, offset - piece.offset);
          const to = Math.min(piece.bytes.length, offset + length - piece.offset);
          if (from < to) part.set(piece.bytes.subarray(from, to), piece.offset + from - offset);
        }
        return part;
      },
    };
  }

  it.each([2 ** 31 + 5, 2 ** 32 + 4097, 5 * 2 ** 30])(
    'p122, p148, p571: a file of %d bytes',
    (size) => {
      const whole = { offset: 0, bytes: demoLibrary().bytes };
      const patch = planElfEdit(readElf(sparse(size, [whole])), [RPATH]);
      expect(patch.size).toBeGreaterThan(size);
      expect(patch.size).toBeLessThan(size + 100_000);
      const edited = readElf(sparse(patch.size, [whole, ...patch.writes]));
      expect(edited.rpath).toEqual([LONG]);
      expect(edited.faults).toEqual([]);
      expect(loadsOf(edited).at(-1)?.offset).toBeGreaterThanOrEqual(size);
    },
  );

  it('p571: a 32-bit file without an address left is refused, not wrapped around', () => {
    const { bytes } = demoLibrary({
      class: 32,
      machine: EM.ARM,
      byteOrder: 'little',
      baseAddress: 0xffff0000,
    });
    expect(() => planElfEdit(readElf(bytes), [RPATH])).toThrow(/no address left/);
  });

  it('r33: edited twice, every segment lies inside the file', () => {
    let bytes = demoLibrary({ machine: EM.AARCH64, alignment: 65_536 }).bytes;
    for (const length of [400, 40, 900, 10]) {
      bytes = edit(bytes, { kind: 'rpath', entries: [`$ORIGIN/${'z'.repeat(length)}`] });
      for (const { offset, fileSize } of loadsOf(readElf(bytes)))
        expect(offset + fileSize).toBeLessThanOrEqual(bytes.length);
    }
  });
});

describe('alignment', () => {
  it.each([
    ['aarch64', EM.AARCH64, 65_536],
    ['ppc64le', EM.PPC64, 65_536],
    ['loongarch64', EM.LOONGARCH, 65_536],
    ['x86_64', EM.X86_64, 4096],
    ['s390x', EM.S390, 4096],
  ])(
    'p53, p54, p69, p79, p216: a new segment of %s is for its largest pages, on whatever host',
    (_name, machine, page) => {
      const byteOrder = machine === EM.S390 ? 'big' : 'little';
      const edited = readElf(edit(demoLibrary({ machine, byteOrder }).bytes, RPATH));
      expect(loadsOf(edited).at(-1)?.alignment).toBe(page);
    },
  );

  it.each([0x8000, 0x10000, 0x200000])(
    'p492, p528: address and offset agree modulo %d',
    (alignment) => {
      const edited = readElf(edit(demoLibrary({ alignment, baseAddress: alignment }).bytes, RPATH));
      const added = loadsOf(edited).at(-1);
      expect((added?.address ?? 0) % alignment).toBe((added?.offset ?? 1) % alignment);
    },
  );

  it.skipIf(!hasCompiler() || !HAS_PYTHON)(
    'p492, p528: and such a file loads (skipped without gcc and python3)',
    async () => {
      expect(
        await loads(edit(sample('-Wl,-z,max-page-size=0x200000', '-Wl,-z,noseparate-code'), RPATH)),
      ).toBe('loads');
    },
  );
});

describe.skipIf(!hasCompiler() || !HAS_PYTHON)(
  'what linkers make (skipped without gcc and python3)',
  () => {
    it('DT_RELR: six edits one after the other, and it still loads', async () => {
      let bytes = sample('-Wl,-z,pack-relative-relocs');
      expect(readElf(bytes).relocations.some(({ encoding }) => encoding === 'relr')).toBe(true);
      for (let round = 1; round <= 6; round += 1)
        bytes = edit(bytes, { kind: 'rpath', entries: [`$ORIGIN/${'r'.repeat(round * 40)}`] });
      expect(await loads(bytes)).toBe('loads');
    });

    it.each([['-Wl,--hash-style=sysv'], ['-Wl,--hash-style=gnu'], ['-Wl,--hash-style=both']])(
      'p287, p296: %s',
      async (style) => {
        expect(
          await loads(edit(sample(style), RPATH, { kind: 'soname', name: 'libother.so' })),
        ).toBe('loads');
      },
    );

    it('e6nosh: without section headers', async () => {
      const bytes = buildSample('without section headers', []) ?? new Uint8Array();
      expect(readElf(bytes).sections).toEqual([]);
      expect(await loads(edit(bytes, RPATH))).toBe('loads');
    });

    it('p66, p138: sections without or with odd names', async () => {
      const bytes = sample();
      const elf = readElf(bytes);
      const names = elf.sections[elf.header.sectionNameIndex];
      const odd = Uint8Array.from(bytes);
      odd.fill(0x3f, (names?.offset ?? 0) + 1, (names?.offset ?? 0) + (names?.size ?? 0) - 1);
      expect(await loads(edit(odd, RPATH))).toBe('loads');
    });

    it.each([['-s'], ['-g']])(
      'p10, p145, p196, p371, p507, a716: strip %s afterwards',
      async (flag) => {
        const folder = await scratch();
        const path = join(folder, 'libsample.so');
        writeFileSync(path, edit(sample('-g'), RPATH, { kind: 'soname', name: 'libother.so' }));
        execFileSync('strip', [flag, path]);
        const stripped = new Uint8Array(readFileSync(path));
        expect(readElf(stripped).rpath).toEqual([LONG]);
        expect(await loads(stripped)).toBe('loads');
      },
    );

    it('a716: stripping by ourselves, before or after, leaves the same to the loader', async () => {
      const bytes = sample('-g');
      const strip = (from: Uint8Array): Uint8Array => applyPatch(from, planStrip(readElf(from)));
      for (const each of [edit(strip(bytes), RPATH), strip(edit(bytes, RPATH))]) {
        expect(await loads(each)).toBe('loads');
        expect(readElf(each).sections.some(({ type }) => type === SHT.SYMTAB)).toBe(false);
      }
      expect(strip(bytes).length).toBeLessThan(bytes.length);
    });

    it.each([
      ['-pie', '-fPIE'],
      ['-no-pie', '-fno-pie'],
      ['-pie', '-fPIE', '-Wl,-z,noseparate-code'],
      ['-no-pie', '-fno-pie', '-Wl,-z,noseparate-code'],
      ['-pie', '-fPIE', '-s'],
      ['-pie', '-fPIE', '-fuse-ld=gold'],
    ])(
      'p47, p117, p446, p474, p482, p558, p568, p585, p626: programs run (%s %s %s)',
      async (...options) => {
        const folder = await scratch();
        writeFileSync(
          join(folder, 'main.c'),
          '#include <stdio.h>\n#include <sys/auxv.h>\n#include <link.h>\nstatic char room[3 << 20];\nint main(int n, char **a) { const ElfW(Phdr) *p = (void *)getauxval(AT_PHDR); room[n] = 1; printf("%d %d\\n", 6 * 7, p->p_type != 0 && p->p_type < 0x70000000); return 0; }\n',
        );
        const path = join(folder, 'main');
        if (spawnSync('gcc', ['main.c', '-o', 'main', ...options], { cwd: folder }).status !== 0)
          return;
        const bytes = new Uint8Array(readFileSync(path));
        writeFileSync(path, edit(bytes, RPATH, { kind: 'add-needed', name: 'libm.so.6' }));
        expect(execFileSync(path, { encoding: 'utf8' })).toBe('42 1\n');
        writeFileSync(
          path,
          edit(new Uint8Array(readFileSync(path)), { kind: 'rpath', entries: [`${LONG}er`] }),
        );
        expect(execFileSync(path, { encoding: 'utf8' })).toBe('42 1\n');
      },
    );

    it('p106257 of nixpkgs, p414: notes and properties move with every header that names them', () => {
      const bytes = sample('-Wl,-z,noseparate-code', '-fcf-protection=full');
      const edited = readElf(edit(bytes, RPATH, { kind: 'soname', name: 'libother.so.1' }));
      for (const segment of edited.segments) {
        if (segment.type !== PT.NOTE && segment.type !== PT.GNU_PROPERTY) continue;
        expect(edited.addresses.toOffset(segment.address)).toBe(segment.offset);
        expect(
          edited.sections.some(
            ({ offset, address }) => offset === segment.offset && address === segment.address,
          ),
        ).toBe(true);
      }
      expect(edited.known.buildId).toBe(readElf(bytes).known.buildId);
    });
  },
);

describe('hardening', () => {
  it('p146: a dynamic section that has to move stays writable, and finds room for the next edits', () => {
    const { bytes } = demoLibrary({ spareEntries: 0 });
    const edited = edit(
      bytes,
      { kind: 'add-needed', name: 'libnew.so' },
      { kind: 'add-needed', name: 'libnewer.so' },
    );
    const elf = readElf(edited);
    const home = loadsOf(elf).find(
      ({ address, memorySize }) =>
        (elf.dynamic?.address ?? 0) >= address &&
        (elf.dynamic?.address ?? 0) < address + memorySize,
    );
    expect((home?.flags ?? 0) & PF.W).toBe(PF.W);
    const again = readElf(edit(edited, { kind: 'add-needed', name: 'libnewest.so' }));
    expect(again.dynamic?.address).toBe(elf.dynamic?.address);
  });

  it('strings that outgrow their segment and a dynamic section that moves do not meet', () => {
    const { bytes } = demoLibrary({ spareEntries: 1 });
    const once = edit(bytes, RPATH);
    const twice = edit(
      once,
      ...Array.from({ length: 12 }, (_, index): ElfEdit => ({
        kind: 'add-needed',
        name: `lib${'x'.repeat(700)}${index}.so`,
      })),
    );
    expect(loadsOf(readElf(twice)).length).toBe(loadsOf(readElf(once)).length + 1);
  });

  it('the dynamic section stays where RELRO protects it, and new strings are read-only', () => {
    const { bytes } = demoLibrary();
    const elf = readElf(edit(bytes, RPATH, { kind: 'soname', name: 'libdemo-0123abcd.so.1' }));
    expect(elf.dynamic?.address).toBe(readElf(bytes).dynamic?.address);
    const strings = elf.dynamic?.strings?.range.address ?? 0;
    const home = loadsOf(elf).find(
      ({ address, memorySize }) => strings >= address && strings < address + memorySize,
    );
    expect(home?.flags).toBe(PF.R);
  });

  it('a634: the executable stack is cleared, also where there was no word of it', () => {
    for (const execStack of [true, undefined]) {
      const plan: ElfPlan = execStack === undefined ? {} : { execStack };
      const { bytes } = buildElf({
        soname: 'libx.so',
        needed: ['libc.so.6'],
        spareEntries: 3,
        hash: 'both',
        ...plan,
      });
      expect(readElf(edit(bytes, { kind: 'clear-executable-stack' })).linking.execStack).toBe(
        false,
      );
    }
  });

  it('p640: relocations in the compact form keep their table and their sections', () => {
    const table = readElf(demoLibrary().bytes).symbolTable()?.address ?? 0;
    const { bytes } = demoLibrary({ tags: [[DT.CREL, table]] });
    const elf = readElf(edit(bytes, RPATH));
    expect(valueOf(elf.dynamic?.entries ?? [], DT.CREL)).toBe(table);
  });

  it('p380: on MIPS the debugger still finds the list of libraries when entries shift', () => {
    const RLD_MAP_REL = 0x70000035;
    const { bytes } = demoLibrary({
      class: 32,
      byteOrder: 'big',
      machine: EM.MIPS,
      tags: [[RLD_MAP_REL, 0x4000]],
    });
    const target = (elf: ElfFile): number => {
      const entry = elf.dynamic?.entries.find(({ tag }) => tag === RLD_MAP_REL);
      return (
        (elf.dynamic?.address ?? 0) +
        ((entry?.offset ?? 0) - (elf.dynamic?.offset ?? 0)) +
        (entry?.value ?? 0)
      );
    };
    const edited = readElf(edit(bytes, { kind: 'add-needed', name: 'libnew.so' }, RPATH));
    expect(target(edited)).toBe(target(readElf(bytes)));
  });
});

describe.skipIf(!hasTool('patchelf') || !hasCompiler())(
  'patchelf itself (skipped without it)',
  () => {
    it('loses the protection of the dynamic section or of the strings, which we do not', async () => {
      const folder = await scratch();
      const path = join(folder, 'libsample.so');
      writeFileSync(path, sample('-Wl,-z,relro', '-Wl,-z,separate-code'));
      execFileSync('patchelf', ['--force-rpath', '--set-rpath', LONG.repeat(30), path]);
      const theirs = readElf(new Uint8Array(readFileSync(path)));
      const strings = theirs.dynamic?.strings?.range.address ?? 0;
      const home = loadsOf(theirs).find(
        ({ address, memorySize }) => strings >= address && strings < address + memorySize,
      );
      expect((home?.flags ?? 0) & PF.W).toBe(PF.W);
    });
  },
);
