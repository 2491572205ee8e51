/** Descriptions made to take long: each is judged in seconds, most of them in less than one. */
import { describe, expect, it } from 'vitest';
import { judgeDescription } from '../../../src/check/description/index.ts';
import { lintRst } from '../../../src/check/description/rst/lint.ts';
import { startCpuTime } from '../../support/cpu-time.ts';

/** Milliseconds of a processor; what grows with the square of the length would take minutes. */
const MOST = 8000;
const SIZE = 400_000;

function filled(piece: string): string {
  return piece.repeat(Math.floor(SIZE / piece.length));
}

/** In lines that are as long as docutils lets them be, roughly. */
function wrapped(piece: string): string {
  return filled(`${piece.repeat(Math.floor(9000 / piece.length))}\n`);
}

function numbered(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

async function timed<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const spent = startCpuTime();
  const result = await work();
  expect(spent()).toBeLessThan(MOST);
  return result;
}

const MARKDOWN: Readonly<Record<string, string>> = {
  'open brackets': filled('['),
  'open images': filled('![['),
  'open links': filled('[a]('),
  stars: filled('*'),
  'open emphasis': filled('**a _b '),
  'back quotes': filled('`a``b```'),
  'quotation marks': filled('>'),
  'nested lists': filled('- '),
  'ever deeper lists': numbered(700, (index) => `${' '.repeat(index * 2)}- a`),
  'open elements': filled('<b>'),
  'open blocks': filled('<div>'),
  'open tags': filled('<a '),
  'open comments': filled('<!--'),
  'closed elements that are not open': filled('</div>'),
  'elements that close others': filled('<b></i>'),
  'signs of less': filled('<'),
  ampersands: filled('&'),
  'addresses of people': filled('a@'),
  'open hosts': filled('www.'),
  'open URLs': filled('http://'),
  footnotes: `${numbered(20_000, (index) => `[^a${index}]: b[^a${index + 1}]`)}\n\n${numbered(20_000, (index) => `[^a${index}]`)}`,
  'one footnote': `${filled('[^a]')}\n\n[^a]: b`,
  'the same heading': filled('# a\n'),
  'a wide table': `${'|'.repeat(900)}\n${'|-'.repeat(900)}|\n${'|a\n'.repeat(200_000)}`,
};

const RST: Readonly<Record<string, string>> = {
  'open literals': wrapped('``a '),
  'names with dashes': wrapped('a-'),
  'short names': wrapped('a-b '),
  'open roles': wrapped(':a'),
  'open brackets': wrapped('['),
  'back quotes': wrapped('`'),
  references: wrapped('a_ '),
  targets: filled('.. _a: b: c: d\n'),
  'a target of many lines': `.. _${wrapped('a: ').replaceAll('\n', '\n   ')}`,
  'nested quotations': numbered(1200, (index) => `${' '.repeat(index)}a\n`),
  'nested lists': wrapped('- '),
  'nested bullets': numbered(700, (index) => `${' '.repeat(index * 2)}- a\n`),
  substitutions: filled('.. |a| image:: b\n'),
  enumerations: filled('1. a\n'),
  fields: wrapped(':a:b'),
  options: wrapped('-a, '),
  rules: wrapped('=== '),
  tabs: wrapped('\t'),
  titles: filled('a\n=\n'),
  'open inline targets': wrapped('_`a '),
  'addresses in brackets': wrapped('`a <b '),
  'open angles': wrapped('`<'),
  notes: wrapped('.. note:: '),
  backslashes: wrapped('\\'),
  colons: filled('::\n'),
};

describe('Markdown', () => {
  it.each(Object.entries(MARKDOWN))('%s', async (_what, text) => {
    const { verdict } = await timed(() => judgeDescription(text, 'text/markdown'));
    expect(['renders', 'not-proven']).toContain(verdict);
  });

  it('a megabyte of prose', async () => {
    const text = 'Some *words* of `prose`.\n'.repeat(40_000);
    const { verdict } = await timed(() => judgeDescription(text, 'text/markdown'));
    expect(verdict).toBe('not-proven');
    const plain = 'Some words of prose.\n'.repeat(45_000);
    const { html } = await timed(() => judgeDescription(plain, 'text/markdown'));
    expect(html).toBe(`<p>${plain.trim()}</p>\n`);
  });

  it('is not rendered when it is longer than any README', async () => {
    const { verdict, problem } = await judgeDescription('a'.repeat(2_000_000), 'text/markdown');
    expect(verdict).toBe('not-proven');
    expect(problem).toContain('characters');
  });

  it('is not sanitised with more elements than any README has', async () => {
    const { verdict, html } = await judgeDescription('<b>'.repeat(30_000), 'text/markdown');
    expect(verdict).toBe('not-proven');
    expect(html).toBeUndefined();
  });

  it('keeps the text below deep elements', async () => {
    const { html } = await judgeDescription(`${'<b>'.repeat(15_000)}a`, 'text/markdown');
    expect(html?.replaceAll(/<[^>]*>/g, '').trim()).toBe('a');
    expect(html?.match(/<b>/g)?.length).toBeLessThan(150);
  });
});

describe('reStructuredText', () => {
  it.each(Object.entries(RST))('%s', async (_what, text) => {
    const faults = await timed(() => lintRst(text));
    expect(faults.length).toBeLessThan(2);
  });
});
