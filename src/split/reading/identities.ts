/** Which files of several wheels are one, down to the bytes that a part would carry for all of them. */
import { createHash } from 'node:crypto';
import { groupBy } from '../../support/group-by.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { InputMember, SplitInput } from './input.ts';

/** Member to what only members with equal compressed data share; none of files that no other wheel could have. */
export type Identities = ReadonlyMap<InputMember, string>;

/** A file that may leave its main wheel. */
export interface Candidate {
  readonly input: SplitInput;
  readonly member: InputMember;
}

const PIECE = 1 << 20;

/**
 * Reads the compressed data of files that look the same: path, content, method, length. Each wheel is made again from
 * the bytes that it had, so equal content alone is not enough.
 * @throws WheelworksError `zip/*`, `file/*`.
 */
export async function identitiesOf(
  candidates: readonly Candidate[],
  { jobs, signal }: { readonly jobs: number; readonly signal: AbortSignal | undefined },
): Promise<Identities> {
  const alike = groupBy(candidates, ({ member: { path, sha256, entry } }) =>
    [path, sha256, entry.method, entry.compressedSize].join('\n'),
  );
  const several = [...alike.values()].filter((group) => group.length > 1).flat();
  const known = await mapParallel(several, jobs, async ({ input, member }) => {
    signal?.throwIfAborted();
    return [member, await identityOf(input, member)] as const;
  });
  return new Map(known);
}

async function identityOf({ wheel }: SplitInput, { entry }: InputMember): Promise<string> {
  const { source } = wheel.archive;
  const { offset, length } = await wheel.archive.compressed(entry);
  const hash = createHash('sha256');
  for (let done = 0; done < length; done += PIECE)
    hash.update(await source.read(offset + done, Math.min(PIECE, length - done)));
  return `${entry.method} ${hash.digest('hex')}`;
}
