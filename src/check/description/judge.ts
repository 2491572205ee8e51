/**
 * Whether PyPI would render a description, and the safe HTML of it.
 *
 * Rules: readme_renderer 45.0 and warehouse (2026-08). A description that is empty is not judged by PyPI; one without a
 * content type is reStructuredText, in which any warning of docutils is fatal; Markdown fails only when it has no output.
 */
import { parseDescriptionContentType } from '../../packaging/index.ts';
import { renderPlainText } from './plain-text.ts';
import { renderWithDocutils, type DocutilsOptions } from './rst/docutils.ts';
import { lintRst } from './rst/lint.ts';
import { mostElementsIn, sanitizeDescription } from './sanitize.ts';

export interface JudgeDescriptionOptions extends DocutilsOptions {
  /** Absolute paths of Pythons that may have docutils; the first that has it judges reStructuredText. */
  readonly pythons?: readonly string[];
}

export interface DescriptionJudgement {
  /** `not-proven`: no fault was found, but what PyPI renders with was not there to ask. */
  readonly verdict: 'renders' | 'fails' | 'not-proven';
  /** Sanitised, for a page; only when it renders. */
  readonly html?: string;
  /** What is wrong, or why nothing is proven. */
  readonly problem?: string;
  /** Of the description, from 1. */
  readonly line?: number;
  /** What judged reStructuredText: `docutils 0.23`. */
  readonly renderer?: string;
}

/** Larger ones are not rendered: the largest of real READMEs has a quarter of it. */
const LARGEST = 1 << 20;
/** As many, one inside the other, take half a second to sanitise; real READMEs have up to 3000. */
const MOST_ELEMENTS = 20_000;

/**
 * Judges the body of a metadata file.
 * @param contentType the value of Description-Content-Type, if there is one
 * @throws WheelworksError `process/cancelled` when `signal` is aborted while docutils runs.
 */
export async function judgeDescription(
  text: string,
  contentType: string | undefined,
  options: JudgeDescriptionOptions = {},
): Promise<DescriptionJudgement> {
  if (text === '') return { verdict: 'renders', html: '' };
  const type = parseDescriptionContentType(declaredType(contentType) ?? 'text/x-rst');
  if ('problem' in type)
    return { verdict: 'fails', problem: `Description-Content-Type: ${type.problem}` };
  if (text.length > LARGEST)
    return { verdict: 'not-proven', problem: `It has more than ${LARGEST} characters.` };
  if (type.markup === 'text/plain') return { verdict: 'renders', html: renderPlainText(text) };
  if (type.markup === 'text/x-rst') return judgeRst(text, options);
  // Markdown has an engine of its own to load, which other descriptions do not wait for.
  const { renderMarkdown } = await import('./markdown/render.ts');
  return fromHtml(renderMarkdown(text, type.variant ?? 'GFM'));
}

/** As PyPI: nothing, and the word that old setuptools wrote for it, are no content type. */
export function declaredType(contentType: string | undefined): string | undefined {
  return contentType === '' || contentType === 'UNKNOWN' ? undefined : contentType;
}

async function judgeRst(
  text: string,
  options: JudgeDescriptionOptions,
): Promise<DescriptionJudgement> {
  let problem = 'No Python with docutils was there to render it.';
  for (const python of options.pythons ?? []) {
    const answer = await renderWithDocutils(python, text, options);
    if (answer.kind === 'absent') continue;
    if (answer.kind === 'unproven' || answer.kind === 'timed-out') problem = answer.problem;
    // Another docutils may be able to tell, but what takes this one too long takes all of them too long.
    if (answer.kind === 'timed-out') break;
    if (answer.kind === 'unproven') continue;
    const renderer = `docutils ${answer.version}`;
    if (answer.kind === 'html') return { ...fromHtml(answer.html), renderer };
    const { line } = answer;
    const where = line === undefined ? {} : { line };
    return { verdict: 'fails', problem: answer.problem, renderer, ...where };
  }
  const [fault] = lintRst(text);
  if (fault === undefined) return { verdict: 'not-proven', problem };
  return { verdict: 'fails', problem: fault.problem, line: fault.line };
}

function fromHtml(html: string): DescriptionJudgement {
  // As PyPI: what only the sanitiser empties still counts as rendered.
  if (html === '') return { verdict: 'fails', problem: 'There is nothing in it to show.' };
  if (mostElementsIn(html) > MOST_ELEMENTS)
    return { verdict: 'not-proven', problem: `It has more than ${MOST_ELEMENTS} elements.` };
  return { verdict: 'renders', html: sanitizeDescription(html) };
}
