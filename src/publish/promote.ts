/** From one index to the next: what was published there and no other bytes. */
import type { ErrorReport } from '../support/errors.ts';
import type { Destination } from './destination.ts';
import type { PublishFile } from './publish-file.ts';
import type { ReceiptDocument } from './receipt.ts';

const THERE = new Set(['sent', 'arrived', 'present']);

/**
 * What keeps files from being promoted: each must have been published somewhere else, by the receipt, with the digest
 * that it has now.
 */
export function promotionProblems(
  files: readonly PublishFile[],
  destination: Destination,
  places: ReceiptDocument['destinations'],
): readonly ErrorReport[] {
  const others = places.filter(({ upload }) => upload !== destination.upload);
  return files.flatMap((file): readonly ErrorReport[] => {
    const entries = others.flatMap(({ name, files: known }) =>
      known
        .filter(({ filename, state }) => filename === file.filename && THERE.has(state))
        .map((entry) => ({ name, entry })),
    );
    if (entries.some(({ entry }) => entry.sha256 === file.sha256)) return [];
    const [first] = entries;
    if (first === undefined)
      return [
        {
          code: 'publish/not-tried',
          message: `${file.filename} was published on no other index before.`,
          path: file.path,
          hint: 'Publish it there first (--to testpypi) from this folder, or name its receipt with --receipt.',
        },
      ];
    return [
      {
        code: 'publish/other-than-tried',
        message: `${file.filename} is not the file that was published on ${first.name}.`,
        path: file.path,
        evidence: `there: sha256 ${first.entry.sha256}\nhere:  sha256 ${file.sha256}`,
        hint: 'What is promoted are the bytes that were tried: do not build in between.',
      },
    ];
  });
}
