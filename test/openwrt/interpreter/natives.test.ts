import { expect, it } from 'vitest';
import type { TreeFile } from '../../../src/archive/tree/index.ts';
import { stripNative } from '../../../src/openwrt/interpreter/natives.ts';
import { buildElf } from '../../support/elf-builder.ts';

const file = (bytes: Uint8Array): TreeFile => ({
  kind: 'file',
  mode: 0o755,
  size: bytes.length,
  content: { bytes },
});

it('a native file of an interpreter that was cut off is refused', async () => {
  const built = buildElf({ needed: ['libz.so.1'] });
  const path = 'usr/lib/python3.13/lib-dynload/zlib.so';
  const sound = await stripNative(path, file(built.bytes), new Set());
  expect(sound?.needed).toEqual(['libz.so.1']);
  const cut = built.bytes.subarray(0, built.place('.dynamic').offset);
  await expect(stripNative(path, file(cut), new Set())).rejects.toMatchObject({
    code: 'openwrt/damaged-file',
    path,
  });
});
