import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'json.md'), 'utf8');

/** `wheelworks.baseline.list/1, .show/1`: all that a heading names. */
function schemasOf(heading: string): readonly string[] {
  const [first = '', ...others] = heading.split(', ');
  const group = first.slice(0, first.lastIndexOf('.'));
  return [first, ...others.map((each) => (each.startsWith('.') ? `${group}${each}` : each))];
}

/** Every schema of the sources. */
function schemasInSources(): readonly string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const found = files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const source = readFileSync(join(root, 'src', name), 'utf8');
      return [...source.matchAll(/['"](wheelworks\.[a-z.-]+\/\d+)['"]/g)].map(
        ([, schema = '']) => schema,
      );
    });
  return [...new Set(found)];
}

/** What is no document of --json: described where the file is, or nobody's but the program's. */
const ELSEWHERE: Readonly<Record<string, string | undefined>> = {
  'wheelworks.baseline/1': 'baselines.md',
  'wheelworks.index-manifest/1': undefined,
  'wheelworks.release-state/1': undefined,
  'wheelworks.split-set/1': 'split.md',
  'wheelworks.split-part/1': 'split.md',
};

const headings = [...text.matchAll(/^## (wheelworks\..+)$/gm)].map(([, heading = '']) => heading);

describe('docs/json.md', () => {
  it('has every document that the sources write', () => {
    const named = new Set([
      ...headings.flatMap(schemasOf),
      // Files and answers that go with a document stand in its section.
      ...[...text.matchAll(/"schema": "(wheelworks\.[^"]+)"|schema: "(wheelworks\.[^"]+)"/g)].map(
        ([, one, other]) => one ?? other ?? '',
      ),
    ]);
    const missing = schemasInSources().filter((each) => !named.has(each) && !(each in ELSEWHERE));
    expect(missing).toEqual([]);
  });

  it('has no document that the sources do not write', () => {
    const written = new Set(schemasInSources());
    expect(headings.flatMap(schemasOf).filter((each) => !written.has(each))).toEqual([]);
    expect(Object.keys(ELSEWHERE).filter((each) => !written.has(each))).toEqual([]);
  });

  it('has its sections in order, each with what it holds', () => {
    const names = headings.map((heading) => heading.slice(0, heading.indexOf('/')));
    expect(names).toEqual(names.toSorted());
    for (const section of text.split(/^## /m).slice(2)) {
      const [heading = '', ...body] = section.split('\n');
      expect([heading, body.join('\n').trim() !== '']).toEqual([heading, true]);
    }
  });

  it('names files that hold what it does not', () => {
    for (const [schema, file] of Object.entries(ELSEWHERE)) {
      if (file === undefined) continue;
      expect(readFileSync(join(root, 'docs', file), 'utf8')).toContain(schema);
    }
  });
});
