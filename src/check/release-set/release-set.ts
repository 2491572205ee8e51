/**
 * Rules over all files of one release.
 *
 * PyPI takes the metadata of a release from the file that comes first, and installers believe what the index says of any of
 * them: files that differ make lock files wrong, and pip since 26.2 refuses them.
 */
import {
  formatRequirement,
  formatVersion,
  normalizeName,
  parseRequirement,
  tryParseVersion,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import { advice, mistake, someOf } from '../contents/advice.ts';
import { refused } from '../pypi/refused.ts';
import type { ReleaseFile } from './release-file.ts';
import { splitSetFindings } from './split-set.ts';

/** A finding over several files, and the file it is about. */
export interface ReleaseFinding {
  readonly file: string;
  readonly finding: Finding;
}

/** A file that a release must have. */
export interface ExpectedFile {
  readonly pattern: string;
  readonly matches: (filename: string) => boolean;
  /** The job of the plan that makes it: `cp313-manylinux_x86_64`. */
  readonly job?: string;
}

/** What every release must have. */
export interface ReleaseOptions {
  readonly expects?: readonly ExpectedFile[];
}

/** Of a project by default. */
const PROJECT_LIMIT = 10 * 2 ** 30;

/** Everything that is wrong with the files together. */
export function releaseFindings(
  files: readonly ReleaseFile[],
  { expects = [] }: ReleaseOptions = {},
): readonly ReleaseFinding[] {
  const releases = groupBy(
    files.filter(({ project, version }) => project !== undefined && version !== undefined),
    ({ project, version }) => `${project ?? ''} ${keyOf(version ?? '')}`,
  );
  return [
    ...[...releases.values()].flatMap(oneRelease),
    ...splitSetFindings(files),
    ...copies(files),
    ...total(files),
    ...missing(files, expects),
    ...unplanned(files, expects),
  ];
}

/** Equal for spellings of one version: releases are found by it. */
export function keyOf(version: string): string {
  const parsed = tryParseVersion(version);
  return parsed === undefined ? version : formatVersion(parsed).replace(/(?:\.0)+(?=$|[^.\d])/, '');
}

function oneRelease(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  return [...spellings(files), ...sdists(files), ...differences(files), ...builds(files)];
}

/** 1.0 and 1.0.0 are one release to PyPI, and two to people. */
function spellings(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  const texts = [...new Set(files.map(({ version }) => version ?? ''))];
  if (texts.length < 2) return [];
  const [first] = files;
  return about(first, (path) =>
    mistake('release/version-spelling', 'Files of one release spell its version differently.', {
      path,
      evidence: texts.join(', '),
      hint: 'Build them from one source, with one version.',
    }),
  );
}

function sdists(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  const [, second] = files.filter(({ kind }) => kind === 'sdist');
  return about(second, (path) =>
    refused('release/second-sdist', 'A release may have one sdist.', {
      path,
      evidence: someOf(
        files.filter(({ kind }) => kind === 'sdist').map(({ filename }) => filename),
      ),
      hint: 'Upload one of them.',
    }),
  );
}

const COMPARED = [
  ['Requires-Dist', ({ requiresDist }: ReleaseFile) => requiresDist],
  [
    'Requires-Python',
    ({ requiresPython }: ReleaseFile) => (requiresPython === undefined ? [] : [requiresPython]),
  ],
  ['Provides-Extra', ({ providesExtra }: ReleaseFile) => providesExtra],
] as const;

/** Against the first wheel; of an sdist only what it says is settled. In a wheel everything is, whatever Dynamic says. */
function differences(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  const [first, ...others] = [
    ...files.filter(({ kind }) => kind === 'wheel'),
    ...files.filter(({ kind }) => kind === 'sdist'),
  ];
  if (first === undefined) return [];
  return others.flatMap((file) =>
    COMPARED.flatMap(([field, valuesOf]) => {
      const isOpen = file.dynamic.some((name) => name.toLowerCase() === field.toLowerCase());
      if (file.kind === 'sdist' && isOpen) return [];
      const [left, right] = [first, file].map((each) => normal(valuesOf(each)));
      if (left === undefined || right === undefined) return [];
      const missingHere = left.filter((value) => !right.includes(value));
      const onlyHere = right.filter((value) => !left.includes(value));
      if (missingHere.length + onlyHere.length === 0) return [];
      return about(file, (path) =>
        mistake(
          'release/metadata-differs',
          `${field} is not that of the other files of the release.`,
          {
            path,
            evidence: [
              onlyHere.length === 0 ? '' : `only here: ${someOf(onlyHere)}`,
              missingHere.length === 0 ? '' : `only in ${first.filename}: ${someOf(missingHere)}`,
            ]
              .filter(Boolean)
              .join('; '),
            hint: 'Use markers in place of dependencies that are computed at build time: installers read the metadata of one file for all.',
          },
        ),
      );
    }),
  );
}

function normal(values: readonly string[]): readonly string[] {
  return values.map(normalValue).sort();
}

/** Spellings of one requirement, one name or one set of specifiers are no difference. */
function normalValue(value: string): string {
  try {
    const requirement = parseRequirement(value);
    return formatRequirement({ ...requirement, name: normalizeName(requirement.name) });
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return value.replaceAll(/\s+/g, '').toLowerCase().split(',').sort().join(',');
  }
}

/** Two wheels of the same tags differ in their build number at most by mistake. */
function builds(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  const groups = groupBy(
    files.filter(({ kind }) => kind === 'wheel'),
    ({ tags }) => tags.join(' '),
  );
  return [...groups.values()].flatMap((group) => {
    const [, second] = group;
    return about(second, (path) =>
      mistake('release/same-tags', 'Several wheels of the release have the same tags.', {
        path,
        evidence: someOf(group.map(({ filename }) => filename)),
        hint: 'Installers take the highest build number, if there is one: upload only that.',
      }),
    );
  });
}

function copies(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  const hashed = files.filter(({ sha256 }) => sha256 !== undefined);
  return [...groupBy(hashed, ({ sha256 }) => sha256).values()].flatMap((group) => {
    const [, second] = group;
    return about(second, (path) =>
      refused('release/same-bytes', 'Two files have the same bytes.', {
        path,
        evidence: someOf(group.map(({ filename }) => filename)),
        hint: 'PyPI takes a content once, under one name.',
      }),
    );
  });
}

function total(files: readonly ReleaseFile[]): readonly ReleaseFinding[] {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= PROJECT_LIMIT) return [];
  return about(files[0], (path) =>
    refused('release/project-size', 'The files are more than a project may have in all.', {
      path,
      evidence: `${(bytes / 2 ** 30).toFixed(1)} GiB; the limit is 10 GiB`,
      hint: 'Delete old nightly releases, or ask for a larger limit.',
    }),
  );
}

