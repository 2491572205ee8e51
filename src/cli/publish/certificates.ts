import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Agent, type Dispatcher } from 'undici';
import { fileError } from '../../support/errors.ts';

/** Files with certificates, as options and `.pypirc` name them. */
export interface CertificateFiles {
  /** To trust in place of those of the system. */
  readonly trusted: string | undefined;
  /** Certificate and key in one file. */
  readonly own: string | undefined;
}

/**
 * Connections with certificates of the user's; undefined where the defaults do.
 * @throws WheelworksError `file/*`.
 */
export async function certificateDispatcher(
  files: CertificateFiles,
  cwd: string,
): Promise<Dispatcher | undefined> {
  if (files.trusted === undefined && files.own === undefined) return undefined;
  const trusted = files.trusted === undefined ? undefined : await read(resolve(cwd, files.trusted));
  const own = files.own === undefined ? undefined : await read(resolve(cwd, files.own));
  return new Agent({
    connect: {
      ...(trusted === undefined ? {} : { ca: trusted }),
      ...(own === undefined ? {} : { cert: own, key: own }),
    },
  });
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
}
