/**
 * The name of a file against the form: which project and version it is of, and for which platform.
 *
 * Rules: warehouse `forklift/legacy.py`, 6b6215712 (2026-08). What PKG-INFO and METADATA say plays no part.
 */
import { isUploadablePlatform } from '../../check/index.ts';
import {
  compareVersions,
  formatVersion,
  makeSdistFilename,
  nameForFile,
  normalizeName,
  parseSdistFilename,
  parseWheelFilename,
  tryParseVersion,
  type Version,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { UploadForm } from './form.ts';
import type { Violation } from './model.ts';
import { violation } from './table.ts';
import { shown } from './text.ts';

/** Everything that is wrong with a name whose extension is right, of a form whose name and version are valid. */
export function nameViolations(filename: string, form: UploadForm): readonly Violation[] {
  const version = tryParseVersion(form.version);
  if (version === undefined) return [];
  const told = { filename, project: form.name, version };
  return form.filetype === 'sdist' ? sdistNameViolations(told) : wheelNameViolations(told);
}

interface Named {
  readonly filename: string;
  /** As the form spells it. */
  readonly project: string;
  readonly version: Version;
}

function sdistNameViolations({ filename, project, version }: Named): readonly Violation[] {
  const expected = makeSdistFilename(project, version);
  if (filename === expected) return [];
  const violations: Violation[] = [];
  const name = sdistName(filename, project);
  if (name === undefined)
    violations.push(
      violation('sdist-filename-unreadable', { values: { filename: shown(filename) } }),
    );
  else if (name !== normalizeName(project)) violations.push(otherProject('sdist', project));
  violations.push(
    violation('sdist-filename', {
      values: { filename: shown(filename), expected },
      ...(filename.endsWith('.zip')
        ? { hint: 'Zip archives are no longer taken as sdists: build a .tar.gz.' }
        : { hint: 'Build it with a current backend.' }),
    }),
  );
  return violations;
}

/** Normalised: of the project's own, when the name can be read as one of it; undefined when it is none at all. */
function sdistName(filename: string, project: string): string | undefined {
  const own = reading(() => parseSdistFilename(filename, { project }));
  if ('value' in own) return own.value.normalizedName;
  const any = reading(() => parseSdistFilename(filename));
  if ('value' in any) return any.value.normalizedName;
  // Several readings, none of which is of the project: the last dash decides.
  return any.error.code === 'packaging/sdist-filename-ambiguous'
    ? normalizeName(filename.slice(0, filename.lastIndexOf('-')))
    : undefined;
}

function otherProject(kind: 'sdist' | 'wheel', project: string): Violation {
  return violation(`${kind}-filename-project`, {
    values: { project: shown(project), expected: nameForFile(project) },
  });
}

function wheelNameViolations({ filename, project, version }: Named): readonly Violation[] {
  const read = reading(() => parseWheelFilename(filename));
  if ('error' in read)
    return [
      violation('wheel-filename-unreadable', {
        values: { reason: shown(read.error.message) },
        evidence: read.error.evidence,
        hint: read.error.hint,
      }),
    ];
  const { value: wheel } = read;
  const violations: Violation[] = [];
  const platforms = new Set(wheel.tags.tags.map(({ platform }) => platform));
  for (const tag of platforms)
    if (!isUploadablePlatform(tag)) violations.push(badPlatform(filename, tag));
  if (wheel.normalizedName !== normalizeName(project))
    violations.push(otherProject('wheel', project));
  const expected = nameForFile(project);
  if (wheel.name !== expected)
    violations.push(
      violation('wheel-filename-spelling', {
        values: { filename: shown(filename), expected, found: shown(wheel.name) },
      }),
    );
  if (compareVersions(wheel.version, version) !== 0)
    violations.push(
      violation('wheel-filename-version', {
        values: { expected: formatVersion(version), found: formatVersion(wheel.version) },
      }),
    );
  return violations;
}

function badPlatform(filename: string, tag: string): Violation {
  return violation('wheel-platform', {
    values: { filename: shown(filename), tag: shown(tag) },
    hint: tag.startsWith('linux_')
      ? 'wheelworks repair gives it the manylinux or musllinux tag that it earns.'
      : 'Use a tag of the list in docs/check.md.',
  });
}

function reading<Value>(read: () => Value): { value: Value } | { error: WheelworksError } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof WheelworksError) return { error };
    throw error;
  }
}
