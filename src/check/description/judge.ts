/**
 * Whether PyPI would render a description, and the safe HTML of it.
 *
 * Rules: readme_renderer 45.0 and warehouse (2026-08). A description that is empty is not judged by PyPI; one without a
 * content type is reStructuredText, in which any warning of docutils is fatal; Markdown fails only when it has no output.
 */
import { parseDescriptionContentType } from '../../packaging/index.ts';
import { renderPlainText } from './plain-text.ts';
import { lintRst } from './rst/lint.ts';
import { openRstRenderers, type RstRenderers, type RstRenderersOptions } from './rst/renderers.ts';
import { mostElementsIn, sanitizeDescription } from './sanitize.ts';

export interface JudgeDescriptionOptions extends RstRenderersOptions {
  /** Absolute paths of Pythons that may have docutils; the first that has it judges reStructuredText. */
  readonly pythons?: readonly string[];
  /** In place of `pythons`: those that stay for many descriptions. */
  readonly renderers?: RstRenderers;
  /** Whether the HTML is wanted, or the verdict alone. Default true. */
  readonly html?: boolean;
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
 * Markdown shows whatever it begins with, but for definitions of links and footnotes, which begin with a bracket; one with
 * an image in it, as a row of badges has, defines nothing.
 */
const SHOWS = /^\s*(?:[^\s[]|\[!\[)/;

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
  if (options.html === false && SHOWS.test(text)) return { verdict: 'renders' };
  // Markdown has an engine of its own to load, which other descriptions do not wait for.
  const { renderMarkdown } = await import('./markdown/render.ts');
  return fromHtml(renderMarkdown(text, type.variant ?? 'GFM'), options);
}

/** As PyPI: nothing, and the word that old setuptools wrote for it, are no content type. */
export function declaredType(contentType: string | undefined): string | undefined {
  return contentType === '' || contentType === 'UNKNOWN' ? undefined : contentType;
}

async function judgeRst(
  text: string,
  options: JudgeDescriptionOptions,
): Promise<DescriptionJudgement> {
  const renderers = options.renderers ?? openRstRenderers(options.pythons ?? [], options);
  try {
    return await askRenderers(renderers, text, options);
  } finally {
    if (options.renderers === undefined) await renderers.close();
  }
}

async function askRenderers(
  renderers: RstRenderers,
  text: string,
  options: JudgeDescriptionOptions,
): Promise<DescriptionJudgement> {
  const answer = await renderers.render(text, options.html === false ? 'verdict' : 'html');
  if (answer.kind !== 'unproven') {
    const renderer = `docutils ${answer.version}`;
    if (answer.kind === 'html') return { ...fromHtml(answer.html, options), renderer };
    if (answer.kind === 'renders') return { verdict: 'renders', renderer };
    const { line, problem } = answer;
    return { verdict: 'fails', problem, renderer, ...(line === undefined ? {} : { line }) };
  }
  const [fault] = lintRst(text);
  if (fault === undefined) return { verdict: 'not-proven', problem: answer.problem };
  return { verdict: 'fails', problem: fault.problem, line: fault.line };
}

function fromHtml(html: string, options: JudgeDescriptionOptions): DescriptionJudgement {
  // As PyPI: what only the sanitiser empties still counts as rendered.
  if (html === '') return { verdict: 'fails', problem: 'There is nothing in it to show.' };
  if (mostElementsIn(html) > MOST_ELEMENTS)
    return { verdict: 'not-proven', problem: `It has more than ${MOST_ELEMENTS} elements.` };
  if (options.html === false) return { verdict: 'renders' };
  return { verdict: 'renders', html: sanitizeDescription(html) };
}
