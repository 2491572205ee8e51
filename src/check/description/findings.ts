import { parseDescriptionContentType } from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import { adviceOn } from './advice.ts';
import { declaredType, type DescriptionJudgement } from './judge.ts';

/** What was judged. */
export interface JudgedDescription {
  readonly text: string;
  readonly contentType?: string;
  /** The metadata file it stands in. */
  readonly path?: string;
}

/**
 * What a judgement means to the one who releases: `description/does-not-render`, `description/not-proven`,
 * `description/missing`, `description/content-type-missing`. A content type that is wrong itself is a finding of the
 * metadata already (`metadata/content-type-invalid`).
 */
export function readmeFaultFinding(
  judgement: DescriptionJudgement,
  described: JudgedDescription,
): readonly Finding[] {
  const where = described.path === undefined ? {} : { path: described.path };
  if (described.text.trim() === '') return [{ ...MISSING, ...where }];
  const contentType = declaredType(described.contentType);
  if (contentType !== undefined && 'problem' in parseDescriptionContentType(contentType)) return [];
  const looksMarked = looksLikeMarkdown(described.text);
  const verdict = verdictFinding(judgement, {
    text: described.text,
    isMarkdownByMistake: looksMarked && (contentType ?? 'text/x-rst').startsWith('text/x-rst'),
  });
  const findings = contentType === undefined ? [missingType(looksMarked)] : [];
  if (verdict !== undefined) findings.unshift(verdict);
  return findings.map((finding) => ({ ...finding, ...where }));
}

const MISSING: Finding = {
  code: 'description/missing',
  severity: 'warning',
  effect: 'advice',
  message: 'There is no description: the page of the project will be empty.',
  hint: 'Name a README in pyproject.toml: readme = "README.md".',
};

function missingType(looksMarked: boolean): Finding {
  return {
    code: 'description/content-type-missing',
    severity: 'warning',
    effect: 'advice',
    message: 'There is no Description-Content-Type, so that indexes read reStructuredText.',
    hint: looksMarked
      ? 'The description looks like Markdown: readme = "README.md" in pyproject.toml, or long_description_content_type="text/markdown" in setup.py.'
      : 'Name the README in pyproject.toml, whose suffix then says what it is: readme = "README.rst".',
  };
}

function verdictFinding(
  { verdict, problem = '', line, renderer }: DescriptionJudgement,
  { text, isMarkdownByMistake }: { readonly text: string; readonly isMarkdownByMistake: boolean },
): Finding | undefined {
  if (verdict === 'renders') return undefined;
  if (verdict === 'not-proven')
    return {
      code: 'description/not-proven',
      severity: 'info',
      effect: 'advice',
      message: 'Whether the description renders on PyPI was not proven.',
      evidence: problem,
      hint: 'Have docutils and Pygments in one of the Pythons that are found: python -m pip install docutils pygments.',
    };
  const judge = renderer === undefined ? '' : ` (${renderer})`;
  const at = line === undefined ? '' : ` at line ${line} of it`;
  const source = line === undefined ? undefined : text.split(/\r\n|\r|\n/)[line - 1]?.trim();
  return {
    code: 'description/does-not-render',
    severity: 'error',
    effect: 'index-rejects',
    message: `PyPI refuses the upload, because the description does not render${at}: ${problem}`,
    ...(source === undefined || source === ''
      ? {}
      : { evidence: `${source.slice(0, 200)}${judge}` }),
    hint: isMarkdownByMistake
      ? 'It looks like Markdown, but is declared as reStructuredText or not at all: set the content type text/markdown.'
      : adviceOn(problem),
  };
}

/** Whether a text has what people write in Markdown and hardly anybody in reStructuredText. */
function looksLikeMarkdown(text: string): boolean {
  const head = text.slice(0, 100_000);
  const signs = [/^#{1,6} \S/m, /^```/m, /\]\(https?:/, /^ {0,3}<(?:p|h1|div|img|a)\b/m];
  return signs.filter((sign) => sign.test(head)).length >= (/^\.\. /m.test(head) ? 3 : 1);
}
