/**
 * Rules over split wheels: a main wheel installs only with the very parts it was cut into, at exactly its version. pip would
 * take any file of that name and version from the index, so a wrong one shows at the first import, if at all.
 */
import {
  canonicalVersion,
  normalizeName,
  parseRequirement,
  tryParseVersion,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import type { SplitDescription, SplitPart } from '../../wheel/split/index.ts';
import { advice, someOf } from '../contents/advice.ts';
import type { ReleaseFile } from './release-file.ts';
import type { ReleaseFinding } from './release-set.ts';

interface MainWheel extends ReleaseFile {
  readonly split: SplitDescription;
}

/** What is wrong between main wheels and parts among files. */
export function splitSetFindings(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  const mains = files.flatMap((file) =>
    file.split === undefined ? [] : [{ ...file, split: file.split }],
  );
  return [
    ...mains.flatMap((main) =>
      [...missingParts(main, files), ...otherParts(main, files), ...looseParts(main)].map(
        (finding) => ({ file: main.path, finding }),
      ),
    ),
    ...strayParts(files, mains),
  ];
}

function missingParts(main: MainWheel, files: readonly ReleaseFile[]): readonly Finding[] {
  const missing = main.split.parts.filter(
    (part) => !files.some(({ filename }) => filename === part.filename),
  );
  if (missing.length === 0) return [];
  const wanted = new Set(missing.map(({ distribution }) => normalizeName(distribution)));
  const others = files.filter(({ project }) => project !== undefined && wanted.has(project));
  return [
    broken('split/part-missing', 'Parts of the split wheel are not there.', {
      path: main.path,
      evidence: [
        someOf(missing.map(({ filename }) => filename)),
        ...(others.length === 0
          ? []
          : [`of another version or platform: ${someOf(others.map(({ filename }) => filename))}`]),
      ].join('; '),
      hint: 'Give all files of the set together; it installs only with every part.',
    }),
  ];
}

function otherParts(main: MainWheel, files: readonly ReleaseFile[]): readonly Finding[] {
  const byName = new Map(files.map((file) => [file.filename, file]));
  const others = main.split.parts.filter((part) => {
    const file = byName.get(part.filename);
    return file?.sha256 !== undefined && file.sha256 !== part.sha256;
  });
  if (others.length === 0) return [];
  return [
    broken('split/wrong-part', 'Parts are not the files that the wheel was split into.', {
      path: main.path,
      evidence: someOf(
        others.map(({ filename, sha256 }) => `${filename} must have SHA-256 ${sha256}`),
        2,
      ),
      hint: 'They are of another build, or damaged: split the wheel again and take all files of that run.',
    }),
  ];
}

/** Without an exact pin an installer may take the part of another version. */
function looseParts(main: MainWheel): readonly Finding[] {
  const loose = main.split.parts.filter(
    (part) => !main.requiresDist.some((text) => isPin(text, part, main.version ?? '')),
  );
  if (loose.length === 0) return [];
  return [
    broken(
      'split/part-not-pinned',
      'The wheel does not require its parts at exactly its version.',
      {
        path: main.path,
        evidence: someOf(
          loose.map(({ distribution }) => `${distribution}==${main.version ?? ''} is wanted`),
        ),
        hint: 'Split the wheel again; do not edit the Requires-Dist of its parts.',
      },
    ),
  ];
}

function isPin(text: string, part: SplitPart, version: string): boolean {
  try {
    const { name, specifier } = parseRequirement(text);
    if (normalizeName(name) !== normalizeName(part.distribution)) return false;
    const [only, ...more] = specifier;
    const isExact = only?.operator === '===' || (only?.operator === '==' && !only.wildcard);
    return more.length === 0 && isExact && canonical(only.versionText) === canonical(version);
  } catch (error) {
    if (error instanceof WheelworksError) return false;
    throw error;
  }
}

function canonical(text: string): string {
  const parsed = tryParseVersion(text);
  return parsed === undefined ? text : canonicalVersion(parsed);
}

/** Parts that no main wheel here was split into: left over from another run, or given alone. */
function strayParts(
  files: readonly ReleaseFile[],
  mains: readonly MainWheel[],
): readonly ReleaseFinding[] {
  const known = new Set(mains.flatMap(({ split }) => split.parts.map(({ filename }) => filename)));
  return files.flatMap((file) => {
    const { part, path, filename } = file;
    if (part === undefined || known.has(filename)) return [];
    const { distribution, version } = part.of;
    const details = {
      path,
      evidence: `part ${part.part} of ${distribution} ${version}`,
      hint: `It is of no use without the wheel of ${distribution} ${version} that requires it.`,
    };
    const hasMain = mains.some(({ project }) => project === normalizeName(distribution));
    const finding = hasMain
      ? broken('split/part-stray', 'No wheel here was split into this part.', {
          ...details,
          hint: 'Leave it out: it is of an earlier split, and an upload would take up its name for nothing.',
        })
      : advice('split/part-alone', 'The file is a part of a split wheel.', details);
    return [{ file: path, finding }];
  });
}

function broken(
  code: Finding['code'],
  message: string,
  details: Pick<Finding, 'path' | 'evidence' | 'hint'>,
): Finding {
  return { code, severity: 'error', effect: 'users-break', message, ...details };
}
