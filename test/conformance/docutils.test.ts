/**
 * Beside docutils, under PyPI's settings: what the structural lint of reStructuredText reports, docutils refuses. The other
 * way round is not asked for: the lint may miss faults, and says so by its `not-proven`.
 */
import { describe, expect, it } from 'vitest';
import { lintRst } from '../../src/check/description/rst/lint.ts';
import { metadataView } from '../../src/packaging/index.ts';
import { readMetadata, withWheel } from '../../src/wheel/index.ts';
import { docutilsVerdicts, newestDocutils } from '../support/docutils.ts';
import { localWheels } from '../support/local-wheels.ts';
import { DOCUMENTS, FAULTS, SOUND } from '../check/description/rst-samples.ts';

const docutils = newestDocutils();

describe.skipIf(docutils === undefined)('docutils (skipped: no Python here has docutils)', () => {
  function verdicts(sources: readonly string[]): readonly (string | null)[] {
    if (docutils === undefined) throw new Error('unreachable');
    return docutilsVerdicts(docutils, sources);
  }

  it('refuses every sample of a fault, and takes every sound one', () => {
    const faulty = FAULTS.map(([, source]) => source);
    const answers = verdicts([...faulty, ...SOUND]);
    expect(faulty.filter((_, index) => answers[index] === null)).toEqual([]);
    expect(SOUND.filter((_, index) => answers[faulty.length + index] !== null)).toEqual([]);
  });

  it('refuses whatever the lint reports of random variations', () => {
    const sources = variations(1500);
    const answers = verdicts(sources);
    const reported = sources.map((source) => lintRst(source)[0]?.problem);
    const wrong = sources.filter(
      (_, index) => reported[index] !== undefined && answers[index] === null,
    );
    expect(wrong).toEqual([]);
    const refused = answers.filter((answer) => answer !== null).length;
    const found = reported.filter((problem) => problem !== undefined).length;
    expect(refused).toBeGreaterThan(300);
    // Much less would mean that the lint sleeps.
    expect(found / refused).toBeGreaterThan(0.7);
  });

  const wheels = localWheels();

  it.skipIf(wheels.length === 0)(
    'and the lint agree about the wheels of this machine (skipped without)',
    async () => {
      const sources = new Map<string, string>();
      for (const path of wheels) {
        const view = await descriptionOf(path);
        if (view !== undefined) sources.set(view, path);
      }
      const texts = [...sources.keys()].slice(0, MOST_WHEELS);
      const answers = verdicts(texts);
      const wrong = texts.filter(
        (text, index) => lintRst(text).length > 0 && answers[index] === null,
      );
      expect(wrong.map((text) => sources.get(text))).toEqual([]);
    },
  );
});

/** As many as can be judged in some seconds. */
const MOST_WHEELS = 120;

/** The description of a wheel that indexes read as reStructuredText. */
async function descriptionOf(path: string): Promise<string | undefined> {
  try {
    const view = await withWheel(path, async (wheel) => metadataView(await readMetadata(wheel)));
    const isRst = /^(?:text\/x-rst|$)/.test(view.descriptionContentType ?? '');
    return isRst && view.description !== '' ? view.description : undefined;
  } catch {
    return undefined;
  }
}

const INSERTS = [
  '`',
  '``',
  '*',
  '**',
  '|',
  '_',
  '__',
  ':',
  '::',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '- ',
  '1. ',
  '#. ',
  '.. ',
  '.. note:: ',
  '.. code:: ',
  ':ref:`x`',
  '`a`_',
  'a_',
  '[1]_',
  '|x|',
  '====',
  '\n----\n',
  '\\',
  '(',
  ')',
  '"',
  "'",
  '>>> ',
  '| ',
  ':a: ',
  '.. _x: ',
  '.. |y| replace:: z',
  '<u>`_',
  '\t',
  'é',
  '\u201c',
  'a) ',
];

/** The documents with one to three small accidents each. */
function variations(count: number): readonly string[] {
  const random = numbers(1);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[random(items.length)];
  return Array.from({ length: count }, () => {
    const lines = (pick(DOCUMENTS) ?? '').split('\n');
    for (let accidents = 1 + random(3); accidents > 0; accidents -= 1) {
      const at = random(lines.length);
      const line = lines[at] ?? '';
      const place = random(line.length + 1);
      const insert = pick(INSERTS) ?? '';
      const changed = [
        [],
        ['', line],
        [`${' '.repeat(1 + random(4))}${line}`],
        [line.replace(/^ {1,3}/, '')],
        [line.slice(0, place) + insert + line.slice(place)],
        [line.slice(0, place) + line.slice(place + 1 + random(3))],
        [insert + line],
        [pick(lines) ?? '', line],
      ];
      lines.splice(at, 1, ...(pick(changed) ?? []));
    }
    return lines.join('\n');
  });
}

function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}
