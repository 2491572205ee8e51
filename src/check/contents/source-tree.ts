/** A wheel against the source tree it was built from. */
import type { Finding } from '../../support/finding.ts';
import type { CheckSubject } from '../subject.ts';
import { mistake } from './advice.ts';

/**
 * Modules that one has and the other has not.
 * @param modules paths of `.py` files below the folder that holds the packages, with `/`
 */
export function sourceTreeFindings(
  subject: CheckSubject,
  modules: readonly string[],
): readonly Finding[] {
  if (subject.kind !== 'wheel') return [];
  const shipped = new Map(
    subject.library
      .filter(({ path }) => path.endsWith('.py'))
      .map(({ path, member }) => [path, member.path]),
  );
  const wanted = new Set(modules);
  return [
    ...modules
      .filter((path) => !shipped.has(path))
      .map((path) =>
        mistake('contents/source-missing', 'A module of the source tree is not in the wheel.', {
          path: subject.path,
          evidence: path,
          hint: 'Look at how the backend finds packages: a folder without __init__.py is easily missed.',
        }),
      ),
    ...[...shipped]
      .filter(([path]) => !wanted.has(path))
      .map(([, member]) =>
        mistake('contents/source-unknown', 'A module of the wheel is not in the source tree.', {
          path: member,
          hint: 'A build folder that was not clean leaves old modules behind; generated ones are fine.',
        }),
      ),
  ];
}
