/** Audits as one self-contained page: `audit --html`. */
import { breakable, contents, markup, page, type Html, type PagePart } from '../pages/index.ts';
import type { Distribution } from '../platform/index.ts';
import type { Audit } from './audit.ts';
import { baselineTable } from './page/baselines.ts';
import { dependencies } from './page/dependencies.ts';
import { findingList } from './page/findings.ts';
import { nativeTable } from './page/natives.ts';
import { obstacleList } from './page/obstacles.ts';
import { overview } from './page/overview.ts';
import { sizes } from './page/sizes.ts';
import { summary } from './page/summary.ts';
import { baseName, idOf } from './page/words.ts';

const NOTE =
  'Verdicts depend on these files alone; what a repair would reach depends on the libraries that were found, too. Made by wheelworks audit.';

/**
 * The page; the same audits give the same bytes.
 * @param distributions those told beside the baselines that they satisfy; none when left out
 */
export function auditPage(
  audits: readonly Audit[],
  distributions: readonly Distribution[] = [],
): string {
  const [only] = audits;
  const isOne = audits.length === 1 && only !== undefined;
  const title = isOne
    ? `Audit of ${baseName(only.subject.path)}`
    : `Audit of ${audits.length} inputs`;
  return page({
    title,
    description: `${title}: which baselines the native files meet, and what stops them at a stricter one.`,
    body: isOne
      ? markup`<h1>${breakable(baseName(only.subject.path))}</h1>
${input(only, 0, { distributions, heading: 'h2' })}`
      : markup`<h1>${title}</h1>
${overview(audits)}
${audits.map(
  (audit, index) =>
    markup`<section class="input" id="${idOf(index)}" aria-labelledby="${idOf(index, 'name')}"><h2 id="${idOf(index, 'name')}">${breakable(baseName(audit.subject.path))}</h2>
${input(audit, index, { distributions, heading: 'h3' })}</section>
`,
)}`,
    note: NOTE,
  });
}

interface InputOptions {
  readonly distributions: readonly Distribution[];
  /** Of the parts; the input's own is one above. */
  readonly heading: 'h2' | 'h3';
}

function input(audit: Audit, index: number, { distributions, heading }: InputOptions): Html {
  const parts = [
    obstacleList(audit),
    findingList(audit),
    baselineTable(audit, distributions),
    dependencies(audit),
    sizes(audit),
    nativeTable(audit),
  ].flatMap((part) => (part === undefined ? [] : [{ ...part, id: idOf(index, part.id) }]));
  return markup`${summary(audit)}
${parts.length > 1 && contents(parts)}
${parts.map((part) => section(part, heading))}`;
}

function section(
  { id, title, body }: PagePart & { readonly body: Html },
  heading: InputOptions['heading'],
): Html {
  const titled =
    heading === 'h2' ? markup`<h2 id="${id}">${title}</h2>` : markup`<h3 id="${id}">${title}</h3>`;
  return markup`<section aria-labelledby="${id}">${titled}
${body}</section>
`;
}
