import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeDescription } from '../../../src/check/description/index.ts';

/** Beginnings of every kind of block, and what shows nothing. */
const PIECES = [
  'a',
  '# ',
  '#',
  '- ',
  '1. ',
  '> ',
  '    ',
  '\t',
  '```',
  '~~~',
  '---',
  '***',
  '|a|b|\n|-|-|\n',
  '<!-- a -->',
  '<b>',
  '</b>',
  '<script>',
  '<?x?>',
  '&nbsp;',
  '\\',
  '\u00a0',
  '\ufeff',
  '*',
  '`',
  '[a]: https://example.org/\n',
  '[^1]: note\n',
  '[a]',
  '[ ] ',
  '![a](b)',
  ' ',
  '\n',
  '\n\n',
  ':',
];

it('a verdict alone is the verdict that comes with the HTML', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }),
      fc.constantFrom('GFM', 'CommonMark'),
      async (pieces, variant) => {
        const type = `text/markdown; variant=${variant}`;
        const text = pieces.join('');
        const { verdict } = await judgeDescription(text, type, { html: false });
        expect([text, verdict]).toEqual([text, (await judgeDescription(text, type)).verdict]);
      },
    ),
    { numRuns: 2000 },
  );
});
