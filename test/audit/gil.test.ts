import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gilDeclaration } from '../../src/audit/gil.ts';
import { readElf } from '../../src/binary/elf/index.ts';
import { scratch } from '../support/scratch.ts';

function hasGcc(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What matters of CPython's headers. */
const HEADER = `
typedef struct { int slot; void *value; } Slot;
typedef struct { long base[5]; const char *name; const char *doc; long size; void *methods; Slot *slots; } Def;
extern void *PyModuleDef_Init(Def *);
static int exec_module(void *m) { return m == 0; }
`;

const SLOTS = {
  declared: '{2, exec_module}, {4, (void *)1}, {0, 0}',
  first: '{4, (void *)1}, {2, exec_module}, {0, 0}',
  'numbered as in 3.15': '{85, exec_module}, {87, (void *)1}, {0, 0}',
  'used by the GIL': '{2, exec_module}, {4, (void *)0}, {0, 0}',
  silent: '{2, exec_module}, {0, 0}',
  'silent, numbered as in 3.15': '{85, exec_module}, {0, 0}',
};

const NAME = 'm.cpython-314t-x86_64-linux-gnu.so';

describe.skipIf(!hasGcc())('the slot of a compiled module (skipped without gcc)', () => {
  async function compile(source: string, flags: readonly string[] = []): Promise<Uint8Array> {
    const folder = await scratch();
    writeFileSync(join(folder, 'm.c'), HEADER + source);
    const args = ['-shared', '-fPIC', '-O2', ...flags, '-o', join(folder, 'm.so')];
    execFileSync('gcc', [...args, join(folder, 'm.c')]);
    return readFileSync(join(folder, 'm.so'));
  }

  const definition = (slots: string): string => `
static Slot slots[] = {${slots}};
static Def def = {{0}, "m", 0, 0, 0, slots};
void *PyInit_m(void) { return PyModuleDef_Init(&def); }
`;

  it.each([
    ['declared', 'declared'],
    ['first', 'declared'],
    ['numbered as in 3.15', 'declared'],
    ['used by the GIL', 'not-declared'],
    ['silent', 'not-declared'],
    ['silent, numbered as in 3.15', 'not-declared'],
  ] as const)('%s: %s', async (kind, declaration) => {
    const bytes = await compile(definition(SLOTS[kind]));
    expect(gilDeclaration(NAME, readElf(bytes), [])).toBe(declaration);
  });

  it('is found in a stripped file, whatever the optimisation', async () => {
    for (const flags of [
      ['-s', '-O0'],
      ['-s', '-Os'],
      ['-O3', '-fno-plt'],
    ]) {
      const bytes = await compile(definition(SLOTS.declared), flags);
      expect(gilDeclaration(NAME, readElf(bytes), [])).toBe('declared');
    }
  });

  it('is found among slots with flags, which PyModExport_ gives', async () => {
    const unified = (gil: string): string => `
#include <stdint.h>
typedef struct { uint16_t id, flags; uint32_t reserved; union { void *pointer; uint64_t number; }; } PySlot;
static PySlot slots[] = {
  {100, 2, 0, {"m"}}, {85, 0, 0, {exec_module}}, ${gil} {0, 0, 0, {0}}
};
PySlot *PyModExport_m(void) { return slots; }
void *table[] = {slots};
`;
    const declared = await compile(unified('{87, 4, 0, {.number = 1}},'));
    expect(gilDeclaration('m.abi3t.so', readElf(declared), [])).toBe('declared');
    const silent = await compile(unified('{86, 4, 0, {.number = 2}},'));
    expect(gilDeclaration('m.abi3t.so', readElf(silent), [])).toBe('not-declared');
  });

  it('is unknown where the slots are put together at run time', async () => {
    const bytes = await compile(`
static Slot slots[5];
static struct { const char *name; void *call; int flags; const char *doc; } methods[] = {
  {"f", exec_module, 1, "with a flag and a pointer, as a slot has"}, {0}
};
static Def def = {{0}, "m", 0, 0, methods, slots};
void *PyInit_m(void) {
  slots[0].slot = 2; slots[0].value = exec_module;
  slots[1].slot = 4; slots[1].value = (void *)1;
  return PyModuleDef_Init(&def);
}
`);
    expect(gilDeclaration(NAME, readElf(bytes), ['PyModuleDef_Init'])).toBe('unknown');
  });

  it('is not taken from numbers that only look like it', async () => {
    const table = 'const long table[] = {4, 1, 7, 9, 4, 1, 30, 0, 0};';
    const bytes = await compile(`${table}${definition(SLOTS.silent)}`);
    expect(gilDeclaration(NAME, readElf(bytes), ['PyModuleDef_Init'])).toBe('not-declared');
  });

  it('cannot be of a module that is made in one phase', async () => {
    const elf = readElf(await compile('void *PyInit_m(void) { return 0; }'));
    expect(gilDeclaration(NAME, elf, ['PyModule_Create2'])).toBe('not-declared');
  });

  it('is missing whatever way its relocations are written', async () => {
    const bytes = await compile(definition(SLOTS.silent), ['-Wl,-z,pack-relative-relocs']);
    const elf = readElf(bytes);
    expect(elf.relocations.map(({ encoding }) => encoding)).toContain('relr');
    expect(gilDeclaration(NAME, elf, [])).toBe('not-declared');
  });

  it('is not needed where the module calls PyUnstable_Module_SetGIL', async () => {
    const elf = readElf(await compile(definition(SLOTS.silent)));
    expect(gilDeclaration(NAME, elf, ['PyUnstable_Module_SetGIL'])).toBe('declared');
  });

  it('does not matter to modules of Pythons with a GIL', async () => {
    const elf = readElf(await compile(definition(SLOTS.silent)));
    expect(gilDeclaration('m.cpython-314-x86_64-linux-gnu.so', elf, [])).toBeUndefined();
  });
});
