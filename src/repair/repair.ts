/**
 * Gives a wheel the platform tag that its native files earn.
 *
 * A wheel that needs libraries from outside is refused with all of them named: a tag that is not earned is worse than
 * none.
 */
import { dirname } from 'node:path';
import { auditWheel, type ExternalLibrary, type Audit } from '../audit/index.ts';
import { parsePlatformTag, tagSet, type TagSet } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import {
  draftFilename,
  draftFromWheel,
  editDraft,
  rootEdits,
  withWheel,
  writeWheel,
  type Wheel,
  type WriteWheelOptions,
} from '../wheel/index.ts';

export interface RepairOptions extends WriteWheelOptions {
  /** Where to write; beside the input when left out. Made when it is not there. */
  readonly directory?: string;
}

export interface RepairedWheel {
  readonly path: string;
  readonly output: string;
  readonly filename: string;
  /** Whether the tags changed. */
  readonly changed: boolean;
  /** Of the native files, which are those of the input. */
  readonly audit: Audit;
}

/**
 * Writes the wheel with its earned tag, and its root going to `platlib` when native files lie there. Wheels without native code for Linux, and those for other systems or for several
 * at once, keep their tags.
 * @throws WheelworksError `repair/external-libraries`, `repair/mixed-architectures`, `repair/damaged-native`, `wheel/*`,
 * `zip/*`, `file/*`.
 */
export async function repairWheel(
  path: string,
  options: RepairOptions = {},
): Promise<RepairedWheel> {
  const directory = options.directory ?? dirname(path);
  await makeFolders(directory);
  return withWheel(path, async (wheel) => {
    const draft = await draftFromWheel(wheel);
    const audit = await auditWheel(wheel);
    const tags = earnedTags(wheel, audit);
    const tagged = tags === undefined ? draft : editDraft(draft, [{ kind: 'tags', tags }]);
    const natives = audit.subject.natives.map((native) => native.path);
    const repaired = editDraft(tagged, rootEdits(tagged, natives));
    const written = await writeWheel(repaired, directory, options);
    return {
      path,
      output: written.path,
      filename: written.filename,
      changed: written.filename !== draftFilename(draft),
      audit,
    };
  });
}

/** The wheel's tags with the earned platform in place of what it says now; undefined when nothing changes. */
function earnedTags(wheel: Wheel, audit: Audit): TagSet | undefined {
  const { tags } = wheel.filename;
  refuseDamaged(wheel, audit);
  if (!isForLinux(tags) || (isForAny(tags) && servesSeveral(audit))) return undefined;
  refuseMixed(wheel, audit);
  if (audit.architecture === undefined) return undefined;
  refuseExternal(wheel, audit.externalLibraries);
  if (audit.repairTag === undefined) return undefined;
  const platforms = [audit.repairTag, ...audit.repairAliases].sort();
  if (platforms.join('.') === [...tags.platforms].sort().join('.')) return undefined;
  return tagSet({ interpreters: tags.interpreters, abis: tags.abis, platforms });
}

const LINUX_KINDS = new Set(['any', 'linux', 'manylinux', 'musllinux']);

/** ELF files are also those of Android and the BSDs, whose tags promise other things. */
function isForLinux(tags: TagSet): boolean {
  return tags.platforms.every((platform) => LINUX_KINDS.has(parsePlatformTag(platform).kind));
}

function isForAny(tags: TagSet): boolean {
  return tags.platforms.every((platform) => platform === 'any');
}

/** Programs for several systems in one wheel, of which each user takes the fitting one. */
function servesSeveral(audit: Audit): boolean {
  return (
    audit.architectures.length > 1 || audit.subject.natives.some(({ format }) => format !== 'elf')
  );
}

function refuseDamaged(wheel: Wheel, audit: Audit): void {
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

function refuseMixed(wheel: Wheel, audit: Audit): void {
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

function refuseExternal(wheel: Wheel, libraries: readonly ExternalLibrary[]): void {
  if (libraries.length === 0) return;
  const linksPython = libraries.every(({ name }) => /^libpython\d/.test(name));
  throw new WheelworksError(
    'repair/external-libraries',
    `The wheel needs libraries that it does not carry: ${libraries.map(({ name }) => name).join(', ')}.`,
    {
      path: wheel.path,
      evidence: libraries
        .map(({ name, neededBy }) => `${name}  needed by ${neededBy.join(', ')}`)
        .join('\n'),
      hint: linksPython
        ? 'Extension modules must not link libpython (PEP 513): the interpreter that loads them has its symbols.'
        : 'Link them statically, or put them into the package with an RPATH of $ORIGIN; grafting them is not built yet.',
    },
  );
}
