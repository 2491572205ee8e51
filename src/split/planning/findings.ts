/** What is to be known of a plan that is not refused. */
import type { Finding } from '../../support/finding.ts';
import { inputName } from '../reading/input.ts';
import type { WheelState } from './state.ts';

/** The findings of a placed release. */
export function findingsOf(states: readonly WheelState[]): readonly Finding[] {
  return [...upgradeRemoves(states), ...fromElsewhere(states)];
}

function upgradeRemoves(states: readonly WheelState[]): readonly Finding[] {
  const first = states.find(({ moved, libraries }) =>
    [...moved].some((path) => !libraries.has(path)),
  );
  if (first === undefined) return [];
  return [
    {
      code: 'split/upgrade-removes',
      severity: 'warning',
      effect: 'users-break',
      message:
        'Parts carry files where they are installed. pip installs the parts of a new version before it removes the old main wheel, and with that the files that the old one had at the same paths.',
      path: inputName(first.input),
      hint: 'After an upgrade from a version that has these files elsewhere users need: pip install --force-reinstall. uv is not concerned.',
    },
  ];
}

/** `--exclude` is the user's word; what hangs on it stays visible. */
function fromElsewhere(states: readonly WheelState[]): readonly Finding[] {
  const libraries = [...new Set(states.flatMap(({ input }) => input.fromElsewhere))].sort();
  const first = states.find(({ input }) => input.fromElsewhere.length > 0);
  if (first === undefined) return [];
  return [
    {
      code: 'split/needs-from-elsewhere',
      severity: 'warning',
      effect: 'users-break',
      message: 'The tags hold where something else brings libraries that --exclude names.',
      path: inputName(first.input),
      evidence: libraries.join(', '),
    },
  ];
}
