/** Fields of old metadata that PyPI still judges. Rules: warehouse `forklift/metadata.py`, 6b6215712 (2026-08). */
import { parseRequirement } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

export function oldDependencyFindings({
  metadata,
  metadataPath,
}: CheckSubject): readonly Finding[] {
  if (metadata === undefined) return [];
  const fields = {
    'Provides-Dist': metadata.providesDist,
    'Obsoletes-Dist': metadata.obsoletesDist,
  };
  return Object.entries(fields).flatMap(([field, values]) =>
    values.flatMap((value) => {
      const problem = problemOf(value);
      if (problem === undefined) return [];
      return [
        refused('pypi/old-dependency', `A ${field} is not a requirement.`, {
          path: metadataPath,
          evidence: `${value}: ${problem}`,
          hint: `Remove ${field}: no installer reads it.`,
        }),
      ];
    }),
  );
}

function problemOf(text: string): string | undefined {
  try {
    return parseRequirement(text).url === undefined ? undefined : 'a direct URL is not taken';
  } catch (error) {
    if (error instanceof WheelworksError) return error.message;
    throw error;
  }
}
