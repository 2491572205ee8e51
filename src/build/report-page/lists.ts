/** What is missing, found and left out, told in full. */
import { breakable, entries, markup, type Html, type PageEntry } from '../../pages/index.ts';
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import type { ReportJob, ReportPageInput } from './input.ts';
import { anchorOf, counted, logLinks } from './names.ts';

/** Jobs without a wheel that passed, the reason and the next step. */
export function missingList(jobs: readonly ReportJob[]): Html {
  return entries(jobs.map(missingEntry));
}

function missingEntry(job: ReportJob): PageEntry {
  const { error, expects, logs, id, isKept = false } = job;
  return {
    term: markup`<span id="${anchorOf(job)}">${breakable(id)}</span><br><span class="soft">${job.package}</span>`,
    lines: [
      error === undefined ? 'No wheel serves it.' : error.message,
      error?.evidence !== undefined &&
        markup`<code class="soft">${error.evidence.split('\n').map((line, index) => markup`${index > 0 && markup`<br>`}${line}`)}</code>`,
      expects !== undefined &&
        markup`<span class="soft">the plan waits for <code>${expects}</code></span>`,
      error?.hint,
      isKept && markup`<code>wheelworks shell ${id}</code> opens where it failed`,
      markup`${error !== undefined && markup`<code>${error.code}</code>`}${error !== undefined && logs.length > 0 && ' · '}${logLinks(logs)}`,
    ],
  };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;
const TONES = { error: 'bad', warning: 'warn', info: 'soft' } as const;
const SAID = { error: 'error', warning: 'warning', info: 'advice' } as const;

/** Files told of findings that are otherwise the same. */
const MOST_FILES = 4;

/** What checks found in the wheels, errors first; the same of several wheels once. */
export function findingEntries({ wheels }: ReportPageInput): readonly PageEntry[] {
  const all = wheels.flatMap(({ filename, findings }) =>
    findings.map((finding) => ({ filename, finding })),
  );
  const sorted = all.toSorted(
    (left, right) => RANK[left.finding.severity] - RANK[right.finding.severity],
  );
  const groups = groupBy(sorted, ({ finding: { code, message, hint } }) =>
    JSON.stringify([code, message, hint]),
  );
  return [...groups.values()].flatMap(findingEntry);
}

function findingEntry(
  group: readonly { readonly filename: string; readonly finding: Finding }[],
): readonly PageEntry[] {
  const [first] = group;
  if (first === undefined) return [];
  const { severity, code, message, hint } = first.finding;
  const files = [...new Set(group.map(({ filename }) => filename))];
  return [
    {
      term: markup`<span class="${TONES[severity]}">${SAID[severity]}</span><br><code>${breakable(code)}</code>`,
      lines: [
        message,
        ...files
          .slice(0, MOST_FILES)
          .map((name) => markup`<span class="soft">${breakable(name)}</span>`),
        files.length > MOST_FILES &&
          markup`<span class="soft">and ${counted(files.length - MOST_FILES, 'wheel')} more</span>`,
        hint,
      ],
    },
  ];
}

/** Interpreters that were found and not served, and what concerns no single job. */
export function notesList({ leftOut, notices, jobs }: ReportPageInput): Html {
  return entries([
    ...leftOut.map(({ python, reason }) => ({ term: python, lines: [reason] })),
    ...jobs
      .filter((job) => job.notices.length > 0)
      .map((job) => ({ term: breakable(job.id), lines: job.notices })),
    ...(notices.length === 0 ? [] : [{ term: 'The run', lines: notices }]),
  ]);
}
