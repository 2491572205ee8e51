import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readElf, type ElfFile } from '../../src/binary/elf/index.ts';
import { readNativeFile } from '../../src/wheel/index.ts';
import { buildElf } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';

/** What both ways of reading must agree on. */
function summary(elf: ElfFile): object {
  const names: string[] = [];
  elf.scanSymbols((symbol) => names.push(symbol.name()));
  return { needed: elf.needed, soname: elf.soname, versions: elf.versionedSymbols(), names };
}

const PLAN = {
  needed: ['libc.so.6'],
  soname: 'libbig.so.1',
  versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.17'] }],
  symbols: Array.from({ length: 3000 }, (_, index) => ({
    name: `symbol_with_a_name_${index}`,
    ...(index % 2 === 0 ? { section: 1, value: index } : { version: 'GLIBC_2.17' }),
  })),
};

it.each([0, 5 << 20])('reads the same with %i bytes of other things behind', async (extra) => {
  const { bytes } = buildElf({
    ...PLAN,
    extraSections: [{ name: '.filler', bytes: new Uint8Array(extra).fill(7) }],
  });
  const path = join(await scratch(), 'libbig.so');
  await writeFile(path, bytes);
  const read = await readNativeFile(path, ({ elf, size }) => ({
    size,
    ...(elf === undefined ? {} : summary(elf)),
  }));
  expect(read).toEqual({ size: bytes.length, ...summary(readElf(bytes)) });
});

it.each([0, 2 << 20])(
  'gives a damaged file with its problem, %i bytes behind it',
  async (extra) => {
    const path = join(await scratch(), 'x.so');
    const { bytes } = buildElf({
      extraSections: [{ name: '.filler', bytes: new Uint8Array(extra) }],
    });
    // There is no third class.
    bytes[4] = 3;
    await writeFile(path, bytes);
    expect(await readNativeFile(path, (native) => native.problem)).toMatchObject({
      code: 'elf/bad-ident',
      path,
    });
  },
);

it('leaves other files alone and refuses folders', async () => {
  const folder = await scratch();
  const path = join(folder, 'a.txt');
  await writeFile(path, 'text');
  expect(await readNativeFile(path, () => 1)).toBeUndefined();
  await mkdir(join(folder, 'd'));
  await expect(readNativeFile(join(folder, 'd'), () => 1)).rejects.toMatchObject({
    code: 'file/is-a-directory',
  });
});
