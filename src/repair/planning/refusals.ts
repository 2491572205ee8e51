/** What no repair makes right. */
import { basename } from 'node:path';
import type { Audit } from '../../audit/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Wheel } from '../../wheel/index.ts';
import { splitRole } from '../../wheel/split/index.ts';
import type { PlannedPatch } from '../plan.ts';
import type { PlanOptions } from './options.ts';
import type { Grafting } from './grafts.ts';

/** The wheels of a set name each other with their digests. @throws WheelworksError `repair/split-set`. */
export function refuseSplitSet(wheel: Wheel): void {
  if (splitRole(wheel) === undefined) return;
  throw new WheelworksError(
    'repair/split-set',
    `${basename(wheel.path)} is a wheel of a split set, which one with other bytes would break.`,
    {
      path: wheel.path,
      hint: 'Join the set (wheelworks join), repair the original wheel, and split that again.',
    },
  );
}

/** @throws WheelworksError `repair/damaged-native`, `repair/not-native`. */
export function refuseDamaged(wheel: Wheel, audit: Audit): void {
  refuseNotNative(wheel, audit);
  const damaged = audit.subject.natives.find((native) => native.problem !== undefined);
  if (damaged?.problem === undefined) return;
  throw new WheelworksError(
    'repair/damaged-native',
    `A native file cannot be read: ${damaged.problem.message}`,
    {
      path: `${wheel.path}!${damaged.path}`,
      evidence: damaged.problem.code,
      hint: 'Build it again; if it is no program of this wheel, leave it out.',
    },
  );
}

/** Python takes a file for a module by its name: nothing that is done to the wheel makes it importable. */
function refuseNotNative(wheel: Wheel, { findings }: Audit): void {
  const wrong = findings.filter(({ code }) => code === 'audit/not-native');
  const [first] = wrong;
  if (first === undefined) return;
  throw new WheelworksError(
    'repair/not-native',
    'A file has the name of an extension module but is no native file.',
    {
      path: `${wheel.path}!${first.path ?? ''}`,
      evidence: wrong.map(({ path, evidence }) => `${path ?? ''}: ${evidence ?? ''}`).join('\n'),
      hint: 'Importing it fails: build the wheel again.',
    },
  );
}

/** @throws WheelworksError `repair/mixed-architectures`. */
export function refuseMixed(wheel: Wheel, audit: Audit): void {
  if (audit.architectures.length <= 1) return;
  const examples = audit.architectures.map((architecture) => {
    const native = audit.subject.natives.find(
      ({ arch, loadable }) => loadable && arch === architecture,
    );
    return `${architecture}  ${native?.path ?? ''}`;
  });
  throw new WheelworksError(
    'repair/mixed-architectures',
    'The wheel holds native files of several architectures.',
    {
      path: wheel.path,
      evidence: examples.join('\n'),
      hint: 'No Linux platform tag stands for more than one; build a wheel for each.',
    },
  );
}

/** Libraries that belong to a driver and must be those of the machine that runs them. */
const DRIVER =
  /^lib(?:cuda|cudadebugger|nvidia-[\w-]+|nvcuvid|nvoptix|(?:GLX|EGL|GLESv\d|GLESv\d_CM)_nvidia|amdhip64|hsa-runtime64|ze_loader|ze_intel_gpu|mali)\.so(?:\.|$)/;

/** Libraries of drivers, found here or not. @throws WheelworksError `repair/driver-library`. */
export function refuseDrivers({ graft, subject }: Audit): void {
  const users = new Map<string, Set<string>>();
  for (const { from, name, to } of graft?.links ?? []) {
    if (to?.inSubject === true || !DRIVER.test(name)) continue;
    const known = users.get(name) ?? new Set();
    users.set(name, known.add(from.inSubject ? from.path : lastPart(from.path)));
  }
  const names = [...users.keys()].sort();
  if (names.length === 0) return;
  throw new WheelworksError(
    'repair/driver-library',
    `The wheel would carry parts of a device driver: ${names.join(', ')}.`,
    {
      path: subject.path,
      evidence: names
        .map((name) => `${name}  needed by ${[...(users.get(name) ?? [])].sort().join(', ')}`)
        .join('\n'),
      hint: `They work with the driver of the machine alone: ${names.map((name) => `--exclude ${name}`).join(' ')}.`,
    },
  );
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Files that are installed to where no path to the libraries of the wheel is known of.
 * @param uses the file, and the library that it has to find
 * @throws WheelworksError `repair/unknown-place`.
 */
export function refuseUnknownPlaces(
  wheel: Wheel,
  uses: readonly { readonly path: string; readonly to: string }[],
): void {
  if (uses.length === 0) return;
  throw new WheelworksError(
    'repair/unknown-place',
    'Libraries cannot be reached from where native files of .data are installed.',
    {
      path: wheel.path,
      evidence: uses.map(({ path, to }) => `${path}  needs ${to}`).join('\n'),
      hint: 'Where data and headers go depends on the installer: put these files into the package, or programs into scripts.',
    },
  );
}

/**
 * A wheel that has no native code for Linux, where the caller wants to be told.
 * @throws WheelworksError `repair/no-native-code`.
 */
export function refuseWithoutNatives(
  { path, filename }: Wheel,
  { withoutNatives }: Pick<PlanOptions, 'withoutNatives'>,
): void {
  const isAny = filename.tags.platforms.every((platform) => platform === 'any');
  if (withoutNatives === 'keep' || (withoutNatives === 'keep-any' && isAny)) return;
  throw new WheelworksError('repair/no-native-code', 'The wheel has no native code for Linux.', {
    path,
    hint: isAny
      ? 'There is nothing to repair: --allow-pure-python-wheel lets it through.'
      : 'Its tag promises native code: was it built without its extension modules?',
  });
}

/**
 * A wheel whose native files would have to be changed, where none may be.
 * @throws WheelworksError `repair/edits-refused`.
 */
export function refuseEdits(
  { path }: Wheel,
  graftings: ReadonlyMap<string, Grafting>,
  patched: readonly PlannedPatch[],
): void {
  const files = [
    ...[...graftings.values()].map(({ library }) => `${library.name}  would be taken in`),
    ...patched.map((patch) => `${patch.path}  would be edited`),
  ];
  if (files.length === 0) return;
  throw new WheelworksError(
    'repair/edits-refused',
    'Native files would have to be changed, which is not allowed here.',
    {
      path,
      evidence: files.sort().join('\n'),
      hint: 'Leave --patcher none out, or exclude what the files need.',
    },
  );
}
