/** What is to be known of a plan that is not refused. */
import { basename } from 'node:path';
import type { Finding } from '../../support/finding.ts';
import { inputName } from '../reading/input.ts';
import { familiesOf } from './families.ts';
import type { Placement } from './plan-release.ts';
import type { WheelState } from './state.ts';

const MOST_SHOWN = 8;

/** What is known of a release besides its placement. */
export interface ReleaseFacts {
  /** Paths of its wheels under the limit. */
  readonly whole: readonly string[];
  /** What `--in-place` names. */
  readonly inPlace: readonly string[];
}

/** The findings of a placed release. */
export function findingsOf(
  states: readonly WheelState[],
  placement: Placement,
  { whole, inPlace }: ReleaseFacts,
): readonly Finding[] {
  return [
    ...upgradeRemoves(states),
    ...notInPlace(states, inPlace),
    ...fromElsewhere(states),
    ...needsDiffer(states, placement, whole),
    ...notShared(states, placement),
  ];
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

/** What `--in-place` asks for and cannot have: silence would let the user believe that it has. */
function notInPlace(states: readonly WheelState[], inPlace: readonly string[]): readonly Finding[] {
  const lines = states.flatMap(({ input, cuts }) =>
    inPlace.flatMap((path) => {
      const member = input.members.find((each) => each.path === path);
      if (member === undefined) return [];
      const role = cuts.groups
        .flatMap(({ files }) => files)
        .find((file) => file.member === member)?.role;
      const why = member.isFixed
        ? 'stays in the main wheel: metadata, or installed elsewhere'
        : role === undefined || role === 'installed'
          ? undefined
          : NOT_IN_PLACE[role];
      return why === undefined ? [] : [`${path} of ${inputName(input)} ${why}`];
    }),
  );
  if (lines.length === 0) return [];
  return [
    {
      code: 'split/not-in-place',
      severity: 'warning',
      effect: 'advice',
      message: 'No part carries these files where they are installed, as --in-place asks.',
      evidence: lines.slice(0, MOST_SHOWN).join('\n'),
      hint: 'Leave them out of --in-place; a file over the limit fits into no part whole.',
    },
  ];
}

const NOT_IN_PLACE = {
  chunks: 'is cut: it is over the limit, or --by-path names it',
  own: 'is loaded beside a file that is cut, from the cache',
} as const;

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

/** Files without a Python of their own that could be in parts for all wheels of a platform, were they the same. */
function notShared(states: readonly WheelState[], { parts, cuts }: Placement): readonly Finding[] {
  const lines = familiesOf(states).flatMap((family) => {
    const [first, ...others] = family.states;
    if (first === undefined || others.length === 0) return [];
    const own = [
      ...parts.flatMap(({ scope, states: of, bin }) =>
        scope === 'wheel' && of.includes(first) ? bin.members : [],
      ),
      ...cuts.flatMap(({ states: of, member }) =>
        of.length === 1 && of[0] === first ? [member] : [],
      ),
    ];
    return own.flatMap((member) => {
      const other = others.find(({ input }) => input.draft.members.has(member.path));
      const twin = other?.input.members.find(({ path }) => path === member.path);
      if (other === undefined || twin === undefined || member.stub !== undefined) return [];
      const how = twin.sha256 === member.sha256 ? 'compressed otherwise' : 'other content';
      return [`${member.path}: ${how} in ${inputName(first.input)} and ${inputName(other.input)}`];
    });
  });
  if (lines.length === 0) return [];
  return [
    {
      code: 'split/not-shared',
      severity: 'info',
      effect: 'advice',
      message:
        'Files that have no Python of their own differ between wheels of the release, so that each wheel has parts of its own for them.',
      evidence: lines.slice(0, MOST_SHOWN).join('\n'),
      hint: 'Build them once, and put the same file into every wheel: then one part serves all of them.',
    },
  ];
}

/** Installers that lock read the requirements of one wheel, and take them for those of all. */
function needsDiffer(
  states: readonly WheelState[],
  { parts }: Placement,
  whole: readonly string[],
): readonly Finding[] {
  const needs = [
    ...states.map((state) => ({
      file: inputName(state.input),
      numbers: parts
        .filter((part) => part.states.includes(state))
        .map(({ bin }) => bin.number)
        .sort((left, right) => left - right)
        .join(', '),
    })),
    ...whole.map((path) => ({ file: basename(path), numbers: '' })),
  ];
  if (new Set(needs.map(({ numbers }) => numbers)).size < 2) return [];
  return [
    {
      code: 'split/needs-differ',
      severity: 'warning',
      effect: 'users-break',
      message:
        'Wheels of the release need different parts. pip reads what the wheel needs that it installs; uv and Poetry lock what one wheel needs for all of them.',
      evidence: needs
        .slice(0, MOST_SHOWN)
        .map(({ file, numbers }) => `${file}: ${numbers === '' ? 'none' : `part ${numbers}`}`)
        .join('\n'),
      hint: 'A --max-size at which all of them need the same parts avoids it; docs/split.md tells who is concerned.',
    },
  ];
}
