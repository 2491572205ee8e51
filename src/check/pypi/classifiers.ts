/** Classifiers against the list that PyPI judges them by: the trove-classifiers package. */
import { closestName } from '../../support/closest-name.ts';
import type { Finding } from '../../support/finding.ts';
import table from '../data/classifiers.json' with { type: 'json' };
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

const KNOWN: ReadonlySet<string> = new Set(table.classifiers);
const DEPRECATED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(table.deprecated),
);

export function classifierFindings({ metadata, metadataPath }: CheckSubject): readonly Finding[] {
  return (metadata?.classifiers ?? []).flatMap((classifier) => {
    const place = { path: metadataPath, evidence: classifier };
    const replacements = DEPRECATED.get(classifier);
    if (replacements !== undefined)
      return [
        refused('pypi/classifier-deprecated', 'A classifier is no longer taken.', {
          ...place,
          hint:
            replacements.length === 0
              ? 'Remove it; nothing takes its place.'
              : `Use ${replacements.join(' or ')}.`,
        }),
      ];
    if (KNOWN.has(classifier)) return [];
    if (classifier.startsWith('Private ::'))
      return [
        refused(
          'pypi/classifier-private',
          'A "Private ::" classifier keeps it from being uploaded.',
          {
            ...place,
            hint: 'That is what it is for; remove it to publish.',
          },
        ),
      ];
    return [
      refused('pypi/classifier-unknown', 'A classifier is not on the list.', {
        ...place,
        hint: suggestion(classifier),
      }),
    ];
  });
}

function suggestion(classifier: string): string {
  const near = closestName(classifier, table.classifiers);
  return near === undefined ? 'Choose one that PyPI lists.' : `Did you mean ${near}?`;
}
