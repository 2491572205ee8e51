import type { FileTree } from '../../archive/tree/index.ts';

const MOST_LINKS = 40;

/**
 * Where a link of a tree leads on the device, links on the way followed; undefined when it leaves the tree, dangles or
 * goes in circles.
 */
export function resolveLink(tree: FileTree, path: string): string | undefined {
  let left = MOST_LINKS;
  const walk = (from: readonly string[], parts: readonly string[]): string[] | undefined => {
    const at = [...from];
    for (const [index, part] of parts.entries()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at.pop();
        continue;
      }
      at.push(part);
      const entry = tree.get(at.join('/'));
      if (entry === undefined) return undefined;
      if (entry.kind !== 'symlink') continue;
      left -= 1;
      if (left < 0) return undefined;
      const start = entry.target.startsWith('/') ? [] : at.slice(0, -1);
      return walk(start, [...entry.target.split('/'), ...parts.slice(index + 1)]);
    }
    return at;
  };
  const end = walk([], path.split('/'));
  return end === undefined || end.length === 0 ? undefined : end.join('/');
}
