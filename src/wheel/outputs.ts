import { resolve } from 'node:path';
import { WheelworksError } from '../support/errors.ts';

/** One input of a run and what it will become. */
export interface PlannedOutput {
  readonly path: string;
  /** File or folder that will be written; the input's own path when nothing will. */
  readonly output: string;
}

/**
 * Refuses a run in which something would be written twice, or over another input: the last one would win and the others
 * be lost.
 * @throws WheelworksError `wheel/shared-output` with every clash as evidence.
 */
export function refuseSharedOutputs(plans: readonly PlannedOutput[]): void {
  const takenBy = new Map(plans.map(({ path }) => [resolve(path), path]));
  const clashes: string[] = [];
  for (const { path, output } of plans) {
    const place = resolve(output);
    if (place === resolve(path)) continue;
    const other = takenBy.get(place);
    if (other !== undefined) clashes.push(clashText(output, other, path));
    takenBy.set(place, path);
  }
  const [first] = clashes;
  if (first === undefined) return;
  throw new WheelworksError('wheel/shared-output', first, {
    ...(clashes.length > 1 ? { evidence: shortened(clashes).join('\n') } : {}),
    hint: 'Nothing was written. Do them one at a time, each with another --output.',
  });
}

function clashText(output: string, one: string, other: string): string {
  return resolve(output) === resolve(one)
    ? `${output} is one of the inputs, and ${other} would be written over it.`
    : `${one} and ${other} would both become ${output}.`;
}

const MOST_SHOWN = 8;

function shortened(clashes: readonly string[]): readonly string[] {
  if (clashes.length <= MOST_SHOWN) return clashes;
  return [...clashes.slice(0, MOST_SHOWN), `and ${clashes.length - MOST_SHOWN} more`];
}
