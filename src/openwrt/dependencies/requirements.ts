/** `Requires-Dist` on a router: which of the requirements hold there, and which only an extra or a machine asks for. */
import { evaluateMarker } from '../../packaging/marker-evaluate.ts';
import type { MarkerEnvironment } from '../../packaging/marker-environment.ts';
import type { Marker } from '../../packaging/marker-tree.ts';
import { normalizeName } from '../../packaging/name.ts';
import { formatRequirement, type Requirement } from '../../packaging/requirement.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { TargetPython } from '../targets/index.ts';

export interface RequirementTarget {
  readonly python: Pick<TargetPython, 'version' | 'minor'>;
  /** `platform.machine()`; absent for packages of all architectures. */
  readonly machine?: string;
  /** Asked for; any spelling. */
  readonly extras: readonly string[];
  /** The project itself: what asks for its own extras means theirs. */
  readonly project?: string;
}

/** A requirement that holds. */
export interface ActiveRequirement {
  readonly requirement: Requirement;
  /** As written. */
  readonly text: string;
  /** In normal form. */
  readonly project: string;
}

/** One that would hold if an extra were asked for. */
export interface ExtraRequirement extends ActiveRequirement {
  readonly extra: string;
}

export interface JudgedRequirements {
  readonly active: readonly ActiveRequirement[];
  readonly extras: readonly ExtraRequirement[];
  /** Those whose marker asks for what nobody knows here: the machine, its kernel. */
  readonly undecided: readonly ActiveRequirement[];
}

/** Judges requirements, each project once, the first that holds. */
export function judgeRequirements(
  requires: readonly Requirement[],
  target: RequirementTarget,
): JudgedRequirements {
  const environment = environmentOf(target);
  const extras = wantedExtras(requires, environment, target);
  const active: ActiveRequirement[] = [];
  const others: ExtraRequirement[] = [];
  const undecided: ActiveRequirement[] = [];
  for (const requirement of requires) {
    const project = normalizeName(requirement.name);
    if (project === target.project) continue;
    const known = { requirement, text: formatRequirement(requirement), project };
    const answer = holdsWith(requirement, environment, ['', ...extras]);
    if (answer === true) active.push(known);
    else if (answer === undefined) undecided.push(known);
    else {
      const extra = extrasIn(known.text).find(
        (each) => holdsWith(requirement, environment, [each]) === true,
      );
      if (extra !== undefined) others.push({ ...known, extra });
    }
  }
  return { active, extras: others, undecided };
}

/** What markers are told of a router; no kernel, and no machine when it is for all of them. */
export function environmentOf({ python, machine }: RequirementTarget): MarkerEnvironment {
  return {
    implementation_name: 'cpython',
    implementation_version: python.version,
    os_name: 'posix',
    platform_python_implementation: 'CPython',
    platform_system: 'Linux',
    python_full_version: python.version,
    python_version: python.minor,
    sys_platform: 'linux',
    ...(machine === undefined ? {} : { platform_machine: machine }),
  };
}

/** Extras, and those that they ask for of the project itself: `all = pkg[a,b]`. */
function wantedExtras(
  requires: readonly Requirement[],
  environment: MarkerEnvironment,
  { extras, project }: RequirementTarget,
): readonly string[] {
  const wanted = new Set(extras.map((extra) => normalizeName(extra)));
  for (let size = -1; size !== wanted.size;) {
    size = wanted.size;
    for (const requirement of requires)
      if (
        normalizeName(requirement.name) === project &&
        holdsWith(requirement, environment, ['', ...wanted]) === true
      )
        for (const extra of requirement.extras) wanted.add(normalizeName(extra));
  }
  return [...wanted];
}

/** Whether it holds with one of the extras; undefined when the environment does not tell. */
function holdsWith(
  { marker }: Requirement,
  environment: MarkerEnvironment,
  extras: readonly string[],
): boolean | undefined {
  if (marker === undefined) return true;
  return anyOf(extras.map((extra) => answerOf(marker, { ...environment, extra })));
}

/** In three values: what does not hold on any machine does not, whatever else it asks of the machine. */
function answerOf(marker: Marker, environment: MarkerEnvironment): boolean | undefined {
  if (marker.kind === 'group') return answerOf(marker.marker, environment);
  if (marker.kind === 'comparison') return compare(marker, environment);
  const answers = marker.operands.map((operand) => answerOf(operand, environment));
  if (marker.kind === 'or') return anyOf(answers);
  return opposite(anyOf(answers.map(opposite)));
}

function anyOf(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function opposite(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

function compare(marker: Marker, environment: MarkerEnvironment): boolean | undefined {
  try {
    return evaluateMarker(marker, environment);
  } catch (error) {
    if (error instanceof WheelworksError && UNDECIDED.has(error.code)) return undefined;
    throw error;
  }
}

/** What evaluation says of a marker that asks for what the environment does not tell. */
const UNDECIDED: ReadonlySet<string> = new Set([
  'packaging/undefined-marker-variable',
  'packaging/undefined-marker-comparison',
]);

/** The extras that a marker names. */
export function extrasIn(text: string): string[] {
  return [...text.matchAll(/\bextra\s*==\s*["']([^"']+)["']/g)].map(([, extra = '']) =>
    normalizeName(extra),
  );
}
