/**
 * Judges metadata: everything that the specification or PyPI refuses, and what is allowed but hurts.
 *
 * Specification: Core metadata. https://packaging.python.org/specifications/core-metadata/
 */
import type { Finding } from '../support/finding.ts';
import { excerpt } from './excerpt.ts';
import {
  METADATA_FIELDS,
  compareMetadataVersions,
  isMetadataVersion,
  type MetadataField,
} from './metadata-fields.ts';
import { rejected } from './metadata-finding.ts';
import { dependencyFindings } from './metadata-validate-dependencies.ts';
import { licenseFindings } from './metadata-validate-license.ts';
import { importNameFindings } from './metadata-validate-names.ts';
import { textFindings } from './metadata-validate-text.ts';
import type { MetadataView, UnparsedField } from './metadata-view.ts';
import { isValidName } from './name.ts';
import { tryParseVersion } from './version.ts';

/** The newest version of core metadata that PyPI takes (2026-08). */
const NEWEST_UPLOADABLE = '2.5';

/**
 * All that is wrong with metadata, in the order of the specification's fields. Findings have no path; the caller knows it.
 *
 * Not judged here: classifiers against PyPI's list, licence files against the archive, and whether the description renders.
 */
export function validateMetadata(view: MetadataView): readonly Finding[] {
  return [
    ...versionFindings(view.metadataVersion),
    ...nameFindings(view.name, view.unparsed.has('name')),
    ...projectVersionFindings(view.version, view.unparsed.has('version')),
    ...unparsedFindings(view.unparsed),
    ...fieldAgeFindings(view),
    ...textFindings(view),
    ...licenseFindings(view),
    ...dependencyFindings(view),
    ...importNameFindings(view),
  ];
}

function versionFindings(version: string | undefined): Finding[] {
  if (version === undefined) {
    return [rejected('metadata/metadata-version-missing', 'Metadata-Version is missing.')];
  }
  if (!isMetadataVersion(version)) {
    return [
      rejected(
        'metadata/metadata-version-unknown',
        `${excerpt(version)} is not a version of core metadata.`,
        'Use a build backend that writes 2.1 or newer.',
      ),
    ];
  }
  if (compareMetadataVersions(version, NEWEST_UPLOADABLE) > 0) {
    return [
      rejected(
        'metadata/metadata-version-too-new',
        `PyPI does not take Metadata-Version ${version} yet; the newest is ${NEWEST_UPLOADABLE}.`,
      ),
    ];
  }
  return [];
}

function nameFindings(name: string | undefined, isUnparsed: boolean): Finding[] {
  if (name === undefined || name === '') {
    return isUnparsed ? [] : [rejected('metadata/name-missing', 'Name is missing.')];
  }
  if (isValidName(name)) return [];
  return [
    rejected(
      'metadata/name-invalid',
      `${excerpt(name)} is not a valid project name.`,
      'Letters, digits, ".", "-" and "_" are allowed, with a letter or digit at both ends.',
    ),
  ];
}

function projectVersionFindings(version: string | undefined, isUnparsed: boolean): Finding[] {
  if (version === undefined || version === '') {
    return isUnparsed ? [] : [rejected('metadata/version-missing', 'Version is missing.')];
  }
  const parsed = tryParseVersion(version);
  if (parsed === undefined) {
    return [rejected('metadata/version-invalid', `${excerpt(version)} is not a valid version.`)];
  }
  if (parsed.local === undefined) return [];
  return [
    rejected(
      'metadata/version-local',
      `The version ${excerpt(version)} has a local label, which PyPI does not take.`,
      'Leave out what follows the "+", or publish to an index of your own.',
    ),
  ];
}

function unparsedFindings(unparsed: ReadonlyMap<string, UnparsedField>): Finding[] {
  return [...unparsed].map(([name, { reason, values }]) => {
    const shown = METADATA_FIELDS.get(name)?.name ?? name;
    if (reason === 'not-utf8') {
      return rejected('metadata/not-utf8', `${shown} is not UTF-8.`);
    }
    if (reason === 'repeated') {
      return rejected(
        'metadata/field-repeated',
        `${shown} may be given once and is given ${values.length} times.`,
      );
    }
    return {
      code: 'metadata/field-unknown',
      severity: 'warning',
      effect: 'advice',
      message: `${excerpt(shown)} is not a field of core metadata; tools pass over it.`,
    } as const;
  });
}

/** A field newer than the declared version is one that strict readers refuse, and old ones do not see. */
function fieldAgeFindings(view: MetadataView): Finding[] {
  const declared = view.metadataVersion;
  if (declared === undefined || !isMetadataVersion(declared)) return [];
  return [...METADATA_FIELDS.values()]
    .filter((field) => compareMetadataVersions(field.since, declared) > 0)
    .filter((field) => view.fieldNames.includes(field.name))
    .map((field) => fieldTooNew(field, declared));
}

/** setuptools and wheel wrote License-File for years before it was standard; upload tools leave it out then. */
function fieldTooNew(field: MetadataField, declared: string): Finding {
  const isHabit = field.name === 'License-File';
  return {
    code: 'metadata/field-too-new',
    severity: isHabit ? 'info' : 'error',
    effect: isHabit ? 'advice' : 'index-rejects',
    message: `${field.name} needs Metadata-Version ${field.since}, and ${declared} is declared.`,
    hint: 'Use a newer version of the build backend.',
  };
}
