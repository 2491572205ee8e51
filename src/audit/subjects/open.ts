/** Whatever a user names, as subjects. */
import { WheelworksError } from '../../support/errors.ts';
import { withWheel } from '../../wheel/index.ts';
import type { Subject } from '../subject.ts';
import { wheelSubject, type WheelSubjectOptions } from './wheel.ts';

/**
 * The subject that a path stands for.
 * @throws WheelworksError `audit/not-auditable` for what holds no native code by its nature, and what reading it throws.
 */
export async function readSubject(
  path: string,
  options: WheelSubjectOptions = {},
): Promise<Subject> {
  if (path.endsWith('.whl'))
    return withWheel(path, async (wheel) => wheelSubject(wheel, options), { lenient: true });
  throw new WheelworksError('audit/not-auditable', 'This is neither a wheel nor a native file.', {
    path,
    hint: 'Name wheels, shared libraries, programs or folders of them.',
  });
}
