/** A single native file as a subject. */
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import type { FactsCache } from '../libraries/facts-cache.ts';
import type { Subject } from '../subject.ts';

/**
 * Reads a shared library or a program under the name it was given by: a loader that opens a symbolic link takes
 * `$ORIGIN` for the folder of the link, not that of the file.
 * @throws WheelworksError `audit/not-auditable` when it is no native file, `file/*`.
 */
export async function fileSubject(path: string, facts: FactsCache): Promise<Subject> {
  const native = await facts.read(path);
  if (native === undefined) throw notAuditable(path);
  const name = basename(path);
  return {
    path,
    kind: 'file',
    folder: await realpath(dirname(path)),
    name: undefined,
    tags: undefined,
    natives: [{ ...native, path: name }],
    members: [{ path: name, size: native.size, compressedSize: undefined, crc32: undefined }],
    archives: [],
    symlinks: [],
    recorded: undefined,
    rootIsPurelib: undefined,
  };
}

/** The refusal of what holds no native code by its nature. */
export function notAuditable(path: string): WheelworksError {
  return new WheelworksError('audit/not-auditable', 'This is neither a wheel nor a native file.', {
    path,
    hint: 'Name wheels, shared libraries, programs or folders of them.',
  });
}
