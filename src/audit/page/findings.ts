import { breakable, entries, markup, type HtmlValue, type PageEntry } from '../../pages/index.ts';
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import type { Audit } from '../audit.ts';
import { counted, prose, type AuditPart } from './words.ts';

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Everything found besides the tags, errors first. */
export function findingList({ findings }: Audit): AuditPart | undefined {
  if (findings.length === 0) return undefined;
  const sorted = findings.toSorted((left, right) => RANK[left.severity] - RANK[right.severity]);
  const groups = groupBy(sorted, ({ code, message, hint }) =>
    JSON.stringify([code, message, hint]),
  );
  return {
    id: 'findings',
    title: 'Findings',
    count: findings.length,
    body: entries([...groups.values()].flatMap(entryOf)),
  };
}

/** Places told of findings that are otherwise the same. */
const MOST_PLACES = 8;

function entryOf(group: readonly Finding[]): readonly PageEntry[] {
  const [first] = group;
  if (first === undefined) return [];
  const { severity, code, message, hint } = first;
  const rest = group.length - MOST_PLACES;
  return [
    {
      term: markup`${severityOf(severity)}<br><code>${breakable(code)}</code>`,
      lines: [
        message,
        ...group.slice(0, MOST_PLACES).map(placeOf),
        rest > 0 && markup`<span class="soft">and in ${counted(rest, 'place')} more</span>`,
        hint !== undefined && prose(hint),
      ],
    },
  ];
}

function placeOf({ path, evidence }: Finding): HtmlValue {
  const parts = [path, evidence].filter((part) => part !== undefined);
  return parts.length > 0 && markup`<span class="soft">${breakable(parts.join(': '))}</span>`;
}

function severityOf(severity: Finding['severity']): PageEntry['term'] {
  switch (severity) {
    case 'error':
      return markup`<strong class="bad">error</strong>`;
    case 'warning':
      return markup`<strong class="warn">warning</strong>`;
    case 'info':
      return markup`<span class="soft">advice</span>`;
    default:
      return severity satisfies never;
  }
}
