/** One upload: the answer, everything that is wrong with it by who is hurt, and what was sent. */
import { contents, entries, markup, type Html, type HtmlValue } from '../../pages/index.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { Violation } from '../rules/model.ts';
import type { Site, UploadAttempt } from './model.ts';
import { pathOf, projectPath, sitePage } from './site-page.ts';
import { fileName } from './upload-table.ts';
import { counted, moment, shortened } from './words.ts';

/** What the page is made of. */
export interface UploadPage {
  readonly site: Site;
  readonly upload: UploadAttempt;
  /** Where a rule comes from: `PyPI (warehouse forklift/legacy.py, 6b6215712)`. */
  readonly sourceOf?: (rule: string) => string | undefined;
  /** Normalised name of its project, and the version: when the file is served. */
  readonly served?: { readonly project: string; readonly version: string };
}

/** The page as HTML. */
export function uploadPage(content: UploadPage): string {
  const { site, upload } = content;
  const parts = [...violationParts(content), ...formPart(upload)];
  return sitePage(site, {
    title: `Upload of ${upload.filename ?? 'a form without a file'}`,
    description:
      'What an upload was answered, everything that is wrong with it, and what was sent.',
    body: markup`<p class="soft"><a href="${pathOf(site, 'uploads/')}">All uploads</a></p>
<h1>${fileName(upload)}</h1>
<p class="verdict">${verdict(upload)}</p>
${facts(content)}
${parts.length > 1 && contents(parts)}
${parts.map(({ id, title, body }) => markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${body}</section>\n`)}`,
  });
}

function verdict({ judgement }: UploadAttempt): Html {
  const { status, message, isThere, violations } = judgement;
  if (status >= 300) return markup`<span class="bad">${status}</span> ${shortened(message, 500)}`;
  if (isThere)
    return markup`<span class="good">${status}</span> The same file was there already: nothing changed.`;
  return markup`<span class="good">${status}</span> Taken${violations.length > 0 && `, with ${counted(violations.length, 'remark')}`}.`;
}

function facts({ site, upload, served }: UploadPage): Html {
  const { time, size, client, sender, judgement } = upload;
  return entries(
    [
      { term: 'Time', lines: [moment(time)] },
      ...(size === undefined ? [] : [{ term: 'Size', lines: [formatBytes(size)] }]),
      { term: 'Client', lines: [client === undefined ? 'not told' : shortened(client, 300)] },
      { term: 'Sender', lines: [sender ?? 'nobody known'] },
      ...(judgement.rule === undefined
        ? []
        : [{ term: 'Answered rule', lines: [markup`<code>${judgement.rule}</code>`] }]),
      ...(served === undefined
        ? []
        : [
            {
              term: 'Release',
              lines: [
                markup`<a href="${projectPath(site, served.project, served.version)}">${served.project} ${served.version}</a>`,
              ],
            },
          ]),
    ],
    { compact: true },
  );
}

interface Part {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly body: Html;
}

const GROUPS = [
  { effect: 'index-rejects', title: 'PyPI rejects', tone: 'bad' },
  { effect: 'index-warns', title: 'PyPI mails you', tone: 'warn' },
  { effect: 'users-break', title: 'PyPI accepts, users break', tone: 'warn' },
  { effect: 'advice', title: 'Advice', tone: 'soft' },
] as const;

function violationParts({ upload, sourceOf }: UploadPage): readonly Part[] {
  const { violations, rule } = upload.judgement;
  return GROUPS.flatMap(({ effect, title, tone }) => {
    const own = violations.filter((each) => each.effect === effect);
    if (own.length === 0) return [];
    const items = own.map((violation) => ({
      term: markup`<code class="${tone}">${violation.rule}</code>`,
      lines: violationLines(violation, {
        isAnswered: violation.rule === rule,
        source: sourceOf?.(violation.rule),
      }),
    }));
    return [{ id: effect, title, count: own.length, body: entries(items) }];
  });
}

const LONGEST_EVIDENCE = 600;

function violationLines(
  { message, status, evidence, hint }: Violation,
  { isAnswered, source }: { readonly isAnswered: boolean; readonly source: string | undefined },
): readonly HtmlValue[] {
  return [
    markup`${message}${isAnswered && markup` <span class="soft">(this is what it was answered, ${status})</span>`}`,
    evidence !== undefined &&
      evidence !== '' &&
      markup`<code>${shortened(evidence, LONGEST_EVIDENCE)}</code>`,
    hint,
    source !== undefined && markup`<span class="soft">Source: ${source}</span>`,
  ];
}

const LONGEST_VALUE = 200;
const MOST_VALUES = 50;

function formPart({ form }: UploadAttempt): readonly Part[] {
  if (form.size === 0) return [];
  const items = [...form].map(([name, values]) => ({
    term: markup`<code>${shortened(name, 80)}</code>`,
    lines: [
      ...values.slice(0, MOST_VALUES).map(fieldValue),
      values.length > MOST_VALUES &&
        markup`<span class="soft">and ${counted(values.length - MOST_VALUES, 'more value', 'more values')}</span>`,
    ],
  }));
  return [
    {
      id: 'form',
      title: 'Fields of the form',
      count: form.size,
      body: entries(items, { compact: true }),
    },
  ];
}

function fieldValue(value: string): HtmlValue {
  if (value === '') return markup`<span class="soft">empty</span>`;
  const [line = ''] = value.split('\n', 1);
  if (line.length === value.length && line.length <= LONGEST_VALUE) return value;
  return markup`${shortened(line, LONGEST_VALUE)} <span class="soft">(${counted(value.length, 'character')})</span>`;
}
