import { expect, it } from 'vitest';
import type { TreeFile } from '../../../src/archive/tree/index.ts';
import { sizeOf } from '../../../src/openwrt/pack/sizes.ts';

const file = (bytes: Uint8Array): TreeFile => ({
  kind: 'file',
  mode: 0o644,
  size: bytes.length,
  content: { bytes },
});

it('files without content come to nothing', async () => {
  expect(await sizeOf([])).toEqual({ installed: 0, compressed: 0 });
  expect(await sizeOf([file(Buffer.of())])).toEqual({ installed: 0, compressed: 0 });
  const { installed, compressed } = await sizeOf([file(Buffer.alloc(1000)), file(Buffer.of())]);
  expect(installed).toBe(1000);
  expect(compressed).toBeGreaterThan(0);
});
