import { markup, table, type Html, type HtmlValue } from '../../pages/index.ts';
import { groupBy } from '../../support/group-by.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { Audit, AuditedNative } from '../audit.ts';
import { loosestBlockers } from '../tags.ts';
import type { Blocker } from '../verdict.ts';
import { counted, few, type AuditPart } from './words.ts';

/** Files shown at once; the others can be unfolded. */
const MOST_OPEN = 25;
/** Files shown at all: an archive may hold 65,535. */
const MOST_FILES = 2000;

/** Each native file with what it meets and what stops it, the neediest first. */
export function nativeTable(audit: Audit): AuditPart | undefined {
  const { natives, verdicts } = audit;
  if (natives.length === 0) return undefined;
  const blockers = groupBy(loosestBlockers(verdicts), ({ path }) => path);
  const order = new Map(verdicts.map(({ tag }, index) => [tag, index]));
  const rank = ({ tag, facts }: AuditedNative): number => {
    if (facts.problem !== undefined) return Infinity;
    return tag === undefined ? -1 : (order.get(tag) ?? verdicts.length);
  };
  const sorted = natives.toSorted(
    (left, right) =>
      compare(rank(right), rank(left)) ||
      (blockers.get(right.facts.path)?.length ?? 0) - (blockers.get(left.facts.path)?.length ?? 0),
  );
  const rowsOf = (some: readonly AuditedNative[]): readonly (readonly HtmlValue[])[] =>
    some.map((native) => rowOf(native, blockers.get(native.facts.path) ?? []));
  const folded = sorted.slice(MOST_OPEN, MOST_FILES);
  const left = Math.max(0, sorted.length - MOST_FILES);
  return {
    id: 'natives',
    title: 'Native files',
    count: natives.length,
    body: markup`${tableOf('Each file with the best tag it meets by itself, the neediest first', rowsOf(sorted.slice(0, MOST_OPEN)))}
${
  folded.length > 0 &&
  markup`<details><summary>${counted(folded.length, 'file')} more that ${folded.length === 1 ? 'asks' : 'ask'} for no more than these</summary>
${tableOf('The other files', rowsOf(folded))}</details>`
}
${left > 0 && markup`<p>and ${counted(left, 'file')} more, which are not listed</p>`}`,
  };
}

/** Without the trap that the difference of two infinities is no number. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

function tableOf(caption: string, rows: readonly (readonly HtmlValue[])[]): Html {
  return table({
    caption,
    columns: [
      { title: 'file' },
      { title: 'meets', short: true },
      { title: 'size', numeric: true },
      { title: 'stopped further by' },
    ],
    rows,
  });
}

function rowOf(
  { facts: { path, size, problem }, tag }: AuditedNative,
  blockers: readonly Blocker[],
): readonly HtmlValue[] {
  const stops = blockers.map(({ version, library, detail }) => version ?? library ?? detail);
  return [
    markup`<code>${path}</code>`,
    problem === undefined
      ? (tag ?? markup`<span class="soft">not loaded by Linux</span>`)
      : markup`<span class="bad">damaged</span>`,
    formatBytes(size),
    problem === undefined ? few([...new Set(stops)]) : problem.message,
  ];
}
