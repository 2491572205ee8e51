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

/** Unknown ones that a name is suggested for; each is compared with the whole list. */
const MOST_SUGGESTIONS = 10;

export function classifierFindings({ metadata, metadataPath }: CheckSubject): readonly Finding[] {
  return judgeClassifiers(metadata?.classifiers ?? [], metadataPath);
}

/**
 * `pypi/classifier-deprecated`, `pypi/classifier-private`, `pypi/classifier-unknown`, with the classifier as evidence.
 * @param path of the file they stand in
 */
export function judgeClassifiers(classifiers: readonly string[], path: string): readonly Finding[] {
  let unknown = 0;
  return classifiers.flatMap((classifier) => {
    const place = { path, evidence: classifier };
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
    unknown += 1;
    return [
      refused('pypi/classifier-unknown', 'A classifier is not on the list.', {
        ...place,
        hint: suggestion(unknown > MOST_SUGGESTIONS ? undefined : classifier),
      }),
    ];
  });
}

/** Longer texts are no slips of the pen. */
const LONGEST_CLASSIFIER = 200;

function suggestion(classifier: string | undefined): string {
  const isNear = classifier !== undefined && classifier.length <= LONGEST_CLASSIFIER;
  const near = isNear ? closestName(classifier, table.classifiers) : undefined;
  return near === undefined ? 'Choose one that PyPI lists.' : `Did you mean ${near}?`;
}
