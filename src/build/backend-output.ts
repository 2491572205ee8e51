/** What a backend made: exactly one file, or an error that says what is there instead. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WheelworksError } from '../support/errors.ts';

/**
 * The wheel in a folder that a frontend was given.
 * @throws WheelworksError `build/no-wheel`, `build/several-wheels`.
 */
export async function onlyWheel(output: string): Promise<string> {
  const members = (await readdir(output)).sort();
  const wheels = members.filter((name) => name.endsWith('.whl'));
  const [wheel] = wheels;
  if (wheel !== undefined && wheels.length === 1) return join(output, wheel);
  throw new WheelworksError(
    wheel === undefined ? 'build/no-wheel' : 'build/several-wheels',
    `The build ended without an error but made ${wheel === undefined ? 'no wheel' : `${wheels.length} wheels`}.`,
    {
      ...(members.length === 0 ? {} : { evidence: members.join(', ') }),
      hint: 'A PEP 517 backend must write exactly one wheel into the folder it is given.',
    },
  );
}

/**
 * The sdist in a folder that a frontend was given.
 * @throws WheelworksError `build/no-sdist`.
 */
export async function onlySdist(output: string): Promise<string> {
  const members = (await readdir(output)).sort();
  const sdists = members.filter((name) => name.endsWith('.tar.gz'));
  const [sdist] = sdists;
  if (sdist !== undefined && sdists.length === 1) return join(output, sdist);
  throw new WheelworksError(
    'build/no-sdist',
    `The build ended without an error but made ${sdist === undefined ? 'no sdist' : `${sdists.length} sdists`}.`,
    {
      ...(members.length === 0 ? {} : { evidence: members.join(', ') }),
      hint: 'A PEP 517 backend must write exactly one .tar.gz into the folder it is given.',
    },
  );
}
