/** Descriptions as pages show them. */
import { judgeDescription } from '../../check/index.ts';
import type { FormEntry } from '../../packaging/index.ts';
import { markup, type Html } from '../../pages/index.ts';
import { trusted } from '../../pages/html.ts';
import { fieldOf } from './form-facts.ts';
import type { Readme } from './model.ts';
import { shortened } from './words.ts';

type JudgeOptions = NonNullable<Parameters<typeof judgeDescription>[2]>;

/**
 * Renders the description of a release as PyPI would; undefined when it has none. Takes as long as its renderer: made once
 * and kept.
 * @throws WheelworksError `process/cancelled` when `signal` is aborted while docutils runs.
 */
export async function renderReadme(
  metadata: readonly FormEntry[],
  options: JudgeOptions = {},
): Promise<Readme | undefined> {
  const text = metadata.find(([field]) => field === 'description')?.[1] ?? '';
  if (text.trim() === '') return undefined;
  const type = fieldOf(metadata, 'description_content_type');
  const { html, problem, line } = await judgeDescription(text, type, options);
  const place = line === undefined ? '' : ` (line ${line})`;
  return {
    text,
    ...(html === undefined ? {} : { html: fitted(html) }),
    ...(problem === undefined ? {} : { problem: `${problem}${place}` }),
  };
}

/** Larger ones are shown with an end. */
const LONGEST_TEXT = 100_000;

/** The description in its place; its text where it does not render. */
export function readmeBody({ html, text, problem }: Readme): Html {
  if (html !== undefined) return markup`<div class="readme">${html}</div>\n`;
  return markup`<p class="warn">It is not rendered: ${problem ?? 'the reason is not known.'}</p>
<pre class="raw">${textLines(shortened(text, LONGEST_TEXT))}</pre>
`;
}

/** Line ends are not to be made visible. */
function textLines(text: string): readonly Html[] {
  return text.split(/\r\n?|\n/).map((line) => markup`${line.replaceAll('\t', '    ')}\n`);
}

/**
 * Sanitised HTML for a page: headings two levels lower, below those of the page; pictures by their words, for nothing is
 * asked of other hosts. In sanitised HTML `<` and `>` stand for nothing but tags.
 */
function fitted(html: string): Html {
  return trusted(
    html
      .replaceAll(
        /<(\/?)h([1-6])\b/g,
        (_, end: string, level: string) => `<${end}h${Math.min(6, Number(level) + 2)}`,
      )
      .replaceAll(/<img\b[^>]*>/g, (tag) => {
        const words = /\salt="([^"]*)"/.exec(tag)?.[1] ?? '';
        return `<span class="picture">${words.trim() === '' ? 'picture' : words}</span>`;
      }),
  );
}
