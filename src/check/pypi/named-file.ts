/** A file as far as its name and size tell: what is judged even where nothing of it can be read. */
import { basename } from 'node:path';
import { openRegularFile } from '../../support/regular-file.ts';
import { distributionKind, type DistributionKind } from '../../wheel/index.ts';

export interface NamedFile {
  readonly path: string;
  /** Without folders. */
  readonly filename: string;
  readonly kind: DistributionKind;
  /** Bytes. */
  readonly size: number;
}

/** @throws WheelworksError `file/*`, `distribution/unknown-kind`. */
export async function nameFile(path: string): Promise<NamedFile> {
  const { handle, size } = await openRegularFile(path);
  await handle.close();
  return { path, filename: basename(path), kind: distributionKind(path), size };
}
