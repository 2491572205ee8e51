/**
 * Judges the dependencies in metadata.
 *
 * Specification: Core metadata, "Requires-Dist" to "Obsoletes-Dist"; PEP 685 for the names of extras.
 */
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { excerpt } from './excerpt.ts';
import type { Marker } from './marker.ts';
import { METADATA_FIELDS, compareMetadataVersions, isMetadataVersion } from './metadata-fields.ts';
import { advised, breaking, rejected } from './metadata-finding.ts';
import type { MetadataView } from './metadata-view.ts';
import { isValidName, normalizeName } from './name.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { parseSpecifierSet } from './specifier-set.ts';

/** Findings about dependencies. */
export function dependencyFindings(view: MetadataView): readonly Finding[] {
  return [
    ...requiresPythonFindings(view.requiresPython),
    ...requiresDistFindings(view),
    ...otherDistFindings('metadata/provides-dist-invalid', 'Provides-Dist', view.providesDist),
    ...otherDistFindings('metadata/obsoletes-dist-invalid', 'Obsoletes-Dist', view.obsoletesDist),
    ...extraFindings(view),
    ...oldFieldFindings(view),
  ];
}

function requiresPythonFindings(text: string | undefined): Finding[] {
  if (text === undefined) return [];
  const problem = problemOf(() => parseSpecifierSet(text));
  if (problem === undefined) return [];
  return [
    rejected(
      'metadata/requires-python-invalid',
      `Requires-Python ${excerpt(text)} is not a set of specifiers: ${problem}`,
    ),
  ];
}

function requiresDistFindings(view: MetadataView): Finding[] {
  const known = new Set(view.providesExtra.map(normalizeName));
  const unknown = new Set<string>();
  const findings = view.requiresDist.flatMap((text) => {
    const requirement = readRequirement(text);
    if ('problem' in requirement) {
      return [
        rejected(
          'metadata/requires-dist-invalid',
          `Requires-Dist ${excerpt(text)} is not a requirement: ${requirement.problem}`,
        ),
      ];
    }
    // Markers are read with the names of extras normalised.
    for (const extra of extrasIn(requirement.marker)) {
      if (!known.has(extra)) unknown.add(extra);
    }
    return directFindings(requirement);
  });
  return [...findings, ...[...unknown].map(unknownExtra)];
}

function unknownExtra(extra: string): Finding {
  return breaking(
    'metadata/extra-undeclared',
    `Requires-Dist asks for the extra ${excerpt(extra)}, which no Provides-Extra declares; no one can choose it.`,
  );
}

function directFindings(requirement: Requirement): Finding[] {
  if (requirement.url === undefined) return [];
  return [
    rejected(
      'metadata/direct-dependency',
      `The dependency ${requirement.name} is a direct URL, which PyPI does not take.`,
      'Depend on a version that is on the index.',
    ),
  ];
}

/** Read by no installer for years; an index judges them all the same. */
function otherDistFindings(
  code: Finding['code'],
  field: string,
  values: readonly string[],
): Finding[] {
  return values.flatMap((text) => {
    const requirement = readRequirement(text);
    const problem = 'problem' in requirement ? requirement.problem : undefined;
    if (problem === undefined && (!('url' in requirement) || requirement.url === undefined))
      return [];
    return [
      rejected(
        code,
        `${field} ${excerpt(text)} is not a requirement: ${problem ?? 'a direct URL is not taken'}`,
        `Remove ${field}: no installer reads it.`,
      ),
    ];
  });
}

function readRequirement(text: string): Requirement | { readonly problem: string } {
  let requirement: Requirement | undefined;
  const problem = problemOf(() => {
    requirement = parseRequirement(text);
  });
  return requirement ?? { problem: problem ?? '' };
}

/** The message of what `read` throws about its text. */
function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return error.message;
  }
}

/** The extras that a marker compares with. */
function extrasIn(marker: Marker | undefined): readonly string[] {
  if (marker === undefined) return [];
  if (marker.kind === 'group') return extrasIn(marker.marker);
  if (marker.kind !== 'comparison') return marker.operands.flatMap(extrasIn);
  const sides = [marker.left, marker.right];
  const isAboutExtra = sides.some((side) => side.kind === 'variable' && side.name === 'extra');
  return isAboutExtra ? sides.flatMap((side) => (side.kind === 'text' ? [side.text] : [])) : [];
}

function extraFindings(view: MetadataView): Finding[] {
  const seen = new Set<string>();
  return view.providesExtra.flatMap((extra) => {
    if (!isValidName(extra)) {
      return [
        rejected('metadata/extra-invalid', `Provides-Extra ${excerpt(extra)} is not a name.`),
      ];
    }
    const normalized = normalizeName(extra);
    if (seen.has(normalized)) {
      return [
        advised(
          'metadata/extra-repeated',
          `Provides-Extra ${excerpt(extra)} is there twice, as tools compare names.`,
        ),
      ];
    }
    seen.add(normalized);
    return normalized === extra || !mustBeNormal(view) ? [] : [unnormalExtra(extra)];
  });
}

/** PEP 685 is part of metadata 2.3. */
function mustBeNormal(view: MetadataView): boolean {
  const version = view.metadataVersion;
  return (
    version !== undefined &&
    isMetadataVersion(version) &&
    compareMetadataVersions(version, '2.3') >= 0
  );
}

function unnormalExtra(extra: string): Finding {
  return advised(
    'metadata/extra-not-normal',
    `Provides-Extra ${excerpt(extra)} must be written ${excerpt(normalizeName(extra))} since Metadata-Version 2.3.`,
  );
}

function oldFieldFindings(view: MetadataView): Finding[] {
  return view.fieldNames.flatMap((name) => {
    const replacedBy = METADATA_FIELDS.get(name.toLowerCase())?.replacedBy;
    return replacedBy === undefined
      ? []
      : [
          advised(
            'metadata/field-deprecated',
            `${name} has not been read by installers for years.`,
            `Use ${replacedBy}.`,
          ),
        ];
  });
}
