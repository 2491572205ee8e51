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
  'used by the GIL': '{2, exec_module}, {4, (void *)0}, {0, 0}',
  silent: '{2, exec_module}, {0, 0}',
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
    ['used by the GIL', 'not-declared'],
    ['silent', 'not-declared'],
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

  it('is not needed where the module calls PyUnstable_Module_SetGIL', async () => {
    const elf = readElf(await compile(definition(SLOTS.silent)));
    expect(gilDeclaration(NAME, elf, ['PyUnstable_Module_SetGIL'])).toBe('declared');
  });

  it('does not matter to modules of Pythons with a GIL', async () => {
    const elf = readElf(await compile(definition(SLOTS.silent)));
    expect(gilDeclaration('m.cpython-314-x86_64-linux-gnu.so', elf, [])).toBeUndefined();
  });
});