function missing(
  files: readonly ReleaseFile[],
  expects: readonly ExpectedFile[],
): readonly ReleaseFinding[] {
  return expects
    .filter(({ matches }) => !files.some(({ filename }) => matches(filename)))
    .flatMap(({ pattern, job }) =>
      about(files[0], (path) => ({
        ...mistake('release/file-missing', 'A file that the release must have is not there.', {
          path,
          evidence: job === undefined ? pattern : `${pattern}, of the job ${job}`,
          hint: 'Build it, or take it out of the plan.',
        }),
        severity: 'error',
      })),
    );
}

/** Wheels that a plan does not know: a job of another plan, or left over from an earlier build. */
function unplanned(
  files: readonly ReleaseFile[],
  expects: readonly ExpectedFile[],
): readonly ReleaseFinding[] {
  if (!expects.some(({ job }) => job !== undefined)) return [];
  return (
    files
      // Parts are made of wheels that a job makes.
      .filter(({ kind, part }) => kind === 'wheel' && part === undefined)
      .filter(({ filename }) => !expects.some(({ matches }) => matches(filename)))
      .flatMap((file) =>
        about(file, (path) =>
          advice('release/file-unplanned', 'No job of the plan makes this wheel.', {
            path,
            hint: 'It may be left over from an earlier build: remove it, or plan it.',
          }),
        ),
      )
  );
}

function about(
  file: ReleaseFile | undefined,
  find: (path: string) => Finding,
): readonly ReleaseFinding[] {
  return file === undefined ? [] : [{ file: file.path, finding: find(file.path) }];
}
