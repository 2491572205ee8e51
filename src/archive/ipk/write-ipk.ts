/** Writing .ipk as the packer of OpenWrt does: a gzip of a tar of `debian-binary` and two gzips of tars. */
import { gzipBytes } from '../../support/gzip.ts';
import { contentOf, type FileTree, type TreeEntry } from '../tree/index.ts';
import { writeTar, type TarInput, type WriteTarOptions } from '../tar/index.ts';
import { formatControl } from './control.ts';
import type { IpkPackage } from './package.ts';
import { ipkProblem } from './problem.ts';

export interface WriteIpkOptions {
  /** The time of every member, in whole seconds since 1970. */
  readonly mtime: number;
}

/** A package as bytes. */
export interface WrittenIpk {
  readonly bytes: Uint8Array;
  /** What Installed-Size says: bytes of the uncompressed tar of the files. */
  readonly installedSize: number;
}

/**
 * Writes a package. The same package gives the same bytes.
 * @throws WheelworksError `ipk/bad-control`, `ipk/owner` for an owner that is not root, `tar/*`, `file/*`.
 */
export async function writeIpk(ipk: IpkPackage, { mtime }: WriteIpkOptions): Promise<WrittenIpk> {
  const data = await tarOf(await dataMembers(ipk.tree), { mtime, linkTargets: 'any' });
  const control = new Map([...ipk.control, ['Installed-Size', String(data.length)]]);
  const controlMembers: TarInput[] = [
    ROOT,
    text('control', formatControl(control)),
    ...(ipk.conffiles.length === 0
      ? []
      : [text('conffiles', ipk.conffiles.map((path) => `${path}\n`).join(''))]),
    ...Object.entries(ipk.scripts).map(([name, script]) => ({
      ...text(name, script),
      mode: 0o755,
    })),
  ];
  const outer: TarInput[] = [
    text('debian-binary', '2.0\n'),
    { type: 'file', path: 'data.tar.gz', content: await gzipBytes(data, EFFORT) },
    {
      type: 'file',
      path: 'control.tar.gz',
      content: await gzipBytes(await tarOf(controlMembers, { mtime }), EFFORT),
    },
  ];
  return {
    bytes: await gzipBytes(await tarOf(outer, { mtime, order: 'given' }), 1),
    installedSize: data.length,
  };
}

/** That of OpenWrt's packer. The highest costs four times the time and spares a hundredth of the bytes. */
const EFFORT = 6;

const ROOT: TarInput = { type: 'directory', path: '.' };

function text(path: string, content: string): Extract<TarInput, { type: 'file' }> {
  return { type: 'file', path, content: Buffer.from(content) };
}

async function tarOf(members: readonly TarInput[], options: WriteTarOptions): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await writeTar(
    async (bytes) => {
      chunks.push(bytes);
    },
    members,
    { ...options, format: 'gnu' },
  );
  return Buffer.concat(chunks);
}

async function dataMembers(tree: FileTree): Promise<TarInput[]> {
  const members: TarInput[] = [ROOT];
  for (const [path, entry] of tree.entries()) members.push(await memberOf(path, entry));
  return members;
}

async function memberOf(path: string, entry: TreeEntry): Promise<TarInput> {
  const { user, group } = entry.owner ?? { user: 'root', group: 'root' };
  if (user !== 'root' || group !== 'root')
    throw ipkProblem(
      'ipk/owner',
      `${path} belongs to ${user}:${group}, which an .ipk cannot say.`,
      {
        path,
        hint: 'opkg goes by numbers, which differ from device to device: leave the file to root and change its owner in a script.',
      },
    );
  if (entry.kind === 'directory') return { type: 'directory', path, mode: entry.mode };
  if (entry.kind === 'symlink') return { type: 'symlink', path, target: entry.target };
  return { type: 'file', path, mode: entry.mode, content: await contentOf(entry) };
}
