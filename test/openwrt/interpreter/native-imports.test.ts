import { expect, it } from 'vitest';
import { nativeImports } from '../../../src/openwrt/interpreter/native-imports.ts';

it.each(['3.9', '3.11', '3.13', '3.14'])(
  '%s: _asyncio needs asyncio, and does without ssl',
  async (minor) => {
    const needed = (await nativeImports(minor)).get('_asyncio');
    expect(needed).toContain('asyncio');
    expect(needed).not.toContain('ssl');
    expect(needed).not.toContain('_ssl');
    expect(needed).not.toContain('logging');
  },
);

it('keeps what modules import by themselves alone', async () => {
  const imports = await nativeImports('3.13');
  expect(imports.get('_ssl')).toEqual(['_socket']);
  expect(imports.get('_elementtree')).toEqual(
    expect.arrayContaining(['pyexpat', 'xml.etree.ElementPath']),
  );
});

it('knows nothing of minors that no release has', async () => {
  expect((await nativeImports('3.5')).size).toBe(0);
});
