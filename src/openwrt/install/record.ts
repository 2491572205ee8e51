/** RECORD of an installation, after modules became bytecode and files were left out. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { contentOf, type FileTree } from '../../archive/tree/index.ts';
import { formatInstalledRecord, type RecordEntry } from '../../packaging/index.ts';

/**
 * Puts a RECORD of what is in the tree into its `.dist-info`; without one, as when a filespec left it out, nothing is
 * recorded. Links have no hash.
 * @param distInfo path in the tree
 * @throws WheelworksError `file/*`.
 */
export async function recordTree(tree: FileTree, distInfo: string): Promise<void> {
  if (!tree.has(`${distInfo}/METADATA`)) return;
  const site = posix.dirname(distInfo);
  const record = `${distInfo}/RECORD`;
  const rows: RecordEntry[] = [];
  for (const [path, entry] of tree.entries()) {
    if (entry.kind === 'directory' || path === record) continue;
    const relative = posix.relative(site, path);
    if (entry.kind === 'symlink') rows.push({ path: relative });
    else {
      const digest = createHash('sha256')
        .update(await contentOf(entry))
        .digest('base64url');
      rows.push({ path: relative, hash: { algorithm: 'sha256', digest }, size: entry.size });
    }
  }
  const bytes = Buffer.from(formatInstalledRecord(rows, posix.relative(site, record)));
  tree.set(record, { kind: 'file', mode: 0o644, size: bytes.length, content: { bytes } });
}
