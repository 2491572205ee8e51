/**
 * Judges the licence fields of metadata.
 *
 * Specification: PEP 639. https://packaging.python.org/specifications/core-metadata/#license-expression
 */
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { excerpt } from './excerpt.ts';
import { parseLicenseExpression } from './license.ts';
import { advised, rejected } from './metadata-finding.ts';
import type { MetadataView } from './metadata-view.ts';

/** Findings about licences. */
export function licenseFindings(view: MetadataView): readonly Finding[] {
  return [
    ...bothFindings(view),
    ...expressionFindings(view.licenseExpression),
    ...view.licenseFiles.flatMap(licenseFileFindings),
  ];
}

function bothFindings(view: MetadataView): Finding[] {
  if (view.licenseExpression === undefined) return [];
  const findings: Finding[] = [];
  if (view.license !== undefined) {
    findings.push(
      rejected(
        'metadata/license-twice',
        'License and License-Expression are both given.',
        'Keep License-Expression.',
      ),
    );
  }
  const classifier = view.classifiers.find((text) => text.startsWith('License ::'));
  if (classifier !== undefined) {
    findings.push(
      advised(
        'metadata/license-classifier',
        `License-Expression makes the classifier ${excerpt(classifier)} obsolete.`,
        'Remove the classifiers that start with "License ::".',
      ),
    );
  }
  return findings;
}

function expressionFindings(text: string | undefined): Finding[] {
  if (text === undefined) return [];
  try {
    const expression = parseLicenseExpression(text);
    const findings = expression.deprecated.map((id) =>
      advised('metadata/license-deprecated', `SPDX has a newer identifier for ${id}.`),
    );
    if (expression.text === text) return findings;
    const normal = advised(
      'metadata/license-not-normal',
      `License-Expression ${excerpt(text)} is written ${excerpt(expression.text)} in normal form.`,
    );
    return [normal, ...findings];
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return [rejected('metadata/license-invalid', error.message, error.hint)];
  }
}

function licenseFileFindings(path: string): Finding[] {
  const problem = licensePathProblem(path);
  if (problem === undefined) return [];
  return [
    rejected(
      'metadata/license-file-invalid',
      `License-File ${excerpt(path)} is wrong: ${problem}.`,
    ),
  ];
}

/** PEP 639: a resolved path with forward slashes, inside the distribution. */
function licensePathProblem(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.includes('..')) return 'it may not lead upwards';
  if (path.includes('*')) return 'it must name one file';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it must be relative';
  if (path.includes('\\')) return 'folders are separated by "/"';
  const isPlain = path.split('/').every((part) => part !== '' && part !== '.');
  return isPlain ? undefined : 'it has empty parts or "."';
}
