/** Writes a promoted sdist. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openSdistTar, writeTarGz, type SdistTar, type TarInput } from '../archive/tar/index.ts';
import { writeFileAtomic } from '../support/atomic-file.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { newTop } from './plan-sdist.ts';
import type { WriteOptions } from './write-wheel.ts';

/** 1980-01-01, as in wheels: the earliest time a zip archive can hold. */
const DEFAULT_TIME = 315_532_800;

/**
 * The sdist with another version. Members are sorted and have one time, so that the same candidate gives the same bytes.
 * @throws WheelworksError `sdist/*`, `tar/*`, `file/*`.
 */
export async function writePromotedSdist(
  path: string,
  folder: string,
  options: WriteOptions,
): Promise<void> {
  const { change, output, modified } = options;
  const sdist = await openSdistTar(path);
  const top = newTop(sdist.topDirectory, change.toText);
  await withTemporaryDirectory(
    '.wheelworks-sdist-',
    async (work) => {
      const inputs = await inputsOf(sdist, top, { ...options, spool: join(work, 'content') });
      const mtime =
        modified === undefined ? DEFAULT_TIME : Math.max(0, Math.floor(modified.getTime() / 1000));
      await writeFileAtomic(
        join(folder, output),
        (handle) => {
          let written = 0;
          return writeTarGz(
            async (bytes) => {
              options.signal.throwIfAborted();
              await handle.write(bytes);
              written += bytes.length;
              options.onProgress(written);
            },
            inputs,
            { mtime, path: output },
          );
        },
        { replace: false },
      );
    },
    { parent: folder },
  );
}

/** The archive is read in its own order and written in another: contents go through a file in between. */
async function inputsOf(
  sdist: SdistTar,
  top: string,
  { changes, spool }: WriteOptions & { readonly spool: string },
): Promise<readonly TarInput[]> {
  const edited = new Map(changes.map(({ from, after }) => [from, after]));
  const files = new Map<string, Extract<TarInput, { type: 'file' }>>();
  const inputs: TarInput[] = [];
  const handle = await open(spool, 'wx');
  let offset = 0;
  try {
    for await (const member of sdist.read()) {
      const to = top + member.path.slice(sdist.topDirectory.length);
      if (member.type === 'directory') inputs.push({ type: 'directory', path: to });
      else if (member.type === 'symlink')
        inputs.push({ type: 'symlink', path: to, target: member.linkTarget ?? '' });
      else if (member.type === 'hardlink') {
        // Another name of a file that came before; as a file of its own it unpacks to the same.
        const original = files.get(member.linkTarget ?? '');
        if (original !== undefined) inputs.push({ ...original, path: to });
      } else {
        const executable = (member.mode & 0o111) !== 0;
        const bytes = edited.get(member.path);
        const start = offset;
        if (bytes === undefined) {
          for await (const chunk of member.content()) await handle.write(chunk);
          offset += member.size;
        }
        const file: Extract<TarInput, { type: 'file' }> =
          bytes === undefined
            ? {
                type: 'file',
                path: to,
                executable,
                size: member.size,
                content: () => slice(spool, start, member.size),
              }
            : { type: 'file', path: to, executable, content: bytes };
        files.set(member.path, file);
        inputs.push(file);
      }
    }
  } finally {
    await handle.close();
  }
  return inputs;
}

async function* slice(
  path: string,
  start: number,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (size === 0) return;
  for await (const chunk of createReadStream(path, { start, end: start + size - 1 }))
    yield chunk as Buffer;
}
