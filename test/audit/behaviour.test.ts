/**
 * Wheels that other tools misjudge or give up on, with files from a real compiler; what each holds is written here as source.
 * The cases are those in which auditwheel 6.8 is known to be wrong.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findExecutable } from '../../src/support/find-executable.ts';
import { auditBuilt, named } from '../support/audit-wheel.ts';
import { scratch } from '../support/scratch.ts';

const TAGS = 'cp311-cp311-manylinux_2_36_x86_64';
const MODULE = 'pkg/m.cpython-311-x86_64-linux-gnu.so';
const isHere = process.platform === 'linux' && process.arch === 'x64';
const gcc = isHere ? await findExecutable('gcc', process.env, 'linux') : undefined;

describe.skipIf(gcc === undefined)('with gcc on x86-64 Linux (skipped where there is none)', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await scratch();
  });

  /** Compiles C and gives the bytes; the file stays where later ones can be linked against it. */
  async function compile(
    name: string,
    source: string,
    flags: readonly string[],
  ): Promise<Uint8Array> {
    const code = join(folder, `${name}.c`);
    const output = join(folder, name);
    await writeFile(code, source);
    execFileSync(gcc ?? '', [code, '-o', output, `-L${folder}`, ...flags], { stdio: 'pipe' });
    return readFile(output);
  }

  const SHARED = ['-shared', '-fPIC', '-nostartfiles'];
  const V3 = '-Wl,-z,x86-64-v3';

  it('e1isa: a level that the CPU must have counts in modules and in inner libraries', async () => {
    const direct = await compile('direct.so', 'int PyInit_m(void) { return 0; }', [...SHARED, V3]);
    await compile('libv3.so', 'int inner(void) { return 1; }', [...SHARED, V3]);
    const outer = await compile(
      'outer.so',
      'int inner(void); int PyInit_m(void) { return inner(); }',
      [...SHARED, '-lv3', '-Wl,-rpath,$ORIGIN'],
    );
    const internal = { [MODULE]: outer, 'pkg/libv3.so': await readFile(join(folder, 'libv3.so')) };
    for (const files of [{ [MODULE]: direct }, internal]) {
      const audit = await auditBuilt(TAGS, files);
      expect(audit.overallTag).toBe('linux_x86_64');
      expect(named(audit, 'audit/isa-level')).toMatchObject([
        { severity: 'error', message: expect.stringContaining('x86-64-v3') },
      ]);
    }
  });

  it('e3bl: a symbol that not every system exports counts in modules and in inner libraries', async () => {
    await compile('libz.so', 'void _tr_init(void) {}', [...SHARED, '-Wl,-soname,libz.so.1']);
    const calling = 'void _tr_init(void); int inner(void) { _tr_init(); return 0; }';
    const direct = await compile('bl.so', calling, [...SHARED, '-lz']);
    await compile('libinner.so', calling, [...SHARED, '-lz']);
    const outer = await compile(
      'outerbl.so',
      'int inner(void); int PyInit_m(void) { return inner(); }',
      [...SHARED, '-linner', '-Wl,-rpath,$ORIGIN', '-Wl,--allow-shlib-undefined'],
    );
    const inner = await readFile(join(folder, 'libinner.so'));
    for (const [files, path] of [
      [{ [MODULE]: direct }, MODULE],
      [{ [MODULE]: outer, 'pkg/libinner.so': inner }, 'pkg/libinner.so'],
    ] as const) {
      const audit = await auditBuilt(TAGS, files);
      expect(audit.overallTag).toBe('linux_x86_64');
      const blockers = audit.verdicts.at(0)?.blockers ?? [];
      expect(blockers).toMatchObject([{ kind: 'symbol', symbol: '_tr_init', path }]);
    }
  });

  it('e4norecord: a file that RECORD lacks is judged, and the gap named', async () => {
    await compile('libxml2.so', 'int xml(void) { return 0; }', [
      ...SHARED,
      '-Wl,-soname,libxml2.so.2',
    ]);
    const bytes = await compile('hidden.so', 'int xml(void); int h(void) { return xml(); }', [
      ...SHARED,
      '-lxml2',
    ]);
    const audit = await auditBuilt(
      TAGS,
      { 'pkg/__init__.py': '' },
      { extra: [{ name: 'pkg/hidden.so', content: bytes }] },
    );
    expect(audit.externalLibraries.map(({ name }) => name)).toEqual(['libxml2.so.2']);
    expect(audit.overallTag).toBe('linux_x86_64');
    expect(named(audit, 'audit/unlisted-native')).toMatchObject([{ path: 'pkg/hidden.so' }]);
  });

  it('e5symlink: a link to a library is told, and nothing else is disturbed', async () => {
    const library = await compile('liblink.so', 'int one(void) { return 1; }', [
      ...SHARED,
      '-Wl,-soname,liblink.so.1',
    ]);
    const module = await compile('linked.so', 'int one(void); int two(void) { return one(); }', [
      ...SHARED,
      '-llink',
      '-Wl,-rpath,$ORIGIN',
    ]);
    const audit = await auditBuilt(
      TAGS,
      { [MODULE]: module, 'pkg/liblink.so.1.0': library },
      { extra: [{ name: 'pkg/liblink.so.1', content: 'liblink.so.1.0', mode: 0o120777 }] },
    );
    expect(named(audit, 'audit/symlink-native')).toMatchObject([
      {
        path: 'pkg/liblink.so.1',
        evidence: expect.stringMatching(/leads to liblink\.so\.1\.0; needed by pkg\/m\./),
      },
    ]);
    expect(audit.natives.map(({ facts }) => facts.path)).toEqual([MODULE, 'pkg/liblink.so.1.0']);
  });

  it('e6bnosh: without section headers a file needs what it needs with them', async () => {
    const full = await compile(
      'threads.so',
      '#include <pthread.h>\n#include <stdlib.h>\nvoid *p(void *a) { return a; }\n' +
        'int PyInit_m(void) { pthread_t t; return pthread_create(&t, 0, p, 0) + atoi("1"); }',
      ['-shared', '-fPIC', '-pthread'],
    );
    const bare = Buffer.from(full);
    bare.fill(0, 0x28, 0x30);
    bare.fill(0, 0x3a, 0x40);
    const [withThem, without] = [
      await auditBuilt(TAGS, { [MODULE]: full }),
      await auditBuilt(TAGS, { [MODULE]: bare }),
    ];
    expect(Object.values(withThem.versionedSymbols).flat().length).toBeGreaterThan(0);
    expect(without.versionedSymbols).toEqual(withThem.versionedSymbols);
    expect(without.overallTag).toBe(withThem.overallTag);
    expect(named(withThem, 'audit/no-section-headers')).toEqual([]);
    expect(named(without, 'audit/no-section-headers')).toHaveLength(1);
  });

  it('e14static: a program that brings its libc needs none', async () => {
    const bytes = await compile(
      'static',
      'void _start(void) { __asm__ volatile ("mov $60, %eax\\n xor %edi, %edi\\n syscall"); }',
      ['-static', '-nostdlib'],
    );
    const audit = await auditBuilt('py3-none-manylinux_2_5_x86_64', { 'pkg/tool': bytes });
    expect(audit.overallTag).toBe('manylinux_2_5_x86_64');
    expect(audit.natives[0]?.facts).toMatchObject({ loadable: true, elf: { needed: [] } });
    expect(audit.claims).toMatchObject([{ holds: true }]);
  });

  it('e15obj: an object file makes no platform wheel', async () => {
    const bytes = await compile('m.o', 'int f(void) { return 0; }', ['-c']);
    const audit = await auditBuilt('py3-none-manylinux_2_17_x86_64', { 'pkg/m.o': bytes });
    expect(audit.overallTag).toBeUndefined();
    expect(audit.claims).toMatchObject([{ holds: undefined }]);
    expect(named(audit, 'audit/no-native')).toMatchObject([
      { severity: 'warning', path: 'pkg/m.o', evidence: 'object files only' },
    ]);
  });

  it('e16badelf: a damaged file is named, and the good ones beside it are judged', async () => {
    const good = await compile(
      'good.so',
      '#include <stdlib.h>\nint g(void) { return atoi("1"); }',
      ['-shared', '-fPIC'],
    );
    const bad = good.slice(0, 100);
    const audit = await auditBuilt(TAGS, { 'pkg/bad.so': bad, [MODULE]: good });
    expect(named(audit, 'audit/damaged-native')).toMatchObject([{ path: 'pkg/bad.so' }]);
    expect(audit.overallTag).toMatch(/^manylinux_/);
  });
});
