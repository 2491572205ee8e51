import { describe, expect, it } from 'vitest';
import { listNatives, mapNatives, withWheel, type NativeFile } from '../../src/wheel/index.ts';
import { buildElf } from '../support/elf-builder.ts';
import { LIBRARY } from '../support/elf-samples.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile, type Content, type WheelSpec } from '../support/wheel-builder.ts';

const ELF = buildElf(LIBRARY).bytes;
const MACHO = bytes('cffaedfe', 64);
const FAT_MACHO = bytes('cafebabe00000002', 64);
const JAVA_CLASS = bytes('cafebabe00000034', 64);
const STATIC_LIBRARY = Buffer.concat([Buffer.from('!<arch>\n'), ELF]);

function bytes(start: string, length: number): Uint8Array {
  return Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(length)]);
}

/** An MZ header that leads to a PE header at an offset. */
function pe(offset: number, signature = 'PE\0\0'): Uint8Array {
  const image = Buffer.alloc(offset + 256);
  image.write('MZ');
  image.writeUInt32LE(offset, 0x3c);
  image.write(signature, offset, 'latin1');
  return image;
}

async function found(files: Record<string, Content>, spec: WheelSpec = {}): Promise<string[]> {
  const path = await writeWheelFile(await scratch(), { files, ...spec });
  return withWheel(path, async ({ archive }) =>
    (await listNatives(archive)).map(({ entry, format }) => `${entry.path} ${format}`),
  );
}

describe('listNatives', () => {
  it('tells every format by its first bytes, in the order of the archive', async () => {
    expect(
      await found({
        'z.so': ELF,
        'a.dylib': MACHO,
        'fat.dylib': FAT_MACHO,
        'x.pyd': pe(0x80),
        'far.dll': pe(0x2000),
      }),
    ).toEqual(['z.so elf', 'a.dylib macho', 'fat.dylib macho', 'x.pyd pe', 'far.dll pe']);
  });

  it('finds them under any name: what is called text can be loaded too', async () => {
    expect(
      await found({ 'pkg/data.txt': ELF, 'pkg/mod.py': pe(0x80), 'pkg/bin': MACHO }),
    ).toHaveLength(3);
  });

  it('takes nothing else for one', async () => {
    expect(
      await found({
        'pkg/_fake.so': 'not native at all',
        'pkg/App.class': JAVA_CLASS,
        'pkg/lib.a': STATIC_LIBRARY,
        'pkg/dos.exe': pe(0x80, 'NE\0\0'),
        'pkg/empty.so': '',
        'pkg/short.so': '\x7fEL',
        'pkg/MZ.txt': 'MZ is what DOS programs start with.',
        'pkg/script': '#!/bin/sh\n',
      }),
    ).toEqual([]);
  });

  it('finds stored ones, and passes over links and folders', async () => {
    expect(
      await found(
        {},
        {
          extra: [
            { name: 'pkg/a.so', content: ELF, method: 0 },
            { name: 'pkg/link.so', content: ELF, mode: 0o120777 },
            { name: 'pkg/', mode: 0o40755 },
          ],
        },
      ),
    ).toEqual(['pkg/a.so elf']);
  });

  it('refuses an archive whose headers contradict each other', async () => {
    const extra = [{ name: 'pkg/a.so', content: ELF, local: { name: 'pkg/b.so' } }];
    await expect(found({}, { extra })).rejects.toMatchObject({ code: 'zip/header-mismatch' });
  });
});

describe('mapNatives', () => {
  async function described<Result>(
    files: Record<string, Content>,
    describeOne: (native: NativeFile) => Result,
  ): Promise<readonly Result[]> {
    const path = await writeWheelFile(await scratch(), { files });
    return withWheel(path, async (wheel) => mapNatives(wheel, describeOne, { jobs: 2 }));
  }

  it('reads ELF files, and names the others with their size', async () => {
    const summary = ({ path, format, size, elf }: NativeFile): unknown[] => [
      path,
      format,
      size,
      elf?.soname,
    ];
    expect(await described({ 'a.so': ELF, 'b.dylib': MACHO, 'c.dll': pe(0x80) }, summary)).toEqual([
      ['a.so', 'elf', ELF.length, 'libdemo.so.1'],
      ['b.dylib', 'macho', MACHO.length, undefined],
      ['c.dll', 'pe', 0x80 + 256, undefined],
    ]);
  });

  it('a damaged file comes with its problem and stops nothing', async () => {
    const results = await described(
      { 'a.so': ELF, 'bad.so': ELF.subarray(0, 40), 'c.so': ELF },
      ({ path, elf, problem }) => [path, elf?.needed.length, problem?.code, problem?.path],
    );
    expect(results).toEqual([
      ['a.so', 2, undefined, undefined],
      ['bad.so', undefined, 'elf/truncated', expect.stringMatching(/\.whl!bad\.so$/)],
      ['c.so', 2, undefined, undefined],
    ]);
  });

  it('damage that shows only while it is described is told in the same way', async () => {
    const built = buildElf(LIBRARY);
    const damaged = Buffer.from(built.bytes);
    damaged.writeUInt32LE(0xffffff, built.place('.dynsym').offset + 24);
    const results = await described({ 'a.so': damaged }, ({ elf, problem }) => [
      elf?.symbols().length,
      problem?.code,
    ]);
    expect(results).toEqual([[undefined, 'elf/bad-string']]);
  });

  it('a bug in what describes is no problem of the file', async () => {
    await expect(
      described({ 'a.so': ELF }, () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow('a bug');
  });

  it('content that cannot be inflated is a problem of the one file', async () => {
    const path = await writeWheelFile(await scratch(), {
      files: { 'a.so': ELF, 'b.so': ELF },
      members: (members) =>
        members.map((each) =>
          each.name === 'a.so' ? { ...each, local: { crc32: 1 }, central: { crc32: 1 } } : each,
        ),
    });
    const codes = await withWheel(path, async (wheel) =>
      mapNatives(wheel, ({ problem }) => problem?.code),
    );
    expect(codes).toEqual(['zip/crc-mismatch', undefined]);
  });
});
