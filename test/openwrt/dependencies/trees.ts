/** Trees of sources for tests of dependencies. */
import { FileTree } from '../../../src/archive/tree/index.ts';

/** A tree of files by path; paths without a folder of the device lie in the site-packages of 3.13. */
export function treeOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  site = 'usr/lib/python3.13/site-packages',
): FileTree {
  return FileTree.from(
    Object.entries(files).map(([path, content]) => {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      const place = path.startsWith('usr/') || site === '' ? path : `${site}/${path}`;
      return [place, { kind: 'file', mode: 0o644, size: bytes.length, content: { bytes } }];
    }),
  );
}
