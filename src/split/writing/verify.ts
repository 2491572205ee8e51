/** Looks at a set before its wheels get their names. */
import { WheelworksError } from '../../support/errors.ts';
import { verifyWheel, withWheel } from '../../wheel/index.ts';
import { verifySplitSet, withSplitSet, type FileIdentity } from '../../wheel/split/index.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { Meter } from './meter.ts';

/** A wheel that was written. */
export interface VerifiedFile extends FileIdentity {
  readonly path: string;
}

/**
 * Reads every wheel back: consistent in itself, under the limit; and what each main wheel and its parts join to is the
 * original, byte for byte.
 * @param mains those of `files` that are main wheels
 * @throws WheelworksError `split/unverified`.
 */
export async function verifySet(
  files: readonly VerifiedFile[],
  mains: readonly VerifiedFile[],
  {
    maxSize,
    jobs,
    meter,
  }: { readonly maxSize: number; readonly jobs: number; readonly meter: Meter },
): Promise<void> {
  const faults = (
    await Promise.all([
      mapParallel(files, jobs, async (file) => faultsOf(file, maxSize)),
      mapParallel(mains, jobs, async (main) =>
        joinFaults(main, files, meter.counter(`verify ${main.filename}`)),
      ),
    ])
  ).flat(2);
  const [first] = faults;
  if (first === undefined) return;
  throw new WheelworksError(
    'split/unverified',
    `The set is not as it was planned, and was not kept: ${first}`,
    {
      path: mains[0]?.filename ?? '',
      evidence: faults.slice(0, MOST_SHOWN).join('\n'),
      hint: 'This is a fault of wheelworks: please report it with this wheel.',
    },
  );
}

const MOST_SHOWN = 20;

async function faultsOf(
  { path, filename, size }: VerifiedFile,
  maxSize: number,
): Promise<readonly string[]> {
  const findings = await withWheel(path, async (wheel) => verifyWheel(wheel, { contents: false }));
  return [
    ...(size > maxSize ? [`${filename} has ${size} bytes; at most ${maxSize} are allowed`] : []),
    ...findings
      .filter(({ severity }) => severity === 'error')
      .map(({ message, path: member = '' }) => `${filename}!${member}: ${message}`),
  ];
}

/** A join reads every compressed byte that was copied, so that the copies are those of the original. */
async function joinFaults(
  { path }: VerifiedFile,
  files: readonly VerifiedFile[],
  onProgress: (bytes: number) => void,
): Promise<readonly string[]> {
  const candidates = files.map((file) => file.path);
  try {
    await withSplitSet(path, candidates, async (set) => verifySplitSet(set, { onProgress }));
    return [];
  } catch (error) {
    if (error instanceof WheelworksError) return [`${error.message} ${error.evidence ?? ''}`];
    throw error;
  }
}
