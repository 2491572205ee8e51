/** Small sdists, written by the test itself. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTarGz } from '../../src/archive/tar/index.ts';

export interface SdistContents {
  readonly name: string;
  readonly version: string;
  /** As in the file name; default: the name. */
  readonly fileName?: string;
  /** Lines of PKG-INFO after name and version. */
  readonly metadata?: readonly string[];
  /** By path below the top folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** Writes `NAME-VERSION.tar.gz` into a folder, and gives its path. */
export async function writeSdist(
  folder: string,
  { name, version, fileName = name, metadata = [], files }: SdistContents,
): Promise<string> {
  const top = `${fileName}-${version}`;
  const pkgInfo = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...metadata];
  const all = { 'PKG-INFO': `${pkgInfo.join('\n')}\n`, ...files };
  const chunks: Uint8Array[] = [];
  await writeTarGz(
    (bytes) => {
      chunks.push(bytes);
      return Promise.resolve();
    },
    Object.entries(all).map(([path, text]) => ({
      type: 'file',
      path: `${top}/${path}`,
      content: Buffer.from(text),
    })),
    { mtime: 0 },
  );
  const path = join(folder, `${top}.tar.gz`);
  await writeFile(path, Buffer.concat(chunks));
  return path;
}
