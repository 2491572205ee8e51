import { describe, expect, it } from 'vitest';
import type { Docutils, DocutilsAnswer } from '../../../src/check/description/rst/docutils.ts';
import { rememberVerdicts } from '../../../src/check/description/rst/remember.ts';
import { openCache } from '../../../src/support/cache.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import { scratch } from '../../support/scratch.ts';

/** One that counts what it is asked. */
function counting(
  identity: string | undefined,
  answer: DocutilsAnswer,
): { docutils: Docutils; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    docutils: {
      identity: () => Promise.resolve(identity),
      render: (text, wants) => {
        asked.push(`${wants} ${text}`);
        return Promise.resolve(answer);
      },
      close: () => Promise.resolve(),
    },
  };
}

const REFUSED: DocutilsAnswer = { kind: 'refused', version: '0.23', problem: 'no', line: 3 };

describe('verdicts that are kept', () => {
  it('are asked for once, by whoever has the same docutils', async () => {
    const cache = openCache(await scratch(), ignoreEvents);
    const { docutils, asked } = counting('a', REFUSED);
    expect(await rememberVerdicts(docutils, cache).render('x', 'verdict')).toEqual(REFUSED);
    expect(await rememberVerdicts(docutils, cache).render('x', 'verdict')).toEqual(REFUSED);
    await rememberVerdicts(docutils, cache).render('y', 'verdict');
    expect(asked).toEqual(['verdict x', 'verdict y']);
  });

  it('are not those of another docutils', async () => {
    const cache = openCache(await scratch(), ignoreEvents);
    await rememberVerdicts(counting('a', REFUSED).docutils, cache).render('x', 'verdict');
    const other = counting('b', { kind: 'renders', version: '0.24' });
    expect(await rememberVerdicts(other.docutils, cache).render('x', 'verdict')).toEqual({
      kind: 'renders',
      version: '0.24',
    });
  });

  it.each<DocutilsAnswer>([
    { kind: 'timed-out', problem: 'slow' },
    { kind: 'unproven', version: '0.23', problem: 'memory' },
    { kind: 'absent' },
  ])('are not what a machine could not tell: %j', async (answer) => {
    const cache = openCache(await scratch(), ignoreEvents);
    const { docutils, asked } = counting('a', answer);
    const remembering = rememberVerdicts(docutils, cache);
    await remembering.render('x', 'verdict');
    expect(await remembering.render('x', 'verdict')).toEqual(answer);
    expect(asked).toHaveLength(2);
  });

  it('hold no HTML, which is made anew', async () => {
    const cache = openCache(await scratch(), ignoreEvents);
    const { docutils, asked } = counting('a', { kind: 'html', version: '0.23', html: '<p>' });
    const remembering = rememberVerdicts(docutils, cache);
    await remembering.render('x', 'html');
    await remembering.render('x', 'html');
    expect(asked).toHaveLength(2);
  });
});
