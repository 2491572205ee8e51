/** Writes members too large to hold: their sizes and CRC are known only at the end, but stand in their header. */
import { WheelworksError } from '../../support/errors.ts';
import type { RandomAccess } from '../../support/random-access.ts';
import { ContentSums, deflateLarge, isWorthDeflating, readPieces } from './deflate.ts';
import { encodeLocalHeader, mayNeedZip64, type MemberHeader } from './encode.ts';
import { METHOD } from './format.ts';
import type { ZipOutput } from './output.ts';

export interface LargeMember {
  readonly path: string;
  readonly source: RandomAccess;
  readonly compress: boolean;
  readonly level: number;
  readonly concurrency: number;
  /** The header but for what depends on the content. */
  readonly header: Pick<MemberHeader, 'rawPath' | 'isDirectory' | 'mode' | 'modified'>;
}

/**
 * Compresses and writes a member in constant memory. The header is written with zeros and patched afterwards; to a sink
 * that cannot patch, the member is compressed twice, the first time only to learn its size. Both give the same bytes.
 * Room for zip64 sizes is kept when the size of the content says that they might be needed.
 * @throws WheelworksError `zip/file-changed`, `file/*`.
 */
export async function writeLargeMember(output: ZipOutput, member: LargeMember): Promise<void> {
  const { path, source } = member;
  const worthwhile = member.compress && (await isWorthDeflating(source));
  const method = worthwhile ? METHOD.deflate : METHOD.store;
  const offset = output.position;
  const unknown: MemberHeader = {
    ...member.header,
    method,
    crc32: 0,
    size: 0,
    compressedSize: 0,
    wideLocal: mayNeedZip64(source.size),
  };
  const measured = output.canPatch ? undefined : await passContent(member, method, async () => {});
  const first = measured === undefined ? unknown : { ...unknown, ...measured.sizes };
  await output.append(encodeLocalHeader(first));
  const { sizes, sha256 } = await passContent(member, method, (piece) => output.append(piece));
  const header = { ...unknown, ...sizes };
  if (measured === undefined) await output.patch(offset, encodeLocalHeader(header));
  else if (measured.sha256 !== sha256) throw fileChanged(source.path);
  output.finishMember(path, header, { offset, sha256 });
}

interface PassedContent {
  readonly sizes: Pick<MemberHeader, 'crc32' | 'size' | 'compressedSize'>;
  readonly sha256: string;
}

/** Gives the content, as it will stand in the archive, piece by piece to `take`. */
async function passContent(
  { source, level, concurrency }: LargeMember,
  method: number,
  take: (piece: Uint8Array) => Promise<void>,
): Promise<PassedContent> {
  const sums = new ContentSums();
  const pieces =
    method === METHOD.deflate
      ? deflateLarge(source, { level, concurrency }, sums)
      : readPieces(source, sums);
  let compressedSize = 0;
  for await (const piece of pieces) {
    compressedSize += piece.length;
    await take(piece);
  }
  return { sizes: { crc32: sums.crc32, size: sums.size, compressedSize }, sha256: sums.sha256() };
}

/** A file that is still being written must not end up half in an archive. */
export function fileChanged(path: string): WheelworksError {
  return new WheelworksError('zip/file-changed', `${path} changed while it was being packed.`, {
    path,
    hint: 'Wait until whatever writes it is done, then run the command again.',
  });
}
