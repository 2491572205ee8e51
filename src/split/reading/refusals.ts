/** Wheels that are not split, and why. */
import { WheelworksError } from '../../support/errors.ts';
import { isRecordSignature, verifyWheel, type Wheel } from '../../wheel/index.ts';
import { readPart, readSplit } from '../../wheel/split/index.ts';
import type { SetNames } from '../names.ts';

const MOST_SHOWN = 6;

/** @throws WheelworksError `split/already-split`. */
export async function refuseSplit(wheel: Wheel): Promise<void> {
  const isMain = (await readSplit(wheel)) !== undefined;
  if (!isMain && (await readPart(wheel)) === undefined) return;
  throw new WheelworksError(
    'split/already-split',
    `The wheel is ${isMain ? 'the main wheel' : 'a part'} of a split set already.`,
    { path: wheel.path, hint: 'Give the original: `wheelworks join` makes it from the set.' },
  );
}

/** A signature of RECORD is of the wheel as it was. @throws WheelworksError `split/signed`. */
export function refuseSigned(wheel: Wheel): void {
  const signature = wheel.archive.entries.find(({ path }) =>
    isRecordSignature(path, wheel.distInfo),
  );
  if (signature === undefined) return;
  throw new WheelworksError('split/signed', 'The wheel is signed; no wheel of a set could be.', {
    path: wheel.path,
    evidence: signature.path,
    hint: 'Build it without `wheel sign` (deprecated by PEP 815), and sign what is published instead.',
  });
}

/** A new RECORD must not make good what was wrong before. @throws WheelworksError `split/broken-wheel`. */
export async function refuseBroken(wheel: Wheel): Promise<void> {
  const findings = await verifyWheel(wheel, { contents: false });
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return;
  throw new WheelworksError('split/broken-wheel', 'The wheel disagrees with itself.', {
    path: wheel.path,
    evidence: errors
      .slice(0, MOST_SHOWN)
      .map(({ code, path = '', message }) => `${code} ${path}: ${message}`)
      .join('\n'),
    hint: 'Build it again; `wheelworks check` says more.',
  });
}

/** The set needs names of its own at the top. @throws WheelworksError `split/name-clash`. */
export function refuseClashes(wheel: Wheel, { stem, cache }: SetNames): void {
  const taken = wheel.archive.entries.find(({ path }) => {
    const [top = ''] = path.split('/', 1);
    const name = top.replace(/\..*$/s, '');
    return (
      name === cache ||
      (name.startsWith(`${stem}_part`) && /^\d+$/.test(name.slice(stem.length + 5)))
    );
  });
  if (taken === undefined) return;
  throw new WheelworksError(
    'split/name-clash',
    'The wheel has a module of a name that the set needs for itself.',
    {
      path: wheel.path,
      evidence: taken.path,
      hint: `Rename it: ${cache} and ${stem}_part1, ${stem}_part2, ... are those of the set.`,
    },
  );
}
